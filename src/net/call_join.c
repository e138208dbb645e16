/* Equal reads are one call: who asks for an action while it is being read, or waits to
 * be, joins that read.
 *
 *   joined ── the read ended ──> told with it
 *        └ cancelled ──> gone; the last who wanted the read takes it along
 */
#include <stdlib.h>
#include <string.h>

#include "tenant_internal.h"

/* Of each lane: who has more waiting than that asks in bulk, where nothing is twice. */
enum { LOOKED_AT_MAX = 64 };

/* With another If-None-Match the answer may be a 304, which tells nothing else. */
static bool answers(const struct tenant_call *read, const char *condition)
{
	if (read->condition == NULL)
		return true;
	if (condition != NULL)
		return strcmp(read->condition, condition) == 0;
	return read->state == CALL_QUEUED; /* it can still be asked without one */
}

/* Whoever cancels what a person waits for must not end what settles a change, or one of
 * many, with it. */
static bool may_be_shared(const struct tenant_call *call)
{
	return call->endpoint == ENDPOINT_GET &&
	       (call->asked_in == LANE_INTERACTIVE || call->asked_in == LANE_WATCH);
}

/* A read that left before a change was sent or answered may tell of what was before. */
static bool is_fresh(const struct tenant_call *read)
{
	return read->state == CALL_QUEUED || read->left_us > read->tenant->changed_us;
}

static struct tenant_call *find_in(const struct call_list *list, const char *id,
				   const char *condition)
{
	struct tenant_call *call = list->first;

	for (int i = 0; call != NULL && i < LOOKED_AT_MAX; call = call->next, i++) {
		if (may_be_shared(call) && strcmp(call->action_id, id) == 0 &&
		    answers(call, condition) && is_fresh(call))
			return call;
	}
	return NULL;
}

struct tenant_call *call_find_read(const struct tenant *tenant, const char *id,
				   const char *condition)
{
	static const enum lane lanes[] = {LANE_INTERACTIVE, LANE_WATCH};
	struct tenant_call *read = find_in(&tenant->flying, id, condition);

	for (size_t i = 0; read == NULL && i < sizeof(lanes) / sizeof(lanes[0]); i++)
		read = find_in(&tenant->lanes[lanes[i]], id, condition);
	return read;
}

/* It goes as soon as the most urgent of those who want it. */
static void hurry(struct tenant_call *read, enum lane lane)
{
	struct tenant *tenant = read->tenant;

	if (lane >= read->lane)
		return;
	if (read->state == CALL_IN_FLIGHT) {
		tenant->lane_flying[read->lane]--;
		tenant->lane_flying[lane]++;
	} else {
		call_unlink(read);
		call_list_push(&tenant->lanes[lane], read);
		queue_wake_at(tenant, tenant_now_us(tenant));
	}
	read->lane = lane;
}

void call_join(struct tenant_call *call, struct tenant_call *read)
{
	call->state = CALL_JOINED;
	call->read = read;
	call_list_push(&read->joined, call);
	if (call->condition == NULL) {
		free(read->condition);
		read->condition = NULL;
	}
	hurry(read, call->lane);
	call->tenant->moved = true;
}

struct tenant_call *call_leave(struct tenant_call *call)
{
	struct tenant_call *read = call->read;

	call_unlink(call);
	call_free(call);
	return read->unwanted && read->joined.len == 0 && !read->delivering ? read : NULL;
}

void call_tell_joined(struct tenant_call *read, struct tenant_reply *reply)
{
	while (read->joined.first != NULL) {
		struct tenant_call *call = read->joined.first;

		call_unlink(call);
		call->delivering = true;
		/* One of those before may have freed the tenant. */
		if (!call->tenant->dead)
			call->fn(call->context, reply);
		reply->told_before = reply->told_before || call->asked_in == LANE_INTERACTIVE;
		call_free(call);
	}
}
