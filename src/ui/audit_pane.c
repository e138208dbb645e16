/* The audit: newest first. */
#include "audit_pane.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "internal.h"
#include "main_screen.h"

enum {
	TIME_COLS = 10,
	KIND_COLS = 14,
	OUTCOME_COLS = 13,
	STATUS_COLS = 5,
	MS_COLS = 7,
	/* All but the name and the words at the end. */
	OTHER_COLS = 2 + TIME_COLS + KIND_COLS + OUTCOME_COLS + STATUS_COLS + MS_COLS + 1,
	NAME_COLS = 36,
	WORDS_LEAST = 16
};

/* --- the list's source ---------------------------------------------------------- */

static const struct audit_entry *entry_at(const struct audit_pane *pane, size_t i)
{
	return audit_window_at(&pane->window, i);
}

static size_t row_count(const void *context)
{
	const struct audit_pane *pane = context;

	return pane->window.entries.len;
}

static const char *row_id(const void *context, size_t i)
{
	struct audit_pane *pane = (struct audit_pane *)(uintptr_t)context;
	const struct audit_entry *entry = entry_at(pane, i);

	snprintf(pane->row_id, sizeof pane->row_id, "%lld", entry ? (long long)entry->seq : 0LL);
	return pane->row_id;
}

static long row_find(const void *context, const char *id)
{
	const struct audit_pane *pane = context;
	long long seq = strtoll(id, NULL, 10);

	for (size_t i = 0; i < pane->window.entries.len; i++)
		if (entry_at(pane, i)->seq == seq)
			return (long)i;
	return -1;
}

static enum role outcome_role(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_APPLIED:
		return ROLE_OK;
	case OUTCOME_UNCHANGED:
		return ROLE_TEXT;
	case OUTCOME_CONFLICT:
	case OUTCOME_UNKNOWN:
		return ROLE_WARN;
	default:
		return ROLE_ERROR;
	}
}

/* The time alone where it is today's; else the day. */
static void format_when(const struct audit_pane *pane, int64_t wall_us, char *out, size_t size)
{
	char when[CLOCK_TEXT_SIZE];
	char now[CLOCK_TEXT_SIZE];

	clock_format_rfc3339(wall_us, when);
	clock_format_rfc3339(clock_wall_us(loop_clock(pane->ui->loop)), now);
	if (strncmp(when, now, 10) == 0)
		snprintf(out, size, "%.8s", when + 11);
	else
		snprintf(out, size, "%.8s", when + 2);
}

static const char *name_of(const struct audit_pane *pane, const struct audit_entry *entry)
{
	const struct index_row *row;

	if (entry->name && entry->name[0])
		return entry->name;
	if (!entry->data_action_id)
		return "";
	row = index_find(session_index(pane->ui->session), entry->data_action_id);
	return row ? row->name : entry->data_action_id;
}

/* The words come where there is room for more than their beginning. */
static int name_cols(const struct canvas *c)
{
	int room = c->at.cols - OTHER_COLS;

	return room > NAME_COLS + WORDS_LEAST ? NAME_COLS : room;
}

static void draw_row(const void *context, const struct canvas *c, size_t i, bool selected)
{
	const struct audit_pane *pane = context;
	const struct audit_entry *entry = entry_at(pane, i);
	int name = name_cols(c);
	char text[32];
	int col = 2;

	format_when(pane, entry->wall_us, text, sizeof text);
	if (selected)
		draw_text(c, 0, 0, 1, ROLE_TEXT, ">");
	draw_text(c, 0, col, TIME_COLS - 1, ROLE_DIM, text);
	col += TIME_COLS;
	draw_text(c, 0, col, KIND_COLS - 1, ROLE_TEXT, entry->action ? entry->action : "");
	col += KIND_COLS;
	draw_text(c, 0, col, name - 1, ROLE_TEXT, name_of(pane, entry));
	col += name;
	draw_text(c, 0, col, OUTCOME_COLS - 1, outcome_role(entry->outcome),
		  outcome_name(entry->outcome));
	col += OUTCOME_COLS;
	if (entry->status > 0)
		draw_format(c, 0, col, STATUS_COLS - 1, ROLE_TEXT, "%d", entry->status);
	col += STATUS_COLS;
	if (entry->latency_ms >= 0) {
		snprintf(text, sizeof text, "%.0fms", entry->latency_ms);
		draw_right(c, 0, col, MS_COLS, ROLE_DIM, text);
	}
	col += MS_COLS + 1;
	if (entry->message && col + WORDS_LEAST < c->at.cols)
		draw_text(c, 0, col, 0, ROLE_TEXT, entry->message);
}

