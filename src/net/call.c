/* One call on its way: queued -> in flight -> (queued again | ended). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tenant_internal.h"

enum { CALL_HEADERS = 5 };

void call_free(struct tenant_call *call)
{
	while (call->joined.first != NULL) {
		struct tenant_call *joined = call->joined.first;

		call_unlink(joined);
		call_free(joined);
	}
	free(call->url);
	free(call->action_id);
	free(call->condition);
	free(call->body);
	free(call);
}

void call_end(struct tenant_call *call, const struct failure *failure, enum transport transport)
{
	struct tenant *tenant = call->tenant;
	int64_t now_us = tenant_now_us(tenant);

	if (call->state == CALL_QUEUED)
		call->queue_us += now_us - call->waits_since_us;
	call_unlink(call);
	call->state = CALL_ENDED;
	call->failure = *failure;
	call->end_transport = transport;
	call_list_push(&tenant->ended, call);
	tenant->moved = true;
	queue_wake_at(tenant, now_us);
}

void call_end_kind(struct tenant_call *call, enum failure_kind kind, enum transport transport,
		   const char *message)
{
	struct failure failure;

	failure_init(&failure);
	failure.kind = kind;
	failure.retry_reason = RETRY_NEVER;
	snprintf(failure.message, sizeof(failure.message), "%s", message);
	call_end(call, &failure, transport);
}

void call_wait_again(struct tenant_call *call, int64_t now_us, int64_t not_before_us)
{
	struct tenant *tenant = call->tenant;

	call->state = CALL_QUEUED;
	call->waits_since_us = now_us;
	call->not_before_us = not_before_us;
	call_list_push_front(&tenant->lanes[call->lane], call);
	tenant->moved = true;
}

/* ---- sending ---- */

/* The lines that change from call to call, "" where there is none. */
struct call_lines {
	struct buf authorization;
	struct buf condition;
};

static enum err_code lines_make(const struct tenant_call *call, struct call_lines *lines)
{
	const char *name = call->endpoint == ENDPOINT_PUT ? "If-Match" : "If-None-Match";

	buf_init(&lines->authorization, SIZE_MAX);
	buf_init(&lines->condition, SIZE_MAX);
	buf_printf(&lines->authorization, "Authorization: Bearer %s",
		   call->tenant->token.access != NULL ? call->tenant->token.access : "");
	if (call->condition != NULL)
		buf_printf(&lines->condition, "%s: %s", name, call->condition);
	return lines->authorization.failed ? lines->authorization.failed : lines->condition.failed;
}

static void lines_clear(struct call_lines *lines)
{
	token_secret_free(&lines->authorization.data);
	buf_free(&lines->condition);
}

static struct http_request describe(const struct tenant_call *call, const struct call_lines *lines,
				    const char *headers[CALL_HEADERS])
{
	size_t n = 0;

	headers[n++] = buf_str(&lines->authorization);
	headers[n++] = "Accept: application/json";
	if (call->body != NULL)
		headers[n++] = "Content-Type: application/json";
	if (call->condition != NULL)
		headers[n++] = buf_str(&lines->condition);
	headers[n] = NULL;
	return (struct http_request){
		.method = call->method,
		.url = call->url,
		.headers = headers,
		.body = call->body,
		.body_len = call->body_len,
	};
}

void call_log(const struct tenant_call *call, const struct http_reply *reply)
{
	struct tenant *tenant = call->tenant;
	const char *headers[CALL_HEADERS];
	struct call_lines lines;
	struct http_request request;
	struct exchange_facts facts = {
		.endpoint = call->endpoint,
		.wall_us = call->left_wall_us,
		.attempt = call->attempts,
		.queue_us = call->last_queue_us,
		.action_id = call->action_id,
		.request = &request,
	};
	struct mask mask;

	token_mask(&tenant->token, &mask);
	if (lines_make(call, &lines) == ERR_OK) {
		request = describe(call, &lines, headers);
		exchange_log(tenant->http, &tenant->observer, &facts, reply, &mask);
	}
	lines_clear(&lines);
}

static enum err_code call_send(struct tenant_call *call)
{
	const char *headers[CALL_HEADERS];
	struct call_lines lines;
	struct http_request request;
	enum err_code code = lines_make(call, &lines);

	if (code == ERR_OK) {
		request = describe(call, &lines, headers);
		code = http_send(call->tenant->http, &request, call_on_reply, call, &call->http);
	}
	lines_clear(&lines);
	return code;
}

static void call_fly(struct tenant_call *call, int64_t now_us)
{
	struct tenant *tenant = call->tenant;

	call_unlink(call);
	call->state = CALL_IN_FLIGHT;
	call->last_queue_us = now_us - call->waits_since_us;
	call->queue_us += call->last_queue_us;
	call->left_wall_us = clock_wall_us(loop_clock(tenant->loop));
	call->left_us = now_us;
	if (call->endpoint == ENDPOINT_PUT)
		tenant->changed_us = now_us;
	call->token_generation = tenant->token.generation;
	call->attempts++;
	call->tries++;
	call_list_push(&tenant->flying, call);
	tenant->lane_flying[call->lane]++;
	tenant->puts_flying += call->endpoint == ENDPOINT_PUT;
	tenant->moved = true;
	if (call->lane != LANE_INTERACTIVE && call->lane != LANE_RECOVERY)
		tenant->paced_us = now_us;
}

/* A log-in has what it wanted: the token. */
static void log_in_done(struct tenant_call *call)
{
	struct failure none;

	failure_init(&none);
	call_end(call, &none, TRANSPORT_ANSWERED);
}

void call_start(struct tenant_call *call, int64_t now_us)
{
	enum err_code code;

	if (call->endpoint == ENDPOINT_TOKEN) {
		log_in_done(call);
		return;
	}
	code = call_send(call);
	if (code == ERR_OK)
		call_fly(call, now_us);
	else if (code == ERR_INVALID)
		call_end_kind(call, FAILURE_LOCAL, TRANSPORT_INTERNAL,
			      "a header holds a control character");
	else
		call_end_kind(call, FAILURE_LOCAL, TRANSPORT_INTERNAL, "out of memory");
}
