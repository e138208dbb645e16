/* The card of a 429: which limit, the arithmetic, what to do. */
#include <inttypes.h>
#include <stdio.h>

#include "card_build.h"
#include "dacache/base/clock.h"
#include "dacache/domain/limit.h"

enum { US_PER_S = 1000000, HOUR_S = 3600, DAY_S = 86400, SECONDS_SIZE = 64 };

/* The figures may be of an answer before: then that is said. */
static void tell_quota(struct card_build *build)
{
	const struct failure *failure = build->failure;
	const struct quota *quota = &failure->quota;
	const char *when = failure->limit.quota_is_own ? "" : ", by an earlier answer";

	if (!quota->known)
		return;
	if (quota->allowed >= 0 && quota->used >= 0)
		card_fact(build, "Quota: %" PRId64 " of %" PRId64 " calls used%s", quota->used,
			  quota->allowed, when);
	else if (quota->remaining >= 0)
		card_fact(build, "Quota: %" PRId64 " calls left%s", quota->remaining, when);
	else
		card_fact(build, "Quota: %" PRId64 " calls a window%s", quota->allowed, when);
	if (quota->reset_s >= 0)
		card_fact(build, "Quota window: ends %" PRId64 " s after %s reply", quota->reset_s,
			  when[0] != '\0' ? "that" : "this");
}

static void tell_who_spent(struct card_build *build)
{
	const struct limit_evidence *limit = &build->failure->limit;

	if (limit->ours < 0 || limit->others < 0)
		return;
	if (limit->others == 0 && limit->ours > build->failure->quota.used)
		card_fact(build,
			  "Sent in the window: %" PRId64
			  " calls by dacache; not all of them are in "
			  "the tenant's count",
			  limit->ours);
	else if (limit->others == 0)
		card_fact(build,
			  "Spent in the window: %" PRId64 " calls by dacache, none by others",
			  limit->ours);
	else
		card_fact(build,
			  "Spent in the window: %" PRId64 " calls by dacache, %" PRId64
			  " by others with this client id (or by dacache before it was started "
			  "anew)",
			  limit->ours, limit->others);
}

static void tell_hold(struct card_build *build)
{
	const struct failure *failure = build->failure;
	int64_t hold_ms = failure->limit.hold_ms;

	if (hold_ms < 0 || failure->retry_reason == RETRY_TOO_LONG)
		return;
	if (failure->retry_after_s >= 0)
		card_fact(build,
			  "Wait: %" PRId64 " s for every call of dacache, as Retry-After says",
			  hold_ms / 1000);
	else
		card_fact(build,
			  "Wait: %" PRId64
			  " s for every call of dacache: without Retry-After it is "
			  "doubled with each attempt",
			  hold_ms / 1000);
}

/* What the limit counts, as far as it is known. */
static void tell_counted(struct card_build *build, enum limit_kind kind)
{
	const struct limit_evidence *limit = &build->failure->limit;

	if (kind == LIMIT_CONCURRENCY && limit->in_flight > 0) {
		card_fact(build,
			  "At the same time: %" PRId32 " call%s of dacache, this one counted; "
			  "how many of others is not known",
			  limit->in_flight, limit->in_flight == 1 ? "" : "s");
		return;
	}
	if (limit->tokens > 0)
		card_fact(build,
			  "Calls for a token: %" PRId64 " by dacache since its start, this one "
			  "counted; how many by others is not known",
			  limit->tokens);
	if (limit->in_flight > 0)
		card_fact(build, "Calls of dacache under way then: %" PRId32 ", this one counted",
			  limit->in_flight);
}

/* A window that has calls left is not what was met: it would lead astray. */
static void tell_arithmetic(struct card_build *build, enum limit_kind kind)
{
	const struct failure *failure = build->failure;
	const struct quota *quota = &failure->quota;
	bool is_full = quota->allowed >= 0 && quota->used >= quota->allowed;
	bool is_another = kind == LIMIT_CONCURRENCY || failure->limit.tokens > 0;
	bool is_beside_it = is_another && !is_full;
	/* A full window of an answer before may have ended, and was not what was met. */
	bool is_past = is_another && is_full && !failure->limit.quota_is_own;

	if (kind == LIMIT_CONCURRENCY)
		tell_counted(build, kind);
	if (!is_beside_it && !is_past) {
		tell_quota(build);
		tell_who_spent(build);
	} else if (!is_past && quota->known && quota->allowed >= 0 && quota->used >= 0) {
		card_fact(build,
			  "Quota: %" PRId64 " of %" PRId64 " calls used%s; that limit was not met",
			  quota->used, quota->allowed,
			  failure->limit.quota_is_own ? "" : ", by an earlier answer");
	}
	if (failure->limit.policy[0] != '\0')
		card_fact(build, "RateLimit-Policy: %s", failure->limit.policy);
	if (kind != LIMIT_CONCURRENCY)
		tell_counted(build, kind);
}

