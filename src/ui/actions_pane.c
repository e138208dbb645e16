/* The list of Data Actions. */
#include "actions_pane.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dacache/app/live.h"
#include "dacache/base/text.h"
#include "dacache/ui/chart.h"
#include "internal.h"

enum {
	MARGIN = 3,
	TIER_COLS = 19,
	TTL_COLS = 6,
	HIT_COLS = 6,
	P95_COLS = 6,
	ERR_COLS = 5,
	FIGURE_COLS = TTL_COLS + HIT_COLS + P95_COLS + ERR_COLS,
	HEAD_ROWS = 2
};

/* Widths that follow the room there is. */
struct columns {
	int name, category, key, id;
};

static struct columns columns_for(int cols)
{
	struct columns out = {0};
	int room = cols - MARGIN - TIER_COLS - FIGURE_COLS - 1;

	out.category = room > 60 ? 18 : 10;
	room -= out.category;
	if (room > 60) {
		out.key = room > 100 ? 44 : room - 36;
		room -= out.key;
	}
	if (room > 70) {
		out.id = 37;
		room -= out.id;
	}
	out.name = room;
	return out;
}

/* --- the list's source ---------------------------------------------------------- */

static size_t row_count(const void *context)
{
	const struct actions_pane *pane = context;

	return index_view_len(pane->view);
}

static const char *row_id(const void *context, size_t i)
{
	const struct actions_pane *pane = context;
	const struct index_row *row = index_view_row(pane->view, i);

	return row ? row->id : NULL;
}

static long row_find(const void *context, const char *id)
{
	const struct actions_pane *pane = context;

	return index_view_find(pane->view, id);
}

static struct row_figures take_figures(const struct actions_pane *pane, const struct index_row *row)
{
	const struct live *live = session_live(pane->ui->session);
	struct row_figures figures = {
		.rate = live_row_rate(live, row->id),
		.p95_us = live_row_p95_us(live, row->id),
		.errors = row->errors,
	};

	return figures;
}

/* While frozen a row keeps the figures with which it was seen first. */
static struct row_figures figures_of(const struct actions_pane *pane, const struct index_row *row)
{
	struct row_figures figures;
	struct row_figures *held;

	if (!pane->held)
		return take_figures(pane, row);
	held = map_get(pane->held, row->id);
	if (held)
		return *held;
	figures = take_figures(pane, row);
	held = malloc(sizeof *held);
	if (held) {
		*held = figures;
		if (map_put(pane->held, row->id, held) != ERR_OK)
			free(held);
	}
	return figures;
}

static void draw_unknown(const struct canvas *c, const struct columns *columns)
{
	const char *dots = c->utf8 ? "· · ·" : ". . .";

	draw_text(c, 0, MARGIN, columns->name, ROLE_DIM, dots);
	draw_text(c, 0, MARGIN + columns->name, columns->category, ROLE_DIM, dots);
}

static void draw_margin(const struct canvas *c, const struct index_row *row, uint32_t errors,
			bool selected)
{
	if (selected)
		draw_text(c, 0, 1, 1, ROLE_TEXT, ">");
	if (errors > 0)
		draw_text(c, 0, selected ? 0 : 1, 1, ROLE_ERROR, "!");
	if (row->marked)
		draw_text(c, 0, 2, 1, ROLE_STRONG, "*");
}

static void draw_name(const struct canvas *c, const struct index_row *row, int cols)
{
	int room = row->has_draft ? cols - 7 : cols - 1;
	int used = draw_text(c, 0, MARGIN, room, row->is_kept ? ROLE_DIM : ROLE_TEXT, row->name);

	if (row->has_draft)
		draw_text(c, 0, MARGIN + used + 1, 5, ROLE_CHANGED, "draft");
}

