/* The charts of the Live pane: hit rate and volume over time, latency over time, and
 * how the latencies are spread. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/ui/chart.h"
#include "internal.h"
#include "live_pane.h"

enum { KINDS = 4, CHART_ROWS_GOOD = 7, LONG_TITLE_COLS = 48, TITLE_SIZE = 96 };

/* Charts of windows up to this are of this run alone. */
#define WITHOUT_HISTORY_US INT64_C(900000000)

enum live_chart { OF_RATE, OF_VOLUME, OF_LATENCY, OF_SPREAD };

/* What is drawn together. */
struct drawing {
	const struct live_pane *pane;
	const struct canvas *c;
	struct rect at;
	int cols; /* of the plot */
	char title[TITLE_SIZE];
	char note[64];
	struct chart chart;
	struct chart_mark marks[LIVE_MARKS_MAX];
};

static int across(int cols)
{
	return cols >= LIVE_WIDE_COLS ? 2 : 1;
}

size_t live_charts_points(const struct canvas *c, int cols)
{
	size_t points = chart_points(c, chart_plot_cols(cols / across(cols)));

	return points > LIVE_POINTS_MAX ? LIVE_POINTS_MAX : points;
}

/* --- over time ------------------------------------------------------------------------- */

static char chosen_letter(const struct live_pane *pane)
{
	int i = pane->chosen - LIVE_ROW_CHANGES;

	return i >= 0 && i < (int)pane->shot.change_count ? pane->shot.changes[i].letter : '\0';
}

static void put_marks(struct drawing *drawing, const struct live_axis *axis, int scope)
{
	const struct live_shot *shot = &drawing->pane->shot;
	char chosen = chosen_letter(drawing->pane);
	double span_us = (double)axis->step_us * (double)axis->n;
	size_t n = 0;

	/* The newest last: it is the one that is seen where two meet. */
	for (size_t i = shot->mark_counts[scope]; i-- > 0 && span_us > 0;) {
		const struct live_mark_at *mark = &shot->marks[scope][i];

		drawing->marks[n++] = (struct chart_mark){
			.at = 1 - (double)(axis->end_us - mark->wall_us) / span_us,
			.letter = mark->letter,
			.chosen = mark->letter == chosen,
		};
	}
	drawing->chart.marks = drawing->marks;
	drawing->chart.mark_count = n;
}

static void put_time(struct drawing *drawing, const struct live_axis *axis, bool of_feed)
{
	const struct live_pane *pane = drawing->pane;
	char now[CLOCK_TEXT_SIZE] = "now";

	if (pane->ui->frozen || pane->shot.is_replay || (of_feed && pane->shot.behind))
		clock_format_time(axis->end_us, now);
	chart_ticks_time(&drawing->chart, drawing->cols, live_pane_span_s(pane), now);
}

/* What stands in a chart of look-ups that has none. */
static const char *no_lookups(const struct live_pane *pane, const char *else_words)
{
	const struct live_shot *shot = &pane->shot;
	int64_t span_us = (int64_t)live_pane_span_s(pane) * 1000000;

	if (shot->is_replay)
		return shot->stored_to_us ? "none at this time" : "a bundle holds no look-ups";
	if (span_us <= WITHOUT_HISTORY_US && shot->stored_to_us > shot->taken_us - span_us)
		return "none in this run; + to the history";
	return else_words;
}

static const char *of_scope(int scope)
{
	return scope == LIVE_TENANT ? " of all actions" : "";
}

static struct hit_count window_sum(const struct live_hit_series *series)
{
	return live_sum(series, 0, 1);
}

