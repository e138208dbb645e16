#include <stdlib.h>
#include <string.h>

#include "dacache/app/index.h"
#include "dacache/app/live.h"
#include "dacache/base/text.h"
#include "dacache/base/vec.h"
#include "index_sort.h"
#include "internal.h"

enum { SPARSE = 8, LARGE = 5000, REBUILD_US = 250000, LIVE_SORT_US = 2000000 };

struct index_view {
	struct index *index;
	struct vec positions; /* of uint32_t */
	struct filter *filter;
	char *filter_text;
	enum index_column column;
	bool reverse;
	bool stale;    /* filter or sort changed */
	bool narrowed; /* the filter alone, and no row comes in by that */
	uint64_t version;
	int64_t built_us;
};

const char *index_column_name(enum index_column column)
{
	static const char *const names[INDEX_COLUMNS] = {"none", "name", "category", "tier", "ttl",
							 "hit%", "p95",  "errors",   "key"};

	return names[column];
}

enum err_code index_view_new(struct index *index, struct index_view **out)
{
	struct index_view *view = calloc(1, sizeof(*view));

	if (!view)
		return ERR_NO_MEMORY;
	view->index = index;
	view->stale = true;
	vec_init(&view->positions, sizeof(uint32_t));
	*out = view;
	return ERR_OK;
}

void index_view_free(struct index_view **view)
{
	if (!*view)
		return;
	vec_free(&(*view)->positions);
	filter_free(&(*view)->filter);
	free((*view)->filter_text);
	free(*view);
	*view = NULL;
}

enum err_code index_view_filter(struct index_view *view, const char *text, struct err *err)
{
	struct filter *filter = NULL;
	char *copy = text_dup(text);
	enum err_code code;

	if (!copy)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	code = filter_parse(text, &filter, err);
	if (code) {
		free(copy);
		return code;
	}
	view->narrowed = (!view->stale || view->narrowed) && view->filter &&
			 filter_narrows(filter, view->filter);
	filter_free(&view->filter);
	free(view->filter_text);
	view->filter = filter;
	view->filter_text = copy;
	view->stale = true;
	return ERR_OK;
}

const char *index_view_filter_text(const struct index_view *view)
{
	return view->filter_text ? view->filter_text : "";
}

void index_view_sort(struct index_view *view, enum index_column column, bool reverse)
{
	view->column = column;
	view->reverse = reverse;
	view->stale = true;
	view->narrowed = false;
}

enum index_column index_view_sorted_by(const struct index_view *view, bool *reverse)
{
	*reverse = view->reverse;
	return view->column;
}

/* --- building --- */

static bool wanted(const struct index_view *view, const struct index_row *row, bool unread)
{
	struct filter_subject subject;

	if (!row)
		return unread && view->column == INDEX_BY_NONE &&
		       (!view->filter || filter_is_empty(view->filter));
	if (!view->filter || filter_is_empty(view->filter))
		return true;
	subject = (struct filter_subject){
		row->id,    row->name,   row->category, row->key,     (enum tier)row->tier,
		row->ttl_s, row->errors, row->enabled,  row->lowered, row->lowered_len};
	return filter_match(view->filter, &subject);
}

static double number_of(const struct index_view *view, const struct index_row *row)
{
	const struct live *live = session_live(index_session(view->index));

	switch (view->column) {
	case INDEX_BY_TIER:
		return row->tier;
	case INDEX_BY_TTL:
		return row->ttl_s;
	case INDEX_BY_HIT_RATE:
		return live_row_rate(live, row->id);
	case INDEX_BY_P95:
		return (double)live_row_p95_us(live, row->id);
	case INDEX_BY_ERRORS:
		return row->errors;
	default:
		return 0;
	}
}

static bool part_of(enum index_column column, enum filter_part *part)
{
	switch (column) {
	case INDEX_BY_NAME:
		*part = FILTER_PART_NAME;
		return true;
	case INDEX_BY_CATEGORY:
		*part = FILTER_PART_CATEGORY;
		return true;
	case INDEX_BY_KEY:
		*part = FILTER_PART_KEY;
		return true;
	default:
		return false;
	}
}

