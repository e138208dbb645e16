/* Canonical JSON and its SHA-256: the simulator's own, on purpose not shared
 * with the client. */
#ifndef SIM_CANONICAL_H
#define SIM_CANONICAL_H

#include <json-c/json.h>

#include "dacache/base/buf.h"

enum { SHA256_HEX_SIZE = 65 };

/* Members sorted, no blanks, every character past ASCII as \uXXXX. */
enum err_code canonical_write(struct json_object *value, struct buf *out);

/* Lower-case hex of the SHA-256 of the canonical form. ERR_LIMIT for a value
 * past 64 MiB. */
enum err_code canonical_sha256(struct json_object *value, char out[SHA256_HEX_SIZE]);

#endif
