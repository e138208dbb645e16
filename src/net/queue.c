/* Which call leaves when: lanes in their order, the token, the hold of a 429,
 * back-off, the reserve of the quota. It wakes when something is due, and only
 * then. */
#include <stdio.h>
#include <stdlib.h>

#include "tenant_internal.h"

enum { US_PER_S = 1000000, US_PER_MS = 1000, UNKNOWN_WINDOW_S = 60, HTTP_RATE_LIMIT = 429 };

/* ---- lists ---- */

static void link_between(struct call_list *list, struct tenant_call *before,
			 struct tenant_call *call, struct tenant_call *after)
{
	call->list = list;
	call->prev = before;
	call->next = after;
	if (before != NULL)
		before->next = call;
	else
		list->first = call;
	if (after != NULL)
		after->prev = call;
	else
		list->last = call;
	list->len++;
}

void call_list_push(struct call_list *list, struct tenant_call *call)
{
	link_between(list, list->last, call, NULL);
}

void call_list_push_front(struct call_list *list, struct tenant_call *call)
{
	link_between(list, NULL, call, list->first);
}

void call_unlink(struct tenant_call *call)
{
	struct call_list *list = call->list;

	if (list == NULL)
		return;
	if (call->prev != NULL)
		call->prev->next = call->next;
	else
		list->first = call->next;
	if (call->next != NULL)
		call->next->prev = call->prev;
	else
		list->last = call->prev;
	list->len--;
	call->list = NULL;
	call->prev = NULL;
	call->next = NULL;
}

/* ---- waking ---- */

int64_t tenant_now_us(const struct tenant *tenant)
{
	return clock_monotonic_us(loop_clock(tenant->loop));
}

void tenant_enter(struct tenant *tenant)
{
	tenant->depth++;
}

void tenant_leave(struct tenant *tenant)
{
	if (tenant->depth == 1 && tenant->moved && !tenant->dead) {
		tenant->moved = false;
		if (tenant->observer.changed != NULL)
			tenant->observer.changed(tenant->observer.context);
	}
	tenant->depth--;
	if (tenant->depth == 0 && tenant->dead)
		free(tenant);
}

static void on_wake(void *context)
{
	struct tenant *tenant = context;

	tenant_enter(tenant);
	queue_pump(tenant);
	tenant_leave(tenant);
}

void queue_wake_at(struct tenant *tenant, int64_t at_us)
{
	int64_t now_us = tenant_now_us(tenant);

	if (tenant->wake != NULL && tenant->wake_us <= at_us)
		return;
	loop_timer_stop(&tenant->wake);
	tenant->wake_us = at_us;
	/* Without memory for a timer the next callback of any call looks here again. */
	loop_timer_start(tenant->loop, at_us > now_us ? at_us - now_us : 0, on_wake, tenant,
			 &tenant->wake);
}

void queue_hold(struct tenant *tenant, const struct failure *failure)
{
	int64_t until_us = tenant_now_us(tenant) + failure->limit.hold_ms * US_PER_MS;
	char because[LIMIT_BECAUSE_SIZE];

	tenant->moved = true;
	if (until_us <= tenant->hold_until_us)
		return;
	tenant->hold_until_us = until_us;
	tenant->hold_limit = limit_of(failure, because, sizeof(because));
}

/* ---- the reserve of the quota ---- */

static int64_t window_end_us(const struct quota *quota)
{
	int64_t window_s = quota->reset_s >= 0 ? quota->reset_s : UNKNOWN_WINDOW_S;

	return quota->seen_us + window_s * US_PER_S;
}

int64_t queue_reserve_until_us(const struct tenant *tenant, int64_t now_us)
{
	const struct quota *quota = &tenant->quota;
	int64_t left;

	/* Once the window ended, one call has to go and see, whatever is allowed. */
	if (!quota->known || now_us >= window_end_us(quota))
		return 0;
	left = quota_left(quota, now_us);
	if (left == INT64_MAX || left - (int64_t)tenant->flying.len > quota_reserve(quota))
		return 0;
	return window_end_us(quota);
}

int64_t queue_pace_us(const struct tenant *tenant, int64_t now_us)
{
	return quota_pace_us(&tenant->quota, now_us, (int64_t)tenant->flying.len);
}

