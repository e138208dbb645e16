/* GET -> (2xx, and an action: told | anything else: reported, told) */
#include "dacache/app/fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dacache/net/tenant.h"
#include "internal.h"

struct fetch {
	struct session *session;
	struct tenant_call *call;
	fetch_done_fn *fn;
	void *context;
	char *id;
	bool quiet; /* a failure is not logged here */
};

static void free_fetch(void *operation)
{
	struct fetch *fetch = operation;

	free(fetch->id);
	free(fetch);
}

static void told(struct fetch *fetch, const struct failure *failure, const struct action *action)
{
	if (failure->kind != FAILURE_NONE && failure->kind != FAILURE_CANCELLED && !fetch->quiet)
		session_report_failure(fetch->session, fetch->id, failure);
	if (action) {
		index_update(session_index(fetch->session), action);
		session_emit(fetch->session, EVENT_ACTION, action->id);
	}
	session_operation_end(fetch->session, fetch);
	fetch->fn(fetch->context, failure, action);
	free_fetch(fetch);
}

static enum err_code parse(const struct fetch *fetch, const struct tenant_reply *reply,
			   struct action **out, struct err *err)
{
	enum err_code code = action_parse(reply->body, reply->body_len, reply->etag, out, err);

	if (!code && strcasecmp((*out)->id, fetch->id) != 0) {
		action_free(out);
		code = err_set(err, ERR_PARSE, "the reply is another Data Action");
	}
	return code;
}

static void fetch_done(void *context, const struct tenant_reply *reply)
{
	struct fetch *fetch = context;
	struct failure failure = reply->failure;
	struct action *action = NULL;
	struct err err = {0};

	fetch->call = NULL;
	fetch->quiet = fetch->quiet || reply->told_before;
	if (failure.kind == FAILURE_NONE && parse(fetch, reply, &action, &err)) {
		failure.kind = FAILURE_BROKEN_REPLY;
		failure.status = reply->status;
		snprintf(failure.message, sizeof(failure.message), "%s", err.text);
	}
	if (action)
		action->read_us = clock_wall_us(loop_clock(session_loop(fetch->session)));
	told(fetch, &failure, action);
	action_free(&action);
}

static enum err_code start(struct session *session, const char *id, enum lane lane,
			   const struct fetch *like, struct fetch **out, struct err *err)
{
	struct fetch *fetch = calloc(1, sizeof(*fetch));
	enum err_code code;

	if (!fetch || !(fetch->id = strdup(id))) {
		free(fetch);
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	}
	fetch->session = session;
	fetch->fn = like->fn;
	fetch->context = like->context;
	fetch->quiet = like->quiet;
	code = session_operation_begin(session, fetch, free_fetch);
	/* Of many, none is read twice, and to look for it would cost time. */
	if (!code)
		code = (lane == LANE_BULK ? tenant_get : tenant_read)(
			session_tenant(session), id, NULL, lane, fetch_done, fetch, &fetch->call);
	if (code) {
		session_operation_end(session, fetch);
		free_fetch(fetch);
		return err_set(err, code, "the call could not be made");
	}
	if (out)
		*out = fetch;
	return ERR_OK;
}

enum err_code fetch_start(struct session *session, const char *id, fetch_done_fn *fn, void *context,
			  struct fetch **out, struct err *err)
{
	const struct fetch like = {.fn = fn, .context = context};

	return start(session, id, LANE_INTERACTIVE, &like, out, err);
}

enum err_code fetch_start_bulk(struct session *session, const char *id, fetch_done_fn *fn,
			       void *context, struct fetch **out, struct err *err)
{
	const struct fetch like = {.fn = fn, .context = context, .quiet = true};

	return start(session, id, LANE_BULK, &like, out, err);
}

void fetch_cancel(struct fetch **fetch)
{
	if (!*fetch)
		return;
	tenant_cancel(&(*fetch)->call);
	session_operation_end((*fetch)->session, *fetch);
	free_fetch(*fetch);
	*fetch = NULL;
}
