/* Plain structs to JSON and back, by a table of their members. */
#ifndef DACACHE_SRC_DOMAIN_FIELD_JSON_H
#define DACACHE_SRC_DOMAIN_FIELD_JSON_H

#include <stddef.h>

#include <json-c/json.h>

#include "dacache/base/buf.h"

enum field_kind {
	FIELD_TEXT, /* char[size] */
	FIELD_BOOL,
	FIELD_INT /* signed, of 2, 4 or 8 bytes, or uint8_t */
};

struct field {
	const char *name;
	enum field_kind kind;
	size_t offset;
	size_t size;
};

#define FIELD(kind, type, member)                                                                  \
	{                                                                                          \
#member, kind, offsetof(type, member), sizeof(((type *)0)->member)                 \
	}

/* An object with those members. */
enum err_code fields_put(struct buf *out, const void *from, const struct field *fields, size_t n);
/* What is absent, or of another type, stays as it is. Numbers are held to what they can be:
 * -1 to 10^16 for names that end in _us, 10^9 for all others; texts are cut. */
void fields_get(struct json_object *object, void *to, const struct field *fields, size_t n);

#endif
