/* Plots: bars in braille, two points a cell; stacks in blocks. */
#include "dacache/ui/chart.h"

#include "chart_internal.h"

enum { DOTS = 4, EIGHTHS = 8 };

size_t chart_points(const struct canvas *c, int cols)
{
	return cols <= 0 ? 0 : (size_t)cols * (c->utf8 ? 2 : 1);
}

/* Braille dots of one column of a cell, 0 to 4 of them from the bottom. */
static unsigned braille_bar(int height, bool right)
{
	static const unsigned left_dots[] = {0x00, 0x40, 0x44, 0x46, 0x47};
	static const unsigned right_dots[] = {0x00, 0x80, 0xa0, 0xb0, 0xb8};

	height = height < 0 ? 0 : height > DOTS ? DOTS : height;
	return right ? right_dots[height] : left_dots[height];
}

/* The one dot at a height of 1 to 4. */
static unsigned braille_dot(int height, bool right)
{
	if (height < 1 || height > DOTS)
		return 0;
	return braille_bar(height, right) & ~braille_bar(height - 1, right);
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

static void draw_ascii(const struct canvas *c, int row, int col, enum role role, int height,
		       int dot)
{
	static const char *const signs[] = {"", ".", ":", "|", "#"};

	if (dot >= 1 && dot <= DOTS && height < DOTS)
		draw_text(c, row, col, 1, role, dot > 2 ? "'" : "-");
	else if (height > 0)
		draw_text(c, row, col, 1, role, signs[height > DOTS ? DOTS : height]);
}

/* Value of the plot's column, 0 the oldest; the newest are flush right. */
static double value_at(const double *values, size_t n, size_t points, size_t column)
{
	size_t missing = points > n ? points - n : 0;
	size_t skipped = n > points ? n - points : 0;

	if (!values || column < missing)
		return -1;
	return values[column - missing + skipped];
}

/* The heights of one column of dots: of its bar, and of the dot over it. */
struct heights {
	int bar, dot;
};

static struct heights heights_at(const struct plot *plot, size_t points, size_t column)
{
	int steps = plot->at.rows * DOTS;
	struct heights out;

	out.bar = steps_of(value_at(plot->values, plot->n, points, column), plot->max, steps);
	out.dot = steps_of(value_at(plot->dots, plot->n, points, column), plot->max, steps);
	return out;
}

static unsigned cell_dots(struct heights at, int below, bool right)
{
	return braille_bar(at.bar - below, right) | braille_dot(at.dot - below, right);
}

void plot_bars(const struct canvas *c, const struct plot *plot)
{
	const struct rect *at = &plot->at;
	size_t points = chart_points(c, at->cols);

	for (int x = 0; x < at->cols; x++) {
		size_t first = c->utf8 ? (size_t)x * 2 : (size_t)x;
		struct heights a = heights_at(plot, points, first);
		struct heights b = c->utf8 ? heights_at(plot, points, first + 1) : a;

		for (int y = 0; y < at->rows; y++) {
			int below = (at->rows - 1 - y) * DOTS;
			if (c->utf8)
				draw_braille(c, at->row + y, at->col + x, plot->role,
					     cell_dots(a, below, false) |
						     cell_dots(b, below, true));
			else
				draw_ascii(c, at->row + y, at->col + x, plot->role, a.bar - below,
					   a.dot - below);
		}
	}
}

void chart_spark(const struct canvas *c, int row, int col, int cols, enum role role,
		 const double *values, size_t n, double max)
{
	struct plot plot = {
		.at = {row, col, 1, cols}, .values = values, .n = n, .max = max, .role = role};

	plot_bars(c, &plot);
}

/* --- stacks ------------------------------------------------------------------------- */

static const struct layer_look {
	const char *utf8;
	const char *ascii;
	enum role role;
} looks[CHART_LAYERS] = {
	[CHART_EXPIRED] = {"░", "x", ROLE_WARN},
	[CHART_MISSES] = {"▒", "#", ROLE_MISS},
	[CHART_HITS] = {"█", "|", ROLE_HIT},
	[CHART_CALLS] = {"█", "|", ROLE_CHART},
};

const char *chart_layer_sign(const struct canvas *c, enum chart_layer layer)
{
	return c->utf8 ? looks[layer].utf8 : looks[layer].ascii;
}

enum role chart_layer_role(enum chart_layer layer)
{
	return looks[layer].role;
}

/* The topmost cell of a layer in blocks may be a part of a cell; other signs are
 * whole cells. */
static bool has_parts(const struct canvas *c, int layer)
{
	return c->utf8 && layer >= CHART_HITS;
}

static int layer_height(const struct canvas *c, const struct plot *plot, int layer, double value)
{
	int steps = plot->at.rows * EIGHTHS;
	int height = plot->max > 0 ? (int)(value / plot->max * steps + 0.5) : 0;

	if (value <= 0)
		return 0;
	if (height < 1)
		height = 1;
	return has_parts(c, layer) ? height : (height + EIGHTHS - 1) / EIGHTHS * EIGHTHS;
}

static void draw_layer(const struct canvas *c, const struct plot *plot, int x, int layer, int from,
		       int height)
{
	static const char *const parts[] = {"", "▁", "▂", "▃", "▄", "▅", "▆", "▇"};
	int steps = plot->at.rows * EIGHTHS;

	for (int at = from; at < from + height && at < steps; at += EIGHTHS) {
		int left = from + height - at;
		const char *sign = chart_layer_sign(c, (enum chart_layer)layer);

		if (left < EIGHTHS && has_parts(c, layer))
			sign = parts[left];
		draw_text(c, plot->at.row + plot->at.rows - 1 - at / EIGHTHS, plot->at.col + x, 1,
			  looks[layer].role, sign);
	}
}

void plot_stacks(const struct canvas *c, const struct plot *plot)
{
	for (int x = 0; x < plot->at.cols; x++) {
		int from = 0;

		for (int layer = 0; layer < CHART_LAYERS; layer++) {
			double value = value_at(plot->layers[layer], plot->n, (size_t)plot->at.cols,
						(size_t)x);
			int height = layer_height(c, plot, layer, value);

			draw_layer(c, plot, x, layer, from, height);
			from += height;
		}
	}
}
