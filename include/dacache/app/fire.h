/* Deliver an action's directives by hand, by event type. */
#ifndef DACACHE_APP_FIRE_H
#define DACACHE_APP_FIRE_H

#include "dacache/app/session.h"

struct fire_result {
	size_t delivered;
	size_t failed;
	size_t noop;
	char message[320];
	struct failure failure; /* the last that failed */
};
typedef void fire_done_fn(void *context, const struct fire_result *result);

/* target_key is the action's present key. Every directive of that event type is
 * delivered (noop: audit alone). ERR_NOT_FOUND when the action has none, with the
 * event types it has; ERR_READ_ONLY. */
enum err_code fire_start(struct session *session, const char *action_id, const char *target_key,
			 const char *event_type, fire_done_fn *fn, void *context, struct err *err);

#endif
