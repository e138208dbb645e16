#include "svg_chart.h"

#include <inttypes.h>
#include <stdint.h>

#include "dacache/domain/decimal.h"
#include "markup.h"

/* In the units of the view box: about pixels on a desk, 0.75 of one on a phone. */
enum {
	WIDTH = 480,
	HEIGHT = 220,
	LEFT = 46,
	RIGHT = 8,
	TOP = 22,
	BOTTOM = 34,
	TICKS = 4,
	FONT = 12,
	LABEL_WIDTH = 46
};

static const char *const line_colour = "#888888";

static double plot_width(void)
{
	return WIDTH - LEFT - RIGHT;
}

static double plot_height(void)
{
	return HEIGHT - TOP - BOTTOM;
}

static double column_sum(const struct svg_chart *chart, size_t column)
{
	double sum = 0;

	for (size_t i = 0; i < chart->series_len; i++)
		sum += chart->series[i].values[column];
	return sum;
}

/* 1, 2, 4, 8, 20, 40 …: round, and its quarters are, too, from 4 on. */
static double round_top(const struct svg_chart *chart)
{
	static const double steps[] = {4, 8, 20};
	double highest = 0;
	double scale = 1;

	if (chart->max > 0)
		return chart->max;
	for (size_t i = 0; i < chart->columns; i++)
		if (column_sum(chart, i) > highest)
			highest = column_sum(chart, i);
	for (;; scale *= 10)
		for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
			if (steps[i] * scale >= highest)
				return steps[i] * scale;
}

static void put_number(struct buf *out, double value)
{
	const char *unit = value >= 1e6 ? "M" : value >= 1e4 ? "k" : "";
	double shown = value >= 1e6 ? value / 1e6 : value >= 1e4 ? value / 1e3 : value;

	if (shown == (double)(int64_t)shown)
		buf_printf(out, "%lld", (long long)shown);
	else
		decimal_put(out, shown, 1);
	buf_puts(out, unit);
}

/* A coordinate, whatever the locale's decimal point. */
static void put_at(struct buf *out, const char *name, double value)
{
	buf_printf(out, " %s=\"", name);
	decimal_put(out, value, 1);
	buf_putc(out, '"');
}

static void put_text(struct buf *out, double x, double y, const char *anchor, const char *text)
{
	buf_puts(out, "<text");
	put_at(out, "x", x);
	put_at(out, "y", y);
	buf_printf(out, " text-anchor=\"%s\">", anchor);
	markup_text(out, text);
	buf_puts(out, "</text>");
}

static void put_line(struct buf *out, double x1, double y1, double x2, double y2, const char *more)
{
	buf_puts(out, "<line");
	put_at(out, "x1", x1);
	put_at(out, "y1", y1);
	put_at(out, "x2", x2);
	put_at(out, "y2", y2);
	buf_printf(out, " stroke=\"%s\"%s/>", line_colour, more);
}

static void put_y_axis(struct buf *out, const struct svg_chart *chart, double top)
{
	for (int i = 0; i <= TICKS; i++) {
		double y = TOP + plot_height() * (1 - (double)i / TICKS);
		struct buf number;

		buf_init(&number, 32);
		put_number(&number, top * i / TICKS);
		put_line(out, LEFT, y, WIDTH - RIGHT, y, i ? " stroke-opacity=\"0.3\"" : "");
		put_text(out, LEFT - 5, y + 4, "end", buf_str(&number));
		buf_free(&number);
	}
	put_text(out, LEFT, TOP - 9, "start", chart->unit);
}

/* Labels stand in the middle of their columns; where there is no room for one it
 * waits for the next. */
