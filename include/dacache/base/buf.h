/* A growing run of bytes with a mandatory maximum. */
#ifndef DACACHE_BASE_BUF_H
#define DACACHE_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "dacache/base/err.h"

/* data is NULL until something is appended; afterwards data[len] is NUL.
 * Once an append failed, `failed` stays set until buf_reset, so that a row of
 * appends may be checked once at its end. */
struct buf {
	char *data;
	size_t len;
	size_t cap;
	size_t max; /* bytes, without the NUL */
	enum err_code failed;
};

void buf_init(struct buf *buf, size_t max);
void buf_free(struct buf *buf);  /* frees the bytes, keeps the maximum */
void buf_reset(struct buf *buf); /* length 0, memory kept */
/* Room for so many bytes in all, that it need not grow step by step: a hint, never past the
 * maximum, and nothing is lost where there is no memory. */
void buf_expect(struct buf *buf, size_t len);

/* ERR_LIMIT past the maximum, ERR_NO_MEMORY; the buffer is then unchanged. */
enum err_code buf_append(struct buf *buf, const void *data, size_t len);
/* n more bytes, for the caller to write at once; NULL as buf_append fails. */
char *buf_extend(struct buf *buf, size_t n);
enum err_code buf_puts(struct buf *buf, const char *text);
enum err_code buf_putc(struct buf *buf, char c);
enum err_code buf_printf(struct buf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
enum err_code buf_vprintf(struct buf *buf, const char *format, va_list args);

/* Drop the first n bytes. */
void buf_consume(struct buf *buf, size_t n);

/* The bytes as a string; "" while empty. Valid until the next change. */
const char *buf_str(const struct buf *buf);

/* The bytes as a malloc'd string that the caller owns; the buffer is empty
 * afterwards. NULL when out of memory. */
char *buf_take(struct buf *buf);

#endif
