/* Many changes: what is known of each, and how far they are. */
#include "dacache/app/bulk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bulk_internal.h"
#include "dacache/domain/quota_ledger.h"

enum { US_PER_S = 1000000, WINDOW_S = 60 };

/* --- life --- */

enum err_code bulk_new(struct session *session, const struct plan *plan, struct bulk **out)
{
	struct bulk *bulk = calloc(1, sizeof(*bulk));
	size_t i;

	*out = bulk;
	if (!bulk)
		return ERR_NO_MEMORY;
	bulk->session = session;
	bulk->plan = plan;
	vec_init(&bulk->ready, sizeof(struct update *));
	vec_init(&bulk->sent, sizeof(struct update *));
	vec_init(&bulk->closed, sizeof(struct update *));
	bulk->items = calloc(plan->len ? plan->len : 1, sizeof(*bulk->items));
	if (!bulk->items) {
		bulk_free(out);
		return ERR_NO_MEMORY;
	}
	bulk->len = plan->len;
	for (i = 0; i < bulk->len; i++) {
		bulk->items[i].bulk = bulk;
		bulk->items[i].entry = &plan->entries[i];
		bulk->items[i].end.latency_ms = -1;
	}
	return ERR_OK;
}

void bulk_set_edit(struct bulk *bulk, const struct bulk_edit *edit)
{
	bulk->edit = edit;
}

static void clear_item(struct bulk_item *item)
{
	free(item->name);
	free(item->present);
	free(item->refusal);
	free(item->collision);
	free(item->failure);
	action_free(&item->base);
	proposal_clear(&item->before);
	proposal_clear(&item->wanted);
	free(item->end.message);
	free(item->end.if_match);
	free(item->end.etag);
	free(item->end.correlation_id);
}

void bulk_free(struct bulk **out)
{
	struct bulk *bulk = *out;
	size_t i;

	if (!bulk)
		return;
	for (i = 0; i < bulk->len; i++)
		clear_item(&bulk->items[i]);
	loop_timer_stop(&bulk->timer);
	key_set_free(&bulk->keys);
	map_free(&bulk->named);
	index_view_free(&bulk->rows);
	vec_free(&bulk->ready);
	vec_free(&bulk->sent);
	vec_free(&bulk->closed);
	free(bulk->order);
	free(bulk->items);
	free(bulk);
	*out = NULL;
}

size_t bulk_len(const struct bulk *bulk)
{
	return bulk->len;
}

struct bulk_item *bulk_item(const struct bulk *bulk, size_t i)
{
	return &bulk->items[i];
}

/* --- stages --- */

void bulk_stage_begin(struct bulk *bulk, const struct bulk_listener *listener, size_t total)
{
	const struct bulk_listener none = {0};

	bulk->listener = listener ? *listener : none;
	bulk->stopping = false;
	bulk->stopped[0] = '\0';
	bulk->has_why = false;
	bulk->next = 0;
	bulk->total = total;
	bulk->ended = 0;
	bulk->began_us = clock_monotonic_us(loop_clock(session_loop(bulk->session)));
}

void bulk_tell_item(struct bulk *bulk, size_t i)
{
	if (bulk->listener.item)
		bulk->listener.item(bulk->listener.context, i);
}

void bulk_stop_because(struct bulk *bulk, const char *words, const struct failure *why)
{
	bulk->stopping = true;
	if (bulk->stopped[0])
		return;
	snprintf(bulk->stopped, sizeof(bulk->stopped), "%s", words);
	bulk->has_why = why != NULL;
	if (why)
		bulk->why = *why;
}

bool bulk_is_for_all(const struct failure *failure)
{
	switch (failure->kind) {
	case FAILURE_UNAUTHENTICATED:
	case FAILURE_RATE_LIMITED:
	case FAILURE_TLS:
	case FAILURE_NAME:
	case FAILURE_REFUSED:
	case FAILURE_CONNECT_TIMEOUT:
	case FAILURE_FORBIDDEN_URL:
	case FAILURE_LOCAL:
		return true;
	default:
		return failure->at_token;
	}
}

enum err_code bulk_keep_failure(struct bulk_item *item, const struct failure *failure)
{
	free(item->failure);
	item->failure = malloc(sizeof(*failure));
	if (!item->failure)
		return ERR_NO_MEMORY;
	*item->failure = *failure;
	return ERR_OK;
}

bool bulk_sends(const struct bulk_item *item)
{
	return item->base && !cache_members_equal(&item->base->members, &item->wanted.members);
}

/* --- counted --- */

static size_t count_webhooks(const struct directive_list *list)
{
	size_t n = 0;
	size_t i;

	for (i = 0; i < list->len; i++)
		n += list->items[i].action != DIRECTIVE_NOOP;
	return n;
}

static bool leaves_key(const struct bulk_item *item)
{
	const char *before = item->before.members.key;
	const char *wanted = item->wanted.members.key;

	return before && (!wanted || strcmp(before, wanted) != 0);
}