static void put_x_axis(struct buf *out, const struct svg_chart *chart)
{
	double width = plot_width() / (double)chart->columns;
	double free_from = 0;

	for (size_t i = 0; i < chart->columns; i++) {
		double x = LEFT + width * ((double)i + 0.5);
		double from = x - LABEL_WIDTH / 2.0;

		if (chart->labels[i][0] == '\0' || from < free_from ||
		    x + LABEL_WIDTH / 2.0 > WIDTH)
			continue;
		put_line(out, x, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 4, "");
		put_text(out, x, HEIGHT - BOTTOM + 17, "middle", chart->labels[i]);
		free_from = x + LABEL_WIDTH / 2.0;
	}
}

/* A count is told whole. */
static void put_value(struct buf *out, double value)
{
	if (value >= 0 && value < 1e15 && (double)(int64_t)value == value)
		buf_printf(out, "%" PRId64, (int64_t)value);
	else
		decimal_put(out, value, 1);
}

/* What a pointer that rests on a bar is told. */
static void put_bar_title(struct buf *out, const struct svg_chart *chart,
			  const struct svg_series *series, size_t column)
{
	buf_puts(out, "><title>");
	if (chart->labels[column][0]) {
		markup_text(out, chart->labels[column]);
		buf_puts(out, ": ");
	}
	if (chart->series_len > 1) {
		markup_text(out, series->name);
		buf_putc(out, ' ');
	}
	put_value(out, series->values[column]);
	buf_putc(out, ' ');
	markup_text(out, chart->unit);
	buf_puts(out, "</title></rect>");
}

static void put_column(struct buf *out, const struct svg_chart *chart, size_t column, double top)
{
	double width = plot_width() / (double)chart->columns;
	double y = HEIGHT - BOTTOM;

	for (size_t i = 0; i < chart->series_len; i++) {
		const struct svg_series *series = &chart->series[i];
		double height = series->values[column] / top * plot_height();

		if (chart->missing[column] || series->values[column] <= 0)
			continue;
		/* Too small to be seen is not nothing. */
		height = height < 1 ? 1 : height;
		y -= height;
		buf_puts(out, "<rect");
		put_at(out, "x", LEFT + width * (double)column + width * 0.1);
		put_at(out, "y", y);
		put_at(out, "width", width * 0.8);
		put_at(out, "height", height);
		buf_printf(out, " fill=\"%s\"", series->colour);
		put_bar_title(out, chart, series, column);
	}
}

static void put_marker(struct buf *out, const struct svg_chart *chart, size_t column)
{
	double x = LEFT + plot_width() / (double)chart->columns * ((double)column + 0.5);

	buf_puts(out, "<g><title>");
	markup_text(out, chart->markers[column]);
	buf_puts(out, "</title>");
	put_line(out, x, TOP - 4, x, HEIGHT - BOTTOM, " stroke-dasharray=\"3 3\"");
	buf_printf(out, "<path d=\"M%.0f %d l-4 -7 h8 z\" fill=\"#c2410c\"/></g>", x, TOP);
}

enum err_code svg_chart_put(struct buf *out, const struct svg_chart *chart)
{
	double top = round_top(chart);

	buf_printf(out,
		   "<svg viewBox=\"0 0 %d %d\" width=\"%d\" "
		   "height=\"%d\" role=\"img\" aria-labelledby=\"%s-t %s-d\" "
		   "font-family=\"sans-serif\" font-size=\"%d\" fill=\"currentColor\">",
		   WIDTH, HEIGHT, WIDTH, HEIGHT, chart->id, chart->id, FONT);
	buf_printf(out, "<title id=\"%s-t\">", chart->id);
	markup_text(out, chart->title);
	buf_printf(out, "</title><desc id=\"%s-d\">", chart->id);
	markup_text(out, chart->detail);
	buf_puts(out, "</desc>");
	put_y_axis(out, chart, top);
	for (size_t i = 0; i < chart->columns; i++)
		put_column(out, chart, i, top);
	put_x_axis(out, chart);
	for (size_t i = 0; i < chart->columns; i++)
		if (chart->markers[i][0])
			put_marker(out, chart, i);
	buf_puts(out, "</svg>");
	return out->failed;
}
