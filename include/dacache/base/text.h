/* UTF-8: width on a terminal, safe display, case, trimming. Built on
 * libunistring. Every byte from outside reaches a terminal through here. */
#ifndef DACACHE_BASE_TEXT_H
#define DACACHE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/base/buf.h"

bool text_is_valid(const char *text, size_t len); /* well-formed UTF-8 */

/* Columns the text takes on a terminal, escapes as text_escape shows them. */
int text_width(const char *text);

/* Append a form that is safe on a terminal: C0, DEL, C1, bidi controls, zero
 * width and other invisible format characters, line separators and bytes that
 * are not UTF-8 become visible (`\x1b`, `\u202e`, `\xff`); a tab and a newline
 * too (`\t`, `\n`). */
enum err_code text_escape(struct buf *out, const char *text);

/* Append the safe form cut to `columns`, with `…` (or `~` where ascii) in the
 * last column when something was cut. Never splits a character or a cluster.
 * Returns the columns used in *used when used is not NULL. */
enum err_code text_fit(struct buf *out, const char *text, int columns, bool ascii, int *used);

/* The next character and its bytes: returns the length of it (1 for a broken
 * byte, with *ucs = 0xFFFD), 0 at the end. */
size_t text_next(const char *text, uint32_t *ucs);

/* malloc'd: white space (Unicode) trimmed at both ends, then lower-cased by
 * Unicode's full mapping, as Python's str.strip().lower(). NULL: no memory. */
char *text_trim_lower(const char *text);

/* malloc'd: lower-cased for searching, nothing trimmed. NULL: no memory. */
char *text_lower(const char *text);
/* The same, appended: ASCII, which is nearly all, without memory of its own. */
enum err_code text_lower_to(struct buf *out, const char *text);

/* As Python's any(c.isalnum() for c in text): one letter or digit (Unicode L*,
 * N*). */
bool text_has_alnum(const char *text);

/* One control character at least (C0, DEL, C1). */
bool text_has_control(const char *text);

/* Edits (insert, delete, replace, swap) between two words, for "did you
 * mean". Bytes, case ignored. */
size_t text_distance(const char *a, const char *b);
/* The nearest of names[0..n), or NULL when none is near. */
const char *text_nearest(const char *word, const char *const *names, size_t n);

/* An integer in decimal with nothing around it, within [min, max].
 * ERR_PARSE or ERR_LIMIT. */
enum err_code text_parse_int(const char *text, int64_t min, int64_t max, int64_t *out);

/* "12,410" */
void text_format_count(int64_t n, char out[32]);

/* malloc'd copy; NULL for NULL or without memory. */
char *text_dup(const char *text);

#endif
