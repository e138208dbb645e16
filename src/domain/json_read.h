/* Reading JSON from outside, within the domain alone. */
#ifndef DACACHE_SRC_DOMAIN_JSON_READ_H
#define DACACHE_SRC_DOMAIN_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

#include "dacache/base/err.h"

enum { JSON_DEPTH_MAX = 64 };

/* One whole JSON value, strictly: UTF-8, no text after it, nested JSON_DEPTH_MAX
 * deep at most. ERR_PARSE otherwise; *out is the caller's (json_object_put) and
 * never NULL on success, so that a bare `null` is ERR_PARSE too. */
enum err_code json_read(const char *text, size_t len, struct json_object **out, struct err *err);

/* The member, NULL where it is absent or null (also when object is no object). */
struct json_object *json_member(struct json_object *object, const char *name);

/* malloc'd copy of a JSON string. A C string cannot hold NUL: U+2400 (the picture
 * of NUL) stands in its place, which no check of a cache key lets through. NULL
 * without memory. */
char *json_dup_string(struct json_object *string);
/* The same of a member; a copy of "" where it is no string. */
char *json_dup_member(struct json_object *object, const char *name);

/* Whether a JSON string holds a NUL. */
bool json_has_nul(struct json_object *string);

/* Whether it has an `id`, a text that is not empty. One that a C string cannot hold
 * does not count: cut, it would name another action. */
bool json_has_id(struct json_object *object);

/* True when the value is written as an integer that int64_t holds. */
bool json_get_int(struct json_object *value, int64_t *out);

#endif
