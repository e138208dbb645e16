/* Who spent the tenant's quota: windows, seconds, and what they say of the future. */
#include "dacache/domain/quota_ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { US_PER_S = 1000000 };

/* Headers count whole seconds: ends a second and a half apart may be one and the same. */
static const int64_t end_slack_us = 1500000;

void quota_ledger_init(struct quota_ledger *ledger)
{
	memset(ledger, 0, sizeof(*ledger));
	ledger->last = quota_none();
	ledger->longest_reset_s = -1;
	ledger->begun_us = -1;
}

int64_t quota_spent_sum(const struct quota_spent *spent)
{
	int64_t sum = 0;

	for (int lane = 0; lane < LANES; lane++)
		sum += spent->lanes[lane];
	return sum;
}

static void spend(struct quota_spent *spent, const struct quota_attempt *attempt)
{
	spent->lanes[attempt->lane]++;
	spent->unanswered += attempt->status == 0;
	spent->limited += attempt->status == 429;
}

/* ---- windows ---- */

static struct quota_window *present(struct quota_ledger *ledger)
{
	if (ledger->begun == 0)
		return NULL;
	return &ledger->windows[(ledger->begun - 1) % QUOTA_WINDOWS_KEPT];
}

const struct quota_window *quota_ledger_window(const struct quota_ledger *ledger, size_t i)
{
	if (i >= ledger->begun || i >= QUOTA_WINDOWS_KEPT)
		return NULL;
	return &ledger->windows[(ledger->begun - 1 - i) % QUOTA_WINDOWS_KEPT];
}

bool quota_window_is_open(const struct quota_window *window, int64_t now_us)
{
	return window->end_us < 0 || now_us < window->end_us;
}

static int64_t end_of(const struct quota *quota)
{
	return quota->reset_s >= 0 ? quota->seen_us + quota->reset_s * US_PER_S : -1;
}

/* A count that fell, or a whole second past the end: the tenant counts anew. An answer
 * that was overtaken has a lower count too, but the same end. */
static bool begins_window(const struct quota_window *window, const struct quota *quota)
{
	int64_t end_us = end_of(quota);
	bool fell = quota->used >= 0 && window->used >= 0 && quota->used < window->used;

	if (window->end_us < 0)
		return fell;
	if (quota->seen_us >= window->end_us + US_PER_S)
		return true;
	if (quota->used < 0)
		return quota->seen_us >= window->end_us;
	return fell && (end_us < 0 || end_us > window->end_us + end_slack_us ||
			quota->seen_us >= window->end_us);
}

static struct quota_window *begin_window(struct quota_ledger *ledger,
					 const struct quota_attempt *attempt)
{
	struct quota_window *window = &ledger->windows[ledger->begun++ % QUOTA_WINDOWS_KEPT];

	*window = (struct quota_window){
		.first_wall_us = attempt->wall_us, .end_us = -1, .allowed = -1, .used = -1};
	return window;
}

/* How many more calls the tenant has counted than before. */
static int64_t take_count(struct quota_window *window, const struct quota *quota)
{
	int64_t before = window->used;

	if (quota->used < 0)
		return 1; /* this one, at least */
	if (quota->used <= before)
		return 0;
	window->used = quota->used;
	return quota->used - (before > 0 ? before : 0);
}

static int64_t take_headers(struct quota_ledger *ledger, const struct quota_attempt *attempt)
{
	const struct quota *quota = &attempt->quota;
	struct quota_window *window = present(ledger);
	bool first_ever = window == NULL;
	int64_t more;

	if (first_ever || begins_window(window, quota))
		window = begin_window(ledger, attempt);
	if (quota->allowed >= 0)
		window->allowed = quota->allowed;
	if (end_of(quota) > window->end_us)
		window->end_us = end_of(quota);
	if (quota->reset_s > ledger->longest_reset_s)
		ledger->longest_reset_s = quota->reset_s;
	more = take_count(window, quota);
	ledger->last = *quota;
	ledger->headerless = 0;
	/* What was counted before we looked is no use of now. */
	return first_ever ? 1 : more;
}

/* ---- seconds ---- */

static struct quota_second *second_at(struct quota_ledger *ledger, int64_t now_us)
{
	int64_t at_s = now_us / US_PER_S + 1; /* 0 is empty */
	struct quota_second *second = &ledger->seconds[at_s % QUOTA_SECONDS_KEPT];

	if (second->at_s != at_s)
		*second = (struct quota_second){.at_s = at_s};
	return second;
}

void quota_ledger_attempt(struct quota_ledger *ledger, const struct quota_attempt *attempt)
{
	struct quota_second *second = second_at(ledger, attempt->now_us);
	struct quota_window *window;

	if (ledger->begun_us < 0)
		ledger->begun_us = attempt->now_us;
	if (attempt->quota.known) {
		second->counted += take_headers(ledger, attempt);
	} else if (attempt->status != 0) {
		ledger->headerless++;
		second->counted++;
	}
	window = present(ledger);
	if (window != NULL)
		spend(&window->ours, attempt);
	spend(&ledger->run, attempt);
	second->ours++;
}

void quota_ledger_token(struct quota_ledger *ledger)
{
	ledger->tokens++;
}