/* Equal rows keep the tenant's order, also in reverse. */
static void sort_positions(struct index_view *view)
{
	size_t n = view->positions.len;
	struct sort_item *items = malloc((n ? n : 1) * sizeof(*items));
	uint32_t *positions = view->positions.items;
	enum filter_part part;
	bool by_text = part_of(view->column, &part);
	bool unread;
	size_t i;

	if (!items)
		return;
	for (i = 0; i < n; i++) {
		const struct index_row *row = index_at(view->index, positions[i], &unread);

		items[i] = (struct sort_item){.position = positions[i]};
		if (by_text)
			items[i].text = filter_part(row->lowered, part);
		else
			items[i].key = index_sort_key(number_of(view, row));
	}
	if (by_text)
		index_sort_texts(items, n, view->reverse);
	else
		index_sort_keys(items, n, view->reverse);
	for (i = 0; i < n; i++)
		positions[i] = items[i].position;
	free(items);
}

static void reverse_positions(struct index_view *view)
{
	uint32_t *positions = view->positions.items;
	size_t n = view->positions.len;
	size_t i;

	for (i = 0; i < n / 2; i++) {
		uint32_t swap = positions[i];

		positions[i] = positions[n - 1 - i];
		positions[n - 1 - i] = swap;
	}
}

/* A sorted view lies all over memory: rows are looked at in the order in which they lie
 * there, and the view by what came of it. False without memory. */
static bool narrow_in_order(struct index_view *view)
{
	uint32_t *positions = view->positions.items;
	size_t n = index_positions(view->index);
	bool *is_wanted = malloc(n > 0 ? n : 1);
	size_t kept = 0;
	size_t i;

	if (!is_wanted)
		return false;
	for (i = 0; i < n; i++) {
		bool unread;
		const struct index_row *row = index_at(view->index, i, &unread);

		is_wanted[i] = wanted(view, row, unread);
	}
	for (i = 0; i < view->positions.len; i++)
		if (is_wanted[positions[i]])
			positions[kept++] = positions[i];
	view->positions.len = kept;
	free(is_wanted);
	return true;
}

/* What is there is in order: some of it goes. */
static void narrow(struct index_view *view)
{
	uint32_t *positions = view->positions.items;
	size_t kept = 0;
	size_t i;

	if (view->column != INDEX_BY_NONE &&
	    view->positions.len > index_positions(view->index) / SPARSE && narrow_in_order(view))
		return;
	for (i = 0; i < view->positions.len; i++) {
		bool unread;
		const struct index_row *row = index_at(view->index, positions[i], &unread);

		if (wanted(view, row, unread))
			positions[kept++] = positions[i];
	}
	view->positions.len = kept;
}

static void build(struct index_view *view)
{
	size_t n = index_positions(view->index);
	uint32_t *positions;
	size_t kept = 0;
	uint32_t i;

	if (vec_resize(&view->positions, n))
		return;
	positions = view->positions.items;
	for (i = 0; i < n; i++) {
		bool unread;
		const struct index_row *row = index_at(view->index, i, &unread);

		if (wanted(view, row, unread))
			positions[kept++] = i;
	}
	view->positions.len = kept;
	if (view->column != INDEX_BY_NONE)
		sort_positions(view);
	else if (view->reverse)
		reverse_positions(view);
}

static bool is_live_column(enum index_column column)
{
	return column == INDEX_BY_HIT_RATE || column == INDEX_BY_P95;
}

void index_view_refresh(struct index_view *view)
{
	struct clock clock = *loop_clock(session_loop(index_session(view->index)));
	int64_t age_us = clock_monotonic_us(&clock) - view->built_us;
	bool moved = view->version != index_version(view->index);
	struct index_progress progress;

	if (is_live_column(view->column) && age_us >= LIVE_SORT_US) {
		view->stale = true;
		view->narrowed = false;
	}
	if (!view->stale && !moved)
		return;
	index_progress(view->index, &progress);
	/* A large tenant on its way in changes many times a second: not each time. */
	if (!view->stale && progress.reading && progress.loaded > LARGE && age_us < REBUILD_US)
		return;
	if (view->narrowed && !moved)
		narrow(view);
	else
		build(view);
	view->stale = false;
	view->narrowed = false;
	view->version = index_version(view->index);
	view->built_us = clock_monotonic_us(&clock);
}

/* --- looking --- */

size_t index_view_len(const struct index_view *view)
{
	return view->positions.len;
}

const struct index_row *index_view_row(const struct index_view *view, size_t i)
{
	bool unread;

	if (i >= view->positions.len)
		return NULL;
	return index_at(view->index, *(uint32_t *)vec_at(&view->positions, i), &unread);
}

long index_view_find(const struct index_view *view, const char *id)
{
	const uint32_t *positions = view->positions.items;
	long position = index_position(view->index, id);
	size_t i;

	for (i = 0; position >= 0 && i < view->positions.len; i++)
		if (positions[i] == (uint32_t)position)
			return (long)i;
	return -1;
}
