/* The Live pane: its life, its keys, and where its parts stand. */
#include "live_pane.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/ui/chart.h"
#include "internal.h"

enum { TWO_TABLES_COLS = 120, CHARTS_LEAST = 6, ROWS_FOR_CHARTS = 11, PAGE = 5 };

static const struct {
	int s;
	const char *name;
} spans[LIVE_SPANS] = {
	{60, "1m"},   {120, "2m"},   {300, "5m"},   {600, "10m"},   {900, "15m"},   {1800, "30m"},
	{3600, "1h"}, {10800, "3h"}, {21600, "6h"}, {43200, "12h"}, {86400, "24h"},
};

enum { SPAN_DEFAULT = 2 };

void live_pane_begin(struct live_pane *pane, struct ui *ui)
{
	pane->ui = ui;
	pane->span = SPAN_DEFAULT;
	pane->chosen = LIVE_ROW_RATES;
	pane->endpoint = ENDPOINT_GET;
}

void live_pane_end(struct live_pane *pane)
{
	free(pane->frozen);
	pane->frozen = NULL;
}

void live_pane_touch(struct live_pane *pane, bool even_frozen)
{
	if (!pane->ui->frozen || even_frozen)
		pane->taken = false;
}

void live_pane_freeze(struct live_pane *pane, bool frozen)
{
	pane->taken = false;
	if (frozen)
		live_pane_take(pane);
	else
		live_pane_end(pane);
}

/* --- windows ----------------------------------------------------------------------- */

int live_pane_span_s(const struct live_pane *pane)
{
	return spans[pane->span].s;
}

const char *live_pane_span_text(const struct live_pane *pane)
{
	return spans[pane->span].name;
}

static void set_span(struct live_pane *pane, int span)
{
	pane->span = span;
	live_series_forget(pane);
	live_pane_touch(pane, false);
}

void live_pane_widen(struct live_pane *pane, int step)
{
	int span = pane->span + step;

	set_span(pane, span < 0 ? 0 : span >= LIVE_SPANS ? LIVE_SPANS - 1 : span);
}

bool live_pane_set_span(struct live_pane *pane, const char *text)
{
	for (int i = 0; i < LIVE_SPANS; i++) {
		if (strcmp(spans[i].name, text) != 0)
			continue;
		set_span(pane, i);
		return true;
	}
	return false;
}

const struct live_series *live_pane_series(const struct live_pane *pane)
{
	return pane->frozen ? &pane->frozen[pane->span] : &pane->series;
}

/* --- drawing ------------------------------------------------------------------------ */

/* The tables take what they need, but leave the charts their part. */
static int table_rows(const struct canvas *c, int wanted)
{
	int rows = c->at.rows - 1;
	int charts = rows * 2 / 5;

	if (rows < ROWS_FOR_CHARTS)
		return rows;
	if (charts < CHARTS_LEAST)
		charts = CHARTS_LEAST;
	return wanted < rows - charts ? wanted : rows - charts;
}

/* Returns the rows that they took; *hidden: lines that had no room. */
static int draw_tables(struct live_pane *pane, const struct canvas *c, bool focused, int *hidden)
{
	bool two = c->at.cols >= TWO_TABLES_COLS;
	int left = two ? c->at.cols / 2 : c->at.cols;
	int wanted = live_rows_count(pane, left, two ? LIVE_PART_RATES : LIVE_PARTS);
	int other = two ? live_rows_count(pane, c->at.cols - left, LIVE_PART_LATENCIES) : 0;
	int rows = table_rows(c, wanted > other ? wanted : other);
	struct rect at = {1, 0, rows, left};
	struct canvas part = canvas_part(c, &at);

	pane->two_tables = two;
	*hidden = live_rows_draw(pane, &part, two ? LIVE_PART_RATES : LIVE_PARTS, focused);
	if (two) {
		at.col = left;
		at.cols = c->at.cols - left;
		part = canvas_part(c, &at);
		*hidden += live_rows_draw(pane, &part, LIVE_PART_LATENCIES, focused);
	}
	return 1 + rows;
}

