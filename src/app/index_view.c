#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dacache/app/index.h"
#include "dacache/app/live.h"
#include "dacache/base/text.h"
#include "dacache/base/vec.h"
#include "internal.h"

enum { LARGE = 5000, REBUILD_US = 250000, LIVE_SORT_US = 2000000 };

struct index_view {
	struct index *index;
	struct vec positions; /* of uint32_t */
	struct filter *filter;
	char *filter_text;
	enum index_column column;
	bool reverse;
	bool stale; /* filter or sort changed */
	uint64_t version;
	int64_t built_us;
};

/* What qsort sees: the row's key once, so that a live figure can't change while
 * it sorts. */
struct sort_item {
	uint32_t position;
	const struct index_row *row;
	double number;
	const char *text;
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
		row->id,    row->name,   row->category, row->key, (enum tier)row->tier,
		row->ttl_s, row->errors, row->enabled};
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

static const char *text_of(const struct index_view *view, const struct index_row *row)
{
	switch (view->column) {
	case INDEX_BY_NAME:
		return row->name;
	case INDEX_BY_CATEGORY:
		return row->category;
	case INDEX_BY_KEY:
		return row->key ? row->key : "";
	default:
		return NULL;
	}
}

static int compare(const struct sort_item *a, const struct sort_item *b)
{
	if (a->text)
		return strcasecmp(a->text, b->text);
	return (a->number > b->number) - (a->number < b->number);
}

/* Equal rows keep the tenant's order, also in reverse: the sort is stable. */
static int compare_up(const void *a, const void *b)
{
	const struct sort_item *left = a;
	const struct sort_item *right = b;
	int order = compare(left, right);

	return order ? order
		     : (left->position > right->position) - (left->position < right->position);
}

static int compare_down(const void *a, const void *b)
{
	const struct sort_item *left = a;
	const struct sort_item *right = b;
	int order = compare(right, left);

	return order ? order
		     : (left->position > right->position) - (left->position < right->position);
}

static void sort_positions(struct index_view *view)
{
	size_t n = view->positions.len;
	struct sort_item *items = malloc((n ? n : 1) * sizeof(*items));
	uint32_t *positions = view->positions.items;
	bool unread;
	size_t i;

	if (!items)
		return;
	for (i = 0; i < n; i++) {
		const struct index_row *row = index_at(view->index, positions[i], &unread);

		items[i] = (struct sort_item){positions[i], row, number_of(view, row),
					      text_of(view, row)};
	}
	qsort(items, n, sizeof(*items), view->reverse ? compare_down : compare_up);
	for (i = 0; i < n; i++)
		positions[i] = items[i].position;
	free(items);
}

static void build(struct index_view *view)
{
	size_t n = index_positions(view->index);
	uint32_t i;

	vec_clear(&view->positions);
	if (vec_reserve(&view->positions, n))
		return;
	for (i = 0; i < n; i++) {
		bool unread;
		const struct index_row *row = index_at(view->index, i, &unread);

		if (wanted(view, row, unread))
			vec_push(&view->positions, &i);
	}
	if (view->column != INDEX_BY_NONE)
		sort_positions(view);
	else if (view->reverse)
		for (i = 0; i < view->positions.len / 2; i++) {
			uint32_t *positions = view->positions.items;
			uint32_t other = (uint32_t)view->positions.len - 1 - i;
			uint32_t swap = positions[i];

			positions[i] = positions[other];
			positions[other] = swap;
		}
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

	if (is_live_column(view->column) && age_us >= LIVE_SORT_US)
		view->stale = true;
	if (!view->stale && !moved)
		return;
	index_progress(view->index, &progress);
	/* A large tenant on its way in changes many times a second: not each time. */
	if (!view->stale && progress.reading && progress.loaded > LARGE && age_us < REBUILD_US)
		return;
	build(view);
	view->stale = false;
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
