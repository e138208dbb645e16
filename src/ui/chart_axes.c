/* What stands around a plot: title, axes, marks. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chart_internal.h"
#include "dacache/base/text.h"

enum { LABEL_COLS = 6, AXIS_COLS = LABEL_COLS + 1, MIDDLE_ROWS = 5 };

int chart_plot_cols(int cols)
{
	return cols > AXIS_COLS + 1 ? cols - AXIS_COLS - 1 : 0;
}

/* --- numbers ------------------------------------------------------------------------- */

void chart_format_us(double us, char *out, size_t size)
{
	double ms = us / 1000;

	if (ms >= 9999.5)
		snprintf(out, size, "%.3g s", ms / 1000);
	else if (ms >= 999.5)
		snprintf(out, size, "%.0f ms", ms);
	else
		snprintf(out, size, "%.3g ms", ms);
}

void chart_format_ms(int64_t us, char *out, size_t size)
{
	double ms = (double)us / 1000;

	if (us >= 99999500)
		snprintf(out, size, "%.0fs", ms / 1000);
	else
		snprintf(out, size, "%.*f", us < 1000 ? 3 : us < 9995 ? 2 : us < 99950 ? 1 : 0, ms);
}

void chart_format_count(uint64_t n, char *out, size_t size)
{
	char all[32];

	if (n < 10000) {
		text_format_count((int64_t)n, all);
		snprintf(out, size, "%s", all);
	} else if (n < 999500) {
		snprintf(out, size, n < 99950 ? "%.1fk" : "%.0fk", (double)n / 1e3);
	} else if (n < UINT64_C(999500000)) {
		snprintf(out, size, n < 99950000 ? "%.1fM" : "%.0fM", (double)n / 1e6);
	} else {
		snprintf(out, size, "%.1fG", (double)n / 1e9);
	}
}

/* At most LABEL_COLS columns. */
static void format_label(enum chart_unit unit, double value, char *out, size_t size)
{
	switch (unit) {
	case CHART_PERCENT:
		snprintf(out, size, "%.3g%%", value);
		break;
	case CHART_MS:
		if (value >= 1000)
			snprintf(out, size, "%.3gs", value / 1000);
		else
			snprintf(out, size, "%.3gms", value);
		break;
	default:
		if (value >= 1e6)
			snprintf(out, size, "%.3gM", value / 1e6);
		else if (value >= 1e3)
			snprintf(out, size, "%.3gk", value / 1e3);
		else
			snprintf(out, size, "%.3g", value);
		break;
	}
}

/* A round number, at least the value. */
static double round_up(double value)
{
	static const double steps[] = {1, 2, 3, 5, 10};
	double power = 1;

	if (value <= 0)
		return 1;
	while (power * 10 <= value)
		power *= 10;
	while (power > value)
		power /= 10;
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
		if (value <= steps[i] * power * 1.0000001)
			return steps[i] * power;
	return 10 * power;
}

static double largest(const double *values, size_t n)
{
	double max = -1;

	for (size_t i = 0; values && i < n; i++)
		if (values[i] > max)
			max = values[i];
	return max;
}

/* Of the sums of the layers; -1: nothing at all. */
static double largest_sum(const struct chart *chart)
{
	double max = -1;

	for (size_t i = 0; i < chart->n; i++) {
		double sum = 0;

		for (int layer = 0; layer < CHART_LAYERS; layer++)
			if (chart->layers[layer] && chart->layers[layer][i] > 0)
				sum += chart->layers[layer][i];
		if (sum > 0 && sum > max)
			max = sum;
	}
	return max;
}

static double largest_of(const struct chart *chart)
{
	if (!chart->values)
		return largest_sum(chart);
	return fmax(largest(chart->values, chart->n), largest(chart->dots, chart->n));
}

/* --- axes ---------------------------------------------------------------------------- */

static void put_label(const struct canvas *c, int row, int col, enum chart_unit unit, double value)
{
	char label[16];

	format_label(unit, value, label, sizeof label);
	draw_right(c, row, col, LABEL_COLS, ROLE_LABEL, label);
	draw_text(c, row, col + LABEL_COLS, 1, ROLE_DIM, c->utf8 ? "┤" : "+");
}

static void draw_upright(const struct canvas *c, const struct plot *plot, enum chart_unit unit)
{
	int col = plot->at.col - AXIS_COLS;
	int rows = plot->at.rows;

	draw_line_down(c, plot->at.col - 1, plot->at.row, rows, ROLE_DIM);
	put_label(c, plot->at.row, col, unit, plot->max);
	/* Its row's middle or upper edge. */
	if (rows >= MIDDLE_ROWS)
		put_label(c, plot->at.row + rows / 2, col, unit, plot->max / 2);
}

static void draw_ground(const struct canvas *c, const struct plot *plot)
{
	int row = plot->at.row + plot->at.rows;
	int col = plot->at.col - 1;

	draw_right(c, row, col - LABEL_COLS, LABEL_COLS, ROLE_LABEL, "0");
	draw_text(c, row, col, 1, ROLE_DIM, c->utf8 ? "└" : "+");
	for (int x = 1; x <= plot->at.cols; x++)
		draw_text(c, row, col + x, 1, ROLE_DIM, c->utf8 ? "─" : "-");
}

/* A tick stands before its text; the corner is the first one's. The last text ends
 * with the plot. A text that would run into the next is left out. */
