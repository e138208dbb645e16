#include "dacache/domain/canonical.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>
#include <openssl/evp.h>

#include "dacache/base/text.h"
#include "json_bytes.h"

static void put_escape(uint32_t ucs, struct buf *out)
{
	if (ucs >= 0x10000) {
		ucs -= 0x10000;
		buf_printf(out, "\\u%04x\\u%04x", 0xd800 + (unsigned)(ucs >> 10),
			   0xdc00 + (unsigned)(ucs & 0x3ff));
		return;
	}
	buf_printf(out, "\\u%04x", (unsigned)ucs);
}

static void put_ascii(char c, struct buf *out)
{
	static const char plain[] = "\"\\\n\r\t\f\b";
	static const char letters[] = "\"\\nrtfb";
	const char *found = c ? strchr(plain, c) : NULL;

	if (found) {
		buf_putc(out, '\\');
		buf_putc(out, letters[found - plain]);
	} else if (c < 0x20 || c == 0x7f) {
		put_escape((uint32_t)c, out);
	} else {
		buf_putc(out, c);
	}
}

/* text_next wants a NUL behind the character. */
static size_t next_character(const char *text, size_t len, uint32_t *ucs)
{
	char bytes[5] = "";

	memcpy(bytes, text, len < 4 ? len : 4);
	return text_next(bytes, ucs);
}

/* How many characters stand in JSON as they are: nearly all of most texts. */
static size_t plain_len(const char *text, size_t len)
{
	size_t n = 0;

	for (; len - n >= JSON_WORD; n += JSON_WORD) {
		uint64_t word = json_bytes_read(text + n);
		uint64_t odd = json_bytes_odd(word) | json_bytes_delete(word);

		if (odd != 0)
			return n + json_bytes_before(odd);
	}
	while (n < len && text[n] >= ' ' && text[n] < 0x7f && text[n] != '"' && text[n] != '\\')
		n++;
	return n;
}

static enum err_code put_plain(const char *text, size_t len, struct buf *out)
{
	char *at = buf_extend(out, len + 2);

	if (!at)
		return out->failed;
	at[0] = '"';
	memcpy(at + 1, text, len);
	at[len + 1] = '"';
	return ERR_OK;
}

enum err_code canonical_string(const char *text, size_t len, struct buf *out)
{
	if (plain_len(text, len) == len)
		return put_plain(text, len, out);
	buf_putc(out, '"');
	for (size_t at = 0; at < len;) {
		size_t plain = plain_len(text + at, len - at);
		uint32_t ucs;

		buf_append(out, text + at, plain);
		at += plain;
		if (at == len)
			break;

		if ((unsigned char)text[at] < 0x80) {
			put_ascii(text[at++], out);
			continue;
		}
		at += next_character(text + at, len - at, &ucs);
		put_escape(ucs, out);
	}
	return buf_putc(out, '"');
}

/* The digits of the shortest decimal that reads back as the same number, and its
 * exponent (d.ddd × 10^exponent). Digits alone are taken from what printf wrote:
 * the decimal point is the locale's. (Of some powers of two past 2^80 Python
 * finds a form one digit shorter.) */
static int shortest_digits(double value, char digits[DBL_DECIMAL_DIG + 1])
{
	char text[64];
	size_t n = 0;

	for (int precision = 0; precision < DBL_DECIMAL_DIG; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision, value);
		if (strtod(text, NULL) == value)
			break;
	}

	const char *at = text;

	for (; *at != 'e'; at++)
		if (*at >= '0' && *at <= '9')
			digits[n++] = *at;
	digits[n] = '\0';
	return (int)strtol(at + 1, NULL, 10);
}

static void put_fixed(const char *digits, int exponent, struct buf *out)
{
	int n = (int)strlen(digits);

	if (exponent < 0) {
		buf_puts(out, "0.");
		for (int i = -1; i > exponent; i--)
			buf_putc(out, '0');
		buf_puts(out, digits);
		return;
	}
	for (int i = 0; i <= exponent || i < n; i++) {
		if (i == exponent + 1)
			buf_putc(out, '.');
		buf_putc(out, i < n ? digits[i] : '0');
	}
	if (n <= exponent + 1)
		buf_puts(out, ".0");
}

/* As Python's repr. */
static void put_double(double value, struct buf *out)
{
	char digits[DBL_DECIMAL_DIG + 1];

	if (isnan(value)) {
		buf_puts(out, "NaN");
		return;
	}
	if (signbit(value))
		buf_putc(out, '-');
	if (isinf(value)) {
		buf_puts(out, "Infinity");
		return;
	}

	int exponent = shortest_digits(fabs(value), digits);

	if (exponent >= -4 && exponent < 16) {
		put_fixed(digits, exponent, out);
		return;
	}
	buf_printf(out, "%c%s%se%+03d", digits[0], digits[1] ? "." : "", digits + 1, exponent);
}

static void put_int(struct json_object *value, struct buf *out)
{
	uint64_t large = json_object_get_uint64(value);

	if (large > INT64_MAX)
		buf_printf(out, "%llu", (unsigned long long)large);
	else
		buf_printf(out, "%lld", (long long)json_object_get_int64(value));
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum err_code put_object(struct json_object *object, struct buf *out)
{
	size_t n = 0;
	const char **names =
		malloc(((size_t)json_object_object_length(object) + 1) * sizeof(*names));

	if (!names)
		return out->failed = ERR_NO_MEMORY;
	json_object_object_foreach(object, name, unused)
	{
		(void)unused;
		names[n++] = name;
	}
	qsort(names, n, sizeof(*names), compare_names);
	buf_putc(out, '{');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_putc(out, ',');
		canonical_string(names[i], strlen(names[i]), out);
		buf_putc(out, ':');
		canonical_json(json_object_object_get(object, names[i]), out);
	}
	free(names);
	return buf_putc(out, '}');
}

static enum err_code put_array(struct json_object *array, struct buf *out)
{
	size_t n = json_object_array_length(array);

	buf_putc(out, '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_putc(out, ',');
		canonical_json(json_object_array_get_idx(array, i), out);
	}
	return buf_putc(out, ']');
}

enum err_code canonical_json(struct json_object *value, struct buf *out)
{
	switch (json_object_get_type(value)) {
	case json_type_null:
		return buf_puts(out, "null");
	case json_type_boolean:
		return buf_puts(out, json_object_get_boolean(value) ? "true" : "false");
	case json_type_double:
		put_double(json_object_get_double(value), out);
		return out->failed;
	case json_type_int:
		put_int(value, out);
		return out->failed;
	case json_type_object:
		return put_object(value, out);
	case json_type_array:
		return put_array(value, out);
	case json_type_string:
		return canonical_string(json_object_get_string(value),
					(size_t)json_object_get_string_len(value), out);
	}
	return ERR_INVALID;
}

enum err_code canonical_sha256(const void *data, size_t len, char out[65])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int n = 0;

	if (!EVP_Digest(data, len, digest, &n, EVP_sha256(), NULL))
		return ERR_NO_MEMORY;
	for (unsigned int i = 0; i < n; i++) {
		out[2 * i] = digits[digest[i] >> 4];
		out[2 * i + 1] = digits[digest[i] & 15];
	}
	out[2 * n] = '\0';
	return ERR_OK;
}
