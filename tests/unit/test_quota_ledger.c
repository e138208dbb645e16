#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/quota_ledger.h"

enum { SECOND = 1000000 };

/* One answer as the tenant would give it. count -1: no quota headers; status 0: none. */
struct answer {
	int64_t at_ms;
	enum lane lane;
	int status;
	int64_t allowed, count, reset_s;
};

static void take(struct quota_ledger *ledger, const struct answer *answer)
{
	struct quota_attempt attempt = {
		.lane = answer->lane,
		.status = answer->status,
		.quota = quota_none(),
		.wall_us = 1700000000 * (int64_t)SECOND + answer->at_ms * 1000,
		.now_us = answer->at_ms * 1000,
	};

	if (answer->count >= 0) {
		attempt.quota.known = true;
		attempt.quota.allowed = answer->allowed;
		attempt.quota.used = answer->count;
		attempt.quota.reset_s = answer->reset_s;
		attempt.quota.seen_us = attempt.now_us;
	}
	quota_ledger_attempt(ledger, &attempt);
}

static struct quota_ledger told(const struct answer *answers, size_t n)
{
	struct quota_ledger ledger;

	quota_ledger_init(&ledger);
	for (size_t i = 0; i < n; i++)
		take(&ledger, &answers[i]);
	return ledger;
}

#define TOLD(...)                                                                                  \
	told((const struct answer[]){__VA_ARGS__},                                                 \
	     sizeof((const struct answer[]){__VA_ARGS__}) / sizeof(struct answer))

/* ---- who spent it ---- */

static void each_lane_is_told_apart(void **state)
{
	struct quota_ledger ledger = TOLD(
		{1000, LANE_INTERACTIVE, 200, 300, 1, 60}, {1100, LANE_BACKGROUND, 200, 300, 2, 60},
		{1200, LANE_BACKGROUND, 429, 300, 3, 60}, {1300, LANE_WATCH, 304, 300, 4, 60},
		{1400, LANE_RECOVERY, 0, 0, -1, 0});
	const struct quota_window *window = quota_ledger_window(&ledger, 0);

	(void)state;
	quota_ledger_token(&ledger);
	assert_non_null(window);
	assert_int_equal(window->ours.lanes[LANE_INTERACTIVE], 1);
	assert_int_equal(window->ours.lanes[LANE_RECOVERY], 1);
	assert_int_equal(window->ours.lanes[LANE_WATCH], 1);
	assert_int_equal(window->ours.lanes[LANE_BACKGROUND], 2);
	assert_int_equal(window->ours.unanswered, 1);
	assert_int_equal(window->ours.limited, 1);
	assert_int_equal(quota_spent_sum(&window->ours), 5);
	assert_int_equal(quota_spent_sum(&ledger.run), 5);
	assert_int_equal(ledger.tokens, 1);
	assert_null(quota_ledger_window(&ledger, 1));
}

static void what_we_did_not_send_is_others(void **state)
{
	struct quota_ledger ledger = TOLD({1000, LANE_INTERACTIVE, 200, 300, 41, 50},
					  {2000, LANE_INTERACTIVE, 200, 300, 45, 49});

	(void)state;
	assert_int_equal(quota_ledger_others(&ledger, 0), 43);
	/* Those on their way may be in the count. */
	assert_int_equal(quota_ledger_others(&ledger, 3), 40);
	assert_int_equal(quota_ledger_others(&ledger, 60), 0);
	ledger = TOLD({1000, LANE_INTERACTIVE, 200, 300, 1, 60},
		      {1001, LANE_INTERACTIVE, 200, 300, 1, 60});
	assert_int_equal(quota_ledger_others(&ledger, 0), 0);
	ledger = TOLD({1000, LANE_INTERACTIVE, 200, 0, -1, 0});
	assert_int_equal(quota_ledger_others(&ledger, 0), -1);
	assert_int_equal(ledger.headerless, 1);
	assert_null(quota_ledger_window(&ledger, 0));
	assert_int_equal(ledger.run.lanes[LANE_INTERACTIVE], 1);
}

/* ---- windows ---- */

