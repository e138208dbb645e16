/* Charts: bars from the bottom, two points a cell in braille. */
#include "dacache/ui/chart.h"

#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"

enum { DOTS = 4, AXIS = 8 };

size_t chart_points(const struct canvas *c, int cols)
{
	return cols <= 0 ? 0 : (size_t)cols * (c->utf8 ? 2 : 1);
}

/* Braille dots of one column of a cell, 0 to 4 of them from the bottom. */
static unsigned braille_dots(int height, bool right)
{
	static const unsigned left_dots[] = {0x00, 0x40, 0x44, 0x46, 0x47};
	static const unsigned right_dots[] = {0x00, 0x80, 0xa0, 0xb0, 0xb8};

	height = height < 0 ? 0 : height > DOTS ? DOTS : height;
	return right ? right_dots[height] : left_dots[height];
}

/* Height of a value in steps, at least 1 where there is a value. */
static int steps_of(double value, double max, int steps)
{
	int height;

	if (value < 0)
		return 0;
	height = max > 0 ? (int)(value / max * steps + 0.5) : 0;
	return height < 1 ? 1 : height > steps ? steps : height;
}

static void draw_braille(const struct canvas *c, int row, int col, enum role role, unsigned dots)
{
	unsigned ucs = 0x2800 + dots;
	char text[4];

	if (dots == 0)
		return;
	text[0] = (char)(0xe0 | (ucs >> 12));
	text[1] = (char)(0x80 | ((ucs >> 6) & 0x3f));
	text[2] = (char)(0x80 | (ucs & 0x3f));
	text[3] = '\0';
	draw_text(c, row, col, 1, role, text);
}

static void draw_ascii(const struct canvas *c, int row, int col, enum role role, int height)
{
	static const char *const signs[] = {"", ".", ":", "|", "#"};

	if (height > 0)
		draw_text(c, row, col, 1, role, signs[height > DOTS ? DOTS : height]);
}

struct plot {
	const double *values;
	size_t n;
	double max;
	int rows, cols;
};

/* Value of the plot's column, 0 the oldest; the newest are flush right. */
static double plot_value(const struct canvas *c, const struct plot *plot, size_t column)
{
	size_t points = chart_points(c, plot->cols);
	size_t missing = points > plot->n ? points - plot->n : 0;
	size_t skipped = plot->n > points ? plot->n - points : 0;

	return column < missing ? -1 : plot->values[column - missing + skipped];
}

static void draw_plot(const struct canvas *c, int row, int col, enum role role,
		      const struct plot *plot)
{
	int steps = plot->rows * DOTS;

	for (int x = 0; x < plot->cols; x++) {
		size_t first = c->utf8 ? (size_t)x * 2 : (size_t)x;
		int a = steps_of(plot_value(c, plot, first), plot->max, steps);
		int b = c->utf8 ? steps_of(plot_value(c, plot, first + 1), plot->max, steps) : 0;

		for (int y = 0; y < plot->rows; y++) {
			int below = (plot->rows - 1 - y) * DOTS;
			if (c->utf8)
				draw_braille(c, row + y, col + x, role,
					     braille_dots(a - below, false) |
						     braille_dots(b - below, true));
			else
				draw_ascii(c, row + y, col + x, role, a - below);
		}
	}
}

void chart_spark(const struct canvas *c, int row, int col, int cols, enum role role,
		 const double *values, size_t n, double max)
{
	struct plot plot = {values, n, max, 1, cols};

	draw_plot(c, row, col, role, &plot);
}

/* 1, 2 or 5 times a power of ten, at least the value. */
static double round_up(double value)
{
	double power = 1;

	if (value <= 0)
		return 1;
	while (power * 10 <= value)
		power *= 10;
	while (power > value)
		power /= 10;
	for (int i = 0; i < 3; i++) {
		static const double steps[] = {1, 2, 5};
		if (value <= steps[i] * power * 1.0000001)
			return steps[i] * power;
	}
	return 10 * power;
}

static double largest(const double *values, size_t n)
{
	double max = 0;

	for (size_t i = 0; i < n; i++)
		if (values[i] > max)
			max = values[i];
	return max;
}

static void draw_axis(const struct canvas *c, const struct rect *at, const struct chart *chart,
		      double max)
{
	int plot_rows = at->rows - 1;
	char label[32];

	draw_line_down(c, at->col + AXIS - 1, at->row, plot_rows, ROLE_DIM);
	snprintf(label, sizeof label, "%.4g%s", max, chart->unit);
	draw_right(c, at->row, at->col, AXIS - 1, ROLE_LABEL, label);
	if (plot_rows >= 5) {
		snprintf(label, sizeof label, "%.4g%s", max / 2, chart->unit);
		draw_right(c, at->row + plot_rows / 2, at->col, AXIS - 1, ROLE_LABEL, label);
	}
	draw_right(c, at->row + plot_rows - 1, at->col, AXIS - 1, ROLE_LABEL, "0");
	draw_text(c, at->row + plot_rows, at->col + AXIS, at->cols - AXIS, ROLE_LABEL, chart->left);
	draw_right(c, at->row + plot_rows, at->col + AXIS, at->cols - AXIS, ROLE_LABEL,
		   chart->right);
}

void chart_draw(const struct canvas *c, const struct rect *at, const struct chart *chart)
{
	double max = chart->max > 0 ? chart->max : round_up(largest(chart->values, chart->n));
	struct plot plot = {chart->values, chart->n, max, at->rows - 1, at->cols - AXIS};

	if (at->rows < 4 || at->cols < 20)
		return;
	draw_axis(c, at, chart, max);
	draw_plot(c, at->row, at->col + AXIS, chart->role, &plot);
}