static void draw_rate(struct drawing *drawing)
{
	const struct live_pane *pane = drawing->pane;
	enum live_scope scope = live_pane_scope(pane);
	const struct live_hit_series *series = &live_pane_series(pane)->hits[scope];
	struct hit_count sum = window_sum(series);
	struct chart *chart = &drawing->chart;
	double percent[LIVE_POINTS_MAX];
	char n[32];

	chart->n = chart_points(drawing->c, drawing->cols);
	if (chart->n > LIVE_POINTS_MAX)
		chart->n = LIVE_POINTS_MAX;
	live_rates(series, percent, chart->n);
	for (size_t i = 0; i < chart->n; i++)
		percent[i] = percent[i] < 0 ? -1 : percent[i] * 100;
	text_format_count((int64_t)hit_count_n(sum), n);
	snprintf(drawing->title, sizeof drawing->title, "hit rate%s, last %s", of_scope(scope),
		 live_pane_span_text(pane));
	if (hit_rate(sum) >= 0)
		snprintf(drawing->note, sizeof drawing->note, "%.1f%%  n=%s", hit_rate(sum) * 100,
			 n);
	chart->values = percent;
	chart->max = 100;
	chart->unit = CHART_PERCENT;
	chart->role = ROLE_HIT;
	chart->empty = no_lookups(pane, "no look-ups");
	put_time(drawing, &series->axis, true);
	put_marks(drawing, &series->axis, scope);
	chart_draw(drawing->c, &drawing->at, chart);
}

/* Look-ups in a unit of time in which they are no fractions. */
struct pace {
	double s;
	const char *name;
};

static struct pace pace_of(double most_per_s)
{
	static const struct pace paces[] = {{1, "s"}, {60, "min"}, {3600, "h"}};

	if (most_per_s >= 1 || most_per_s <= 0)
		return paces[0];
	return most_per_s * 60 >= 1 ? paces[1] : paces[2];
}

struct volume {
	double layers[CHART_LAYERS][LIVE_POINTS_MAX];
	size_t n;
	double most; /* a second */
	bool expired;
};

/* A cell holds whole columns of the series, or a part of one. */
static void fill_volume(struct volume *volume, const struct live_hit_series *series)
{
	size_t has = series->axis.n;

	memset(volume->layers, 0, sizeof volume->layers);
	for (size_t i = 0; i < volume->n && has > 0; i++) {
		struct hit_count sum = live_sum(series, i, volume->n);
		size_t columns = (i + 1) * has / volume->n - i * has / volume->n;
		double s = (double)(columns ? columns : 1) * (double)series->axis.step_us / 1e6;

		volume->layers[CHART_HITS][i] = (double)sum.hits / s;
		volume->layers[CHART_MISSES][i] = (double)(sum.misses - sum.expired) / s;
		volume->layers[CHART_EXPIRED][i] = (double)sum.expired / s;
		volume->most = fmax(volume->most, (double)hit_count_n(sum) / s);
		volume->expired |= sum.expired > 0;
	}
}

static void draw_volume(struct drawing *drawing)
{
	const struct live_pane *pane = drawing->pane;
	enum live_scope scope = live_pane_scope(pane);
	const struct live_hit_series *series = &live_pane_series(pane)->hits[scope];
	struct chart *chart = &drawing->chart;
	struct volume volume = {.n = (size_t)drawing->cols};
	struct pace pace;

	if (volume.n > LIVE_POINTS_MAX)
		volume.n = LIVE_POINTS_MAX;
	fill_volume(&volume, series);
	pace = pace_of(volume.most);
	for (int layer = 0; layer < CHART_LAYERS; layer++) {
		for (size_t i = 0; i < volume.n; i++)
			volume.layers[layer][i] *= pace.s;
		if (layer <= CHART_HITS && (layer != CHART_EXPIRED || volume.expired))
			chart->layers[layer] = volume.layers[layer];
	}
	snprintf(drawing->title, sizeof drawing->title, "look-ups/%s%s, last %s", pace.name,
		 of_scope(scope), live_pane_span_text(pane));
	chart->n = volume.n;
	chart->unit = CHART_COUNT;
	chart->legend = true;
	chart->empty = no_lookups(pane, "no look-ups");
	put_time(drawing, &series->axis, true);
	put_marks(drawing, &series->axis, scope);
	chart_draw(drawing->c, &drawing->at, chart);
}

