/* Where the client secret comes from. Private to the store. */
#ifndef DACACHE_STORE_SECRET_H
#define DACACHE_STORE_SECRET_H

#include <stddef.h>
#include <sys/stat.h>

#include "dacache/base/buf.h"
#include "dacache/base/err.h"

enum { SECRET_COMMAND_LIMIT_MS = 10000 };

/* Overwrites, so that the bytes do not linger in freed memory. */
void secret_wipe(void *data, size_t len);
void secret_free(char **secret); /* wipes, frees, nulls */

/* ERR_INVALID when anyone but the owner may read or write a file. */
enum err_code secret_check_mode(const char *path, const struct stat *status, struct err *err);

/* A whole file of at most max bytes into *out (initialised here). *status is
 * that of the file as it was read. ERR_NOT_FOUND where there is none. */
enum err_code secret_read_file(const char *path, size_t max, struct buf *out, struct stat *status,
			       struct err *err);
void secret_free_buf(struct buf *buf);

/* The first line of a file that its owner alone may read; malloc'd. */
enum err_code secret_from_file(const char *path, char **out, struct err *err);

/* The first line that a shell command prints; it must end well within limit_ms,
 * or its process group is killed. malloc'd. */
enum err_code secret_from_command(const char *command, int limit_ms, char **out, struct err *err);

#endif
