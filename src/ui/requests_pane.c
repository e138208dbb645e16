/* The requests: a list. */
#include "requests_pane.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/clock.h"
#include "dacache/base/text.h"
#include "dacache/ui/ask.h"
#include "internal.h"
#include "waterfall.h"

#define API_PREFIX "/api/v2/"

enum { WIDE = 100, MIDDLE = 72, LEGEND_ROWS = 8 };

/* Where the columns stand; a width of 0: it is not shown. */
struct columns {
	int time, method, status, attempt, total, bar, bytes; /* widths, with a blank behind */
	bool milliseconds;
};

static struct columns columns_for(int cols)
{
	struct columns out = {
		.time = 9, .method = 5, .status = 6, .attempt = 3, .total = 8, .bar = 11};

	if (cols >= MIDDLE) {
		out.bar = 15;
		out.bytes = 7;
	}
	if (cols >= WIDE) {
		out.time = 13;
		out.method = 7;
		out.attempt = 4;
		out.milliseconds = true;
		out.bar = cols / 4;
		out.bytes = 9;
	}
	return out;
}

/* --- the list's source -------------------------------------------------------------- */

static const struct exchange *exchange_at(const struct requests_pane *pane, size_t i)
{
	size_t n = pane->shown.len;

	if (i >= n)
		return NULL;
	return session_exchange_by_number(pane->ui->session,
					  *(uint64_t *)vec_at(&pane->shown, n - 1 - i));
}

static size_t row_count(const void *context)
{
	const struct requests_pane *pane = context;

	return pane->shown.len;
}

static const char *row_id(const void *context, size_t i)
{
	struct requests_pane *pane = (struct requests_pane *)(uintptr_t)context;
	const struct exchange *exchange = exchange_at(pane, i);

	if (!exchange)
		return NULL;
	snprintf(pane->row_id, sizeof pane->row_id, "%llu", (unsigned long long)exchange->number);
	return pane->row_id;
}

/* Numbers fall from row to row. */
static long row_find(const void *context, const char *id)
{
	const struct requests_pane *pane = context;
	uint64_t number = strtoull(id, NULL, 10);
	size_t low = 0;
	size_t high = pane->shown.len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (*(uint64_t *)vec_at(&pane->shown, middle) < number)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == pane->shown.len || *(uint64_t *)vec_at(&pane->shown, low) != number)
		return -1;
	return (long)(pane->shown.len - 1 - low);
}

/* --- a row --------------------------------------------------------------------------- */

/* "377", "20.3K", "1.2M" */
static void format_bytes(int64_t bytes, char out[16])
{
	if (bytes < 1000)
		snprintf(out, 16, "%d", (int)bytes);
	else if (bytes < 1000000)
		snprintf(out, 16, "%.1fK", (double)bytes / 1000);
	else
		snprintf(out, 16, "%.1fM", (double)bytes / 1000000);
}

/* The path; where it would be cut, what it is about. */
static const char *what_of(const struct requests_pane *pane, const struct exchange *exchange,
			   int cols)
{
	const char *path = exchange->path ? exchange->path : "";
	const char *name = NULL;

	if (text_width(path) <= cols)
		return path;
	name = requests_pane_name(pane, exchange);
	if (name)
		return name;
	return strncmp(path, API_PREFIX, strlen(API_PREFIX)) == 0 ? path + strlen(API_PREFIX)
								  : path;
}

static void draw_status(const struct canvas *c, int col, int cols, const struct exchange *exchange)
{
	bool good = (exchange->status >= 200 && exchange->status < 300) || exchange->status == 304;

	if (exchange->status == 0)
		draw_text(c, 0, col, cols, ROLE_ERROR, "! -");
	else
		draw_format(c, 0, col, cols, good ? ROLE_OK : ROLE_ERROR, "%s%d", good ? "" : "! ",
			    exchange->status);
}