static int draw_figures(const struct canvas *c, int col, const struct index_row *row,
			const struct row_figures *figures)
{
	char text[32];

	if (row->ttl_s >= 0)
		snprintf(text, sizeof text, "%d", (int)row->ttl_s);
	else
		snprintf(text, sizeof text, "%s", row->ttl_s == CACHE_TTL_INVALID ? "?" : "-");
	draw_right(c, 0, col, TTL_COLS, ROLE_TEXT, text);
	col += TTL_COLS;
	if (figures->rate >= 0)
		snprintf(text, sizeof text, "%.1f", figures->rate * 100);
	draw_right(c, 0, col, HIT_COLS, figures->rate >= 0 ? ROLE_TEXT : ROLE_DIM,
		   figures->rate >= 0 ? text : "-");
	col += HIT_COLS;
	if (figures->p95_us >= 0)
		chart_format_ms(figures->p95_us, text, sizeof text);
	draw_right(c, 0, col, P95_COLS, figures->p95_us >= 0 ? ROLE_TEXT : ROLE_DIM,
		   figures->p95_us >= 0 ? text : "-");
	col += P95_COLS;
	snprintf(text, sizeof text, "%u", (unsigned)figures->errors);
	draw_right(c, 0, col, ERR_COLS, figures->errors ? ROLE_ERROR : ROLE_DIM, text);
	return col + ERR_COLS;
}

static void draw_row(const void *context, const struct canvas *c, size_t i, bool selected)
{
	const struct actions_pane *pane = context;
	const struct index_row *row = index_view_row(pane->view, i);
	struct columns columns = columns_for(c->at.cols);
	struct row_figures figures;
	char tier[32];
	int col = MARGIN + columns.name;

	if (!row) {
		if (selected)
			draw_text(c, 0, 1, 1, ROLE_TEXT, ">");
		draw_unknown(c, &columns);
		return;
	}
	figures = figures_of(pane, row);
	draw_margin(c, row, figures.errors, selected);
	draw_name(c, row, columns.name);
	draw_text(c, 0, col, columns.category - 1, ROLE_TEXT, row->category);
	col += columns.category;
	snprintf(tier, sizeof tier, row->enabled ? "%s" : "(%s)", tier_name((enum tier)row->tier));
	draw_text(c, 0, col, TIER_COLS - 1, row->enabled ? ROLE_TEXT : ROLE_DIM, tier);
	col = draw_figures(c, col + TIER_COLS, row, &figures) + 2;
	if (columns.key > 0)
		draw_text(c, 0, col, columns.key - 2, row->key ? ROLE_TEXT : ROLE_DIM,
			  row->key ? row->key : "-");
	if (columns.id > 0)
		draw_text(c, 0, col + columns.key, columns.id - 2, ROLE_DIM, row->id);
}

/* --- life ------------------------------------------------------------------------- */

enum err_code actions_pane_begin(struct actions_pane *pane, struct ui *ui, struct err *err)
{
	struct list_source source = {row_count, row_id, row_find, draw_row, pane};
	enum err_code code = index_view_new(session_index(ui->session), &pane->view);

	pane->ui = ui;
	if (code)
		return err_set(err, code, "no memory for the list");
	list_init(&pane->list, &source);
	return ERR_OK;
}

static void let_go(struct actions_pane *pane)
{
	size_t cursor = 0;
	const char *id;
	void *figures;

	if (!pane->held)
		return;
	while (map_next(pane->held, &cursor, &id, &figures))
		free(figures);
	map_free(&pane->held);
}

void actions_pane_end(struct actions_pane *pane)
{
	let_go(pane);
	index_view_free(&pane->view);
}

void actions_pane_freeze(struct actions_pane *pane, bool frozen)
{
	let_go(pane);
	if (frozen)
		map_new(&pane->held);
}

void actions_pane_refresh(struct actions_pane *pane)
{
	index_view_refresh(pane->view);
	list_follow(&pane->list);
}

const struct index_row *actions_pane_row(const struct actions_pane *pane)
{
	if (pane->list.cursor >= index_view_len(pane->view))
		return NULL;
	return index_view_row(pane->view, pane->list.cursor);
}

/* --- drawing ------------------------------------------------------------------------ */

/* Of rows that this run has not read. */
static int draw_age(const struct actions_pane *pane, const struct canvas *c, int col,
		    const struct index_progress *progress)
{
	int64_t now_us = clock_wall_us(loop_clock(pane->ui->loop));
	int64_t age_us = now_us - progress->kept_as_of_us;
	char age[CLOCK_TEXT_SIZE];

	if (progress->kept == 0)
		return 0;
	clock_format_span(age_us > 0 ? age_us : 0, age);
	return 2 + draw_format(c, 0, col + 2, 0, ROLE_WARN, "as of %s ago", age);
}

