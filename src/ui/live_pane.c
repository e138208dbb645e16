/* The Live pane. */
#include "live_pane.h"

#include <stdio.h>

#include "dacache/base/text.h"
#include "dacache/ui/chart.h"
#include "internal.h"

enum { NAME_COLS = 15, NUMBER_COLS = 7, COUNT_COLS = 9, CHART_ROWS = 6 };

static const int spans_s[] = {60, 120, 300, 600, 900};

enum { SPANS = sizeof spans_s / sizeof spans_s[0], SPAN_DEFAULT = 2 };

void live_pane_begin(struct live_pane *pane, struct ui *ui)
{
	pane->ui = ui;
	pane->span = SPAN_DEFAULT;
	pane->chosen = LIVE_CALLS + ENDPOINT_GET;
}

void live_pane_touch(struct live_pane *pane, bool even_frozen)
{
	if (!pane->ui->frozen || even_frozen)
		pane->taken = false;
}

int live_pane_span_s(const struct live_pane *pane)
{
	return spans_s[pane->span];
}

void live_pane_widen(struct live_pane *pane, int step)
{
	int span = pane->span + step;

	pane->span = span < 0 ? 0 : span >= SPANS ? SPANS - 1 : span;
	live_pane_touch(pane, true);
}

void live_pane_span_text(const struct live_pane *pane, char *out, size_t size)
{
	snprintf(out, size, "%dm", live_pane_span_s(pane) / 60);
}

/* --- hit rates --------------------------------------------------------------------- */

static int put_rate(const struct canvas *c, int row, int col, struct hit_count count)
{
	double rate = hit_rate(count);
	char text[32] = "-";

	if (rate >= 0)
		snprintf(text, sizeof text, "%.1f%%", rate * 100);
	draw_right(c, row, col, NUMBER_COLS, rate >= 0 ? ROLE_STRONG : ROLE_DIM, text);
	return col + NUMBER_COLS;
}

static void draw_rates(const struct canvas *c, int row, const char *name,
		       const struct live_hits *hits)
{
	char count[32];
	int col = NAME_COLS;

	draw_text(c, row, 1, NAME_COLS - 2, ROLE_TEXT, name);
	col = put_rate(c, row, col, hits->last_10);
	col = put_rate(c, row, col, hits->last_100);
	col = put_rate(c, row, col, hits->last_1000);
	text_format_count((int64_t)(hits->last_1000.hits + hits->last_1000.misses), count);
	draw_right(c, row, col, COUNT_COLS, ROLE_TEXT, count);
	col += COUNT_COLS + 2;
	if (col + NUMBER_COLS + COUNT_COLS > c->at.cols)
		return;
	col = put_rate(c, row, col, hits->since_reset);
	text_format_count((int64_t)(hits->since_reset.hits + hits->since_reset.misses), count);
	draw_right(c, row, col, COUNT_COLS, ROLE_TEXT, count);
}

static int draw_hits(const struct live_pane *pane, const struct canvas *c, int row)
{
	char age[CLOCK_TEXT_SIZE];
	char title[64];
	int col = NAME_COLS;

	snprintf(age, sizeof age, "0s");
	if (pane->age_s > 0)
		clock_format_span(pane->age_s * 1000000, age);
	snprintf(title, sizeof title, "since reset (%s)", age);
	draw_text(c, row, 1, 0, ROLE_HEADER, "HIT RATE");
	draw_right(c, row, col, NUMBER_COLS, ROLE_HEADER, "10 s");
	draw_right(c, row, col + NUMBER_COLS, NUMBER_COLS, ROLE_HEADER, "100 s");
	draw_right(c, row, col + 2 * NUMBER_COLS, NUMBER_COLS, ROLE_HEADER, "1000 s");
	draw_right(c, row, col + 3 * NUMBER_COLS, COUNT_COLS, ROLE_HEADER, "n");
	col += 3 * NUMBER_COLS + COUNT_COLS + 3;
	if (col + text_width(title) > c->at.cols)
		snprintf(title, sizeof title, "since reset");
	if (col + text_width(title) <= c->at.cols)
		draw_text(c, row, col, 0, ROLE_HEADER, title);
	draw_rates(c, row + 1, "this action", &pane->this_action);
	draw_rates(c, row + 2, "tenant", &pane->tenant);
	return row + 3;
}

