/* Canonical JSON: members sorted, no blanks, every character past ASCII as
 * \uXXXX in lower-case hex: the bytes of Python's
 * json.dumps(x, sort_keys=True, separators=(",", ":")). */
#ifndef DACACHE_DOMAIN_CANONICAL_H
#define DACACHE_DOMAIN_CANONICAL_H

#include <stddef.h>

#include "dacache/base/buf.h"
#include "dacache/base/err.h"

struct json_object;

enum err_code canonical_json(struct json_object *value, struct buf *out);
/* One quoted JSON string; text is UTF-8, len bytes (may hold NUL). */
enum err_code canonical_string(const char *text, size_t len, struct buf *out);
/* Hex SHA-256 of bytes; out takes 65 bytes. */
enum err_code canonical_sha256(const void *data, size_t len, char out[65]);

#endif
