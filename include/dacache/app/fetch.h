/* Read one action, whole, with its ETag. */
#ifndef DACACHE_APP_FETCH_H
#define DACACHE_APP_FETCH_H

#include "dacache/app/session.h"

/* failure.kind FAILURE_NONE: action is there and the callback may copy it;
 * otherwise action is NULL and the message has been logged (unless cancelled). */
typedef void fetch_done_fn(void *context, const struct failure *failure,
			   const struct action *action);

struct fetch;

/* fn is called once, from the loop, never before fetch_start returned. */
enum err_code fetch_start(struct session *session, const char *id, fetch_done_fn *fn, void *context,
			  struct fetch **out, struct err *err);
/* One of many: it waits for the quota and behind what a person asks for, and a failure
 * is its caller's to tell. */
enum err_code fetch_start_bulk(struct session *session, const char *id, fetch_done_fn *fn,
			       void *context, struct fetch **out, struct err *err);
void fetch_cancel(struct fetch **fetch); /* without its callback; NULL is fine */

#endif
