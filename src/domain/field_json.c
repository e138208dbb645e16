#include "field_json.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "dacache/domain/canonical.h"
#include "dacache/domain/plain.h"
#include "json_read.h"

static int64_t load_int(const char *at, size_t size)
{
	int64_t wide = 0;
	int32_t word = 0;
	int16_t half = 0;

	switch (size) {
	case sizeof(wide):
		memcpy(&wide, at, size);
		return wide;
	case sizeof(word):
		memcpy(&word, at, size);
		return word;
	case sizeof(half):
		memcpy(&half, at, size);
		return half;
	default:
		return *(const uint8_t *)at;
	}
}

static void store_int(char *at, size_t size, int64_t value)
{
	int32_t word = (int32_t)value;
	int16_t half = (int16_t)value;

	switch (size) {
	case sizeof(value):
		memcpy(at, &value, size);
		break;
	case sizeof(word):
		memcpy(at, &word, size);
		break;
	case sizeof(half):
		if (value <= INT16_MAX)
			memcpy(at, &half, size);
		break;
	default:
		if (value >= 0 && value <= UINT8_MAX)
			*(uint8_t *)at = (uint8_t)value;
	}
}

enum err_code fields_put(struct buf *out, const void *from, const struct field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *at = (const char *)from + fields[i].offset;

		buf_printf(out, "%s\"%s\":", i > 0 ? "," : "{", fields[i].name);
		if (fields[i].kind == FIELD_TEXT)
			canonical_string(at, strlen(at), out);
		else if (fields[i].kind == FIELD_BOOL)
			buf_puts(out, *(const bool *)at ? "true" : "false");
		else
			buf_printf(out, "%" PRId64, load_int(at, fields[i].size));
	}
	return buf_putc(out, '}');
}

static int64_t most_of(const char *name)
{
	size_t len = strlen(name);

	return len > 3 && strcmp(name + len - 3, "_us") == 0 ? INT64_C(10000000000000000)
							     : INT64_C(1000000000);
}

static void get_one(struct json_object *value, char *at, const struct field *field)
{
	int64_t number;

	switch (field->kind) {
	case FIELD_TEXT:
		if (json_object_is_type(value, json_type_string))
			plain_copy(at, field->size, json_object_get_string(value));
		break;
	case FIELD_BOOL:
		if (json_object_is_type(value, json_type_boolean))
			*(bool *)at = json_object_get_boolean(value);
		break;
	default:
		if (json_get_int(value, &number) && number >= -1 && number <= most_of(field->name))
			store_int(at, field->size, number);
	}
}

void fields_get(struct json_object *object, void *to, const struct field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct json_object *value = json_member(object, fields[i].name);

		if (value)
			get_one(value, (char *)to + fields[i].offset, &fields[i]);
	}
}
