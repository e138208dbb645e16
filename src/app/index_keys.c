/* Collisions and overlaps on the index: a few bytes a row are compared in one pass, and
 * only what these leave is looked at whole. */
#include <stdlib.h>
#include <string.h>

#include "dacache/domain/key_template.h"
#include "dacache/domain/ttl_model.h"
#include "index_rows.h"
#include "internal.h"

static bool is_excluded(const struct row *row, const char *exclude_id)
{
	return exclude_id && strcmp(row->shown.id, exclude_id) == 0;
}

/* 0: no memory. */
static uint64_t form_hash(const char *key)
{
	char *form = key_template_collision_form(key);
	uint64_t hash = form ? ttl_model_hash(form) | 1 : 0;

	free(form);
	return hash;
}

const char *rows_collision(const struct rows *rows, const char *key, const char *exclude_id)
{
	uint64_t hash = form_hash(key);
	const char *found = NULL;
	size_t i;

	for (i = 0; hash && !found && i < rows->positions.len; i++) {
		const struct row *row = rows_at(rows, i);

		if (!row || row->collision_hash != hash || is_excluded(row, exclude_id))
			continue;
		if (key_template_collides(row->shown.key, key))
			found = row->shown.name;
	}
	return found;
}

/* ---- overlaps ---- */

struct overlap_search {
	const char *exclude_id;
	char *pattern;
	uint64_t collision_hash;
	struct key_ends ends;
	const struct row *found;
	bool same_pattern; /* of the found one: nothing goes before it */
	struct buf *example;
};

/* The row's ends meet the key's. */
static void try_row(struct overlap_search *search, const struct row *row)
{
	char *pattern = key_template_pattern(row->shown.key);
	bool same = pattern && strcmp(pattern, search->pattern) == 0;

	if (same)
		buf_reset(search->example);
	if (pattern && (same || !search->found) &&
	    key_pattern_overlap(pattern, search->pattern, search->example)) {
		search->found = row;
		search->same_pattern = same;
	}
	free(pattern);
}

/* Whether the row may be what is looked for: a colliding one is another finding. */
static bool is_candidate(const struct overlap_search *search, const struct row *row)
{
	if (!row->collision_hash || row->collision_hash == search->collision_hash)
		return false;
	if (search->found &&
	    (row->key_ends.head != search->ends.head || row->key_ends.tail != search->ends.tail))
		return false;
	return key_ends_meet(row->key_ends, search->ends) && !is_excluded(row, search->exclude_id);
}

static void search_rows(struct overlap_search *search, const struct rows *rows)
{
	size_t i;

	for (i = 0; !search->same_pattern && i < rows->positions.len; i++) {
		const struct row *row = rows_at(rows, i);

		if (row && is_candidate(search, row))
			try_row(search, row);
	}
}

const char *rows_overlap(const struct rows *rows, const char *key, const char *exclude_id,
			 const char **other_key, struct buf *example)
{
	struct overlap_search search = {.exclude_id = exclude_id,
					.pattern = key_template_pattern(key),
					.collision_hash = form_hash(key),
					.example = example};

	if (search.pattern && *search.pattern) {
		search.ends = key_pattern_ends(search.pattern);
		search_rows(&search, rows);
	}
	free(search.pattern);
	if (!search.found)
		return NULL;
	*other_key = search.found->shown.key;
	return search.found->shown.name;
}
