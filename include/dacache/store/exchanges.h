/* The request log on disk: a ring of the newest exchanges of all runs and tenants,
 * without secrets. */
#ifndef DACACHE_STORE_EXCHANGES_H
#define DACACHE_STORE_EXCHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/domain/exchange.h"
#include "dacache/store/store.h"

/* What is kept: so many, and so many bytes of them (exchange_weight), of all tenants
 * together; the oldest go first. */
enum { EXCHANGES_KEPT = 5000, EXCHANGES_BYTES_KEPT = 32 * 1024 * 1024 };

/* One start of the program. */
struct exchange_run {
	int64_t id; /* rising; 0: not in the store yet */
	int64_t started_us;
	char command[32]; /* "list"; "screen" */
	int64_t calls;    /* that the store still has */
};

/* Add them in one transaction, each as of *run, and give run->id its value. The oldest
 * that are too many go. The log is no record: it is written without waiting for the disk,
 * and for another program that writes wait_ms at most (ERR_TIMEOUT after that, nothing
 * written). */
enum err_code exchanges_append(struct store *store, struct exchange_run *run,
			       const struct exchange *const *exchanges, size_t n, int wait_ms,
			       struct err *err);

/* This tenant's run of that id; 0: the one that began last. ERR_NOT_FOUND. */
enum err_code exchanges_run(struct store *store, int64_t id, struct exchange_run *out,
			    struct err *err);

/* This tenant's, the newest first, of one run or (run_id 0) of all, without headers and
 * bodies (NULL); fn returns false to end. row is for exchanges_load. */
enum err_code exchanges_each(struct store *store, int64_t run_id,
			     bool (*fn)(void *context, int64_t row,
					const struct exchange *exchange),
			     void *context, struct err *err);
/* One, whole; *out is the caller's to clear. ERR_NOT_FOUND: it went meanwhile. */
enum err_code exchanges_load(struct store *store, int64_t row, struct exchange *out,
			     struct err *err);

#endif
