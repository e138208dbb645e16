/* An action is read again now and then: one under edit, so that a change by someone
 * else is seen before the PUT; one that is watched, to see its changes as they come. */
#ifndef DACACHE_APP_WATCH_H
#define DACACHE_APP_WATCH_H

#include "dacache/app/session.h"

struct watch;

enum { WATCH_EVERY_S = 15, WATCH_LEAST_S = 5, WATCH_MOST_S = 3600 };

struct watch_options {
	int every_s; /* from WATCH_LEAST_S */
	/* The action is another than the one last known: now has the new ETag. Valid
	 * during the call alone. */
	void (*changed)(void *context, const struct action *now);
	/* After each read, before changed: how it went. Returns false when it stopped the
	 * watch. May be NULL. */
	bool (*looked)(void *context, const struct failure *failure);
	void *context;
};

/* A conditional GET (If-None-Match) every every_s seconds, in the watch lane: it waits
 * while the quota left is kept for saving. A read that fails is tried again at the
 * next turn, without a message. Nothing is read at once. */
enum err_code watch_start(struct session *session, const struct action *known,
			  const struct watch_options *options, struct watch **out);
/* The action is known in another state now (after a merge or a read). */
enum err_code watch_know(struct watch *watch, const struct action *known);
void watch_stop(struct watch **watch); /* NULL is fine; safe inside the callbacks */

#endif