/* --- latencies --------------------------------------------------------------------- */

static int put_ms(const struct canvas *c, int row, int col, int64_t us)
{
	char text[32] = "-";

	if (us >= 0)
		snprintf(text, sizeof text, us < 10000 ? "%.1f" : "%.0f", (double)us / 1000);
	draw_right(c, row, col, NUMBER_COLS, us >= 0 ? ROLE_TEXT : ROLE_DIM, text);
	return col + NUMBER_COLS;
}

static double largest(const double *values, size_t n)
{
	double max = 0;

	for (size_t i = 0; i < n; i++)
		if (values[i] > max)
			max = values[i];
	return max;
}

static void draw_latency(const struct live_pane *pane, const struct canvas *c, int row, int i)
{
	const struct live_latency *latency = &pane->latencies[i];
	char count[32];
	int col = NAME_COLS;

	draw_text(c, row, 1, NAME_COLS - 2, ROLE_TEXT, latency->name);
	col = put_ms(c, row, col, latency->p50_us);
	col = put_ms(c, row, col, latency->p95_us);
	col = put_ms(c, row, col, latency->p99_us);
	col = put_ms(c, row, col, latency->max_us);
	text_format_count((int64_t)latency->n, count);
	draw_right(c, row, col, NUMBER_COLS, latency->n ? ROLE_TEXT : ROLE_DIM, count);
	col += NUMBER_COLS;
	if (!latency->is_call)
		return;
	text_format_count((int64_t)latency->failures, count);
	draw_right(c, row, col, NUMBER_COLS, latency->failures ? ROLE_ERROR : ROLE_DIM, count);
	col += NUMBER_COLS + 2;
	if (col + LIVE_SPARK_COLS <= c->at.cols) {
		const double *spark = pane->call_sparks[i - LIVE_CALLS];
		chart_spark(c, row, col, LIVE_SPARK_COLS, ROLE_CHART, spark, pane->spark_points,
			    largest(spark, pane->spark_points));
	}
}

static int draw_latencies(const struct live_pane *pane, const struct canvas *c, int row,
			  bool focused)
{
	static const char *const heads[] = {"p50", "p95", "p99", "max", "n", "failed"};
	int col = NAME_COLS;

	draw_text(c, row, 1, 0, ROLE_HEADER, "LATENCY ms");
	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++, col += NUMBER_COLS)
		draw_right(c, row, col, NUMBER_COLS, ROLE_HEADER, heads[i]);
	row++;
	for (int i = 0; i < LIVE_LATENCIES && row < c->at.rows; i++, row++) {
		draw_latency(pane, c, row, i);
		if (i == pane->chosen)
			draw_text(c, row, 0, 1, ROLE_KEY, ">");
		if (i == pane->chosen && focused)
			draw_highlight(c, row, 0, 0, ROLE_SELECTED);
	}
	return row;
}

/* --- charts ------------------------------------------------------------------------ */

static void draw_chart(const struct live_pane *pane, const struct canvas *c, struct rect at,
		       struct chart *chart)
{
	char now[CLOCK_TEXT_SIZE] = "now";

	if (pane->ui->frozen)
		clock_format_time(pane->taken_us, now);
	chart_ticks_time(chart, chart_plot_cols(at.cols), live_pane_span_s(pane), now);
	chart_draw(c, &at, chart);
}

static void draw_hit_chart(const struct live_pane *pane, const struct canvas *c, struct rect at)
{
	double percent[LIVE_POINTS_MAX];
	char title[64];
	char span[16];
	struct chart chart = {.title = title,
			      .values = percent,
			      .n = pane->points,
			      .max = 100,
			      .unit = CHART_PERCENT,
			      .role = ROLE_HIT,
			      .empty = "no look-ups"};

	live_pane_span_text(pane, span, sizeof span);
	snprintf(title, sizeof title, "hit rate of this action, last %s", span);
	for (size_t i = 0; i < pane->points; i++)
		percent[i] = pane->hit_points[i] < 0 ? -1 : pane->hit_points[i] * 100;
	draw_chart(pane, c, at, &chart);
}