/* ---- what to do ---- */

/* When the newest attempt's Retry-After ends (wall); 0: not known. */
static int64_t wait_ends_us(const struct failure *failure)
{
	const struct attempts *timeline = &failure->timeline;
	const struct call_attempt *last;

	if (timeline->len == 0)
		return 0;
	last = &timeline->items[timeline->len - 1];
	if (last->retry_after_s != failure->retry_after_s)
		return 0;
	return last->wall_us + 1000 * (int64_t)last->took_ms +
	       1000000 * (int64_t)last->retry_after_s;
}

/* "30 s", "7200 s (2h)" */
static void put_seconds(int64_t seconds, char out[SECONDS_SIZE])
{
	char span[CLOCK_TEXT_SIZE];

	clock_format_span(seconds * US_PER_S, span);
	snprintf(out, SECONDS_SIZE, seconds < HOUR_S ? "%" PRId64 " s" : "%" PRId64 " s (%s)",
		 seconds, span);
}

/* "14:02:09Z", past today with its date. */
static void put_until(int64_t until_us, int64_t seconds, char out[CLOCK_TEXT_SIZE])
{
	char time[CLOCK_TEXT_SIZE];

	clock_format_rfc3339(until_us, time);
	if (seconds < DAY_S)
		snprintf(out, CLOCK_TEXT_SIZE, "%.8sZ", time + sizeof("2026-01-31T") - 1);
	else
		snprintf(out, CLOCK_TEXT_SIZE, "%.10s %.8sZ", time,
			 time + sizeof("2026-01-31T") - 1);
}

/* The end of the window where the headers of this very answer tell it; -1. */
static int64_t window_s(const struct failure *failure)
{
	return failure->limit.quota_is_own && failure->quota.reset_s > 0 ? failure->quota.reset_s
									 : -1;
}

static void step_wait(struct card_build *build, enum limit_kind kind)
{
	const struct failure *failure = build->failure;
	const char *then = kind == LIMIT_CONCURRENCY
				   ? "with fewer calls at once: the wait alone makes no room"
				   : "try again";
	int64_t until_us = wait_ends_us(failure);
	char until[CLOCK_TEXT_SIZE];
	char seconds[SECONDS_SIZE];

	put_until(until_us, failure->retry_after_s, until);
	put_seconds(failure->retry_after_s, seconds);
	if (failure->retry_after_s > 0 && until_us > 0)
		card_step(build, "Wait %s, until %s, then %s.", seconds, until, then);
	else if (failure->retry_after_s > 0)
		card_step(build, "Wait %s, then %s.", seconds, then);
	else if (failure->retry_after_s == 0 && kind != LIMIT_CONCURRENCY)
		card_step(build, "Try again: by its Retry-After there is nothing to wait for.");
	else if (kind == LIMIT_CONCURRENCY)
		card_step(build, "Try again with fewer calls at once: no window has to end, each "
				 "call that ends makes room.");
	else if (kind == LIMIT_RATE && window_s(failure) > 0)
		card_step(build, "Wait %" PRId64 " s, for the next window, then try again.",
			  window_s(failure));
	else
		card_step(build, "Wait a minute, then try again.");
}

static void step_settings(struct card_build *build)
{
	enum retry_reason reason = build->failure->retry_reason;

	if (reason == RETRY_TOO_LONG)
		card_step(build, "To have dacache wait that long, raise max_wait in %s.",
			  build->profile);
	if (reason == RETRY_NO_ATTEMPTS)
		card_step(build, "To have dacache try more often, raise max_attempts in %s.",
			  build->profile);
}

static void step_window(struct card_build *build)
{
	const struct limit_evidence *limit = &build->failure->limit;

	if (limit->others > 0)
		card_step(build,
			  "Look for the other programs with the same client id: they spent "
			  "%" PRId64 " calls of this window.",
			  limit->others);
	else if (limit->others == 0 && limit->ours > 0)
		card_step(build, "Spread the work: dacache spent this window alone. :quota shows "
				 "on what.");
	else
		card_step(build, "Look for other programs with the same client id: they share the "
				 "quota.");
}

