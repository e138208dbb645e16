#include "dacache/base/buf.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 64 };

void buf_init(struct buf *buf, size_t max)
{
	*buf = (struct buf){.max = max};
}

void buf_free(struct buf *buf)
{
	free(buf->data);
	buf_init(buf, buf->max);
}

void buf_reset(struct buf *buf)
{
	buf->len = 0;
	buf->failed = ERR_OK;
	if (buf->data)
		buf->data[0] = '\0';
}

/* Twice the old capacity, never past what the maximum can use. */
static size_t next_capacity(const struct buf *buf, size_t need)
{
	size_t most = buf->max < SIZE_MAX ? buf->max + 1 : SIZE_MAX;
	size_t cap = buf->cap > 0 ? buf->cap : FIRST_CAPACITY;

	while (cap < need)
		cap = cap > most / 2 ? most : cap * 2;
	return cap < most ? cap : most;
}

static bool set_capacity(struct buf *buf, size_t cap)
{
	char *data = realloc(buf->data, cap);

	if (!data)
		return false;
	data[buf->len] = '\0';
	buf->data = data;
	buf->cap = cap;
	return true;
}

static enum err_code grow(struct buf *buf, size_t n)
{
	if (buf->failed)
		return buf->failed;
	if (n > buf->max - buf->len || n >= SIZE_MAX - buf->len)
		return buf->failed = ERR_LIMIT;
	if (!set_capacity(buf, next_capacity(buf, buf->len + n + 1)))
		return buf->failed = ERR_NO_MEMORY;
	return ERR_OK;
}

/* Room for n more bytes and the NUL. Nearly always there is: no capacity goes past the
 * maximum. */
static inline enum err_code make_room(struct buf *buf, size_t n)
{
	return buf->failed == ERR_OK && n < buf->cap - buf->len ? ERR_OK : grow(buf, n);
}

void buf_expect(struct buf *buf, size_t len)
{
	if (len > buf->max)
		len = buf->max;
	if (len >= buf->cap && len < SIZE_MAX)
		set_capacity(buf, len + 1);
}

char *buf_extend(struct buf *buf, size_t n)
{
	char *at;

	if (make_room(buf, n))
		return NULL;
	at = buf->data + buf->len;
	buf->len += n;
	buf->data[buf->len] = '\0';
	return at;
}

enum err_code buf_append(struct buf *buf, const void *data, size_t len)
{
	enum err_code code = make_room(buf, len);

	if (code || len == 0)
		return code;
	memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
	return ERR_OK;
}

enum err_code buf_puts(struct buf *buf, const char *text)
{
	return buf_append(buf, text, strlen(text));
}

enum err_code buf_putc(struct buf *buf, char c)
{
	enum err_code code = make_room(buf, 1);

	if (code)
		return code;
	buf->data[buf->len++] = c;
	buf->data[buf->len] = '\0';
	return ERR_OK;
}

enum err_code buf_vprintf(struct buf *buf, const char *format, va_list args)
{
	va_list again;

	va_copy(again, args);
	int n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (n < 0)
		return buf->failed = ERR_INVALID;
	enum err_code code = make_room(buf, (size_t)n);
	if (code)
		return code;
	vsnprintf(buf->data + buf->len, (size_t)n + 1, format, args);
	buf->len += (size_t)n;
	return ERR_OK;
}

enum err_code buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	enum err_code code = buf_vprintf(buf, format, args);
	va_end(args);
	return code;
}

void buf_consume(struct buf *buf, size_t n)
{
	if (n == 0 || !buf->data)
		return;
	if (n > buf->len)
		n = buf->len;
	memmove(buf->data, buf->data + n, buf->len - n + 1);
	buf->len -= n;
}

const char *buf_str(const struct buf *buf)
{
	return buf->data ? buf->data : "";
}

char *buf_take(struct buf *buf)
{
	char *data = buf->data ? buf->data : calloc(1, 1);

	if (data)
		buf_init(buf, buf->max);
	return data;
}
