/* Text from outside made into one short line. */
#ifndef DACACHE_DOMAIN_PLAIN_H
#define DACACHE_DOMAIN_PLAIN_H

#include <stddef.h>

/* Copy text as one line: runs of white space become one blank, those at the ends
 * go, bytes that are not UTF-8 become U+FFFD; cut before the character that does
 * not fit. out is always NUL-terminated; size is at least 1. Control characters
 * stay: text_escape shows them. */
void plain_copy(char *out, size_t size, const char *text);

/* The same of the first line with text in a body that may be HTML: tags,
 * comments, scripts and styles removed, common entities resolved. Looks at the
 * first 64 KiB alone. */
void plain_first_line(char *out, size_t size, const char *body, size_t len);

#endif