/* What a call without an answer met stands before its path. */
static void draw_what(const struct requests_pane *pane, const struct canvas *c, int col,
		      const struct exchange *exchange)
{
	if (exchange->status == 0)
		col += draw_format(c, 0, col, 0, ROLE_ERROR, "%s ",
				   transport_name(exchange->transport));
	if (col < c->at.cols)
		draw_text(c, 0, col, 0, ROLE_TEXT, what_of(pane, exchange, c->at.cols - col));
}

static void draw_figures(const struct requests_pane *pane, const struct canvas *c, int col,
			 const struct columns *columns, const struct exchange *exchange)
{
	char text[16];

	if (exchange->attempt > 1)
		draw_format(c, 0, col, columns->attempt - 1, ROLE_WARN, "x%lld",
			    (long long)exchange->attempt);
	col += columns->attempt;
	waterfall_format(exchange->times.total, text);
	draw_right(c, 0, col, columns->total - 1, ROLE_TEXT, text);
	col += columns->total;
	waterfall_draw(c, 0, col, columns->bar - 1, &exchange->times, pane->scale_us);
	col += columns->bar;
	if (columns->bytes == 0)
		return;
	format_bytes(exchange->bytes_received, text);
	draw_right(c, 0, col, columns->bytes - 1, ROLE_DIM, text);
}

static int figure_cols(const struct columns *columns)
{
	return columns->attempt + columns->total + columns->bar + columns->bytes;
}

static void draw_row(const void *context, const struct canvas *c, size_t i, bool selected)
{
	const struct requests_pane *pane = context;
	const struct exchange *exchange = exchange_at(pane, i);
	struct columns columns = columns_for(c->at.cols);
	char when[CLOCK_TEXT_SIZE];
	int col = 2;

	if (!exchange)
		return;
	if (selected)
		draw_text(c, 0, 0, 1, ROLE_TEXT, ">");
	clock_format_rfc3339(exchange->wall_us, when);
	when[columns.milliseconds ? 23 : 19] = '\0';
	draw_text(c, 0, col, 0, ROLE_DIM, when + 11);
	col += columns.time;
	draw_text(c, 0, col, columns.method - 1, ROLE_TEXT, exchange->method);
	col += columns.method;
	draw_status(c, col, columns.status - 1, exchange);
	col += columns.status;
	draw_figures(pane, c, col, &columns, exchange);
	draw_what(pane, c, col + figure_cols(&columns), exchange);
}

static void draw_head(const struct canvas *c)
{
	struct columns columns = columns_for(c->at.cols);
	int col = 2;

	draw_blank(c, 1, 0, c->at.cols, ROLE_HEADER);
	draw_text(c, 1, col, columns.time - 1, ROLE_HEADER, "TIME");
	col += columns.time;
	draw_text(c, 1, col, columns.method - 1, ROLE_HEADER,
		  columns.milliseconds ? "METHOD" : "METH");
	col += columns.method;
	draw_text(c, 1, col, 0, ROLE_HEADER, "STATUS");
	col += columns.status + columns.attempt;
	draw_right(c, 1, col, columns.total - 1, ROLE_HEADER, "TOTAL");
	col += columns.total;
	draw_text(c, 1, col, columns.bar - 1, ROLE_HEADER, "WATERFALL");
	col += columns.bar;
	if (columns.bytes > 0)
		draw_right(c, 1, col, columns.bytes - 1, ROLE_HEADER, "BYTES");
	draw_text(c, 1, col + columns.bytes, 0, ROLE_HEADER, "PATH");
}

/* --- the pane ------------------------------------------------------------------------ */

void requests_pane_begin(struct requests_pane *pane, struct ui *ui)
{
	struct list_source source = {row_count, row_id, row_find, draw_row, pane};

	pane->ui = ui;
	vec_init(&pane->shown, sizeof(uint64_t));
	list_init(&pane->list, &source);
}

void requests_pane_end(struct requests_pane *pane)
{
	ask_forget(pane->ui, pane);
	free(pane->har_path);
	vec_free(&pane->shown);
	request_filter_free(&pane->filter);
	free(pane->words);
	free(pane->words_before);
}

void requests_pane_freeze(struct requests_pane *pane, bool frozen)
{
	const struct exchange *newest = session_exchange(pane->ui->session, 0);

	pane->newest = frozen && newest ? newest->number : 0;
}

