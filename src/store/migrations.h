/* The schema's versions. Private to the store. */
#ifndef DACACHE_STORE_MIGRATIONS_H
#define DACACHE_STORE_MIGRATIONS_H

#include "statement.h"

/* Bring the file from its user_version to version `count` by steps[], each in
 * one transaction of its own: step i leads from version i to i + 1. Another
 * program may do the same meanwhile. A file past `count` is refused. */
enum err_code migrations_run(struct store *store, const char *const *steps, int count,
			     struct err *err);

/* To the version of this program. */
enum err_code migrations_run_all(struct store *store, struct err *err);

#endif
