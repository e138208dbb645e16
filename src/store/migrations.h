/* The schema's versions. Private to the store. */
#ifndef DACACHE_STORE_MIGRATIONS_H
#define DACACHE_STORE_MIGRATIONS_H

#include "statement.h"

/* From one version to the next. */
struct migration {
	const char *sql;
	/* What SQL cannot do, between sql and sql_after; both may be NULL. */
	enum err_code (*fill)(struct store *store, struct err *err);
	const char *sql_after;
};

/* Bring the file from its user_version to version `count` by steps[], each in
 * one transaction of its own: step i leads from version i to i + 1. Another
 * program may do the same meanwhile. A file past `count` is refused. */
enum err_code migrations_run(struct store *store, const struct migration *steps, int count,
			     struct err *err);

/* By this program's own steps: to one of its versions, or to the newest. */
enum err_code migrations_run_to(struct store *store, int version, struct err *err);
enum err_code migrations_run_all(struct store *store, struct err *err);

#endif
