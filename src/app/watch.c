/* waiting ── every_s ──> GET, If-None-Match ── 304, failed ──> waiting
 *    ^                                    └ another state ──> told ──┐
 *    └─────────────────────────────────────────────────────────────┘
 */
#include "dacache/app/watch.h"

#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/net/tenant.h"
#include "internal.h"

enum { SECOND_US = 1000000 };

struct watch {
	struct session *session;
	char *id;
	char etag[ETAG_SIZE];
	struct cache_members members; /* where the server sends no ETag */
	struct watch_options options;
	struct loop_timer *timer;
	struct tenant_call *call;
};

static void look(void *context);

static void free_watch(void *operation)
{
	struct watch *watch = operation;

	loop_timer_stop(&watch->timer);
	cache_members_clear(&watch->members);
	free(watch->id);
	free(watch);
}

static void wait(struct watch *watch)
{
	if (!watch->timer)
		loop_timer_start(session_loop(watch->session),
				 (int64_t)watch->options.every_s * SECOND_US, look, watch,
				 &watch->timer);
}

static bool is_known(const struct watch *watch, const struct action *now)
{
	return strcmp(watch->etag, now->etag) == 0 &&
	       cache_members_equal(&watch->members, &now->members);
}

static void looked(void *context, const struct tenant_reply *reply)
{
	struct watch *watch = context;
	struct action *now = NULL;
	struct err err = {0};

	watch->call = NULL;
	wait(watch);
	if (watch->options.looked) {
		struct watch_options options = watch->options;

		/* It may stop the watch: nothing is there to be told then. */
		if (!options.looked(options.context, &reply->failure))
			return;
	}
	if (reply->failure.kind != FAILURE_NONE || reply->status == 304)
		return;
	if (action_parse(reply->body, reply->body_len, reply->etag, &now, &err))
		return;
	now->read_us = clock_wall_us(loop_clock(session_loop(watch->session)));
	if (!is_known(watch, now) && watch_know(watch, now) == ERR_OK) {
		index_update(session_index(watch->session), now);
		session_emit(watch->session, EVENT_ACTION, now->id);
		watch->options.changed(watch->options.context, now); /* may stop the watch */
	}
	action_free(&now);
}

static void look(void *context)
{
	struct watch *watch = context;

	if (tenant_read(session_tenant(watch->session), watch->id,
			watch->etag[0] ? watch->etag : NULL, LANE_WATCH, looked, watch,
			&watch->call))
		wait(watch);
}

enum err_code watch_know(struct watch *watch, const struct action *known)
{
	memcpy(watch->etag, known->etag, sizeof(watch->etag));
	cache_members_clear(&watch->members);
	return cache_members_copy(&known->members, &watch->members);
}

enum err_code watch_start(struct session *session, const struct action *known,
			  const struct watch_options *options, struct watch **out)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	*out = NULL;
	if (!watch)
		return ERR_NO_MEMORY;
	watch->session = session;
	watch->options = *options;
	watch->id = text_dup(known->id);
	if (!watch->id || watch_know(watch, known) ||
	    session_operation_begin(session, watch, free_watch)) {
		free_watch(watch);
		return ERR_NO_MEMORY;
	}
	wait(watch);
	*out = watch;
	return ERR_OK;
}

void watch_stop(struct watch **watch)
{
	if (!*watch)
		return;
	if ((*watch)->call)
		tenant_cancel(&(*watch)->call);
	session_operation_end((*watch)->session, *watch);
	free_watch(*watch);
	*watch = NULL;
}
