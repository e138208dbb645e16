/* Collisions on the index: a hash a row, compared in one pass, then for sure. */
#include <stdlib.h>
#include <string.h>

#include "dacache/domain/key_template.h"
#include "dacache/domain/ttl_model.h"
#include "index_rows.h"
#include "internal.h"

typedef char *form_fn(const char *key);

static bool same_form(form_fn *form, const char *wanted, const char *key)
{
	char *own = form(key);
	bool same = own && strcmp(own, wanted) == 0;

	free(own);
	return same;
}

/* The first row but exclude_id whose key has the form of `key`. */
static const struct index_row *find_form(const struct rows *rows, form_fn *form, bool by_collision,
					 const char *key, const char *exclude_id)
{
	char *wanted = form(key);
	uint64_t hash = wanted ? ttl_model_hash(wanted) | 1 : 0;
	const struct index_row *found = NULL;
	size_t i;

	for (i = 0; wanted && !found && i < rows->positions.len; i++) {
		const struct row *row = rows_at(rows, i);

		if (!row || (by_collision ? row->collision_hash : row->shape_hash) != hash)
			continue;
		if (exclude_id && strcmp(row->shown.id, exclude_id) == 0)
			continue;
		if (same_form(form, wanted, row->shown.key))
			found = &row->shown;
	}
	free(wanted);
	return found;
}

const char *rows_collision(const struct rows *rows, const char *key, const char *exclude_id)
{
	const struct index_row *row =
		find_form(rows, key_template_collision_form, true, key, exclude_id);

	return row ? row->name : NULL;
}

const char *rows_same_shape(const struct rows *rows, const char *key, const char *exclude_id,
			    const char **other_key)
{
	const struct index_row *row = find_form(rows, key_template_shape, false, key, exclude_id);

	if (row)
		*other_key = row->key;
	return row ? row->name : NULL;
}