/* The second that began `ago` whole seconds before the present one; NULL when nothing
 * came in it. */
static const struct quota_second *second_ago(const struct quota_ledger *ledger, int64_t now_us,
					     int64_t ago)
{
	int64_t at_s = now_us / US_PER_S + 1 - ago;
	const struct quota_second *second;

	if (at_s <= 0 || ago >= QUOTA_SECONDS_KEPT)
		return NULL;
	second = &ledger->seconds[at_s % QUOTA_SECONDS_KEPT];
	return second->at_s == at_s ? second : NULL;
}

/* Whole seconds since the counting began, -1 before it. */
static int64_t counting_since_s(const struct quota_ledger *ledger, int64_t now_us)
{
	return ledger->begun_us < 0 ? -1 : now_us / US_PER_S - ledger->begun_us / US_PER_S;
}

void quota_ledger_seconds(const struct quota_ledger *ledger, int64_t now_us, bool ours_alone,
			  double *out, size_t n)
{
	int64_t known_s = counting_since_s(ledger, now_us);

	for (size_t i = 0; i < n; i++) {
		int64_t ago = (int64_t)(n - 1 - i);
		const struct quota_second *second = second_ago(ledger, now_us, ago);

		out[i] = ago <= known_s && ago < QUOTA_SECONDS_KEPT ? 0 : -1;
		if (second != NULL)
			out[i] = (double)(ours_alone ? second->ours : second->counted);
	}
}

/* ---- what is to come ---- */

int64_t quota_ledger_others(const struct quota_ledger *ledger, int64_t in_flight)
{
	const struct quota_window *window = quota_ledger_window(ledger, 0);
	int64_t others;

	if (window == NULL || window->used < 0)
		return -1;
	others = window->used - quota_spent_sum(&window->ours) - in_flight;
	return others > 0 ? others : 0;
}

/* Calls a second, -1 while there is too little to tell by. */
static double rate_of(const struct quota_ledger *ledger, int64_t now_us)
{
	int64_t known_s = counting_since_s(ledger, now_us);
	int64_t over_us = now_us - ledger->begun_us;
	int64_t sum = 0;

	if (known_s < 0 || over_us < QUOTA_RATE_MIN_S * US_PER_S)
		return -1;
	if (known_s >= QUOTA_RATE_S) {
		known_s = QUOTA_RATE_S - 1;
		over_us = known_s * US_PER_S + now_us % US_PER_S;
	}
	for (int64_t ago = 0; ago <= known_s; ago++) {
		const struct quota_second *second = second_ago(ledger, now_us, ago);

		sum += second != NULL ? second->counted : 0;
	}
	return (double)sum * US_PER_S / (double)over_us;
}

static void outlook_at_rate(struct quota_forecast *out)
{
	double in_s;

	if (out->per_s < 0) {
		out->outlook = QUOTA_TOO_EARLY;
		return;
	}
	out->outlook = QUOTA_AT_REST;
	if (out->per_s <= 0)
		return;
	in_s = (double)out->left / out->per_s;
	out->outlook = QUOTA_SAFE;
	if (out->reset_in_s >= 0 && in_s >= (double)out->reset_in_s)
		return;
	out->outlook = QUOTA_WILL_MEET;
	out->in_s = (int64_t)in_s;
}

void quota_ledger_forecast(const struct quota_ledger *ledger, int64_t now_us,
			   struct quota_forecast *out)
{
	int64_t left = quota_left(&ledger->last, now_us);

	*out = (struct quota_forecast){
		.outlook = QUOTA_NOT_TOLD,
		.per_s = rate_of(ledger, now_us),
		.left = left == INT64_MAX ? -1 : left,
		.in_s = -1,
		.reset_in_s = quota_reset_in_s(&ledger->last, now_us),
	};
	if (!ledger->last.known)
		return;
	if (out->reset_in_s == 0)
		out->outlook = QUOTA_ENDED;
	else if (left == INT64_MAX)
		out->outlook = QUOTA_NOT_TOLD;
	else if (left == 0)
		out->outlook = QUOTA_MET;
	else
		outlook_at_rate(out);
}

void quota_forecast_words(const struct quota_forecast *forecast, char *out, size_t size)
{
	switch (forecast->outlook) {
	case QUOTA_NOT_TOLD:
		snprintf(out, size, "not known: the tenant does not tell how much is left");
		break;
	case QUOTA_ENDED:
		snprintf(out, size, "the window ended; the next call begins a new one");
		break;
	case QUOTA_MET:
		snprintf(out, size, "the limit is met");
		break;
	case QUOTA_TOO_EARLY:
		snprintf(out, size, "too early to tell");
		break;
	case QUOTA_AT_REST:
		snprintf(out, size, "nothing was spent lately: the limit is not met");
		break;
	case QUOTA_SAFE:
		snprintf(out, size, "at this rate (%.1f/s) the limit is not met within the window",
			 forecast->per_s);
		break;
	case QUOTA_WILL_MEET:
		snprintf(out, size, "at this rate (%.1f/s) the limit is met in %" PRId64 " s",
			 forecast->per_s, forecast->in_s);
		break;
	}
}
