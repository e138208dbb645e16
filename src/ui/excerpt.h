/* Long texts, shortened to where they differ. */
#ifndef EXCERPT_H
#define EXCERPT_H

#include <stdbool.h>
#include <stddef.h>

#include "dacache/base/buf.h"

enum { EXCERPT_LONG = 160 }; /* bytes from which on a text is shortened */

/* Bytes that two texts share at their beginning and, beyond that, at their end;
 * whole characters. */
struct excerpt {
	size_t head;
	size_t tail;
};

struct excerpt excerpt_between(const char *a, const char *b);
/* What lies between head and tail, with a little around it and dots for the rest; all
 * of a text that is not long. */
void excerpt_put(struct buf *out, const char *text, const struct excerpt *excerpt, bool ascii);
/* As much of a text as cols columns take: all of it, or what differs with dots where
 * something is left out. */
void excerpt_fit(struct buf *out, const char *text, const struct excerpt *excerpt, int cols,
		 bool ascii);
/* The beginning of a long text, the whole of another. */
void excerpt_begin(struct buf *out, const char *text, bool ascii);
size_t excerpt_characters(const char *text, size_t bytes);

#endif
