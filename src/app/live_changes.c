/* Changes of actions, in the order of time: the markers on the charts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "live_internal.h"

enum { CHANGES_MAX = 2000 };
/* Look-ups of before a change may come for as long. */
#define CUT_MATTERS_US INT64_C(600000000)

struct live_changes *live_changes_new(void)
{
	struct live_changes *changes = calloc(1, sizeof(*changes));

	if (changes)
		change_list_init(&changes->list);
	return changes;
}

void live_changes_free(struct live_changes **changes)
{
	if (!*changes)
		return;
	change_list_clear(&(*changes)->list);
	free(*changes);
	*changes = NULL;
}

const struct cache_members *live_changed_to(const struct live *live, const char *action_id,
					    int64_t since_us)
{
	const struct live_change *newest =
		change_list_newest(&live->changes->list, action_id, INT64_MAX);

	return newest && newest->wall_us >= since_us ? &newest->after : NULL;
}

/* What comes after it goes to another slice than what came before. */
static void cut_history(struct live *live, const struct live_change *change)
{
	struct live_action *action = live_find_or_add(live, change->action_id);

	if (action)
		live_history_cut(action, change->wall_us);
}

bool live_add_change(struct live *live, const struct live_change *change)
{
	bool is_new;

	if (change_list_add(&live->changes->list, change, CHANGES_MAX, &is_new) || !is_new)
		return false;
	if (clock_wall_us(&live->clock) - change->wall_us < CUT_MATTERS_US)
		cut_history(live, change);
	return true;
}

void live_on_changes(struct live *live, void (*load)(void *context), void *context)
{
	live->changes->load = load;
	live->changes->context = context;
}

/* What the audit holds is read when somebody looks. */
static void load_once(const struct live *live)
{
	void (*load)(void *context) = live->changes->load;

	live->changes->load = NULL;
	if (load)
		load(live->changes->context);
}

size_t live_changes(const struct live *live, const char *action_id, int64_t since_us,
		    struct live_change *out, size_t max)
{
	size_t n = 0;
	size_t i;

	load_once(live);
	for (i = live->changes->list.items.len; i-- > 0 && n < max;) {
		const struct live_change *change = change_list_at(&live->changes->list, i);

		if (change->wall_us < since_us)
			break;
		if (!action_id || strcmp(change->action_id, action_id) == 0)
			out[n++] = *change;
	}
	return n;
}

/* --- in words --- */

static void add_words(char *out, size_t size, const char *name, const char *before,
		      const char *after)
{
	size_t len = strlen(out);

	if (len < size)
		snprintf(out + len, size - len, "%s%s %s%s%s", len ? ", " : "", name, before,
			 *before ? " → " : "→ ", after);
}

static void ttl_text(int64_t ttl_s, char out[24])
{
	if (ttl_s >= 0)
		snprintf(out, 24, "%lld", (long long)ttl_s);
	else
		snprintf(out, 24, "%s", ttl_s == CACHE_TTL_ABSENT ? "none" : "invalid");
}

static const char *key_text(const struct cache_members *members)
{
	return members->key ? members->key : "none";
}

static bool same_key(const struct cache_members *a, const struct cache_members *b)
{
	return a->key && b->key ? strcmp(a->key, b->key) == 0 : a->key == b->key;
}

/* A character that was cut in its middle goes. */
static void drop_half_character(char *text)
{
	size_t len = strlen(text);
	size_t back = 0;

	while (back < len && back < 4 && ((unsigned char)text[len - 1 - back] & 0xc0) == 0x80)
		back++;
	if (back < len && !text_is_valid(text + len - 1 - back, back + 1))
		text[len - 1 - back] = '\0';
}

