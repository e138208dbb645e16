/* What the files of the HTML report share. */
#ifndef DACACHE_SRC_DOMAIN_REPORT_HTML_H
#define DACACHE_SRC_DOMAIN_REPORT_HTML_H

#include "report_figures.h"

/* Colours of outcomes in charts and beside their words. */
const char *report_html_colour(enum outcome outcome);

/* --- report_html_charts.c --- */
void report_html_charts(struct buf *out, const struct report *report,
			const struct report_figures *figures);

/* --- report_html_tables.c --- */
void report_html_tables(struct buf *out, const struct report *report,
			const struct report_figures *figures);

#endif
