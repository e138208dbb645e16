/* An action under edit is read again now and then, so that a change by someone else
 * is seen before the PUT. */
#ifndef DACACHE_APP_WATCH_H
#define DACACHE_APP_WATCH_H

#include "dacache/app/session.h"

struct watch;

/* The action is another than the one last known: now has the new ETag. Valid
 * during the call alone. */
typedef void watch_fn(void *context, const struct action *now);

/* A conditional GET (If-None-Match) every 15 s, in the watch lane: it waits while
 * the quota left is kept for saving. A read that fails is tried again at the next
 * turn, without a message. Nothing is read at once. */
enum err_code watch_start(struct session *session, const struct action *known, watch_fn *fn,
			  void *context, struct watch **out);
/* The action is known in another state now (after a merge or a read). */
enum err_code watch_know(struct watch *watch, const struct action *known);
void watch_stop(struct watch **watch); /* NULL is fine; safe inside the callback */

#endif
