/* What an answer, or the lack of one, means for a call: again, or its owner is
 * told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tenant_internal.h"
#include "url.h"

enum {
	MS_PER_S = 1000,
	US_PER_MS = 1000,
	US_PER_S = 1000000,
	HTTP_UNAUTHENTICATED = 401,
	HTTP_RATE_LIMIT = 429,
	/* Longer than anyone waits, short enough to be told in words. */
	RETRY_AFTER_MAX_S = 366 * 86400
};

struct retry_policy tenant_policy(const struct tenant *tenant)
{
	return (struct retry_policy){
		.max_attempts = tenant->profile->max_attempts,
		.max_wait_s = tenant->profile->max_wait_s,
	};
}

int64_t reply_retry_after_s(const struct tenant *tenant, const struct http_reply *reply)
{
	const char *value = http_reply_header(reply, "Retry-After");
	int64_t now_s = clock_wall_us(loop_clock(tenant->loop)) / US_PER_S;
	int64_t seconds;

	if (value == NULL || retry_after_parse(value, now_s, RETRY_AFTER_MAX_S, &seconds) != ERR_OK)
		return -1;
	return seconds;
}

int64_t rate_limit_hold_ms(const struct tenant *tenant, int64_t retry_after_s, int64_t attempt)
{
	struct retry_policy policy = tenant_policy(tenant);
	struct retry_input input = {
		.transport = TRANSPORT_ANSWERED,
		.status = HTTP_RATE_LIMIT,
		.attempt = attempt,
		.retry_after_s = -1,
	};

	/* The others wait even where this one has no attempt left, or no patience. */
	if (retry_after_s >= 0)
		return retry_after_s * MS_PER_S;
	policy.max_attempts = attempt + 1;
	return retry_decide(&policy, &input).delay_ms;
}

static bool is_success(int status)
{
	return (status >= 200 && status < 300) || status == 304;
}

double tenant_random(const struct tenant *tenant, const struct http_reply *reply)
{
	return is_success(reply->status) ? 0.0 : tenant->random(tenant->observer.context);
}

/* What the reply's headers tell; a 401 is an answer to nobody the tenant knows. */
struct quota reply_quota(const struct tenant *tenant, const struct http_reply *reply)
{
	struct quota quota = quota_none();

	if (reply->status == HTTP_UNAUTHENTICATED)
		return quota;
	for (size_t i = 0; i < reply->headers_len; i++)
		quota_read_header(&quota, reply->headers[i].name, reply->headers[i].value);
	quota.seen_us = tenant_now_us(tenant);
	return quota.known ? quota : quota_none();
}

static void take_quota(const struct tenant_call *call, const struct http_reply *reply)
{
	struct tenant *tenant = call->tenant;
	struct quota_attempt attempt = {
		.lane = call->lane,
		.status = reply->status,
		.quota = reply_quota(tenant, reply),
		.wall_us = clock_wall_us(loop_clock(tenant->loop)),
		.now_us = tenant_now_us(tenant),
	};

	if (attempt.quota.known)
		tenant->quota = attempt.quota;
	quota_ledger_attempt(&tenant->ledger, &attempt);
}

/* ---- telling the owner ---- */

static void copy_header(const struct http_reply *reply, const char *name, char *out, size_t size)
{
	const char *value = http_reply_header(reply, name);

	snprintf(out, size, "%s", value != NULL ? value : "");
}

static void complete_failure(const struct tenant_call *call, struct failure *failure)
{
	const struct tenant *tenant = call->tenant;
	struct mask mask;

	if (!failure->at_token) {
		snprintf(failure->method, sizeof(failure->method), "%s", call->method);
		snprintf(failure->path, sizeof(failure->path), "%s", exchange_url_path(call->url));
		failure->attempts = call->attempts;
		failure->timeline = call->timeline;
	}
	if (call->endpoint == ENDPOINT_PUT)
		snprintf(failure->if_match, sizeof(failure->if_match), "%s", call->condition);
	if (tenant->token.scope != NULL)
		snprintf(failure->scope, sizeof(failure->scope), "%s", tenant->token.scope);
	if (!failure->at_token)
		failure->quota = tenant->quota;
	token_mask(&tenant->token, &mask);
	mask_fixed(&mask, failure->message, sizeof(failure->message));
	mask_fixed(&mask, failure->path, sizeof(failure->path));
}