void live_change_words(const struct live_change *change, char *out, size_t size)
{
	const struct cache_members *before = &change->before;
	const struct cache_members *after = &change->after;
	bool known = change->has_before;
	char from[24] = "";
	char to[24];

	out[0] = '\0';
	ttl_text(after->ttl_s, to);
	if (known)
		ttl_text(before->ttl_s, from);
	if (!known || before->enabled != after->enabled)
		add_words(out, size, "cacheEnabled",
			  known ? before->enabled ? "true" : "false" : "",
			  after->enabled ? "true" : "false");
	if (!known || before->ttl_s != after->ttl_s)
		add_words(out, size, "cacheTtl", from, to);
	if (!known || !same_key(before, after))
		add_words(out, size, "cacheKey", known ? key_text(before) : "", key_text(after));
	drop_half_character(out);
}

/* --- what it did --- */

static void fill_from_windows(const struct live *live, const char *action_id,
			      struct live_side *side)
{
	const struct live_action *action = live_find(live, action_id);
	int64_t end_s = live_end_us(live) / 1000000;
	int64_t to_s = side->to_us / 1000000;

	if (action && side->to_us > side->from_us)
		side->count = hit_windows_slice(action->windows, end_s, (int)(end_s - to_s),
						(int)(to_s - side->from_us / 1000000));
}

static void fill_from_history(const struct live *live, const char *action_id,
			      struct live_side *side)
{
	struct history_slice sum = {0};

	live_history_sum(live, action_id, side->from_us, side->to_us, &sum);
	side->count = sum.count;
	side->latency_n = sum.of_hits.total + sum.of_misses.total;
	side->p50_us = sparse_histogram_pair_quantile(&sum.of_hits, &sum.of_misses, 0.50);
	side->p95_us = sparse_histogram_pair_quantile(&sum.of_hits, &sum.of_misses, 0.95);
	history_slice_clear(&sum);
}

void live_fill_side(const struct live *live, const char *action_id, struct live_side *side)
{
	side->p50_us = -1;
	side->p95_us = -1;
	if (live->history)
		fill_from_history(live, action_id, side);
	else
		fill_from_windows(live, action_id, side);
	side->enough = hit_count_n(side->count) >= LIVE_ENOUGH;
}

static int64_t floor_to(int64_t us, int64_t unit_us)
{
	return us - us % unit_us;
}

/* The sides, as the history has them: from a full minute (of what is long ago, a full
 * hour) or from a change on. */
static void place_sides(const struct live *live, int64_t at_us, int64_t earlier_us,
			int64_t later_us, int span_s, struct live_effect *out)
{
	int64_t span_us = span_s * INT64_C(1000000);
	int64_t now_us = clock_wall_us(&live->clock);
	int64_t end_us = live_end_us(live) + 1;
	int64_t unit_us = at_us < now_us - HISTORY_MINUTES_US ? HISTORY_HOUR_US : HISTORY_MINUTE_US;
	int64_t before_us = floor_to(at_us - span_us + unit_us - 1, unit_us);
	int64_t after_us = floor_to(at_us + span_us, unit_us);

	*out = (struct live_effect){0};
	if (unit_us == HISTORY_HOUR_US) { /* wider rather than narrower than asked for */
		before_us = floor_to(at_us - span_us, unit_us);
		after_us = floor_to(at_us + span_us + unit_us - 1, unit_us);
	}
	out->before.from_us = before_us > earlier_us ? before_us : earlier_us;
	out->before.to_us = at_us;
	out->after.from_us = at_us;
	out->after.to_us = later_us && after_us > later_us ? later_us : after_us;
	out->after_ended = out->after.to_us <= end_us;
	if (!out->after_ended)
		out->after.to_us = end_us;
	if (out->after.to_us < at_us)
		out->after.to_us = at_us;
}

void live_effect_among(const struct live *live, const struct change_list *list,
		       const struct live_change *change, int span_s, struct live_effect *out)
{
	int64_t earlier_us;
	int64_t later_us;

	change_list_neighbours(list, change, &earlier_us, &later_us);
	place_sides(live, change->wall_us, earlier_us, later_us, span_s, out);
	live_fill_side(live, change->action_id, &out->before);
	live_fill_side(live, change->action_id, &out->after);
}

void live_change_effect(const struct live *live, const struct live_change *change, int span_s,
			struct live_effect *out)
{
	load_once(live);
	live_effect_among(live, &live->changes->list, change, span_s, out);
}