/* --- reading ----------------------------------------------------------------------- */

static void counted(void *context)
{
	struct audit_pane *pane = context;

	main_screen_soon(pane->ui->main, pane_bit(PANE_AUDIT));
}

static void load(struct audit_pane *pane)
{
	bool at_newest = pane->list.cursor == 0 && !pane->window.has_newer;

	if (!pane->opened)
		audit_window_open(&pane->window, pane->this_only ? pane->id : NULL);
	else if (pane->grew)
		audit_window_update(&pane->window);
	else
		return;
	pane->opened = true;
	pane->grew = false;
	/* On the newest entry the cursor stays there; elsewhere it follows its entry. */
	if (at_newest)
		list_go(&pane->list, 0);
	else
		list_follow(&pane->list);
}

static void load_ahead(struct audit_pane *pane)
{
	if (audit_window_reach(&pane->window, pane->list.cursor, (size_t)pane->list.rows))
		list_follow(&pane->list);
}

static bool move_cursor(struct audit_pane *pane, enum key_action action)
{
	if (action == ACT_FIRST)
		audit_window_first(&pane->window);
	if (action == ACT_LAST)
		audit_window_last(&pane->window);
	if (!list_action(&pane->list, action))
		return false;
	load_ahead(pane);
	return true;
}

/* --- what the screen asks ------------------------------------------------------------ */

enum err_code audit_pane_begin(struct audit_pane *pane, struct ui *ui)
{
	struct list_source source = {row_count, row_id, row_find, draw_row, pane};

	pane->ui = ui;
	audit_window_init(&pane->window, ui->session, counted, pane);
	list_init(&pane->list, &source);
	return ERR_OK;
}

void audit_pane_end(struct audit_pane *pane)
{
	audit_window_free(&pane->window);
}

void audit_pane_touch(struct audit_pane *pane)
{
	pane->grew = true;
}

static void begin_anew(struct audit_pane *pane)
{
	audit_window_close(&pane->window);
	pane->opened = false;
	pane->list.id[0] = '\0';
	pane->list.cursor = 0;
	pane->list.top = 0;
}

void audit_pane_set_scope(struct audit_pane *pane, bool this_only)
{
	if (pane->this_only == this_only)
		return;
	pane->this_only = this_only;
	begin_anew(pane);
}

void audit_pane_select_action(struct audit_pane *pane, const char *id)
{
	if (strcmp(pane->id, id) == 0)
		return;
	snprintf(pane->id, sizeof pane->id, "%s", id);
	if (pane->this_only)
		begin_anew(pane);
}

const struct audit_entry *audit_pane_entry(const struct audit_pane *pane)
{
	return entry_at(pane, pane->list.cursor);
}

static void draw_title(const struct audit_pane *pane, const struct canvas *c, bool focused)
{
	const struct audit_window *window = &pane->window;
	char right[64];
	char number[32];

	text_format_count(window->total, number);
	snprintf(right, sizeof right, "%s, %s%s %s", pane->this_only ? "this action" : "all",
		 number, window->count_below > 0 ? "+" : "",
		 window->total == 1 ? "entry" : "entries");
	draw_rule(c, 0, focused ? ROLE_FOCUS : ROLE_TITLE, "4 Audit", right);
}

void audit_pane_draw(struct audit_pane *pane, const struct canvas *c, bool focused)
{
	struct canvas rows;

	load(pane);
	pane->rows = (struct rect){1, 0, c->at.rows - 1, c->at.cols};
	rows = canvas_part(c, &pane->rows);
	draw_title(pane, c, focused);
	if (pane->window.entries.len > 0) {
		load_ahead(pane); /* the mouse moves it, too */
		list_draw(&pane->list, &rows, focused);
		return;
	}
	draw_clear(&rows);
	if (pane->window.failed[0])
		draw_format(&rows, 0, 2, 0, ROLE_ERROR, "! %s", pane->window.failed);
	else
		draw_text(&rows, 0, 2, 0, ROLE_DIM,
			  pane->this_only ? "Nothing was done to this action yet.  a shows all"
					  : "Nothing was done yet.");
}

unsigned audit_pane_action(struct audit_pane *pane, enum key_action action)
{
	const struct audit_entry *entry = audit_pane_entry(pane);

	if (move_cursor(pane, action))
		return REACT_HANDLED;
	if (action == ACT_SCOPE) {
		audit_pane_set_scope(pane, !pane->this_only);
		return REACT_HANDLED;
	}
	if (action == ACT_OPEN) {
		if (entry)
			audit_details_open(pane->ui, entry, name_of(pane, entry));
		return REACT_HANDLED;
	}
	return REACT_NONE;
}
