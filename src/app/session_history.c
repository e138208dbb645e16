/* What the history of look-ups tells, for reports. */
#include <stdlib.h>
#include <string.h>

#include "dacache/store/audit.h"
#include "dacache/store/seen_changes.h"
#include "live_internal.h"
#include "session_internal.h"

bool session_lookups_between(struct session *session, const char *action_id, int64_t from_us,
			     int64_t to_us, struct live_side *out)
{
	*out = (struct live_side){.from_us = from_us, .to_us = to_us};
	live_fill_side(session->live, action_id, out);
	return hit_count_n(out->count) > 0;
}

bool session_lookups_each(struct session *session, const char *action_id, int64_t from_us,
			  int64_t to_us, int64_t step_us,
			  void (*fn)(void *context, const struct live_side *column), void *context)
{
	bool any = false;

	for (; from_us < to_us; from_us += step_us) {
		struct live_side column;
		int64_t end_us = to_us - from_us < step_us ? to_us : from_us + step_us;

		any = session_lookups_between(session, action_id, from_us, end_us, &column) || any;
		fn(context, &column);
	}
	return any;
}

/* --- all there is --- */

struct totalling {
	struct live_side *side;
	int64_t until_us;
};

static void add_to_total(void *context, const struct history_slice *slice)
{
	const struct totalling *totalling = context;
	struct live_side *side = totalling->side;
	int64_t unit_us = slice->is_hour ? HISTORY_HOUR_US : HISTORY_MINUTE_US;
	int64_t end_us = slice->start_us - slice->start_us % unit_us + unit_us;

	if (hit_count_n(slice->count) == 0)
		return;
	if (hit_count_n(side->count) == 0 || slice->start_us < side->from_us)
		side->from_us = slice->start_us;
	if (end_us > totalling->until_us)
		end_us = totalling->until_us;
	if (end_us > side->to_us)
		side->to_us = end_us;
	hit_count_add(&side->count, slice->count);
}

bool session_lookups_total(struct session *session, const char *action_id, int64_t from_us,
			   int64_t to_us, struct live_side *out)
{
	int64_t end_us = live_end_us(session->live) + 1;
	struct totalling totalling = {out, to_us && to_us < end_us ? to_us : end_us};

	*out = (struct live_side){.p50_us = -1, .p95_us = -1};
	live_history_each(session->live, action_id, from_us, to_us ? to_us : INT64_MAX,
			  add_to_total, &totalling);
	out->enough = hit_count_n(out->count) >= LIVE_ENOUGH;
	return hit_count_n(out->count) > 0;
}

/* --- changes, and what they did --- */

/* What lies around a change reaches so far at most, and is not further away. */
#define AROUND_US (2 * HISTORY_HOUR_US)

struct gathering {
	const struct change_query *query;
	struct map *lists; /* id -> struct change_list *: long ones are slow */
	enum err_code code;
};

static struct change_list *list_of(struct map *lists, const char *action_id)
{
	struct change_list *list = map_get(lists, action_id);

	if (list)
		return list;
	list = calloc(1, sizeof(*list));
	if (!list)
		return NULL;
	change_list_init(list);
	if (map_put(lists, action_id, list) == ERR_OK)
		return list;
	free(list);
	return NULL;
}

static void gather(struct gathering *gathering, const struct live_change *change)
{
	const char *wanted = gathering->query->action_id;
	struct change_list *list;
	bool is_new;

	if (wanted && strcmp(change->action_id, wanted) != 0)
		return;
	list = list_of(gathering->lists, change->action_id);
	gathering->code = list ? change_list_add(list, change, SIZE_MAX, &is_new) : ERR_NO_MEMORY;
}

static bool gather_entry(void *context, const struct audit_entry *entry)
{
	struct gathering *gathering = context;
	struct live_change change;

	if (session_change_of_entry(entry, LIVE_CHANGE_HERE, &change))
		gather(gathering, &change);
	return gathering->code == ERR_OK;
}

static void gather_seen(void *context, const struct seen_change *seen)
{
	struct gathering *gathering = context;
	struct live_change change;

	session_change_of_seen(seen, &change);
	if (gathering->code == ERR_OK)
		gather(gathering, &change);
}

static enum err_code gather_all(struct session *session, struct gathering *gathering,
				struct err *err)
{
	const struct change_query *asked = gathering->query;
	struct audit_query query;
	enum err_code code;

	audit_query_init(&query);
	query.data_action_id = asked->action_id;
	query.outcome = OUTCOME_APPLIED;
	query.oldest_first = true;
	if (asked->since_us)
		query.since_us = asked->since_us - CHANGES_KNOWN_US;
	if (asked->until_us)
		query.until_us = asked->until_us + AROUND_US;
	code = audit_each(session->store, &query, 0, gather_entry, gathering, err);
	if (!code)
		code = seen_change_each(session->store, query.since_us, gather_seen, gathering,
					err);
	if (!code && gathering->code)
		code = err_set(err, gathering->code, "out of memory");
	return code;
}

static int newest_first(const void *left, const void *right)
{
	const struct live_change *a = *(const struct live_change *const *)left;
	const struct live_change *b = *(const struct live_change *const *)right;

	if (a->wall_us != b->wall_us)
		return a->wall_us < b->wall_us ? 1 : -1;
	return (a->seq < b->seq) - (a->seq > b->seq);
}

/* Pointers to those that were asked for. */
static enum err_code pick(const struct gathering *gathering, struct vec *out)
{
	const struct change_query *query = gathering->query;
	enum err_code code = ERR_OK;
	const char *id;
	void *value;
	size_t cursor = 0;

	while (!code && map_next(gathering->lists, &cursor, &id, &value)) {
		const struct change_list *list = value;

		for (size_t i = 0; i < list->items.len && !code; i++) {
			const struct live_change *change = change_list_at(list, i);

			if (change->wall_us >= query->since_us &&
			    (!query->until_us || change->wall_us <= query->until_us))
				code = vec_push(out, &change);
		}
	}
	if (out->len > 0)
		qsort(out->items, out->len, out->item_size, newest_first);
	return code;
}

static void free_lists(struct map **lists)
{
	const char *id;
	void *value;
	size_t cursor = 0;

	while (*lists && map_next(*lists, &cursor, &id, &value)) {
		change_list_clear(value);
		free(value);
	}
	map_free(lists);
}

enum err_code session_changes_each(struct session *session, const struct change_query *query,
				   enum err_code (*fn)(void *context,
						       const struct live_change *change,
						       const struct live_effect *effect),
				   void *context, struct err *err)
{
	struct gathering gathering = {.query = query};
	struct vec picked;
	enum err_code code = map_new(&gathering.lists);

	vec_init(&picked, sizeof(const struct live_change *));
	if (!code)
		code = gather_all(session, &gathering, err);
	if (!code)
		code = pick(&gathering, &picked);
	for (size_t i = 0; i < picked.len && !code; i++) {
		const struct live_change *change = *(struct live_change **)vec_at(&picked, i);
		struct live_effect effect;

		live_effect_among(session->live, map_get(gathering.lists, change->action_id),
				  change, query->span_s, &effect);
		code = fn(context, change, &effect);
	}
	vec_free(&picked);
	free_lists(&gathering.lists);
	if (code && !err->text[0])
		err_set(err, code, "out of memory");
	return code;
}
