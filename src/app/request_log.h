/* Brings this run's exchanges to disk, some at a time. */
#ifndef DACACHE_SRC_APP_REQUEST_LOG_H
#define DACACHE_SRC_APP_REQUEST_LOG_H

#include <stdbool.h>

#include "dacache/base/err.h"
#include "exchange_ring.h"

struct session;
struct request_log;

/* command: of this run, copied; its name alone, NULL of the screen. ring must outlive the log. */
enum err_code request_log_new(struct session *session, const struct exchange_ring *ring,
			      const char *command, struct request_log **out);
/* What is not on disk yet stays away from it. */
void request_log_free(struct request_log **log);

/* An exchange came into the ring: it is written within seconds, a failed one sooner,
 * as a rule not while a PUT is under way. With nothing to be written nothing wakes. */
void request_log_touch(struct request_log *log, const struct exchange *exchange);
/* All of them now, if another program lets us within a moment. */
enum err_code request_log_flush(struct request_log *log, struct err *err);
/* The store had no room for what matters more: the log leaves it what there is, until it
 * is told that all is well again (err NULL). */
void request_log_give_way(struct request_log *log, const struct err *err);
bool request_log_gave_way(const struct request_log *log);
/* 0: nothing of this run is on disk. */
int64_t request_log_run(const struct request_log *log);

#endif
