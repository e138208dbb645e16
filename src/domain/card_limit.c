/* The card of a 429: which limit, the arithmetic, what to do. */
#include <inttypes.h>

#include "card_build.h"
#include "dacache/base/clock.h"
#include "dacache/domain/limit.h"

/* The figures may be of an answer before: then that is said. */
static void tell_quota(struct card_build *build)
{
	const struct failure *failure = build->failure;
	const struct quota *quota = &failure->quota;
	const char *when = failure->limit.quota_is_own || failure->limit.in_flight == 0
				   ? ""
				   : ", by an earlier answer";

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

static void steps(struct card_build *build, enum limit_kind kind)
{
	const struct failure *failure = build->failure;
	int64_t until_us = wait_ends_us(failure);
	char until[CLOCK_TEXT_SIZE];

	clock_format_time(until_us, until);
	if (failure->retry_after_s > 0 && until_us > 0)
		card_step(build, "Wait %" PRId64 " s, until %.8sZ, then try again.",
			  failure->retry_after_s, until);
	else if (failure->retry_after_s > 0)
		card_step(build, "Wait %" PRId64 " s, then try again.", failure->retry_after_s);
	else
		card_step(build, "Wait a minute, then try again.");
	if (failure->retry_reason == RETRY_TOO_LONG)
		card_step(build, "To have dacache wait that long, raise max_wait in %s.",
			  build->profile);
	if (failure->retry_reason == RETRY_NO_ATTEMPTS)
		card_step(build, "For large batches raise max_attempts in %s.", build->profile);
	if (kind == LIMIT_CONCURRENCY)
		card_step(build, "Let fewer programs call at the same time with this client id; "
				 "waiting for a new window does not help against this limit.");
	else if (kind == LIMIT_TOKEN)
		card_step(build, "Look for programs that ask for a token at every call: dacache "
				 "asks once, and keeps it until shortly before its end.");
	else
		card_step(build, "Look for other programs with the same client id: they share the "
				 "quota.");
}

void card_tell_limit(struct card_build *build)
{
	const struct failure *failure = build->failure;
	enum limit_kind kind;
	char because[160];

	card_happened(build, "Too many calls: %s holds this client back for a while.%s",
		      build->is_webhook ? "the receiver" : "the tenant",
		      build->is_put ? " Nothing was changed." : "");
	kind = limit_of(failure, because, sizeof(because));
	if (!build->is_webhook)
		card_fact(build, "Which limit: %s (%s)", limit_kind_name(kind), because);
	if (failure->retry_after_s >= 0)
		card_fact(build, "Retry-After: %" PRId64 " s", failure->retry_after_s);
	else
		card_fact(build, "Retry-After: none sent");
	tell_quota(build);
	tell_who_spent(build);
	if (failure->limit.policy[0] != '\0')
		card_fact(build, "RateLimit-Policy: %s", failure->limit.policy);
	if (failure->limit.in_flight > 0)
		card_fact(build, "Calls of dacache under way then: %" PRId32 ", this one counted",
			  failure->limit.in_flight);
	tell_hold(build);
	steps(build, kind);
}