static void draw_title(struct actions_pane *pane, const struct canvas *c, bool focused)
{
	struct index *index = session_index(pane->ui->session);
	const char *filter = index_view_filter_text(pane->view);
	struct index_progress progress;
	size_t marked = index_marked(index);
	bool reverse = false;
	char shown[32];
	char total[32];
	int col;

	index_progress(index, &progress);
	text_format_count((int64_t)(filter[0] ? index_view_len(pane->view) : progress.loaded),
			  shown);
	text_format_count((int64_t)progress.total, total);
	draw_blank(c, 0, 0, 0, ROLE_TEXT);
	col = 1 + draw_text(c, 0, 1, 0, focused ? ROLE_FOCUS : ROLE_TITLE, "1 Data Actions");
	if (progress.total_known || progress.loaded > 0)
		col += 2 + draw_format(c, 0, col + 2, 0, ROLE_STRONG, "%s of %s%s", shown, total,
				       progress.total_known || progress.kept > 0 ? "" : "+");
	col += draw_age(pane, c, col, &progress);
	/* A column that this width has no room for. */
	if (index_view_sorted_by(pane->view, &reverse) == INDEX_BY_KEY &&
	    columns_for(c->at.cols).key == 0)
		col += 2 + draw_format(c, 0, col + 2, 0, ROLE_DIM, "by key%s",
				       reverse ? ", reverse" : "");
	if (marked > 0)
		col += 2 + draw_format(c, 0, col + 2, 0, ROLE_STRONG, "%zu marked", marked);
	if (pane->filter_error[0]) {
		draw_right(c, 0, col + 2, c->at.cols - col - 3, ROLE_ERROR, pane->filter_error);
	} else if (filter[0]) {
		char text[200];
		snprintf(text, sizeof text, "filter: /%s   Esc clears", filter);
		draw_right(c, 0, col + 2, c->at.cols - col - 3, ROLE_WARN, text);
	}
}

struct heading {
	enum index_column column;
	const char *text;
	bool right;
};

static int draw_heading(const struct actions_pane *pane, const struct canvas *c, int col, int cols,
			const struct heading *heading)
{
	bool reverse;
	bool sorted = index_view_sorted_by(pane->view, &reverse) == heading->column &&
		      heading->column != INDEX_BY_NONE;
	char text[24];

	snprintf(text, sizeof text, "%s%s", heading->text,
		 !sorted   ? ""
		 : c->utf8 ? (reverse ? "▼" : "▲")
			   : (reverse ? "v" : "^"));
	if (heading->right)
		draw_right(c, 1, col, cols, ROLE_HEADER, text);
	else
		draw_text(c, 1, col, cols - 1, ROLE_HEADER, text);
	return col + cols;
}

static void draw_headings(const struct actions_pane *pane, const struct canvas *c)
{
	static const struct heading name = {INDEX_BY_NAME, "NAME", false};
	static const struct heading category = {INDEX_BY_CATEGORY, "CATEGORY", false};
	static const struct heading tier = {INDEX_BY_TIER, "TIER", false};
	static const struct heading ttl = {INDEX_BY_TTL, "TTL", true};
	static const struct heading hit = {INDEX_BY_HIT_RATE, "HIT%", true};
	static const struct heading p95 = {INDEX_BY_P95, "P95ms", true};
	static const struct heading errors = {INDEX_BY_ERRORS, "ERR", true};
	static const struct heading key = {INDEX_BY_KEY, "KEY", false};
	static const struct heading id = {INDEX_BY_NONE, "ID", false};
	struct columns columns = columns_for(c->at.cols);
	int col;

	draw_blank(c, 1, 0, 0, ROLE_TEXT);
	col = draw_heading(pane, c, MARGIN, columns.name, &name);
	col = draw_heading(pane, c, col, columns.category, &category);
	col = draw_heading(pane, c, col, TIER_COLS, &tier);
	col = draw_heading(pane, c, col, TTL_COLS, &ttl);
	col = draw_heading(pane, c, col, HIT_COLS, &hit);
	col = draw_heading(pane, c, col, P95_COLS, &p95);
	col = draw_heading(pane, c, col, ERR_COLS, &errors) + 2;
	if (columns.key > 0)
		col = draw_heading(pane, c, col, columns.key, &key);
	if (columns.id > 0)
		draw_heading(pane, c, col, columns.id, &id);
}

static void draw_failed(const struct canvas *c, const struct failure *failure)
{
	char line[256];
	char text[320];
	int row = 1;

	failure_line(failure, line, sizeof line);
	snprintf(text, sizeof text, "! The list could not be read: %s", line);
	row += draw_paragraph(c, row, MARGIN, c->at.cols - MARGIN - 1, c->at.rows - 3, ROLE_ERROR,
			      text);
	draw_text(c, row, MARGIN, 0, ROLE_TEXT, "R reads it again.  E tells more.");
	if (failure->kind == FAILURE_UNAUTHENTICATED)
		draw_text(c, row + 1, MARGIN, 0, ROLE_TEXT, ":credentials takes others.");
}

