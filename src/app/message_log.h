/* Brings this run's errors and warnings to disk, masked, for bundles that are made later or
 * by another program. */
#ifndef DACACHE_SRC_APP_MESSAGE_LOG_H
#define DACACHE_SRC_APP_MESSAGE_LOG_H

#include "dacache/app/session.h"

struct message_log;

/* requests must outlive it: where that log gives way, this one does. */
struct request_log;
enum err_code message_log_new(struct session *session, const struct request_log *requests,
			      struct message_log **out);
void message_log_free(struct message_log **log); /* what is not on disk yet stays away */

/* There may be a new message: it is written within seconds. With none nothing wakes. */
void message_log_touch(struct message_log *log);
/* All of them now, if another program lets us within a moment. */
void message_log_flush(struct message_log *log);
/* What this run is called in the store. */
const char *message_log_run(const struct message_log *log);

#endif