static enum cache_says cache_says(const struct tenant_call *call, const struct http_reply *reply)
{
	const char *name = call->tenant->profile->hit_header;
	const char *value = name != NULL ? http_reply_header(reply, name) : NULL;

	if (value == NULL || strcmp(call->method, "GET") != 0)
		return CACHE_SAYS_NONE;
	return cache_header_says(name, value);
}

static void fill_from_reply(const struct tenant_call *call, const struct http_reply *reply,
			    struct tenant_reply *out)
{
	const char *etag = http_reply_header(reply, "ETag");

	out->status = reply->status;
	out->transport = reply->transport;
	out->body = reply->body;
	out->body_len = reply->body_len;
	out->etag = etag != NULL ? etag : "";
	out->latency_us = reply->times.total;
	out->cache_says = cache_says(call, reply);
	out->lost_answer = call->endpoint == ENDPOINT_PUT && reply->bytes_sent > 0 &&
			   transport_is_lost_answer(reply->transport);
	copy_header(reply, "ININ-Correlation-Id", out->correlation_id, sizeof(out->correlation_id));
}

void call_deliver(struct tenant_call *call, const struct http_reply *reply)
{
	struct tenant_reply out = {
		.body = "",
		.etag = "",
		.transport = call->end_transport,
		.latency_us = -1,
		.attempts = call->attempts,
		.queue_us = call->queue_us,
		.earlier_5xx = call->earlier_5xx,
	};

	complete_failure(call, &call->failure);
	if (reply != NULL)
		fill_from_reply(call, reply, &out);
	else
		out.status = call->failure.status;
	if (call->failure.at_token) {
		out.attempts = call->failure.attempts;
		snprintf(out.correlation_id, sizeof(out.correlation_id), "%s",
			 call->failure.correlation_id);
	}
	out.failure = call->failure;
	call->delivering = true;
	if (!call->unwanted) {
		call->fn(call->context, &out);
		out.told_before = call->asked_in == LANE_INTERACTIVE;
	}
	call_tell_joined(call, &out);
	call_free(call);
}

/* ---- again, or not ---- */

/* What tells which limit a 429 comes from. */
static void note_limit(struct tenant_call *call, const struct http_reply *reply)
{
	const struct tenant *tenant = call->tenant;
	const struct quota_window *window = quota_ledger_window(&tenant->ledger, 0);
	struct limit_evidence *limit = &call->failure.limit;
	int64_t flying = (int64_t)tenant->flying.len;

	if (reply->status != HTTP_RATE_LIMIT)
		return;
	copy_header(reply, "RateLimit-Policy", limit->policy, sizeof(limit->policy));
	limit->quota_is_own = reply_quota(tenant, reply).known;
	call->failure.quota = tenant->quota;
	limit->in_flight = (int32_t)flying + 1;
	limit->ours = window != NULL ? quota_spent_sum(&window->ours) : -1;
	limit->others = quota_ledger_others(&tenant->ledger, flying);
}

/* Where a redirect leads is the best evidence there is of what answers. */
static void note_location(struct failure *failure, const struct http_reply *reply)
{
	const char *location = http_reply_header(reply, "Location");

	if (reply->status >= 300 && reply->status < 400 && location != NULL)
		snprintf(failure->message, sizeof(failure->message), "Location: %s", location);
}

static void make_failure(struct tenant_call *call, const struct http_reply *reply)
{
	struct failure *failure = &call->failure;

	failure_init(failure);
	if (reply->transport != TRANSPORT_ANSWERED)
		failure_from_transport(failure, reply->transport, reply->error);
	else if (!is_success(reply->status))
		failure_from_reply(failure, reply->status, reply->body, reply->body_len);
	copy_header(reply, "ININ-Correlation-Id", failure->correlation_id,
		    sizeof(failure->correlation_id));
	note_location(failure, reply);
	note_limit(call, reply);
}

static int32_t as_ms(int64_t us)
{
	int64_t ms = us / US_PER_MS;

	return ms > INT32_MAX ? INT32_MAX : (int32_t)ms;
}

