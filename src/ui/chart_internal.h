/* What the files of the charts share. */
#ifndef CHART_INTERNAL_H
#define CHART_INTERNAL_H

#include "dacache/ui/chart.h"

/* The part within the axes; see struct chart. */
struct plot {
	struct rect at;
	const double *values;
	const double *dots;
	const double *layers[CHART_LAYERS];
	size_t n;
	double max;
	enum role role;
};

void plot_bars(const struct canvas *c, const struct plot *plot);
void plot_stacks(const struct canvas *c, const struct plot *plot);

#endif
