/* The rows of the index, found by id or by position. */
#ifndef DACACHE_SRC_APP_INDEX_ROWS_H
#define DACACHE_SRC_APP_INDEX_ROWS_H

#include "dacache/app/index.h"
#include "dacache/base/arena.h"
#include "dacache/base/buf.h"
#include "dacache/base/map.h"
#include "dacache/base/vec.h"
#include "dacache/domain/overlap.h"

/* What a row is inside: the public part first. */
struct row {
	struct index_row shown;
	uint64_t collision_hash;  /* of the key's collision form; 0: no key */
	struct key_ends key_ends; /* of the key's pattern, where it has one */
	uint32_t position;        /* in the tenant's order */
	uint32_t reading;         /* number of the reading that saw it last */
};

struct rows {
	/* Each for itself, so that a walk over one of them is one over memory. What is
	 * replaced stays until the end. */
	struct arena memory; /* of the rows */
	struct arena texts;
	struct arena lowered_texts;
	struct map *by_id;      /* keys are the rows' */
	struct vec positions;   /* of struct row *, NULL: unread or a hole */
	struct buf lowered;     /* scratch */
	struct map *categories; /* each text once */
	struct map *matrices;   /* id -> struct tier_matrix *, where it is not the default */
};

enum err_code rows_init(struct rows *rows);
void rows_free(struct rows *rows);

/* Put the action at a position: a new row, or the one of its id (rows_find) moved and
 * brought up to date. NULL without memory. */
struct row *rows_put(struct rows *rows, struct row *known, const struct action_row *action,
		     size_t position, uint32_t reading);
/* The same for a row of an earlier visit, where the id is not known yet: it gets its position,
 * or the last one where another stands there. NULL: it is known, or no memory. */
struct row *rows_put_kept(struct rows *rows, const struct action_row *action, size_t position,
			  uint32_t reading);
/* Drop every row that the reading did not see; those that are left stand close. */
void rows_drop_unseen(struct rows *rows, uint32_t reading);
struct row *rows_find(const struct rows *rows, const char *id);
struct row *rows_at(const struct rows *rows, size_t position);
void rows_set_matrix(struct rows *rows, const char *id, const struct tier_matrix *matrix);

/* The name of another row whose key collides with this key, or overlaps with it
 * (overlap.h); NULL when there is none. */
const char *rows_collision(const struct rows *rows, const char *key, const char *exclude_id);
const char *rows_overlap(const struct rows *rows, const char *key, const char *exclude_id,
			 const char **other_key, struct buf *example);

#endif
