#include "canonical.h"

#include <openssl/sha.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"

enum { CANONICAL_MAX = 64 * 1024 * 1024 };

static void put_escaped(struct buf *out, uint32_t c)
{
	if (c >= 0x10000) {
		c -= 0x10000;
		buf_printf(out, "\\u%04x\\u%04x", 0xd800 + (c >> 10), 0xdc00 + (c & 0x3ff));
	} else {
		buf_printf(out, "\\u%04x", c);
	}
}

static void put_character(struct buf *out, uint32_t c)
{
	static const char plain[] = "\"\\\b\f\n\r\t";
	static const char letter[] = "\"\\bfnrt";
	const char *found = c < 0x80 && c != 0 ? strchr(plain, (int)c) : NULL;

	if (found)
		buf_printf(out, "\\%c", letter[found - plain]);
	else if (c >= 0x20 && c < 0x7f)
		buf_putc(out, (char)c);
	else
		put_escaped(out, c);
}

static void put_string(struct buf *out, const char *text, size_t len)
{
	const char *end = text + len;

	buf_putc(out, '"');
	while (text < end) {
		uint32_t c = 0;
		size_t n = *text ? text_next(text, &c) : 1;
		put_character(out, c);
		text += n;
	}
	buf_putc(out, '"');
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void put_object(struct buf *out, struct json_object *object)
{
	size_t n = (size_t)json_object_object_length(object);
	const char **names = calloc(n + 1, sizeof(*names));
	size_t i = 0;

	if (!names) {
		out->failed = ERR_NO_MEMORY;
		return;
	}
	json_object_object_foreach(object, name, value)
	{
		(void)value;
		names[i++] = name;
	}
	qsort(names, n, sizeof(*names), compare_names);
	buf_putc(out, '{');
	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(out, ',');
		put_string(out, names[i], strlen(names[i]));
		buf_putc(out, ':');
		canonical_write(json_object_object_get(object, names[i]), out);
	}
	buf_putc(out, '}');
	free(names);
}

static void put_array(struct buf *out, struct json_object *array)
{
	size_t n = json_object_array_length(array);

	buf_putc(out, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(out, ',');
		canonical_write(json_object_array_get_idx(array, i), out);
	}
	buf_putc(out, ']');
}

enum err_code canonical_write(struct json_object *value, struct buf *out)
{
	switch (json_object_get_type(value)) {
	case json_type_object:
		put_object(out, value);
		break;
	case json_type_array:
		put_array(out, value);
		break;
	case json_type_string:
		put_string(out, json_object_get_string(value),
			   (size_t)json_object_get_string_len(value));
		break;
	default: /* json-c keeps a number's own digits */
		buf_puts(out, json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN));
		break;
	}
	return out->failed;
}

enum err_code canonical_sha256(struct json_object *value, char out[SHA256_HEX_SIZE])
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	struct buf text;
	enum err_code rc;

	buf_init(&text, CANONICAL_MAX);
	rc = canonical_write(value, &text);
	if (rc == ERR_OK) {
		SHA256((const unsigned char *)buf_str(&text), text.len, digest);
		for (size_t i = 0; i < sizeof(digest); i++)
			snprintf(out + 2 * i, 3, "%02x", digest[i]);
	}
	buf_free(&text);
	return rc;
}
