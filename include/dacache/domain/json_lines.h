/* A JSON text as lines to be shown, folded and coloured. Its bytes stay what they are:
 * nothing is decoded, rounded or sorted. What breaks off is shown as far as it goes. */
#ifndef DACACHE_DOMAIN_JSON_LINES_H
#define DACACHE_DOMAIN_JSON_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "dacache/base/err.h"
#include "dacache/base/vec.h"

enum json_kind {
	JSON_STRING,
	JSON_NUMBER,
	JSON_LITERAL, /* true, false, null */
	JSON_EMPTY,   /* {} or [], nothing but blanks between */
	JSON_OPEN,    /* { or [ */
	JSON_CLOSE,
	JSON_BROKEN /* what is no JSON from here on */
};

/* Places are offsets into the text. */
struct json_line {
	int depth;
	enum json_kind kind;
	size_t key_at, key_len; /* with its quotes; 0: none */
	size_t value_at, value_len;
	bool comma;    /* one stands behind it */
	size_t last;   /* of JSON_OPEN: the line of its end, or of the text's */
	size_t within; /* of JSON_OPEN: members or items */
};

/* Fills *out, a vec of struct json_line. *whole is false where the text breaks off or is
 * no JSON from some place on. ERR_PARSE when it does not begin as an object or an array
 * does: nothing is added then. ERR_NO_MEMORY. */
enum err_code json_lines_make(const char *text, size_t len, struct vec *out, bool *whole);

#endif
