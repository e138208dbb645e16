/* Whole files: written so that nobody sees half of one, read with a mandatory
 * maximum. */
#ifndef DACACHE_BASE_FILE_H
#define DACACHE_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "dacache/base/buf.h"
#include "dacache/base/err.h"

/* The bytes under that name, mode 0600, on disk when it returns ERR_OK: they are
 * written beside it and put in its place at the end, or not at all. A link's target
 * is replaced, not the link. ERR_CONFLICT where something of that name is there and
 * replace is false; where it is no regular file, ERR_IO in any case. */
enum err_code file_write_private(const char *path, const void *data, size_t len, bool replace,
				 struct err *err);

/* Appends the bytes of a regular file. ERR_NOT_FOUND; ERR_LIMIT where it is longer
 * than out takes; ERR_IO. */
enum err_code file_read(const char *path, struct buf *out, struct err *err);

#endif
