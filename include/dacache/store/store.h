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
/* The same; where it can't be written for want of rights (file, folder, file system) it is
 * opened to be read, and each write is refused. One that is not there is empty then. */
enum err_code store_open_any(const char *path, const char *tenant, struct store **out,
			     struct err *err);
/* err (may be NULL): that it is, and what to do. store may be NULL: it is not. */
bool store_is_read_only(const struct store *store, struct err *err);
void store_close(struct store **store);

/* From now on fn is told of each commit of this program, and how many pages wait in the
 * store's log (the WAL). They are no longer brought into the file by a commit now and
 * then, which takes milliseconds and waits for the disk: store_checkpoint does it, when
 * there is time. Closing the store does, too. fn NULL: as before. */
void store_on_commit(struct store *store, void (*fn)(void *context, int pages), void *context);
/* As far as other programs let us: they are waited for no moment. */
void store_checkpoint(struct store *store);

int store_schema_version(void); /* the newest that this program knows */

/* "SQLite 3.40.1, zlib 1.2.13" */
void store_libraries(char *out, size_t size);

#endif