static void draw_title(const struct live_pane *pane, const struct canvas *c, bool focused,
		       int hidden)
{
	const struct index_row *row = index_find(session_index(pane->ui->session), pane->shot.id);
	char title[256];
	char right[64] = "";
	char time[CLOCK_TEXT_SIZE];

	snprintf(title, sizeof title, "3 Live%s%s", row ? "  " : "", row ? row->name : "");
	clock_format_time(pane->shot.taken_us, time);
	if (pane->ui->frozen)
		snprintf(right, sizeof right, "FROZEN %sZ  ", time);
	if (hidden > 0)
		snprintf(right + strlen(right), sizeof right - strlen(right), "%d more  ", hidden);
	snprintf(right + strlen(right), sizeof right - strlen(right), "window %s",
		 live_pane_span_text(pane));
	draw_rule(c, 0, focused ? ROLE_FOCUS : ROLE_TITLE, title, right);
}

void live_pane_draw(struct live_pane *pane, const struct canvas *c, bool focused)
{
	size_t points = live_charts_points(c, c->at.cols);
	struct rect charts = {0, 0, 0, c->at.cols};
	struct canvas part;
	int hidden;

	if (pane->points != points) {
		pane->points = points;
		live_pane_touch(pane, false);
	}
	live_pane_take(pane);
	draw_clear(c);
	charts.row = draw_tables(pane, c, focused, &hidden);
	draw_title(pane, c, focused, hidden);
	charts.rows = c->at.rows - charts.row;
	part = canvas_part(c, &charts);
	live_charts_draw(pane, &part);
}

/* --- keys ----------------------------------------------------------------------------- */

static void choose(struct live_pane *pane, int row)
{
	pane->chosen = row;
	if (row >= LIVE_ROW_CALLS && row < LIVE_ROW_CHANGES)
		pane->endpoint = (enum endpoint)(row - LIVE_ROW_CALLS);
	live_pane_touch(pane, false);
}

static void go(struct live_pane *pane, int step)
{
	int order[LIVE_ROWS];
	int n = live_rows_order(pane, order);
	int at = 0;

	for (int i = 0; i < n; i++)
		if (order[i] == pane->chosen)
			at = i;
	at += step;
	choose(pane, order[at < 0 ? 0 : at >= n ? n - 1 : at]);
}

enum live_scope live_pane_scope(const struct live_pane *pane)
{
	return pane->chosen == LIVE_ROW_RATES + LIVE_TENANT || pane->chosen == LIVE_ROW_ALL_HITS ||
			       pane->chosen == LIVE_ROW_ALL_MISSES
		       ? LIVE_TENANT
		       : LIVE_THIS;
}

unsigned live_pane_action(struct live_pane *pane, enum key_action action)
{
	switch (action) {
	case ACT_UP:
		go(pane, -1);
		break;
	case ACT_DOWN:
		go(pane, 1);
		break;
	case ACT_PAGE_UP:
		go(pane, -PAGE);
		break;
	case ACT_PAGE_DOWN:
		go(pane, PAGE);
		break;
	case ACT_FIRST:
		go(pane, -LIVE_ROWS);
		break;
	case ACT_LAST:
		go(pane, LIVE_ROWS);
		break;
	default:
		return REACT_NONE;
	}
	return REACT_HANDLED;
}

bool live_pane_mouse(struct live_pane *pane, const struct mouse *at, int cols)
{
	bool second = pane->two_tables && at->col >= cols / 2;
	int row = at->row - 1; /* below the title */

	if (at->kind != MOUSE_PRESS) {
		go(pane, at->kind == MOUSE_WHEEL_UP ? -1 : 1);
		return true;
	}
	if (row < 0 || row >= LIVE_SHOWN_MAX || !pane->shown[second][row])
		return false;
	choose(pane, pane->shown[second][row] - 1);
	return true;
}
