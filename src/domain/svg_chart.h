/* Bar charts as SVG inside an HTML page: axes with numbers and units, a title and a
 * description that screen readers tell, and nothing that depends on a style sheet. */
#ifndef DACACHE_SRC_DOMAIN_SVG_CHART_H
#define DACACHE_SRC_DOMAIN_SVG_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "dacache/base/buf.h"

enum { SVG_SERIES_MAX = 6, SVG_COLUMNS_MAX = 64 };

struct svg_series {
	const char *name;
	const char *colour; /* "#rrggbb": one that stands out from white and from black */
	double values[SVG_COLUMNS_MAX];
};

struct svg_chart {
	const char *id;     /* of this chart in its page, for the title's reference */
	const char *title;  /* plain text all, made safe here */
	const char *detail; /* what it shows, in a sentence */
	const char *unit;   /* of the y axis */
	double max;         /* top of the y axis; 0: a round number over the highest bar */
	size_t columns;
	char labels[SVG_COLUMNS_MAX][32]; /* of columns; "" has no tick */
	size_t series_len;                /* stacked */
	struct svg_series series[SVG_SERIES_MAX];
	char markers[SVG_COLUMNS_MAX][64]; /* a line over the column, and its words; "": none */
	bool missing[SVG_COLUMNS_MAX];     /* nobody knows: no bar, not a bar of zero */
};

enum err_code svg_chart_put(struct buf *out, const struct svg_chart *chart);

#endif
