/* One change of one action: validate → PUT with If-Match → check → audit, local
 * settings → webhooks. */
#ifndef DACACHE_APP_UPDATE_H
#define DACACHE_APP_UPDATE_H

#include "dacache/app/session.h"
#include "dacache/domain/proposal.h"
#include "dacache/domain/validate.h"

enum update_phase {
	UPDATE_SENDING,
	UPDATE_READING_AGAIN, /* what came of the PUT is not known, or somebody was first */
	UPDATE_SENDING_AGAIN  /* it did not take effect; backs off first */
};
/* A phase began. why: what happened, in words, "" for SENDING. */
typedef void update_phase_fn(void *context, enum update_phase phase, const char *why);

struct update_request {
	const struct action *base; /* as it was read, with its ETag */
	const struct local_settings *local_before;
	const struct proposal *wanted;
	update_phase_fn *phase; /* gets the context of update_start; may be NULL */
};

struct update_result {
	enum outcome outcome;
	char message[320];        /* in words, for the line */
	int status;               /* HTTP, 0: no PUT or no answer */
	char if_match[ETAG_SIZE]; /* "" without a PUT */
	char etag[ETAG_SIZE];     /* the new one, "" when unknown */
	double latency_ms;        /* -1 */
	int64_t attempts;
	bool verified;               /* the server's document holds what was sent */
	bool unrecorded;             /* the audit or what is local could not be written */
	bool local_saved;            /* matrix, payload size, directives were stored */
	size_t webhooks;             /* deliveries begun */
	struct failure failure;      /* kind NONE unless the server or transport failed */
	struct findings findings;    /* why it was refused by validation */
	const struct action *action; /* as the server has it now, NULL when unknown */
};

/* Once, from the loop, never before update_start returned; webhooks may still
 * be under way (update_busy_webhooks). */
typedef void update_done_fn(void *context, const struct update_result *result);

/* Copies the request. ERR_READ_ONLY when nothing may be written. A change of
 * nothing ends as OUTCOME_UNCHANGED without a call. The operation can't be
 * cancelled once the PUT left; before that (queue, back-off) Esc by
 * session_cancel_waiting ends it as "not applied". */
enum err_code update_start(struct session *session, const struct update_request *request,
			   update_done_fn *fn, void *context, struct err *err);

#endif