const struct exchange *requests_pane_exchange(struct requests_pane *pane)
{
	/* Keys may come before what is new was drawn. */
	requests_pane_refresh(pane);
	if (pane->list.cursor > 0)
		list_follow(&pane->list);
	return exchange_at(pane, pane->list.cursor);
}

static void draw_title(const struct requests_pane *pane, const struct canvas *c, bool focused)
{
	size_t all = session_exchange_count(pane->ui->session);
	const char *frozen = pane->newest ? "FROZEN  " : "";
	char title[256];
	char right[64];

	if (request_filter_is_empty(pane->filter)) {
		snprintf(title, sizeof title, "5 Requests");
		snprintf(right, sizeof right, "%s%zu kept", frozen, pane->shown.len);
	} else {
		snprintf(title, sizeof title, "5 Requests  filter: %.200s", pane->words);
		snprintf(right, sizeof right, "%s%zu of %zu", frozen, pane->shown.len, all);
	}
	draw_rule(c, 0, focused ? ROLE_FOCUS : ROLE_TITLE, title, right);
}

static void draw_nothing(const struct requests_pane *pane, const struct canvas *c)
{
	draw_clear(c);
	draw_text(c, 0, 2, 0, ROLE_DIM,
		  request_filter_is_empty(pane->filter)
			  ? "No request was answered yet."
			  : "No request matches the filter.  Esc clears it");
}

/* The bars are as long as the slowest call on the screen takes. */
static int64_t visible_scale(const struct requests_pane *pane)
{
	int64_t scale_us = 0;
	size_t first;
	size_t end;

	list_visible(&pane->list, &first, &end);
	for (size_t i = first; i < end; i++) {
		const struct exchange *exchange = exchange_at(pane, i);
		int64_t us = exchange ? waterfall_whole(&exchange->times) : 0;

		scale_us = us > scale_us ? us : scale_us;
	}
	return scale_us;
}

static void place_rows(struct requests_pane *pane, const struct canvas *c)
{
	bool legend = c->at.rows >= LEGEND_ROWS;

	pane->rows = (struct rect){2, 0, c->at.rows - 2 - legend, c->at.cols};
	pane->list.rows = pane->rows.rows > 0 ? pane->rows.rows : 1;
	/* On the newest row the cursor stays there; elsewhere it follows its call. */
	if (pane->list.cursor == 0)
		list_go(&pane->list, 0);
	else
		list_follow(&pane->list);
}

void requests_pane_draw(struct requests_pane *pane, const struct canvas *c, bool focused)
{
	struct rect body = {1, 0, c->at.rows - 1, c->at.cols};
	struct canvas rows = canvas_part(c, &body);

	requests_pane_refresh(pane);
	draw_title(pane, c, focused);
	if (pane->shown.len == 0) {
		draw_nothing(pane, &rows);
		return;
	}
	place_rows(pane, c);
	rows = canvas_part(c, &pane->rows);
	pane->scale_us = visible_scale(pane);
	draw_head(c);
	list_draw(&pane->list, &rows, focused);
	if (c->at.rows < LEGEND_ROWS)
		return;
	draw_blank(c, c->at.rows - 1, 0, c->at.cols, ROLE_TEXT);
	waterfall_draw_legend(c, c->at.rows - 1, pane->scale_us);
}

unsigned requests_pane_action(struct requests_pane *pane, enum key_action action)
{
	const struct exchange *exchange = requests_pane_exchange(pane);
	struct err err;

	if (list_action(&pane->list, action))
		return REACT_HANDLED;
	switch (action) {
	case ACT_OPEN:
		if (exchange)
			request_screen_open(pane->ui, exchange);
		return REACT_HANDLED;
	case ACT_FILTER:
		requests_pane_open_filter(pane);
		return REACT_HANDLED;
	case ACT_BACK:
		if (request_filter_is_empty(pane->filter))
			return REACT_NONE;
		requests_pane_filter(pane, "", &err);
		return REACT_HANDLED;
	default:
		return REACT_NONE;
	}
}