static void draw_ticks(const struct canvas *c, const struct plot *plot, const struct chart *chart)
{
	int row = plot->at.row + plot->at.rows;
	int cols = plot->at.cols;
	size_t last = chart->tick_count - 1;
	int end = cols - (chart->tick_count ? text_width(chart->ticks[last].text) : 0);
	int used = -1;

	for (size_t i = 0; i < chart->tick_count; i++) {
		const struct chart_tick *tick = &chart->ticks[i];
		int width = text_width(tick->text);
		int col = i == last ? end : (int)(tick->at * cols + 0.5);

		if (i != last && (col <= used || col + width >= end))
			continue;
		if (col > 0 && i != last)
			draw_text(c, row, plot->at.col + col - 1, 1, ROLE_DIM, c->utf8 ? "┴" : "+");
		draw_text(c, row, plot->at.col + col, width, ROLE_LABEL, tick->text);
		used = col + width + 1;
	}
}

/* How many of the marks are within the window. */
static size_t marks_within(const struct chart *chart)
{
	size_t n = 0;

	for (size_t i = 0; i < chart->mark_count; i++)
		n += chart->marks[i].at >= 0 && chart->marks[i].at <= 1;
	return n;
}

/* A mark's letter stands in a row of its own over the plot; its line goes down from
 * there as far as nothing is drawn: bars are drawn over it afterwards. */
static void draw_marks(const struct canvas *c, const struct plot *plot, const struct chart *chart)
{
	for (size_t i = 0; i < chart->mark_count; i++) {
		const struct chart_mark *mark = &chart->marks[i];
		int x = (int)(mark->at * plot->at.cols);
		int col = plot->at.col + (x < plot->at.cols ? x : plot->at.cols - 1);
		char letter[2] = {mark->letter, '\0'};
		enum role role = mark->chosen ? ROLE_CHANGED : ROLE_STRONG;

		if (mark->at < 0 || mark->at > 1)
			continue;
		for (int row = 0; row < plot->at.rows; row++)
			draw_text(c, plot->at.row + row, col, 1,
				  mark->chosen ? ROLE_CHANGED : ROLE_LABEL, c->utf8 ? "┊" : ";");
		draw_text(c, plot->at.row - 1, col, 1, role, letter);
	}
}

/* Hits, misses, expired: the order in which people name them. */
static int draw_legend(const struct canvas *c, int row, int right, const struct chart *chart,
		       bool whole, bool draws)
{
	static const struct {
		enum chart_layer layer;
		const char *name;
		const char *brief;
	} names[] = {{CHART_HITS, " hits  ", "hit "},
		     {CHART_MISSES, " misses  ", "miss "},
		     {CHART_EXPIRED, " expired  ", "exp "}};
	int width = 0;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *name = whole ? names[i].name : names[i].brief;
		int col = right + width;

		if (!chart->layers[names[i].layer])
			continue;
		if (draws) {
			draw_text(c, row, col, 1, chart_layer_role(names[i].layer),
				  chart_layer_sign(c, names[i].layer));
			draw_text(c, row, col + 1, 0, ROLE_LABEL, name);
		}
		width += 1 + text_width(name);
	}
	return width;
}

static void draw_layer_names(const struct canvas *c, const struct rect *at,
			     const struct chart *chart)
{
	int room = at->cols - 4 - text_width(chart->title);

	for (int whole = 1; whole >= 0; whole--) {
		int width = draw_legend(c, at->row, 0, chart, whole, false);

		if (width > room)
			continue;
		draw_legend(c, at->row, at->col + at->cols - width, chart, whole, true);
		return;
	}
}

static void draw_title(const struct canvas *c, const struct rect *at, const struct chart *chart)
{
	int width = chart->note ? text_width(chart->note) + 2 : 0;
	int room = at->cols - 2 - width;

	if (room < text_width(chart->title)) {
		room = at->cols - 2;
		width = 0;
	}
	draw_text(c, at->row, at->col + 1, room, ROLE_HEADER, chart->title);
	if (chart->legend)
		draw_layer_names(c, at, chart);
	else if (width > 2)
		draw_right(c, at->row, at->col + at->cols - width, width - 1, ROLE_LABEL,
			   chart->note);
}

static void draw_plot(const struct canvas *c, const struct plot *plot, const struct chart *chart)
{
	if (chart->values)
		plot_bars(c, plot);
	else
		plot_stacks(c, plot);
}

void chart_draw(const struct canvas *c, const struct rect *at, const struct chart *chart)
{
	double most = largest_of(chart);
	struct plot plot = {
		.at = {at->row + 1, at->col + AXIS_COLS, at->rows - 2, chart_plot_cols(at->cols)},
		.values = chart->values,
		.dots = chart->dots,
		.n = chart->n,
		.max = chart->max > 0 ? chart->max : round_up(most),
		.role = chart->role,
	};

	if (at->rows < CHART_ROWS_LEAST || at->cols < CHART_COLS_LEAST)
		return;
	if (marks_within(chart) > 0) {
		plot.at.row++;
		plot.at.rows--;
	}
	memcpy(plot.layers, chart->layers, sizeof plot.layers);
	draw_title(c, at, chart);
	draw_upright(c, &plot, chart->unit);
	draw_ground(c, &plot);
	draw_ticks(c, &plot, chart);
	draw_marks(c, &plot, chart);
	if (most >= 0)
		draw_plot(c, &plot, chart);
	else if (chart->empty)
		draw_text(c, plot.at.row + plot.at.rows / 2, plot.at.col + 2, plot.at.cols - 2,
			  ROLE_DIM, chart->empty);
}
