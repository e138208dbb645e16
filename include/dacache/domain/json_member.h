/* Members of a JSON object as it is written: "name":value, with a comma before it unless
 * the object or array has just begun. Names are plain ASCII, without quotes. */
#ifndef DACACHE_DOMAIN_JSON_MEMBER_H
#define DACACHE_DOMAIN_JSON_MEMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/base/buf.h"

/* The value is to follow. */
void json_member_name(struct buf *out, const char *name);
void json_member_text(struct buf *out, const char *name, const char *text); /* NULL: null */
void json_member_int(struct buf *out, const char *name, int64_t value);
void json_member_bool(struct buf *out, const char *name, bool value);
/* At most so many decimals; what is negative nobody knows: null. */
void json_member_decimal(struct buf *out, const char *name, double value, int digits);

/* The same, a member a line, for files that people read. */
void json_line_name(struct buf *out, const char *name);
void json_line_text(struct buf *out, const char *name, const char *text);
void json_line_int(struct buf *out, const char *name, int64_t value);
void json_line_bool(struct buf *out, const char *name, bool value);

#endif