static bool is_of_calls(const struct live_pane *pane)
{
	return pane->chosen >= LIVE_ROW_CALLS && pane->chosen < LIVE_ROW_CHANGES;
}

static size_t call_points(const struct live_call_series *series, double *p50, double *p95)
{
	for (size_t i = 0; i < series->axis.n; i++) {
		const struct live_call_column *column = &series->of[i];

		p50[i] = column->n ? (double)column->p50_us / 1000 : -1;
		p95[i] = column->n ? (double)column->p95_us / 1000 : -1;
	}
	return series->axis.n;
}

static size_t lookup_points(const struct drawing *drawing, int scope, double *p50, double *p95)
{
	const struct live_pane *pane = drawing->pane;
	size_t n = chart_points(drawing->c, drawing->cols);

	if (n > LIVE_POINTS_MAX)
		n = LIVE_POINTS_MAX;
	live_lookup_points(&live_pane_series(pane)->lookups[scope], live_pane_span_s(pane), p50,
			   p95, n);
	return n;
}

static void draw_latency(struct drawing *drawing)
{
	const struct live_pane *pane = drawing->pane;
	const struct live_series *series = live_pane_series(pane);
	enum live_scope scope = live_pane_scope(pane);
	bool calls = is_of_calls(pane);
	const struct live_axis *axis =
		calls ? &series->calls[pane->endpoint].axis : &series->hits[scope].axis;
	struct chart *chart = &drawing->chart;
	double p50[LIVE_POINTS_MAX];
	double p95[LIVE_POINTS_MAX];

	if (calls)
		chart->n = call_points(&series->calls[pane->endpoint], p50, p95);
	else
		chart->n = lookup_points(drawing, scope, p50, p95);
	snprintf(drawing->title, sizeof drawing->title, "%s%s%s, last %s",
		 calls ? endpoint_name(pane->endpoint) : "latency", calls ? " calls" : "",
		 calls ? "" : of_scope(scope), live_pane_span_text(pane));
	snprintf(drawing->note, sizeof drawing->note, "bars p50, dots p95");
	chart->values = p50;
	chart->dots = p95;
	chart->unit = CHART_MS;
	chart->role = ROLE_CHART;
	chart->empty = calls ? "no calls" : no_lookups(pane, "no latencies are told");
	put_time(drawing, axis, !calls);
	put_marks(drawing, axis, scope);
	chart_draw(drawing->c, &drawing->at, chart);
}

/* --- the spread of latencies -------------------------------------------------------------- */

/* Powers of ten around both histograms; b may be NULL. */
static void bounds_of(const struct histogram *a, const struct histogram *b, double *from,
		      double *to)
{
	double least = a->total ? (double)a->min_us : 1e18;
	double most = a->total ? (double)a->max_us : 0;

	if (b && b->total) {
		least = fmin(least, (double)b->min_us);
		most = fmax(most, (double)b->max_us);
	}
	*from = pow(10, floor(log10(fmax(least, 1))));
	*to = pow(10, floor(log10(fmax(most, 1))) + 1);
	if (most <= 0 && least >= 1e18) {
		*from = 100;
		*to = 1e6;
	}
}

static void fill_spread(const struct histogram *of, double from, double to, double *out, size_t n)
{
	double step = log10(to / from) / (double)n;
	int64_t low = (int64_t)from;

	for (size_t i = 0; i < n; i++) {
		int64_t high = (int64_t)(from * pow(10, step * (double)(i + 1)) + 0.5);

		if (i + 1 == n)
			high = INT64_MAX;
		out[i] = (double)histogram_between(of, i == 0 ? 0 : low, high);
		low = high;
	}
}

static const struct live_latency *latency(const struct live_pane *pane, int row)
{
	return &pane->shot.latencies[row - LIVE_ROW_LATENCIES];
}

