/* The selected action in two lines, below the list of a small screen. */
#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/ui/chart.h"
#include "detail_pane.h"
#include "internal.h"

enum { LABEL_COLS = 6 };

/* The list knows of a change already; the action itself is still being read. */
static bool is_behind(const struct detail_pane *pane, const struct index_row *row)
{
	const struct cache_members *read = &pane->action->members;

	if (!pane->fetch)
		return false;
	return row->enabled != read->enabled || row->ttl_s != read->ttl_s ||
	       strcmp(row->key ? row->key : "", read->key ? read->key : "") != 0;
}

static void draw_key_line(struct detail_pane *pane, const struct canvas *c,
			  const struct index_row *row)
{
	char modified[160] = "";
	char right[ETAG_SIZE + 200] = "";
	int width;

	if (pane->action && !is_behind(pane, row)) {
		detail_text_modified(pane->action, clock_wall_us(loop_clock(pane->ui->loop)),
				     modified, sizeof modified);
		snprintf(right, sizeof right, "ETag %s  %s",
			 pane->action->etag[0] ? pane->action->etag : "-", modified);
	} else if (pane->failure.kind != FAILURE_NONE) {
		snprintf(right, sizeof right, "! not read (E)");
	} else if (pane->fetch) {
		snprintf(right, sizeof right, "reading...");
	}
	width = text_width(right);
	if (width > c->at.cols / 2)
		width = c->at.cols / 2;
	draw_text(c, 1, 1, LABEL_COLS, ROLE_LABEL, "key");
	draw_text(c, 1, 1 + LABEL_COLS, c->at.cols - width - LABEL_COLS - 4,
		  row->key ? ROLE_TEXT : ROLE_DIM, row->key ? row->key : "- (none)");
	draw_right(c, 1, c->at.cols - width - 1, width, ROLE_DIM, right);
}

static int put_rate(const struct canvas *c, int col, struct hit_count count)
{
	double rate = hit_rate(count);

	if (rate < 0)
		return col + draw_text(c, 2, col, 0, ROLE_DIM, "-") + 1;
	return col + draw_format(c, 2, col, 0, ROLE_TEXT, "%.1f", rate * 100) + 1;
}

static void draw_rate_spark(const struct live_pane *live, const struct canvas *c, int col)
{
	double rates[LIVE_SPARK_POINTS];
	size_t n = chart_points(c, LIVE_SPARK_COLS);

	live_rates(&live_pane_series(live)->hits[LIVE_THIS], rates, n);
	chart_spark(c, 2, col, LIVE_SPARK_COLS, ROLE_HIT, rates, n, 1);
}

/* Flush right; its line where there is room for one from col on. */
static void draw_p95(const struct live_pane *live, const struct canvas *c, int col)
{
	double p50[LIVE_SPARK_POINTS];
	double p95[LIVE_SPARK_POINTS];
	size_t n = chart_points(c, LIVE_SPARK_COLS);
	char text[32] = "-";
	double max = 0;
	int at;

	if (live->shot.p95_us >= 0)
		chart_format_us((double)live->shot.p95_us, text, sizeof text);
	at = c->at.cols - 1 - text_width(text);
	draw_text(c, 2, at, 0, ROLE_TEXT, text);
	live_lookup_points(&live_pane_series(live)->lookups[LIVE_THIS], live_pane_span_s(live), p50,
			   p95, n);
	for (size_t i = 0; i < n; i++)
		max = p95[i] > max ? p95[i] : max;
	if (max > 0 && at - LIVE_SPARK_COLS - 5 > col) {
		at -= LIVE_SPARK_COLS + 1;
		chart_spark(c, 2, at, LIVE_SPARK_COLS, ROLE_CHART, p95, n, max);
	}
	draw_text(c, 2, at - 4, 0, ROLE_LABEL, "p95");
}

static void draw_hit_line(const struct live_pane *live, const struct canvas *c)
{
	const struct live_hits *hits = &live->shot.hits[LIVE_THIS];
	char count[32];
	int col = 1 + LABEL_COLS;

	draw_text(c, 2, 1, LABEL_COLS, ROLE_LABEL, "hit%");
	draw_rate_spark(live, c, col);
	col += LIVE_SPARK_COLS + 2;
	col += draw_text(c, 2, col, 0, ROLE_LABEL, "10/100/1000 s:") + 1;
	col = put_rate(c, col, hits->last_10);
	col = put_rate(c, col, hits->last_100);
	col = put_rate(c, col, hits->last_1000);
	text_format_count((int64_t)hit_count_n(hits->last_1000), count);
	col += 1 + draw_format(c, 2, col + 1, 0, ROLE_TEXT, "n=%s", count);
	draw_p95(live, c, col + 1);
}

void summary_draw(struct detail_pane *pane, struct live_pane *live, const struct canvas *c,
		  size_t at, size_t of)
{
	const struct index_row *row = index_find(session_index(pane->ui->session), pane->id);
	char place[80] = "";
	char here[32];
	char all[32];

	draw_clear(c);
	text_format_count((int64_t)at, here);
	text_format_count((int64_t)of, all);
	if (of > 0)
		snprintf(place, sizeof place, "%s of %s", here, all);
	draw_rule(c, 0, ROLE_TITLE, row ? row->name : of > 0 ? "not read yet" : "no action", place);
	if (!row)
		return;
	draw_key_line(pane, c, row);
	live_pane_take(live);
	draw_hit_line(live, c);
}
