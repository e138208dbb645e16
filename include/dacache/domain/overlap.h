/* Which keys of a tenant can meet in its cache: templates that are equal collide, and
 * two of which some key may come of both overlap. A placeholder stands for any text but
 * the empty one. Templates are compared as collisions are: trimmed and lower-cased; what
 * a value may begin or end with is not trimmed. */
#ifndef DACACHE_DOMAIN_OVERLAP_H
#define DACACHE_DOMAIN_OVERLAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/base/buf.h"
#include "dacache/base/err.h"

/* Whether some key comes of both patterns (key_template_pattern), in time linear in their lengths.
 * example, which may be NULL, gets such a key appended. */
bool key_pattern_overlap(const char *a, const char *b, struct buf *example);

/* The first and the last eight literal bytes of a pattern, before its first and behind its
 * last placeholder, zeros where there are fewer: what of two patterns differs there, where
 * both have bytes, keeps them apart. */
struct key_ends {
	uint64_t head;
	uint64_t tail;
};
struct key_ends key_pattern_ends(const char *pattern);
/* False: they can't overlap; true: only key_pattern_overlap knows. */
bool key_ends_meet(struct key_ends a, struct key_ends b);

/* ---- many keys ---- */

/* Texts are borrowed, and must outlive the set. */
struct key_owner {
	const char *id;
	const char *name;
	const char *key;
};

struct overlap_set;
enum err_code overlap_set_new(struct overlap_set **out);
void overlap_set_free(struct overlap_set **set);
/* A NULL or empty key is left out. */
enum err_code overlap_set_add(struct overlap_set *set, const struct key_owner *owner);
size_t overlap_set_len(const struct overlap_set *set);

/* Owners whose keys have something in common; len is 1 at least. In the order in which they
 * were added where their keys are the same, else in the order of these. */
struct key_owners {
	const struct key_owner *const *items;
	size_t len;
};

/* Each group of keys that collide; false from fn ends the walk. ERR_NO_MEMORY. */
typedef bool key_collision_fn(void *context, const struct key_owners *owners);
enum err_code overlap_set_collisions(struct overlap_set *set, key_collision_fn *fn, void *context);

/* Two patterns of which the example comes; a is b where keys of one pattern differ in
 * the names of their placeholders. */
struct key_overlap {
	struct key_owners a;
	struct key_owners b;
	bool is_same_pattern;
	const char *example;
};
typedef bool key_overlap_fn(void *context, const struct key_overlap *overlap);
/* Each pair of patterns that overlap, once. *whole is false where fn ended it, or where the
 * keys are such that looking at all of them was given up (some 10,000,000 comparisons). */
enum err_code overlap_set_overlaps(struct overlap_set *set, key_overlap_fn *fn, void *context,
				   bool *whole);

/* One key held against the set: an owner, but not the one of exclude_id (which may be
 * NULL), whose key collides with it; or overlaps with it without colliding, example
 * (may be NULL) gets such a key. NULL: there is none. */
const struct key_owner *overlap_set_collision(struct overlap_set *set, const char *key,
					      const char *exclude_id);
const struct key_owner *overlap_set_overlap(struct overlap_set *set, const char *key,
					    const char *exclude_id, struct buf *example);

#endif
