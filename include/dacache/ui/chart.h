/* Charts in braille, blocks or ASCII. */
#ifndef DACACHE_UI_CHART_H
#define DACACHE_UI_CHART_H

#include "dacache/ui/draw.h"

/* Points in a column: braille draws two columns a cell. */
size_t chart_points(const struct canvas *c, int cols);

/* One row high: values in [0, max], < 0: none. n points over cols columns. */
void chart_spark(const struct canvas *c, int row, int col, int cols, enum role role,
		 const double *values, size_t n, double max);

struct chart {
	const double *values; /* oldest first; < 0: none */
	size_t n;
	double max;        /* of the axis; 0: the next round number over the largest */
	const char *unit;  /* "%", "ms" */
	const char *left;  /* under the left end: "5m ago" */
	const char *right; /* under the right end: "now" */
	enum role role;
};

/* With an axis at the left and a line of times below; needs 4 rows, 20 columns. */
void chart_draw(const struct canvas *c, const struct rect *at, const struct chart *chart);

#endif
