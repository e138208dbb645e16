/* The local store: one SQLite file, shared by all running programs. WAL,
 * synchronous FULL, foreign keys, a busy time-out; directory 0700, file 0600. */
#ifndef DACACHE_STORE_STORE_H
#define DACACHE_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/base/err.h"

struct store;

/* Opens or creates path (its directory too) and brings the schema up to date; a
 * newer schema than ours is refused by name. tenant is the base URL: it keys
 * everything kept. ERR_STORE or ERR_IO with a text that names the file. */
enum err_code store_open(const char *path, const char *tenant, struct store **out, struct err *err);
void store_close(struct store **store);
int store_schema_version(void); /* the newest that this program knows */

/* "SQLite 3.40.1, zlib 1.2.13" */
void store_libraries(char *out, size_t size);

#endif
