/* Walks the members of a JSON object in its own text, so that they can be
 * replaced there while every other byte stays as it came: json-c would cut large
 * integers and drop members that are there twice. The text must have passed
 * json_read. */
#ifndef DACACHE_SRC_DOMAIN_JSON_SCAN_H
#define DACACHE_SRC_DOMAIN_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "dacache/base/buf.h"
#include "dacache/base/err.h"

/* Bytes from start up to end. */
struct json_span {
	size_t start;
	size_t end;
};

struct json_scan {
	const char *text;
	size_t len;
	size_t at;    /* after the walk: the object's closing brace */
	size_t count; /* members walked */
};

/* The text must hold an object. */
void json_scan_begin(struct json_scan *scan, const char *text, size_t len);
/* The next member, name with its quotes; false at the end. */
bool json_scan_next(struct json_scan *scan, struct json_span *name, struct json_span *value);
/* Whether that name, its escapes undone, is this one. */
bool json_scan_named(const struct json_scan *scan, struct json_span name, const char *wanted);

/* The same value with line breaks and two blanks a level; numbers as they came,
 * escapes in strings undone where the character can stand for itself. */
enum err_code json_indent(const char *text, size_t len, struct buf *out);

#endif