/* The moment the next call that can wait may leave; 0: now. */
static int64_t patient_until_us(const struct tenant *tenant, int64_t now_us)
{
	int64_t until_us = queue_reserve_until_us(tenant, now_us);
	int64_t pace_us = queue_pace_us(tenant, now_us);

	if (until_us > 0 || pace_us == 0)
		return until_us;
	until_us = tenant->paced_us + pace_us;
	return until_us > now_us ? until_us : 0;
}

/* ---- the token ---- */

static void fail_all_waiting(struct tenant *tenant, const struct failure *failure,
			     enum transport transport)
{
	for (int lane = 0; lane < LANES; lane++) {
		while (tenant->lanes[lane].first != NULL)
			call_end(tenant->lanes[lane].first, failure, transport);
	}
}

static void fail_for_memory(struct tenant *tenant)
{
	struct failure failure;

	failure_init(&failure);
	failure_from_transport(&failure, TRANSPORT_INTERNAL, "out of memory");
	failure.at_token = true;
	fail_all_waiting(tenant, &failure, TRANSPORT_INTERNAL);
}

/* true when there is a token; else it is on its way, or what waits has failed. */
static bool token_is_ready(struct tenant *tenant, int64_t now_us)
{
	struct token *token = &tenant->token;
	struct failure failure;

	if (token_is_valid(token, now_us))
		return true;
	if (token->call != NULL)
		return false;
	if (token->not_before_us > now_us) {
		queue_wake_at(tenant, token->not_before_us);
		return false;
	}
	/* What goes on by itself does not show refused credentials again and again. */
	if (tenant->refused.kind != FAILURE_NONE && tenant->lanes[LANE_INTERACTIVE].len == 0)
		fail_all_waiting(tenant, &tenant->refused, TRANSPORT_ANSWERED);
	else if (!token_has_credentials(token, &failure))
		fail_all_waiting(tenant, &failure, TRANSPORT_INTERNAL);
	else if (token_request(token) != ERR_OK)
		fail_for_memory(tenant);
	tenant->moved = true;
	return false;
}

static void note_token_attempt(struct tenant *tenant, struct failure *failure,
			       const struct http_reply *reply, int64_t next_ms)
{
	struct token *token = &tenant->token;
	struct attempt_facts facts = {
		.number = token->attempts,
		.left_wall_us = token->left_wall_us,
		.retry_after_s = failure->retry_after_s,
		.next_ms = next_ms,
	};

	reply_into_timeline(&token->timeline, &facts, reply);
	failure->timeline = token->timeline;
}

/* The quota of Data Action calls has nothing to do with it. */
static void note_token_limit(struct tenant *tenant, struct failure *failure,
			     const struct http_reply *reply)
{
	const char *policy = http_reply_header(reply, "RateLimit-Policy");

	failure->quota = reply_quota(tenant, reply);
	failure->limit.quota_is_own = failure->quota.known;
	failure->limit.tokens = tenant->ledger.tokens;
	snprintf(failure->limit.policy, sizeof(failure->limit.policy), "%s",
		 policy != NULL ? policy : "");
}

static void token_failed(struct tenant *tenant, struct failure *failure,
			 const struct http_reply *reply)
{
	struct token *token = &tenant->token;
	struct retry_policy policy = tenant_policy(tenant);
	struct retry_input input = {
		.transport = reply->transport,
		.status = reply->status,
		.attempt = token->attempts,
		.retry_after_s = reply_retry_after_s(tenant, reply),
		.random = tenant_random(tenant, reply),
		.may_resend = false,
	};
	struct retry_decision decision = retry_decide(&policy, &input);
	int64_t now_us = tenant_now_us(tenant);

	/* A 2xx without a token in it is nothing the policy knows of. */
	if (failure->kind == FAILURE_BROKEN_REPLY || failure->kind == FAILURE_LOCAL)
		decision = (struct retry_decision){.reason = RETRY_NEVER};
	failure->retry_after_s = input.retry_after_s;
	failure->retry_reason = decision.reason;
	failure->quota = tenant->quota;
	note_token_attempt(tenant, failure, reply, decision.again ? decision.delay_ms : -1);
	if (reply->status == HTTP_RATE_LIMIT) {
		note_token_limit(tenant, failure, reply);
		failure->limit.hold_ms =
			rate_limit_hold_ms(tenant, input.retry_after_s, token->attempts);
		queue_hold(tenant, failure);
	}
	if (decision.again) {
		token->not_before_us = now_us + decision.delay_ms * 1000;
		if (tenant->observer.retried != NULL)
			tenant->observer.retried(tenant->observer.context, NULL, failure);
		return;
	}
	token->timeline = (struct attempts){0};
	token->attempts = 0;
	token->not_before_us = 0;
	if (failure->kind == FAILURE_UNAUTHENTICATED)
		tenant->refused = *failure;
	fail_all_waiting(tenant, failure, reply->transport);
}

