#include "index_rows.h"

#include <stdlib.h>
#include <string.h>

#include "dacache/domain/key_template.h"
#include "dacache/domain/ttl_model.h"
#include "index_sort.h"

enum { CATEGORIES_MAX = 10000 };

/* Sorting reads a little behind a text. */
_Static_assert((int)SORT_READS_BEHIND <= (int)ARENA_BEHIND, "texts lie close to one another");

enum err_code rows_init(struct rows *rows)
{
	enum err_code code = map_new_borrowing(&rows->by_id);

	arena_init(&rows->memory);
	arena_init(&rows->texts);
	arena_init(&rows->lowered_texts);
	buf_init(&rows->lowered, SIZE_MAX);
	vec_init(&rows->positions, sizeof(struct row *));
	if (!code)
		code = map_new_borrowing(&rows->categories);
	return code ? code : map_new(&rows->matrices);
}

void rows_free(struct rows *rows)
{
	const char *key;
	void *value;
	size_t cursor = 0;

	while (rows->matrices && map_next(rows->matrices, &cursor, &key, &value))
		free(value);
	map_free(&rows->by_id);
	map_free(&rows->matrices);
	map_free(&rows->categories);
	vec_free(&rows->positions);
	arena_free(&rows->memory);
	arena_free(&rows->texts);
	arena_free(&rows->lowered_texts);
	buf_free(&rows->lowered);
}

struct row *rows_find(const struct rows *rows, const char *id)
{
	return map_get(rows->by_id, id);
}

struct row *rows_at(const struct rows *rows, size_t position)
{
	if (position >= rows->positions.len)
		return NULL;
	return *(struct row **)vec_at(&rows->positions, position);
}

static void set_tier(const struct rows *rows, struct row *row)
{
	const struct tier_matrix *own =
		map_count(rows->matrices) > 0 ? map_get(rows->matrices, row->shown.id) : NULL;
	struct tier_matrix usual = tier_matrix_default();

	row->shown.tier = (uint8_t)tier_of_ttl(own ? own : &usual, row->shown.ttl_s);
}

void rows_set_matrix(struct rows *rows, const char *id, const struct tier_matrix *matrix)
{
	struct tier_matrix *own = map_get(rows->matrices, id);
	struct row *row = rows_find(rows, id);

	if (!own) {
		own = malloc(sizeof(*own));
		if (!own || map_put(rows->matrices, id, own)) {
			free(own);
			return;
		}
	}
	*own = *matrix;
	if (row)
		set_tier(rows, row);
}

static enum err_code set_key_forms(struct row *row)
{
	char *form;

	row->collision_hash = 0;
	if (!row->shown.key)
		return ERR_OK;
	form = key_template_collision_form(row->shown.key);
	if (!form)
		return ERR_NO_MEMORY;
	row->collision_hash = ttl_model_hash(form) | 1;
	key_template_to_pattern(form);
	row->key_ends = key_pattern_ends(form);
	free(form);
	return ERR_OK;
}

static const char *keep_text(struct rows *rows, const char *text)
{
	size_t size = strlen(text) + 1;
	char *kept = arena_take_bytes(&rows->texts, size);

	return kept ? memcpy(kept, text, size) : NULL;
}

/* Few categories, and many actions. */
static const char *intern(struct rows *rows, const char *category)
{
	char *kept = map_get(rows->categories, category);

	if (kept)
		return kept;
	kept = (char *)(uintptr_t)keep_text(rows, category);
	if (kept && map_count(rows->categories) < CATEGORIES_MAX)
		map_put(rows->categories, kept, kept);
	return kept;
}

/* What is in lower case anyway, as ids and most keys are, is there once. */
static const char *share(struct rows *rows, const char *text, const char *lowered)
{
	return strcmp(text, lowered) == 0 ? lowered : keep_text(rows, text);
}

static const char *lower(struct rows *rows, const char *const texts[4])
{
	const struct filter_subject subject = {
		.id = texts[0], .name = texts[1], .category = texts[2], .key = texts[3]};
	char *lowered;

	buf_reset(&rows->lowered);
	if (filter_lower(&subject, &rows->lowered))
		return NULL;
	lowered = arena_take_bytes(&rows->lowered_texts, rows->lowered.len);
	return lowered ? memcpy(lowered, rows->lowered.data, rows->lowered.len) : NULL;
}

static enum err_code set_texts(struct rows *rows, struct row *row, const char *const texts[4])
{
	struct index_row shown = row->shown;

