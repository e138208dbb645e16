/* Lines for whoever follows them: a file that grows, or a FIFO. */
#ifndef SIM_FEED_H
#define SIM_FEED_H

#include <stddef.h>

#include "dacache/base/err.h"

struct feed;

/* `path` must outlive the feed. ERR_IO when it can never be written; a FIFO
 * that nobody reads yet is none. */
enum err_code feed_new(const char *path, struct feed **out, struct err *err);
void feed_free(struct feed **feed);

/* Write a line (its newline with it). It is dropped rather than waited for:
 * nobody reads the FIFO, or it is full, or the line does not fit into one. */
void feed_write(struct feed *feed, const char *line, size_t len);
/* What was written goes out now. */
void feed_flush(struct feed *feed);

#endif
