/* When to try again. */
#include "dacache/domain/retry.h"

#include <string.h>

enum { MS_PER_S = 1000, BACKOFF_ATTEMPT_MAX = 30 };

const char *transport_name(enum transport transport)
{
	switch (transport) {
	case TRANSPORT_ANSWERED:
		return "answered";
	case TRANSPORT_NAME:
		return "name not found";
	case TRANSPORT_REFUSED:
		return "connection refused";
	case TRANSPORT_CONNECT_TIMEOUT:
		return "connect time-out";
	case TRANSPORT_TLS:
		return "TLS failure";
	case TRANSPORT_RESET:
		return "connection lost";
	case TRANSPORT_TIMEOUT:
		return "time-out";
	case TRANSPORT_TRUNCATED:
		return "reply cut off";
	case TRANSPORT_TOO_LARGE:
		return "reply too large";
	case TRANSPORT_FORBIDDEN_URL:
		return "URL not allowed";
	case TRANSPORT_CANCELLED:
		return "cancelled";
	case TRANSPORT_INTERNAL:
		return "internal failure";
	}
	return "unknown";
}

enum err_code transport_parse(const char *name, enum transport *out)
{
	for (int i = TRANSPORT_ANSWERED; i <= TRANSPORT_INTERNAL; i++) {
		if (strcmp(transport_name((enum transport)i), name) == 0) {
			*out = (enum transport)i;
			return ERR_OK;
		}
	}
	return ERR_PARSE;
}

bool transport_is_lost_answer(enum transport transport)
{
	switch (transport) {
	case TRANSPORT_RESET:
	case TRANSPORT_TIMEOUT:
	case TRANSPORT_TRUNCATED:
	case TRANSPORT_TOO_LARGE:
	case TRANSPORT_INTERNAL:
		return true;
	case TRANSPORT_ANSWERED:
	case TRANSPORT_CANCELLED: /* only what still waits can be cancelled */
	case TRANSPORT_NAME:
	case TRANSPORT_REFUSED:
	case TRANSPORT_CONNECT_TIMEOUT:
	case TRANSPORT_TLS:
	case TRANSPORT_FORBIDDEN_URL:
		break;
	}
	return false;
}

/* Trying again can help: the connection was at fault, not what was asked. */
static bool transport_may_recover(enum transport transport)
{
	switch (transport) {
	case TRANSPORT_NAME:
	case TRANSPORT_REFUSED:
	case TRANSPORT_CONNECT_TIMEOUT:
	case TRANSPORT_RESET:
	case TRANSPORT_TIMEOUT:
	case TRANSPORT_TRUNCATED:
		return true;
	case TRANSPORT_ANSWERED:
	case TRANSPORT_TLS:
	case TRANSPORT_TOO_LARGE:
	case TRANSPORT_FORBIDDEN_URL:
	case TRANSPORT_CANCELLED:
	case TRANSPORT_INTERNAL:
		break;
	}
	return false;
}

/* 2^attempt s, at most max_wait. */
static int64_t backoff_ms(const struct retry_policy *policy, int64_t attempt)
{
	int64_t capped = attempt < 0 ? 0 : attempt;
	int64_t delay_s;

	if (capped > BACKOFF_ATTEMPT_MAX)
		capped = BACKOFF_ATTEMPT_MAX;
	delay_s = (int64_t)1 << capped;
	if (delay_s > policy->max_wait_s)
		delay_s = policy->max_wait_s;
	return delay_s * MS_PER_S;
}

static int64_t jittered_ms(int64_t delay_ms, double random)
{
	if (!(random > 0.0))
		return 0;
	if (random >= 1.0)
		return delay_ms;
	return (int64_t)(random * (double)delay_ms);
}

static struct retry_decision decision(enum retry_reason reason, int64_t delay_ms)
{
	bool again = reason == RETRY_RATE_LIMIT || reason == RETRY_FAILURE;

	return (struct retry_decision){
		.again = again,
		.delay_ms = again ? delay_ms : 0,
		.reason = reason,
	};
}

static struct retry_decision decide_rate_limit(const struct retry_policy *policy,
					       const struct retry_input *input)
{
	if (input->retry_after_s > policy->max_wait_s)
		return decision(RETRY_TOO_LONG, 0);
	if (input->attempt >= policy->max_attempts)
		return decision(RETRY_NO_ATTEMPTS, 0);
	if (input->retry_after_s >= 0)
		return decision(RETRY_RATE_LIMIT, input->retry_after_s * MS_PER_S);
	return decision(RETRY_RATE_LIMIT, backoff_ms(policy, input->attempt));
}

static struct retry_decision decide_failure(const struct retry_policy *policy,
					    const struct retry_input *input, int64_t floor_s)
{
	int64_t delay_ms = jittered_ms(backoff_ms(policy, input->attempt), input->random);

	if (floor_s > policy->max_wait_s)
		return decision(RETRY_TOO_LONG, 0);
	if (input->attempt >= policy->max_attempts)
		return decision(RETRY_NO_ATTEMPTS, 0);
	if (floor_s > 0 && delay_ms < floor_s * MS_PER_S)
		delay_ms = floor_s * MS_PER_S;
	return decision(RETRY_FAILURE, delay_ms);
}

static struct retry_decision decide_status(const struct retry_policy *policy,
					   const struct retry_input *input)
{
	int status = input->status;

	if ((status >= 200 && status < 300) || status == 304)
		return decision(RETRY_NOT_NEEDED, 0);
	if (status == 429)
		return decide_rate_limit(policy, input);
	if (status == 503)
		return decide_failure(policy, input, input->retry_after_s);
	if (status >= 500 && status < 600)
		return decide_failure(policy, input, -1);
	return decision(RETRY_NEVER, 0);
}

struct retry_decision retry_decide(const struct retry_policy *policy,
				   const struct retry_input *input)
{
	if (input->transport == TRANSPORT_ANSWERED)
		return decide_status(policy, input);
	if (!transport_may_recover(input->transport))
		return decision(RETRY_NEVER, 0);
	if (transport_is_lost_answer(input->transport) && !input->may_resend)
		return decision(RETRY_NEVER, 0);
	return decide_failure(policy, input, -1);
}