void bulk_totals(const struct bulk *bulk, struct bulk_totals *out)
{
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < bulk->len; i++) {
		const struct bulk_item *item = &bulk->items[i];

		out->verdicts[item->verdict]++;
		if (item->verdict != BULK_CHANGE)
			continue;
		out->warnings += item->warnings;
		out->old_keys += leaves_key(item);
		if (!bulk_sends(item)) {
			out->local_only++;
			continue;
		}
		out->puts++;
		out->webhooks += count_webhooks(&item->wanted.local.directives);
	}
}

size_t bulk_refusals(const struct bulk *bulk)
{
	struct bulk_totals totals;

	bulk_totals(bulk, &totals);
	return totals.verdicts[BULK_REFUSED] + totals.verdicts[BULK_MISSING] + bulk->plan->rejected;
}

/* --- time --- */

static int64_t up(int64_t n, int64_t by)
{
	return (n + by - 1) / by;
}

int64_t bulk_window_s(const struct session *session)
{
	int64_t seen_s = session_quota_ledger(session)->longest_reset_s;

	return seen_s > 0 ? seen_s : WINDOW_S;
}

/* Half of the quota goes at once; the other half, without the reserve, is spread over the
 * rest of the window (quota_pace_us); then each window's worth in its turn. */
static int64_t quota_wait_s(const struct session_status *status, int64_t calls, int64_t window_s,
			    int64_t now_us)
{
	const struct quota *quota = &status->quota;
	int64_t reset_s = status->quota_reset_in_s > 0 ? status->quota_reset_in_s : 0;
	int64_t left = quota_left(quota, now_us);
	int64_t reserve = quota_reserve(quota);
	int64_t usable = quota->allowed > reserve ? quota->allowed - reserve : 1;
	int64_t free_calls = left > reserve ? left - reserve : 0;
	int64_t at_once = left - quota->allowed / 2;

	if (!quota->known || left == INT64_MAX || quota->allowed <= 0)
		return 0;
	if (at_once < 0)
		at_once = 0;
	if (calls <= at_once)
		return 0;
	if (calls < free_calls)
		return up(reset_s * (calls - at_once), free_calls - at_once);
	return reset_s + up((calls - free_calls) * window_s, usable);
}

int64_t bulk_estimate_s(struct session *session, size_t calls, double calls_per_s)
{
	int64_t now_us = clock_monotonic_us(loop_clock(session_loop(session)));
	struct session_status status;
	int64_t by_quota_s;
	int64_t by_rate_s;

	session_status(session, &status);
	by_quota_s = quota_wait_s(&status, (int64_t)calls, bulk_window_s(session), now_us);
	if (calls_per_s <= 0)
		return by_quota_s > 0 || calls == 0 ? by_quota_s : -1;
	by_rate_s = (int64_t)((double)calls / calls_per_s + 0.999);
	return by_quota_s > by_rate_s ? by_quota_s : by_rate_s;
}

size_t bulk_reads(const struct bulk *bulk)
{
	int64_t page_size = session_profile(bulk->session)->page_size;
	size_t n = 0;
	size_t i;

	for (i = 0; i < bulk->len; i++)
		n += bulk->items[i].verdict != BULK_DONE;
	if (bulk_changes_keys(bulk) && bulk->rows && page_size > 0)
		n += (size_t)up((int64_t)index_view_len(bulk->rows), page_size);
	return n;
}

static void fill_pace(const struct bulk *bulk, struct bulk_progress *out)
{
	int64_t now_us = clock_monotonic_us(loop_clock(session_loop(bulk->session)));
	int64_t took_us = now_us - bulk->began_us;

	out->left_s = -1;
	if (bulk->ended == 0 || took_us <= 0)
		return;
	out->per_s = (double)bulk->ended * US_PER_S / (double)took_us;
	out->left_s = bulk_estimate_s(bulk->session, bulk->total - bulk->ended, out->per_s);
}

void bulk_progress(const struct bulk *bulk, struct bulk_progress *out)
{
	size_t i;

	*out = (struct bulk_progress){
		.reading = bulk->reading,
		.applying = bulk->applying,
		.stopping = bulk->stopping,
		.total = bulk->total,
		.ended = bulk->ended,
		.in_flight = bulk->flying,
		.stopped = bulk->stopped[0] ? bulk->stopped : NULL,
		.why = bulk->has_why ? &bulk->why : NULL,
	};
	for (i = 0; i < bulk->len; i++) {
		const struct bulk_item *item = &bulk->items[i];

		if (!item->ended) {
			out->left += item->verdict == BULK_CHANGE;
			continue;
		}
		out->outcomes[item->end.outcome]++;
		out->only_here += item->end.outcome == OUTCOME_UNCHANGED && item->end.local_saved;
	}
	fill_pace(bulk, out);
}