static void windows_are_told_apart(void **state)
{
	static const struct {
		const char *what;
		struct answer first, second;
		size_t windows;
	} cases[] = {
		{"the count rises", {1000, 0, 200, 300, 7, 60}, {9000, 0, 200, 300, 8, 52}, 1},
		{"overtaken answers", {1000, 0, 200, 300, 9, 60}, {1010, 0, 200, 300, 8, 60}, 1},
		{"overtaken, a second on",
		 {1000, 0, 200, 300, 9, 60},
		 {2010, 0, 200, 300, 8, 60},
		 1},
		{"a new one", {1000, 0, 200, 300, 9, 60}, {62000, 0, 200, 300, 1, 60}, 2},
		{"long after", {1000, 0, 200, 300, 2, 60}, {200000, 0, 200, 300, 9, 60}, 2},
		{"the tick of the end", {1000, 0, 200, 300, 9, 60}, {61010, 0, 200, 300, 1, 60}, 2},
		{"rounded down, still the old",
		 {1000, 0, 200, 300, 9, 59},
		 {60500, 0, 200, 300, 10, 0},
		 1},
		{"the count fell early",
		 {1000, 0, 200, 300, 90, 60},
		 {21000, 0, 200, 300, 1, 60},
		 2},
		{"no reset told, it fell",
		 {1000, 0, 200, 300, 9, -1},
		 {1500, 0, 200, 300, 1, -1},
		 2},
		{"no reset told, it rose",
		 {1000, 0, 200, 300, 9, -1},
		 {900000, 0, 200, 300, 10, -1},
		 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct quota_ledger ledger = TOLD(cases[i].first, cases[i].second);

		if (ledger.begun != cases[i].windows)
			fail_msg("%s: %zu windows", cases[i].what, ledger.begun);
	}
}

static void past_windows_are_kept(void **state)
{
	struct quota_ledger ledger;

	(void)state;
	quota_ledger_init(&ledger);
	for (int64_t i = 0; i < QUOTA_WINDOWS_KEPT + 5; i++) {
		take(&ledger,
		     &(struct answer){1000 + i * 70000, LANE_BACKGROUND, 200, 300, 10 + i, 60});
		take(&ledger, &(struct answer){2000 + i * 70000, LANE_WATCH, 200, 300, 12 + i, 59});
	}
	assert_int_equal(ledger.begun, QUOTA_WINDOWS_KEPT + 5);
	assert_int_equal(quota_ledger_window(&ledger, 0)->used, 12 + QUOTA_WINDOWS_KEPT + 4);
	assert_int_equal(quota_ledger_window(&ledger, QUOTA_WINDOWS_KEPT - 1)->used, 12 + 5);
	assert_null(quota_ledger_window(&ledger, QUOTA_WINDOWS_KEPT));
	assert_int_equal(quota_ledger_window(&ledger, 7)->ours.lanes[LANE_WATCH], 1);
	assert_int_equal(ledger.run.lanes[LANE_BACKGROUND], QUOTA_WINDOWS_KEPT + 5);
	assert_true(quota_window_is_open(quota_ledger_window(&ledger, 0), 64 * 70000 * 1000LL));
	assert_false(quota_window_is_open(quota_ledger_window(&ledger, 1), 64 * 70000 * 1000LL));
}

/* ---- the forecast ---- */

static struct quota_forecast forecast_at(const struct quota_ledger *ledger, int64_t now_ms)
{
	struct quota_forecast forecast;

	quota_ledger_forecast(ledger, now_ms * 1000, &forecast);
	return forecast;
}

static void the_limit_is_met_at_this_rate(void **state)
{
	struct quota_ledger ledger = TOLD({10000, LANE_BACKGROUND, 200, 300, 100, 60},
					  {15000, LANE_BACKGROUND, 200, 300, 149, 55},
					  {20000, LANE_BACKGROUND, 200, 300, 200, 50});
	struct quota_forecast forecast = forecast_at(&ledger, 20000);
	char words[120];

	(void)state;
	/* The first answer is one call; 49 and 51 more came in 10 s. */
	assert_int_equal(forecast.outlook, QUOTA_WILL_MEET);
	assert_true(forecast.per_s > 10.09 && forecast.per_s < 10.11);
	assert_int_equal(forecast.left, 100);
	assert_int_equal(forecast.in_s, 9);
	assert_int_equal(forecast.reset_in_s, 50);
	quota_forecast_words(&forecast, words, sizeof(words));
	assert_string_equal(words, "at this rate (10.1/s) the limit is met in 9 s");
	/* Idle: the same calls over more time. */
	forecast = forecast_at(&ledger, 30000);
	assert_true(forecast.per_s > 5.04 && forecast.per_s < 5.06);
	assert_int_equal(forecast.in_s, 19);
}

static void outlooks(void **state)
{
	struct quota_ledger ledger;

	(void)state;
	quota_ledger_init(&ledger);
	assert_int_equal(forecast_at(&ledger, 5000).outlook, QUOTA_NOT_TOLD);
	assert_true(forecast_at(&ledger, 5000).per_s < 0);
	ledger = TOLD({1000, LANE_WATCH, 200, 0, -1, 0}, {2000, LANE_WATCH, 200, 0, -1, 0});
	assert_int_equal(forecast_at(&ledger, 5000).outlook, QUOTA_NOT_TOLD);
	assert_true(forecast_at(&ledger, 5000).per_s > 0.49);
	assert_int_equal(forecast_at(&ledger, 5000).left, -1);
	ledger = TOLD({1000, LANE_WATCH, 200, 300, 10, 60});
	assert_int_equal(forecast_at(&ledger, 2000).outlook, QUOTA_TOO_EARLY);
	assert_int_equal(forecast_at(&ledger, 11000).outlook, QUOTA_SAFE);
	assert_int_equal(forecast_at(&ledger, 40000).outlook, QUOTA_AT_REST);
	assert_int_equal(forecast_at(&ledger, 61000).outlook, QUOTA_ENDED);
	ledger = TOLD({1000, LANE_WATCH, 429, 300, 300, 60});
	assert_int_equal(forecast_at(&ledger, 2000).outlook, QUOTA_MET);
	assert_int_equal(forecast_at(&ledger, 2000).left, 0);
}

static void a_long_silence_is_no_burst_afterwards(void **state)
{
	struct quota_ledger ledger = TOLD({1000, LANE_WATCH, 200, 3000, 100, 900},
					  {1500, LANE_WATCH, 200, 3000, 500, 900},
					  {400000, LANE_WATCH, 200, 3000, 501, 501});
	double seconds[4];

	(void)state;
	assert_true(forecast_at(&ledger, 400000).per_s < 0.05);
	quota_ledger_seconds(&ledger, 400000LL * 1000, false, seconds, 4);
	assert_true(seconds[3] == 1 && seconds[2] == 0 && seconds[0] == 0);
}

static void seconds_before_the_start_are_unknown(void **state)
{
	struct quota_ledger ledger =
		TOLD({5000, LANE_WATCH, 200, 300, 7, 60}, {5900, LANE_WATCH, 200, 300, 11, 60},
		     {7100, LANE_WATCH, 200, 300, 12, 58});
	double seconds[5];

	(void)state;
	quota_ledger_seconds(&ledger, 8000LL * 1000, false, seconds, 5);
	assert_true(seconds[0] == -1);
	assert_true(seconds[1] == 5 && seconds[2] == 0 && seconds[3] == 1 && seconds[4] == 0);
	quota_ledger_seconds(&ledger, 8000LL * 1000, true, seconds, 5);
	assert_true(seconds[1] == 2 && seconds[3] == 1);
}

/* ---- the pace ---- */

static void the_pace_spreads_what_is_left(void **state)
{
	static const struct {
		int64_t allowed, used, reset_s, in_flight, now_ms, want_us;
	} cases[] = {
		{300, 0, 60, 0, 0, 0},
		{300, 149, 60, 0, 0, 0},
		{300, 150, 60, 0, 0, 495867},     /* 150 left, 30 kept: 120 in 60 s */
		{300, 150, 60, 60, 0, 983606},    /* 60 are on their way */
		{300, 150, 60, 0, 30000, 247933}, /* 120 in 30 s */
		{300, 269, 60, 0, 0, 30000000},   /* one */
		{300, 270, 60, 0, 0, 0},          /* the reserve: not paced, they wait */
		{300, 150, 60, 0, 60000, 0},      /* ended */
		{300, 150, -1, 0, 0, 0},
		{-1, 150, 60, 0, 0, 0},
		{10, 5, 10, 0, 0, 0},       /* 5 left, 5 kept */
		{20, 12, 9, 0, 0, 2250000}, /* 3 in 9 s */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct quota quota = quota_none();

		quota.known = true;
		quota.allowed = cases[i].allowed;
		quota.used = cases[i].used;
		quota.reset_s = cases[i].reset_s;
		if (quota_pace_us(&quota, cases[i].now_ms * 1000, cases[i].in_flight) !=
		    cases[i].want_us)
			fail_msg("case %zu: %lld", i,
				 (long long)quota_pace_us(&quota, cases[i].now_ms * 1000,
							  cases[i].in_flight));
	}
	assert_int_equal(quota_reserve(&(struct quota){.known = true, .allowed = 300}), 30);
	assert_int_equal(quota_reserve(&(struct quota){.known = true, .allowed = 20}), 5);
	assert_int_equal(quota_reserve(&(struct quota){.known = false}), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_lane_is_told_apart),
		cmocka_unit_test(what_we_did_not_send_is_others),
		cmocka_unit_test(windows_are_told_apart),
		cmocka_unit_test(past_windows_are_kept),
		cmocka_unit_test(the_limit_is_met_at_this_rate),
		cmocka_unit_test(outlooks),
		cmocka_unit_test(a_long_silence_is_no_burst_afterwards),
		cmocka_unit_test(seconds_before_the_start_are_unknown),
		cmocka_unit_test(the_pace_spreads_what_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
