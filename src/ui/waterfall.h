/* The parts of a call's time, side by side: queue, name, connect, TLS, wait, transfer.
 * Each has a sign of its own, so that it reads without colours. */
#ifndef WATERFALL_H
#define WATERFALL_H

#include "dacache/domain/exchange.h"
#include "dacache/ui/draw.h"

enum { WATERFALL_PARTS = 6 };

const char *waterfall_name(int part); /* "queue", … */
enum role waterfall_role(int part);
const char *waterfall_sign(int part, bool utf8);                      /* one column wide */
int64_t waterfall_part(const struct exchange_times *times, int part); /* microseconds */
/* All of it, the queue with it. */
int64_t waterfall_whole(const struct exchange_times *times);

/* Columns of each part where scale_us takes cols of them: rounded at the parts' ends, so
 * that they never take more than the whole; a call that took any time takes one at
 * least. */
void waterfall_columns(const struct exchange_times *times, int64_t scale_us, int cols,
		       int out[WATERFALL_PARTS]);
void waterfall_draw(const struct canvas *c, int row, int col, int cols,
		    const struct exchange_times *times, int64_t scale_us);
/* What the signs mean, and how long the longest bar is. */
void waterfall_draw_legend(const struct canvas *c, int row, int64_t scale_us);
/* "850us", "12.3ms", "4.21s", "120s" */
void waterfall_format(int64_t us, char out[16]);

#endif
