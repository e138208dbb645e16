#include "dacache/domain/json_member.h"

#include <string.h>

#include "dacache/domain/canonical.h"
#include "dacache/domain/decimal.h"

static void begin(struct buf *out, const char *between, const char *name)
{
	char last = out->len > 0 ? out->data[out->len - 1] : '{';
	size_t between_len = last != '{' && last != '[' ? strlen(between) : 0;
	size_t name_len = strlen(name);
	char *at = buf_extend(out, between_len + name_len + 3);

	if (!at)
		return;
	memcpy(at, between, between_len);
	at += between_len;
	*at++ = '"';
	memcpy(at, name, name_len);
	memcpy(at + name_len, "\":", 2);
}

static void put_text(struct buf *out, const char *text)
{
	if (text)
		canonical_string(text, strlen(text), out);
	else
		buf_puts(out, "null");
}

/* By hand: lists are written by the million members, and printf is slow. */
static void put_int(struct buf *out, int64_t value)
{
	uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (value < 0)
		buf_putc(out, '-');
	buf_append(out, digits + at, sizeof(digits) - at);
}

static void put_bool(struct buf *out, bool value)
{
	buf_puts(out, value ? "true" : "false");
}

void json_member_name(struct buf *out, const char *name)
{
	begin(out, ",", name);
}

void json_member_text(struct buf *out, const char *name, const char *text)
{
	json_member_name(out, name);
	put_text(out, text);
}

void json_member_int(struct buf *out, const char *name, int64_t value)
{
	json_member_name(out, name);
	put_int(out, value);
}

void json_member_bool(struct buf *out, const char *name, bool value)
{
	json_member_name(out, name);
	put_bool(out, value);
}

void json_member_decimal(struct buf *out, const char *name, double value, int digits)
{
	json_member_name(out, name);
	if (value < 0)
		buf_puts(out, "null");
	else
		decimal_put(out, value, digits);
}

void json_line_name(struct buf *out, const char *name)
{
	begin(out, ",\n ", name);
}

void json_line_text(struct buf *out, const char *name, const char *text)
{
	json_line_name(out, name);
	put_text(out, text);
}

void json_line_int(struct buf *out, const char *name, int64_t value)
{
	json_line_name(out, name);
	put_int(out, value);
}

void json_line_bool(struct buf *out, const char *name, bool value)
{
	json_line_name(out, name);
	put_bool(out, value);
}