/* Why there is nothing to see. */
static const char *no_rows(const struct actions_pane *pane)
{
	struct session_status status;

	session_status(pane->ui->session, &status);
	return status.replay_of_us ? "The bundle holds no Data Actions."
				   : "This tenant has no Data Actions.";
}

static void draw_empty(struct actions_pane *pane, const struct canvas *c)
{
	const char *filter = index_view_filter_text(pane->view);
	struct index_progress progress;

	index_progress(session_index(pane->ui->session), &progress);
	draw_clear(c);
	if (progress.failed) {
		draw_failed(c, &progress.failure);
	} else if (pane->filter_error[0]) {
		draw_paragraph(c, 1, MARGIN, c->at.cols - MARGIN - 1, c->at.rows - 1, ROLE_ERROR,
			       pane->filter_error);
	} else if (filter[0] && !progress.reading) {
		draw_format(c, 1, MARGIN, 0, ROLE_TEXT, "No action matches /%s  (Esc clears)",
			    filter);
	} else if (progress.whole) {
		draw_text(c, 1, MARGIN, 0, ROLE_TEXT, no_rows(pane));
	} else {
		draw_text(c, 1, MARGIN, 0, ROLE_DIM, "Reading the tenant...");
	}
}

/* Ask for what is on the screen, and for as much again after it. */
static void want_rows(struct actions_pane *pane)
{
	struct index *index = session_index(pane->ui->session);
	bool reverse;
	size_t first;
	size_t end;
	size_t ahead;

	if (index_view_filter_text(pane->view)[0] ||
	    index_view_sorted_by(pane->view, &reverse) != INDEX_BY_NONE)
		return;
	list_visible(&pane->list, &first, &end);
	ahead = end + (end - first);
	if (ahead > index_view_len(pane->view))
		ahead = index_view_len(pane->view);
	if (first < end && !index_view_row(pane->view, first))
		index_want(index, first);
	if (ahead > first && !index_view_row(pane->view, ahead - 1))
		index_want(index, ahead - 1);
}

void actions_pane_draw(struct actions_pane *pane, const struct canvas *c, bool focused)
{
	struct canvas rows;

	pane->rows = (struct rect){HEAD_ROWS, 0, c->at.rows - HEAD_ROWS, c->at.cols};
	rows = canvas_part(c, &pane->rows);
	draw_title(pane, c, focused);
	draw_headings(pane, c);
	if (index_view_len(pane->view) == 0) {
		draw_empty(pane, &rows);
		return;
	}
	list_draw(&pane->list, &rows, focused);
	want_rows(pane);
}

/* --- finding by name ----------------------------------------------------------------- */

static const char *find_by_name(struct index_view *all, const char *text, size_t *matches)
{
	const char *found = NULL;
	char *wanted = text_lower(text);

	*matches = 0;
	for (size_t i = 0; wanted && i < index_view_len(all); i++) {
		const struct index_row *row = index_view_row(all, i);
		char *name = row ? text_lower(row->name) : NULL;
		bool whole = name && strcmp(name, wanted) == 0;

		if (name && (whole || strstr(name, wanted))) {
			found = row->id;
			++*matches;
		}
		free(name);
		if (whole) {
			*matches = 1;
			break;
		}
	}
	free(wanted);
	return found;
}

const char *actions_pane_find(struct actions_pane *pane, const char *text, struct err *err)
{
	struct index *index = session_index(pane->ui->session);
	const struct index_row *row = index_find(index, text);
	struct index_view *all;
	const char *found;
	size_t matches;

	if (row)
		return row->id;
	if (index_view_new(index, &all) != ERR_OK) {
		err_set(err, ERR_NO_MEMORY, "out of memory");
		return NULL;
	}
	index_view_refresh(all);
	found = find_by_name(all, text, &matches);
	index_view_free(&all);
	if (matches == 1)
		return found;
	if (matches == 0)
		err_set(err, ERR_NOT_FOUND, "no action is named \"%s\"", text);
	else
		err_set(err, ERR_USAGE, "%zu actions are named like \"%s\"", matches, text);
	return NULL;
}
