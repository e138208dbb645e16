/* Charts in braille and blocks, or in ASCII: bars over time, stacks of counts,
 * with axes that have numbers and units. */
#ifndef DACACHE_UI_CHART_H
#define DACACHE_UI_CHART_H

#include "dacache/ui/draw.h"

/* Points in a number of columns: braille draws two a cell. */
size_t chart_points(const struct canvas *c, int cols);

/* One row high: values in [0, max], < 0: none. n points over cols columns. */
void chart_spark(const struct canvas *c, int row, int col, int cols, enum role role,
		 const double *values, size_t n, double max);

/* What the numbers of the upright axis are. */
enum chart_unit { CHART_PERCENT, CHART_MS, CHART_COUNT };

/* Layers of a stack, from the ground. Each has a sign of its own, so that they are
 * told apart without colour. */
enum chart_layer { CHART_EXPIRED, CHART_MISSES, CHART_HITS, CHART_CALLS, CHART_LAYERS };

enum { CHART_TICKS_MAX = 24, CHART_ROWS_LEAST = 5, CHART_COLS_LEAST = 24 };

/* Under the plot; at: 0 its left end, 1 its right end. */
struct chart_tick {
	double at;
	char text[16];
};

/* A mark: its letter over the plot, and a line down to what is drawn there, of which it
 * hides nothing. */
struct chart_mark {
	double at;
	char letter;
	bool chosen;
};

/* Either values (and dots), in chart_points() of the plot, or layers, in a column
 * each. Oldest first. */
struct chart {
	const char *title;
	const char *note; /* at the title's right end; NULL: none */
	enum chart_unit unit;
	double max;           /* of the axis; 0: the next round number over the largest */
	const double *values; /* bars; < 0: none, which is not 0 */
	const double *dots;   /* a second line over the bars; NULL: none */
	enum role role;
	const double *layers[CHART_LAYERS]; /* NULL: none */
	bool legend;                        /* of the layers, in place of the note */
	size_t n;
	struct chart_tick ticks[CHART_TICKS_MAX]; /* the last one is flush right */
	size_t tick_count;
	const struct chart_mark *marks;
	size_t mark_count;
	const char *empty; /* said in the plot where there is no value at all */
};

/* Columns of the plot in a chart of that width. */
int chart_plot_cols(int cols);
/* Title, plot, axes; needs CHART_ROWS_LEAST rows and CHART_COLS_LEAST columns. */
void chart_draw(const struct canvas *c, const struct rect *at, const struct chart *chart);

/* Ticks for span_s seconds up to now, for a plot of cols columns. right: what stands
 * at the right end, "now". */
void chart_ticks_time(struct chart *chart, int cols, int span_s, const char *right);
/* Ticks for a logarithmic axis of microseconds. */
void chart_ticks_log(struct chart *chart, int cols, double from_us, double to_us);

/* "84 ms", "1.5 s": short, three figures. */
void chart_format_us(double us, char *out, size_t size);
/* Milliseconds without their unit, in three figures at least: "0.350", "12.5", "1250";
 * from 100,000 of them on seconds, "100s". Five columns at most below 10,000 s. */
void chart_format_ms(int64_t us, char *out, size_t size);
/* "9,999", "12.4k", "124k", "1.2M": five columns at most below 10^11. */
void chart_format_count(uint64_t n, char *out, size_t size);
/* "▁ hits": the sign of a layer, for a legend. */
const char *chart_layer_sign(const struct canvas *c, enum chart_layer layer);
enum role chart_layer_role(enum chart_layer layer);

#endif