static void step_together(struct card_build *build)
{
	if (build->failure->limit.in_flight > 1)
		card_step(build,
			  "Set a smaller parallel in %s, so that dacache has fewer calls "
			  "under way.",
			  build->profile);
	card_step(build, "Let fewer %sprograms call at the same time with this client id.",
		  build->failure->limit.in_flight == 1 ? "other " : "");
}

static void step_tokens(struct card_build *build)
{
	if (build->failure->limit.tokens < 0) {
		card_step(build, "Spread the calls of this token over more time: a limit for each "
				 "token leaves other programs alone.");
		return;
	}
	card_step(build, "Look for programs and scripts that ask for a token at every call. On "
			 "its screen dacache asks once and keeps it until shortly before its end.");
	card_step(build, "At the shell each dacache asks for one of its own: put many changes into "
			 "a plan, and apply that (dacache plan, dacache apply).");
}

static void step_cause(struct card_build *build, enum limit_kind kind)
{
	switch (kind) {
	case LIMIT_CONCURRENCY:
		step_together(build);
		break;
	case LIMIT_TOKEN:
		step_tokens(build);
		break;
	case LIMIT_RATE:
		step_window(build);
		break;
	case LIMIT_NOT_TOLD:
		card_step(build, "Look for other programs with the same client id: they share its "
				 "limits.");
		if (build->failure->limit.in_flight > 1)
			card_step(build,
				  "If it lasts though calls are left (:quota), set a "
				  "smaller parallel in %s.",
				  build->profile);
		break;
	}
}

static void step_webhook(struct card_build *build)
{
	char seconds[SECONDS_SIZE] = "a minute";

	if (build->failure->retry_after_s > 0)
		put_seconds(build->failure->retry_after_s, seconds);
	card_step(build, "A webhook of a change is sent again by itself: :webhooks tells when.");
	card_step(build, "One that was fired by hand is not: wait %s, then fire it again.",
		  seconds);
}

/* ---- all of it ---- */

static const char *what_happened(const struct card_build *build, enum limit_kind kind)
{
	if (build->is_webhook)
		return "Too many calls: the receiver holds this machine back for a while.";
	switch (kind) {
	case LIMIT_RATE:
		return "Too many calls in one window of time: the tenant holds this client back.";
	case LIMIT_CONCURRENCY:
		return "Too many calls at the same time: the tenant takes only so many of a "
		       "client at once.";
	case LIMIT_TOKEN:
		if (build->failure->limit.tokens < 0)
			return "Too many calls with one token: the tenant holds it back.";
		return "Too many calls for a token: the token endpoint gives none for a while, and "
		       "without one no Data Action is read or changed.";
	case LIMIT_NOT_TOLD:
		break;
	}
	return "Too many calls: the tenant holds this client back, and does not say which of its "
	       "limits was met.";
}

static void tell_which(struct card_build *build, enum limit_kind kind, const char *because)
{
	if (kind == LIMIT_NOT_TOLD)
		card_fact(build, "Which limit: not told (%s)", because);
	else
		card_fact(build, "Which limit: %s (%s)", limit_name(kind), because);
}

static void tell_retry_after(struct card_build *build)
{
	const struct failure *failure = build->failure;
	char seconds[SECONDS_SIZE];

	put_seconds(failure->retry_after_s, seconds);
	if (failure->status == 0)
		card_fact(build, "Left of the wait: %s", seconds);
	else if (failure->retry_after_s >= 0)
		card_fact(build, "Retry-After: %s", seconds);
	else
		card_fact(build, "Retry-After: none sent");
}

void card_tell_limit(struct card_build *build)
{
	char because[LIMIT_BECAUSE_SIZE];
	enum limit_kind kind = limit_of(build->failure, because, sizeof(because));

	card_happened(build, "%s%s", what_happened(build, kind),
		      build->is_put ? " Nothing was changed." : "");
	if (!build->is_webhook)
		tell_which(build, kind, because);
	tell_retry_after(build);
	tell_arithmetic(build, kind);
	tell_hold(build);
	if (build->is_webhook) {
		step_webhook(build);
		return;
	}
	step_wait(build, kind);
	step_settings(build);
	step_cause(build, kind);
}