void reply_into_timeline(struct attempts *timeline, const struct attempt_facts *facts,
			 const struct http_reply *reply)
{
	struct call_attempt attempt = {
		.wall_us = facts->left_wall_us,
		.number = (int32_t)facts->number,
		.waited_ms = as_ms(facts->queue_us),
		.took_ms = as_ms(reply->times.total),
		.retry_after_s = (int32_t)facts->retry_after_s,
		.next_ms = as_ms(facts->next_ms < 0 ? -US_PER_MS : facts->next_ms * US_PER_MS),
		.status = (int16_t)reply->status,
		.transport = (uint8_t)reply->transport,
	};

	attempts_add(timeline, &attempt);
}

static void note_attempt(struct tenant_call *call, const struct http_reply *reply, int64_t next_ms)
{
	struct attempt_facts facts = {
		.number = call->attempts,
		.left_wall_us = call->left_wall_us,
		.queue_us = call->last_queue_us,
		.retry_after_s = reply_retry_after_s(call->tenant, reply),
		.next_ms = next_ms,
	};

	reply_into_timeline(&call->timeline, &facts, reply);
}

static void tell_retried(struct tenant_call *call)
{
	const struct tenant_observer *observer = &call->tenant->observer;

	complete_failure(call, &call->failure);
	if (observer->retried != NULL)
		observer->retried(observer->context, call->action_id, &call->failure);
}

/* The token may have been renewed meanwhile for another call: then it stays. */
static bool replay_after_401(struct tenant_call *call, const struct http_reply *reply,
			     int64_t now_us)
{
	struct token *token = &call->tenant->token;

	if (reply->status != HTTP_UNAUTHENTICATED || call->replayed)
		return false;
	call->replayed = true;
	call->tries--;
	note_attempt(call, reply, 0);
	if (call->token_generation == token->generation)
		token_drop(token);
	call_wait_again(call, now_us, 0);
	return true;
}

static bool retry(struct tenant_call *call, const struct http_reply *reply, int64_t now_us)
{
	struct tenant *tenant = call->tenant;
	struct retry_policy policy = tenant_policy(tenant);
	struct retry_input input = {
		.transport = reply->transport,
		.status = reply->status,
		.attempt = call->tries,
		.retry_after_s = reply_retry_after_s(tenant, reply),
		.random = tenant_random(tenant, reply),
		.may_resend = call->endpoint != ENDPOINT_PUT,
	};
	struct retry_decision decision = retry_decide(&policy, &input);
	int64_t delay_us = decision.delay_ms * US_PER_MS;

	call->failure.retry_after_s = input.retry_after_s;
	call->failure.retry_reason = decision.reason;
	note_attempt(call, reply, decision.again ? decision.delay_ms : -1);
	if (reply->status == HTTP_RATE_LIMIT) {
		call->failure.limit.hold_ms =
			rate_limit_hold_ms(tenant, input.retry_after_s, call->tries);
		queue_hold(tenant, &call->failure);
	}
	if (!decision.again)
		return false;
	if (reply->status >= 500)
		call->earlier_5xx = true;
	tell_retried(call);
	/* The hold keeps a 429; what backs off keeps itself. */
	call_wait_again(call, now_us, decision.reason == RETRY_RATE_LIMIT ? 0 : now_us + delay_us);
	return true;
}

static void land(struct tenant_call *call)
{
	struct tenant *tenant = call->tenant;

	call->http = NULL;
	call_unlink(call);
	tenant->lane_flying[call->lane]--;
	tenant->puts_flying -= call->endpoint == ENDPOINT_PUT;
	if (call->endpoint == ENDPOINT_PUT)
		tenant->changed_us = tenant_now_us(tenant);
	tenant->moved = true;
}

void call_on_reply(void *context, const struct http_reply *reply)
{
	struct tenant_call *call = context;
	struct tenant *tenant = call->tenant;
	int64_t now_us = tenant_now_us(tenant);

	tenant_enter(tenant);
	land(call);
	take_quota(call, reply);
	call_log(call, reply);
	make_failure(call, reply);
	if (!replay_after_401(call, reply, now_us) && !retry(call, reply, now_us)) {
		call->state = CALL_ENDED;
		call_deliver(call, reply);
	}
	queue_pump(tenant);
	tenant_leave(tenant);
}
