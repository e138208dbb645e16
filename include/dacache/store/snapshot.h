/* The list of a tenant's actions as it was last read, in parts, so that it is written and
 * read a slice at a time, and a part that is as it was is not written again. What a part
 * holds is its owner's. A head names the parts of a list; there is one of the last whole
 * list, and one of a reading that has not ended. Only a head makes parts count: it is
 * written last, so that no half list is ever taken for a whole one. */
#ifndef DACACHE_STORE_SNAPSHOT_H
#define DACACHE_STORE_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/store/store.h"

enum snapshot_kind { SNAPSHOT_WHOLE, SNAPSHOT_PARTIAL };

struct snapshot_part {
	int64_t id; /* 0: not there */
	uint64_t hash;
};

struct snapshot_head {
	int64_t as_of_us; /* wall clock: the time of what is oldest in it */
	int64_t rows;     /* positions in the tenant's order */
	int64_t part_rows;
	struct snapshot_part *parts; /* owned */
	size_t len;
};

/* ERR_NOT_FOUND: there is none, or it is of no use (a part of it is gone). */
enum err_code snapshot_head_load(struct store *store, enum snapshot_kind kind,
				 struct snapshot_head *out, struct err *err);
void snapshot_head_clear(struct snapshot_head *head);
/* Put it in the place of the last one of its kind; a whole one takes the partial one away.
 * ERR_NOT_FOUND when a part it names is not there: another program tidied it away. */
enum err_code snapshot_head_save(struct store *store, enum snapshot_kind kind,
				 const struct snapshot_head *head, struct err *err);

/* Not durable at once, which costs nothing but, when the power fails, the list. */
enum err_code snapshot_part_add(struct store *store, const void *data, size_t len, int64_t *id,
				struct err *err);
/* fn gets the bytes, valid during the call. ERR_NOT_FOUND. */
enum err_code snapshot_part_read(struct store *store, int64_t id,
				 void (*fn)(void *context, const void *data, size_t len),
				 void *context, struct err *err);
/* Remove at most `limit` parts that no head names; *more: there may be others. */
enum err_code snapshot_tidy(struct store *store, int limit, bool *more, struct err *err);

#endif
