/* The exchange log. */
#include "requests_pane.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/clock.h"
#include "dacache/base/text.h"
#include "internal.h"

enum { TIME_COLS = 10, METHOD_COLS = 6, STATUS_COLS = 10, MS_COLS = 9, TRY_COLS = 4 };

#define API_PREFIX "/api/v2/"

/* Newer ones than the last that is shown, while frozen. */
static size_t hidden(const struct requests_pane *pane)
{
	size_t n = 0;
	const struct exchange *exchange;

	if (pane->newest == 0)
		return 0;
	while ((exchange = session_exchange(pane->ui->session, n)) != NULL &&
	       exchange->number > pane->newest)
		n++;
	return n;
}

static const struct exchange *exchange_at(const struct requests_pane *pane, size_t i)
{
	return session_exchange(pane->ui->session, i + hidden(pane));
}

static size_t row_count(const void *context)
{
	const struct requests_pane *pane = context;

	return session_exchange_count(pane->ui->session) - hidden(pane);
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

/* Numbers fall by one from row to row. */
static long row_find(const void *context, const char *id)
{
	const struct requests_pane *pane = context;
	unsigned long long number = strtoull(id, NULL, 10);
	size_t n = row_count(pane);

	for (size_t i = 0; i < n; i++) {
		const struct exchange *exchange = exchange_at(pane, i);
		if (exchange && exchange->number == number)
			return (long)i;
	}
	return -1;
}

/* The path; where it would be cut, what it is about. */
static const char *what_of(const struct requests_pane *pane, const struct exchange *exchange,
			   int cols)
{
	const char *path = exchange->path ? exchange->path : "";
	const struct index_row *row = NULL;

	if (text_width(path) <= cols)
		return path;
	if (exchange->action_id && exchange->action_id[0])
		row = index_find(session_index(pane->ui->session), exchange->action_id);
	if (row)
		return row->name;
	return strncmp(path, API_PREFIX, strlen(API_PREFIX)) == 0 ? path + strlen(API_PREFIX)
								  : path;
}

static void draw_row(const void *context, const struct canvas *c, size_t i, bool selected)
{
	const struct exchange *exchange = exchange_at(context, i);
	bool good = exchange && exchange->status >= 200 && exchange->status < 300;
	char text[CLOCK_TEXT_SIZE];
	int col = 2;

	if (!exchange)
		return;
	if (selected)
		draw_text(c, 0, 0, 1, ROLE_TEXT, ">");
	clock_format_time(exchange->wall_us, text);
	col += draw_text(c, 0, col, TIME_COLS, ROLE_DIM, text) + 1;
	draw_text(c, 0, col, METHOD_COLS - 1, ROLE_TEXT, exchange->method);
	col += METHOD_COLS;
	if (exchange->status > 0)
		draw_format(c, 0, col, STATUS_COLS - 1, good ? ROLE_OK : ROLE_ERROR, "%s%d",
			    good ? "" : "! ", exchange->status);
	else
		draw_format(c, 0, col, STATUS_COLS - 1, ROLE_ERROR, "! %s",
			    transport_name(exchange->transport));
	col += STATUS_COLS;
	snprintf(text, sizeof text, "%.1fms", (double)exchange->times.total / 1000);
	draw_right(c, 0, col, MS_COLS, ROLE_TEXT, text);
	col += MS_COLS;
	if (exchange->attempt > 1)
		draw_format(c, 0, col + 1, TRY_COLS - 1, ROLE_WARN, "x%lld",
			    (long long)exchange->attempt);
	col += TRY_COLS + 1;
	draw_text(c, 0, col, 0, ROLE_TEXT, what_of(context, exchange, c->at.cols - col));
}

void requests_pane_begin(struct requests_pane *pane, struct ui *ui)
{
	struct list_source source = {row_count, row_id, row_find, draw_row, pane};

	pane->ui = ui;
	list_init(&pane->list, &source);
}

void requests_pane_freeze(struct requests_pane *pane, bool frozen)
{
	const struct exchange *newest = session_exchange(pane->ui->session, 0);

	pane->newest = frozen && newest ? newest->number : 0;
}

const struct exchange *requests_pane_exchange(const struct requests_pane *pane)
{
	return exchange_at(pane, pane->list.cursor);
}

void requests_pane_draw(struct requests_pane *pane, const struct canvas *c, bool focused)
{
	size_t n = row_count(pane);
	struct canvas rows;
	char right[64];

	pane->rows = (struct rect){1, 0, c->at.rows - 1, c->at.cols};
	rows = canvas_part(c, &pane->rows);
	snprintf(right, sizeof right, "%s%zu kept", pane->newest ? "FROZEN  " : "", n);
	draw_rule(c, 0, focused ? ROLE_FOCUS : ROLE_TITLE, "5 Requests", right);
	if (n == 0) {
		draw_clear(&rows);
		draw_text(&rows, 0, 2, 0, ROLE_DIM, "No request was answered yet.");
		return;
	}
	/* On the newest row the cursor stays there; elsewhere it follows its call. */
	if (pane->list.cursor == 0)
		list_go(&pane->list, 0);
	else
		list_follow(&pane->list);
	list_draw(&pane->list, &rows, focused);
}

unsigned requests_pane_action(struct requests_pane *pane, enum key_action action)
{
	const struct exchange *exchange = requests_pane_exchange(pane);

	if (list_action(&pane->list, action))
		return REACT_HANDLED;
	if (action != ACT_OPEN)
		return REACT_NONE;
	if (exchange)
		request_details_open(pane->ui, exchange);
	return REACT_HANDLED;
}