static void draw_call_chart(const struct live_pane *pane, const struct canvas *c, struct rect at)
{
	char title[64];
	char span[16];
	struct chart chart = {.title = title,
			      .values = pane->call_points,
			      .n = pane->points,
			      .unit = CHART_MS,
			      .role = ROLE_CHART,
			      .empty = "no calls"};

	if (pane->chosen < LIVE_CALLS) {
		draw_text(c, at.row, at.col + 1, at.cols - 2, ROLE_DIM,
			  "choose a call above for its chart");
		return;
	}
	live_pane_span_text(pane, span, sizeof span);
	snprintf(title, sizeof title, "slowest %s call, last %s",
		 pane->latencies[pane->chosen].name, span);
	draw_chart(pane, c, at, &chart);
}

/* Side by side where there is room, else one above the other, else the first. */
static void draw_charts(const struct live_pane *pane, const struct canvas *c, int row)
{
	int rows = c->at.rows - row;
	struct rect at = {row, 0, rows, c->at.cols};

	if (c->at.cols >= 100) {
		at.cols = c->at.cols / 2;
		draw_hit_chart(pane, c, at);
		at.col = c->at.cols - at.cols;
		draw_call_chart(pane, c, at);
		return;
	}
	if (rows >= 2 * CHART_ROWS) {
		at.rows = rows / 2;
		draw_hit_chart(pane, c, at);
		at.row += at.rows;
		at.rows = rows - at.rows;
		draw_call_chart(pane, c, at);
		return;
	}
	draw_hit_chart(pane, c, at);
}

static int draw_source(const struct live_pane *pane, const struct canvas *c, int row)
{
	const struct live_source *source = &pane->source;
	char lines[32];

	if (!source->text[0]) {
		draw_text(c, row, 1, 0, ROLE_DIM,
			  "No look-ups: start with --feed FILE, or record some by :hit");
		return row + 1;
	}
	text_format_count((int64_t)source->lines, lines);
	draw_format(c, row, 1, 0, ROLE_TEXT, "%s  %s lines  %.0f/s%s", source->text, lines,
		    source->lines_per_s, source->feed_ended ? "  ended" : "");
	row++;
	if (source->bad_lines > 0) {
		draw_format(c, row, 1, 0, ROLE_WARN, "! %llu bad lines, the first: %s",
			    (unsigned long long)source->bad_lines, source->first_bad);
		row++;
	}
	if (source->dropped > 0) {
		draw_format(c, row, 1, 0, ROLE_WARN, "! %llu lines dropped: too many at once",
			    (unsigned long long)source->dropped);
		row++;
	}
	return row;
}

/* How many points the charts take. */
static size_t points_for(const struct canvas *c)
{
	int cols = c->at.cols >= 100 ? c->at.cols / 2 : c->at.cols;
	size_t points = chart_points(c, chart_plot_cols(cols));

	return points > LIVE_POINTS_MAX ? LIVE_POINTS_MAX : points;
}

void live_pane_draw(struct live_pane *pane, const struct canvas *c, bool focused)
{
	char right[64];
	char span[16];
	int row;

	if (pane->points != points_for(c)) {
		pane->points = points_for(c);
		pane->taken = false;
	}
	live_pane_take(pane);
	live_pane_span_text(pane, span, sizeof span);
	snprintf(right, sizeof right, "%swindow %s", pane->ui->frozen ? "FROZEN  " : "", span);
	draw_clear(c);
	draw_rule(c, 0, focused ? ROLE_FOCUS : ROLE_TITLE, "3 Live", right);
	row = draw_source(pane, c, 1);
	row = draw_hits(pane, c, row);
	row = draw_latencies(pane, c, row, focused);
	draw_charts(pane, c, row + 1);
}

unsigned live_pane_action(struct live_pane *pane, enum key_action action)
{
	int chosen = pane->chosen;

	switch (action) {
	case ACT_UP:
		chosen--;
		break;
	case ACT_DOWN:
		chosen++;
		break;
	case ACT_FIRST:
		chosen = 0;
		break;
	case ACT_LAST:
		chosen = LIVE_LATENCIES - 1;
		break;
	default:
		return REACT_NONE;
	}
	pane->chosen = chosen < 0 ? 0 : chosen >= LIVE_LATENCIES ? LIVE_LATENCIES - 1 : chosen;
	live_pane_touch(pane, true);
	return REACT_HANDLED;
}