void token_ended(void *context, struct failure *failure, const struct http_reply *reply)
{
	struct tenant *tenant = context;

	tenant_enter(tenant);
	tenant->moved = true;
	quota_ledger_token(&tenant->ledger);
	if (failure != NULL)
		token_failed(tenant, failure, reply);
	queue_pump(tenant);
	if (failure == NULL && !tenant->dead) {
		tenant->refused.kind = FAILURE_NONE;
		tenant->token.attempts = 0;
		tenant->token.timeline = (struct attempts){0};
		tenant->token.not_before_us = 0;
		tenant->token.fresh = false;
	}
	tenant_leave(tenant);
}

/* ---- the pump ---- */

static size_t waiting(const struct tenant *tenant)
{
	size_t n = 0;

	for (int lane = 0; lane < LANES; lane++)
		n += tenant->lanes[lane].len;
	return n;
}

static bool lane_may_go(struct tenant *tenant, enum lane lane, int64_t now_us)
{
	int64_t until_us;

	if (lane == LANE_INTERACTIVE || lane == LANE_RECOVERY)
		return true;
	if (lane == LANE_BACKGROUND &&
	    tenant->lane_flying[LANE_BACKGROUND] >= (size_t)tenant->profile->parallel)
		return false;
	until_us = patient_until_us(tenant, now_us);
	if (until_us > 0)
		queue_wake_at(tenant, until_us);
	return until_us == 0;
}

/* false when no other lane may send either. */
static bool serve_lane(struct tenant *tenant, enum lane lane, int64_t now_us)
{
	struct tenant_call *next;

	for (struct tenant_call *call = tenant->lanes[lane].first; call != NULL; call = next) {
		next = call->next;
		if (tenant->flying.len >= (size_t)tenant->profile->parallel + TENANT_OTHER_CALLS)
			return false;
		if (call->not_before_us > now_us) {
			queue_wake_at(tenant, call->not_before_us);
			continue;
		}
		if (!lane_may_go(tenant, lane, now_us))
			return true;
		if (!token_is_ready(tenant, now_us))
			return false;
		call_start(call, now_us);
	}
	return true;
}

/* Nobody is kept waiting longer than max_wait; nor does anything go out to be
 * refused again. */
static void end_all_held(struct tenant *tenant, int64_t left_us)
{
	struct failure failure;

	failure_init(&failure);
	failure.kind = FAILURE_RATE_LIMITED;
	failure.retry_reason = RETRY_TOO_LONG;
	failure.retry_after_s = (left_us + US_PER_S - 1) / US_PER_S;
	failure.limit.met_before = tenant->hold_limit;
	snprintf(failure.message, sizeof(failure.message),
		 "not sent: an earlier answer, 429, asked to wait longer than max_wait");
	fail_all_waiting(tenant, &failure, TRANSPORT_CANCELLED);
}

/* true while a 429 keeps everything back. */
static bool is_held(struct tenant *tenant, int64_t now_us)
{
	int64_t left_us = tenant->hold_until_us - now_us;

	if (left_us <= 0)
		return false;
	if (left_us > tenant->profile->max_wait_s * US_PER_S)
		end_all_held(tenant, left_us);
	else
		queue_wake_at(tenant, tenant->hold_until_us);
	return true;
}

static void serve_lanes(struct tenant *tenant)
{
	int64_t now_us = tenant_now_us(tenant);

	if (waiting(tenant) == 0) {
		/* Nobody wants a token any more: the next who does begins anew. */
		if (tenant->token.call == NULL)
			tenant->token.attempts = 0;
		return;
	}
	if (is_held(tenant, now_us))
		return;
	for (int lane = 0; lane < LANES; lane++) {
		if (!serve_lane(tenant, (enum lane)lane, now_us))
			return;
	}
}

void queue_pump(struct tenant *tenant)
{
	if (tenant->dead)
		return;
	if (tenant->is_replay)
		replay_serve(tenant);
	else
		serve_lanes(tenant);
	while (!tenant->dead && tenant->ended.first != NULL) {
		struct tenant_call *call = tenant->ended.first;

		call_unlink(call);
		call_deliver(call, NULL);
	}
}