	shown.lowered = lower(rows, texts);
	if (!shown.lowered)
		return ERR_NO_MEMORY;
	shown.lowered_len = (uint32_t)rows->lowered.len;
	shown.id = share(rows, texts[0], filter_part(shown.lowered, FILTER_PART_ID));
	shown.name = share(rows, texts[1], filter_part(shown.lowered, FILTER_PART_NAME));
	shown.category = intern(rows, texts[2]);
	shown.key = texts[3] ? share(rows, texts[3], filter_part(shown.lowered, FILTER_PART_KEY))
			     : NULL;
	if (!shown.id || !shown.name || !shown.category || (texts[3] && !shown.key))
		return ERR_NO_MEMORY;
	row->shown = shown;
	return ERR_OK;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static enum err_code fill_row(struct rows *rows, struct row *row, const char *const texts[4],
			      const struct cache_members *members)
{
	bool same_key = row->shown.id && same_text(row->shown.key, texts[3]);
	bool same = same_key && same_text(row->shown.name, texts[1]) &&
		    same_text(row->shown.category, texts[2]);

	if (!same && set_texts(rows, row, texts))
		return ERR_NO_MEMORY;
	if (!same_key && set_key_forms(row))
		return ERR_NO_MEMORY;
	row->shown.ttl_s = (int32_t)members->ttl_s;
	row->shown.enabled = members->enabled;
	set_tier(rows, row);
	return ERR_OK;
}

static void set_slot(struct rows *rows, size_t position, struct row *row)
{
	*(struct row **)vec_at(&rows->positions, position) = row;
	if (row)
		row->position = (uint32_t)position;
}

/* The row that stands there goes where this one comes from, or to the end: a row that is
 * known is never out of sight. */
static enum err_code place_row(struct rows *rows, struct row *row, size_t position)
{
	bool had_place = rows_at(rows, row->position) == row;
	struct row *other;

	if (had_place && row->position == position)
		return ERR_OK;
	if (position >= rows->positions.len && vec_resize(&rows->positions, position + 1))
		return ERR_NO_MEMORY;
	other = rows_at(rows, position);
	if (other && !had_place && vec_resize(&rows->positions, rows->positions.len + 1))
		return ERR_NO_MEMORY;
	if (other || had_place)
		set_slot(rows, had_place ? row->position : rows->positions.len - 1, other);
	set_slot(rows, position, row);
	return ERR_OK;
}

struct row *rows_put(struct rows *rows, struct row *known, const struct action_row *action,
		     size_t position, uint32_t reading)
{
	const char *const texts[4] = {action->id, action->name, action->category,
				      action->members.key};
	struct row *row = known;
	bool is_new = !row;

	if (is_new)
		row = arena_take(&rows->memory, sizeof(*row));
	if (!row)
		return NULL;
	if (is_new)
		row->position = UINT32_MAX;
	if (fill_row(rows, row, texts, &action->members))
		return NULL;
	row->reading = reading;
	if (is_new && map_put(rows->by_id, row->shown.id, row))
		return NULL;
	return place_row(rows, row, position) ? NULL : row;
}

struct row *rows_put_kept(struct rows *rows, const struct action_row *action, size_t position,
			  uint32_t reading)
{
	if (rows_find(rows, action->id))
		return NULL;
	if (rows_at(rows, position))
		position = rows->positions.len;
	return rows_put(rows, NULL, action, position, reading);
}

static void drop_row(struct rows *rows, struct row *row)
{
	if (rows_at(rows, row->position) == row)
		*(struct row **)vec_at(&rows->positions, row->position) = NULL;
	map_remove(rows->by_id, row->shown.id);
}

/* Rows that went leave holes: those behind them close up. */
static void close_holes(struct rows *rows)
{
	size_t to = 0;
	size_t i;

	for (i = 0; i < rows->positions.len; i++) {
		struct row *row = rows_at(rows, i);

		if (row)
			set_slot(rows, to++, row);
	}
	vec_resize(&rows->positions, to);
}

void rows_drop_unseen(struct rows *rows, uint32_t reading)
{
	struct vec unseen;
	const char *id;
	void *value;
	size_t cursor = 0;
	size_t i;

	vec_init(&unseen, sizeof(struct row *));
	while (map_next(rows->by_id, &cursor, &id, &value)) {
		struct row *row = value;

		if (row->reading != reading)
			vec_push(&unseen, &row);
	}
	for (i = 0; i < unseen.len; i++)
		drop_row(rows, *(struct row **)vec_at(&unseen, i));
	vec_free(&unseen);
	close_holes(rows);
}