static void draw_spread(struct drawing *drawing)
{
	const struct live_pane *pane = drawing->pane;
	struct chart *chart = &drawing->chart;
	enum live_scope scope = live_pane_scope(pane);
	bool calls = is_of_calls(pane);
	int row = calls ? pane->chosen : LIVE_ROW_LATENCIES + 2 * (int)scope;
	const struct histogram *a = &latency(pane, row)->of;
	const struct histogram *b = calls ? NULL : &latency(pane, row + 1)->of;
	const char *since = pane->shot.is_replay ? "in the bundle" : "since reset";
	double layers[2][LIVE_POINTS_MAX];
	double from;
	double to;

	chart->n = drawing->cols < LIVE_POINTS_MAX ? (size_t)drawing->cols : LIVE_POINTS_MAX;
	bounds_of(a, b, &from, &to);
	fill_spread(a, from, to, layers[0], chart->n);
	chart->layers[calls ? CHART_CALLS : CHART_HITS] = layers[0];
	if (b) {
		fill_spread(b, from, to, layers[1], chart->n);
		chart->layers[CHART_MISSES] = layers[1];
	}
	if (calls)
		snprintf(drawing->title, sizeof drawing->title, "%s calls by latency, %s",
			 endpoint_name((enum endpoint)(row - LIVE_ROW_CALLS)), since);
	else
		snprintf(drawing->title, sizeof drawing->title, "%slatency%s, %s",
			 drawing->cols >= LONG_TITLE_COLS ? "look-ups by " : "", of_scope(scope),
			 since);
	chart->unit = CHART_COUNT;
	chart->legend = !calls;
	chart->empty = calls ? "no calls" : no_lookups(pane, "no latencies are told");
	chart_ticks_log(chart, drawing->cols, from, to);
	chart_draw(drawing->c, &drawing->at, chart);
}

/* --- which, and where ------------------------------------------------------------------------ */

static const enum live_chart *order_for(const struct live_pane *pane)
{
	static const enum live_chart of_rates[KINDS] = {OF_RATE, OF_VOLUME, OF_SPREAD, OF_LATENCY};
	static const enum live_chart of_latencies[KINDS] = {OF_SPREAD, OF_LATENCY, OF_RATE,
							    OF_VOLUME};
	static const enum live_chart of_calls[KINDS] = {OF_LATENCY, OF_SPREAD, OF_RATE, OF_VOLUME};

	if (is_of_calls(pane))
		return of_calls;
	if (pane->chosen >= LIVE_ROW_LATENCIES && pane->chosen < LIVE_ROW_CALLS)
		return of_latencies;
	return of_rates;
}

static void draw_one(const struct live_pane *pane, const struct canvas *c, struct rect at,
		     enum live_chart kind)
{
	static void (*const draw[KINDS])(struct drawing * drawing) = {
		[OF_RATE] = draw_rate,
		[OF_VOLUME] = draw_volume,
		[OF_LATENCY] = draw_latency,
		[OF_SPREAD] = draw_spread,
	};
	struct drawing drawing = {.pane = pane, .c = c, .at = at};

	drawing.cols = chart_plot_cols(at.cols);
	if (drawing.cols <= 0)
		return;
	drawing.chart.title = drawing.title;
	drawing.chart.note = drawing.note;
	draw[kind](&drawing);
}

void live_charts_draw(const struct live_pane *pane, const struct canvas *c)
{
	const enum live_chart *order = order_for(pane);
	int columns = across(c->at.cols);
	int rows = c->at.rows / CHART_ROWS_GOOD;
	int cols = c->at.cols / columns;

	if (rows < 1)
		rows = 1;
	if (rows > KINDS / columns)
		rows = KINDS / columns;
	for (int i = 0; i < rows * columns; i++) {
		int y = i / columns;
		int top = c->at.rows * y / rows;
		struct rect at = {top, cols * (i % columns), c->at.rows * (y + 1) / rows - top,
				  cols};

		draw_one(pane, c, at, order[i]);
	}
}
