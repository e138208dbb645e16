/* live: hit rates and latencies over a clock that the test moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/app/internal.h"
#include "dacache/domain/ttl_model.h"

struct world {
	struct clock_manual times;
	struct live *live;
};

static int up(void **state)
{
	static struct world world;

	world.times = (struct clock_manual){5000000000, 1767225600000000};
	assert_int_equal(live_new(clock_manual(&world.times), &world.live), ERR_OK);
	*state = &world;
	return 0;
}

static int down(void **state)
{
	live_free(&((struct world *)*state)->live);
	return 0;
}

static void pass(struct world *world, int64_t seconds)
{
	world->times.monotonic_us += seconds * 1000000;
	world->times.wall_us += seconds * 1000000;
}

static void look_up(struct world *world, const char *id, bool hit, int64_t latency_us)
{
	struct lookup lookup = {.wall_us = -1, .hit = hit, .latency_us = latency_us};

	snprintf(lookup.action_id, sizeof(lookup.action_id), "%s", id);
	live_add_lookup(world->live, &lookup, true);
}

static uint64_t latencies(struct world *world, const char *id, enum live_kind kind)
{
	struct histogram histogram;
	bool any = live_latency(world->live, id, kind, &histogram);

	assert_int_equal(any, histogram.total > 0);
	return histogram.total;
}

static void expect_count(struct hit_count count, uint64_t hits, uint64_t misses)
{
	assert_int_equal(count.hits, hits);
	assert_int_equal(count.misses, misses);
}

static void nothing_is_no_zero(void **state)
{
	struct world *world = *state;
	struct live_hits hits;
	live_hits(world->live, NULL, &hits);
	expect_count(hits.last_1000, 0, 0);
	live_hits(world->live, "a", &hits);
	expect_count(hits.last_10, 0, 0);
	assert_true(live_row_rate(world->live, "a") < 0);
	assert_int_equal(live_row_p95_us(world->live, "a"), -1);
	assert_int_equal(latencies(world, NULL, LIVE_ALL), 0);
}

static void windows_slide(void **state)
{
	struct world *world = *state;
	struct live_hits hits;

	look_up(world, "a", true, 1000);
	look_up(world, "a", false, -1);
	look_up(world, "b", true, -1);
	live_hits(world->live, "a", &hits);
	expect_count(hits.last_10, 1, 1);
	live_hits(world->live, NULL, &hits);
	expect_count(hits.last_10, 2, 1);
	assert_true(live_row_rate(world->live, "a") == 0.5);
	pass(world, 50);
	look_up(world, "a", true, -1);
	live_hits(world->live, "a", &hits);
	expect_count(hits.last_10, 1, 0);
	expect_count(hits.last_100, 2, 1);
	pass(world, 200);
	live_hits(world->live, "a", &hits);
	expect_count(hits.last_100, 0, 0);
	expect_count(hits.last_1000, 2, 1);
	pass(world, 2000);
	live_hits(world->live, "a", &hits);
	expect_count(hits.last_1000, 0, 0);
	expect_count(hits.since_reset, 2, 1);
	assert_true(live_row_rate(world->live, "a") < 0);
}

/* What is counted since the reset begins anew; what lies in a window stays there. */
static void reset_leaves_the_windows(void **state)
{
	struct world *world = *state;
	struct live_hits hits;

	look_up(world, "a", true, 1000);
	pass(world, 7);
	assert_int_equal(live_age_s(world->live), 7);
	live_reset(world->live);
	assert_int_equal(live_age_s(world->live), 0);
	live_hits(world->live, "a", &hits);
	expect_count(hits.since_reset, 0, 0);
	expect_count(hits.last_10, 1, 0);
	live_hits(world->live, NULL, &hits);
	expect_count(hits.since_reset, 0, 0);
	expect_count(hits.last_1000, 1, 0);
	assert_true(live_row_rate(world->live, "a") == 1);
	assert_int_equal(live_row_p95_us(world->live, "a"), -1);
	assert_int_equal(latencies(world, NULL, LIVE_ALL), 0);
}

static void chart_has_the_oldest_first(void **state)
{
	struct world *world = *state;
	struct hit_count columns[60];
	struct live_axis axis;

	look_up(world, "a", false, -1);
	pass(world, 20);
	look_up(world, "a", true, -1);
	live_hit_columns(world->live, "a", 60, columns, 60, &axis);
	assert_int_equal(axis.n, 60);
	assert_int_equal(axis.end_us, world->times.wall_us + 1000000);
	expect_count(columns[59], 1, 0);
	expect_count(columns[39], 0, 1);
	expect_count(columns[58], 0, 0);
}

static void tell_at(struct world *world, int64_t wall_us)
{
	struct lookup lookup = {.action_id = "a", .wall_us = wall_us, .hit = true};

	lookup.latency_us = -1;
	live_add_lookup(world->live, &lookup, true);
}

static int64_t behind_s(struct world *world)
{
	struct live_source source;

	live_source(world->live, &source);
	return source.behind_s;
}

static void expect_windows(struct world *world, uint64_t ten, uint64_t hundred, uint64_t thousand)
{
	struct live_hits hits;

	live_hits(world->live, "a", &hits);
	assert_int_equal(hits.last_10.hits, ten);
	assert_int_equal(hits.last_100.hits, hundred);
	assert_int_equal(hits.last_1000.hits, thousand);
}

/* One ts in milliseconds among those of a feed that is 51 s late: counted as now, in each
 * window, and it stays in them when the late ones go on. */
static void the_future_is_now(void **state)
{
	struct world *world = *state;
	struct live_source source;
	struct hit_count columns[60];
	struct live_axis axis;

	tell_at(world, world->times.wall_us - 51000000);
	assert_int_equal(behind_s(world), 51);
	tell_at(world, world->times.wall_us * 1000);
	assert_int_equal(behind_s(world), 0);
	expect_windows(world, 1, 2, 2);
	live_hit_columns(world->live, "a", 60, columns, 60, &axis);
	expect_count(columns[59], 1, 0);
	expect_count(columns[8], 1, 0);
	tell_at(world, world->times.wall_us - 51000000);
	expect_windows(world, 1, 3, 3);
	pass(world, 30);
	tell_at(world, world->times.wall_us - 51000000);
	assert_int_equal(behind_s(world), 0);
	expect_windows(world, 0, 4, 4);
	live_source(world->live, &source);
	assert_int_equal(source.ahead, 1);
	assert_int_equal(source.ahead_ms, 1);
	/* a year ahead, in seconds */
	tell_at(world, world->times.wall_us + INT64_C(31536000000000));
	live_source(world->live, &source);
	assert_int_equal(source.ahead, 2);
	assert_int_equal(source.ahead_ms, 1);
	expect_windows(world, 1, 5, 5);
}

/* Without a ts it is of now as the feed has it, and no later ts leaves it behind. */
static void what_has_no_ts_stays_in_the_windows(void **state)
{
	struct world *world = *state;

	tell_at(world, world->times.wall_us - 51000000);
	pass(world, 60);
	tell_at(world, -1);
	tell_at(world, world->times.wall_us - 51000000 - 55000000);
	expect_windows(world, 1, 3, 3);
	live_add_hits(world->live, "a", true, 2);
	tell_at(world, world->times.wall_us - 51000000 - 54000000);
	expect_windows(world, 3, 6, 6);
}

static void latency_of_look_ups(void **state)
{
	struct world *world = *state;
	int i;

	for (i = 0; i < 95; i++)
		look_up(world, "a", true, 1000);
	for (i = 0; i < 5; i++)
		look_up(world, "a", false, 500000);
	assert_true(live_row_p95_us(world->live, "a") >= 990);
	assert_true(live_row_p95_us(world->live, "a") <= 1010);
	assert_int_equal(latencies(world, "a", LIVE_ALL), 100);
	assert_int_equal(latencies(world, NULL, LIVE_ALL), 100);
	assert_int_equal(latencies(world, "a", LIVE_OF_HITS), 95);
	assert_int_equal(latencies(world, "a", LIVE_OF_MISSES), 5);
}

static void by_hand(void **state)
{
	struct world *world = *state;
	struct live_source source;
	struct live_hits hits;

	live_source(world->live, &source);
	assert_string_equal(source.text, "");
	live_add_hits(world->live, "a", true, 1000);
	live_add_hits(world->live, "a", false, 1000);
	live_hits(world->live, NULL, &hits);
	expect_count(hits.last_10, 1000, 1000);
	assert_int_equal(latencies(world, "a", LIVE_ALL), 0);
	live_set_feed(world->live, "feed.jsonl");
	live_set_header_source(world->live, "X-Cache");
	live_source(world->live, &source);
	assert_string_equal(source.text, "feed feed.jsonl, header X-Cache, recorded by hand");
	assert_true(source.has_feed);
}

static void feed_lines(void **state)
{
	struct world *world = *state;
	struct live_source source;
	int i;

	for (i = 0; i < 30; i++)
		live_feed_line(world->live, i != 4 && i != 9,
			       i == 4 ? "hit is missing" : "no JSON");
	live_feed_dropped(world->live, 3);
	live_source(world->live, &source);
	assert_int_equal(source.lines, 30);
	assert_int_equal(source.bad_lines, 2);
	assert_int_equal(source.dropped, 3);
	assert_string_equal(source.first_bad, "line 5: hit is missing");
	assert_true(source.lines_per_s == 3.0);
	/* the rate is that of the last ten seconds, also when nothing comes any more */
	pass(world, 6);
	live_feed_line(world->live, true, NULL);
	live_source(world->live, &source);
	assert_true(source.lines_per_s == 3.1);
	pass(world, 5);
	live_source(world->live, &source);
	assert_true(source.lines_per_s == 0.1);
	pass(world, 5);
	live_source(world->live, &source);
	assert_true(source.lines_per_s == 0.0);
}

/* Nothing is read from before a clock's first second. */
static void a_clock_may_begin_at_0(void **state)
{
	struct world *world = *state;
	struct live_source source;

	world->times.monotonic_us = 0;
	live_feed_line(world->live, true, NULL);
	live_source(world->live, &source);
	assert_true(source.lines_per_s > 0);
	assert_int_equal(source.lines, 1);
}

static void call(struct world *world, enum endpoint endpoint, int status, int64_t us)
{
	struct exchange exchange = {.endpoint = endpoint, .status = status, .times = {.total = us}};

	live_add_call(world->live, &exchange);
}

static void our_own_calls(void **state)
{
	struct world *world = *state;
	struct live_call_column columns[4];
	struct live_axis axis;

	call(world, ENDPOINT_GET, 200, 1000);
	call(world, ENDPOINT_GET, 404, 3000);
	call(world, ENDPOINT_GET, 0, 2000);
	call(world, ENDPOINT_PUT, 200, 9000);
	assert_int_equal(live_call_count(world->live, ENDPOINT_GET), 3);
	assert_int_equal(live_call_failures(world->live, ENDPOINT_GET), 2);
	assert_int_equal(live_call_count(world->live, ENDPOINT_LIST), 0);
	pass(world, 10);
	call(world, ENDPOINT_GET, 200, 500);
	live_call_columns(world->live, ENDPOINT_GET, 40, columns, 4, &axis);
	assert_int_equal(columns[3].max_us, 500);
	assert_int_equal(columns[2].max_us, 3000);
	assert_int_equal(columns[1].max_us, -1);
	pass(world, 1000);
	live_call_columns(world->live, ENDPOINT_GET, 40, columns, 4, &axis);
	assert_int_equal(columns[3].max_us, -1);
	live_reset(world->live);
	assert_int_equal(live_call_count(world->live, ENDPOINT_GET), 0);
	assert_int_equal(live_call_failures(world->live, ENDPOINT_GET), 0);
	assert_int_equal(live_call_latency(world->live, ENDPOINT_GET)->total, 0);
}

/* A bundle's calls lie where they were made, seen from when it was. */
static void replayed_calls_keep_their_time(void **state)
{
	struct world *world = *state;
	int64_t made_us = world->times.wall_us - INT64_C(86400000000);
	struct exchange exchange = {
		.endpoint = ENDPOINT_GET, .status = 200, .times = {.total = 1000}};
	struct live_call_column columns[4];
	struct live_source source;
	struct live_axis axis;

	live_set_replay(world->live, made_us);
	exchange.wall_us = made_us - 35000000;
	live_add_call(world->live, &exchange);
	exchange.wall_us = made_us - 5000000;
	live_add_call(world->live, &exchange);
	pass(world, 100);
	live_call_columns(world->live, ENDPOINT_GET, 40, columns, 4, &axis);
	assert_int_equal(axis.end_us, made_us);
	assert_int_equal(columns[0].n, 1);
	assert_int_equal(columns[1].n, 0);
	assert_int_equal(columns[2].n, 0);
	assert_int_equal(columns[3].n, 1);
	live_source(world->live, &source);
	assert_true(source.is_replay);
	assert_int_equal(source.behind_s, 0);
}

static int compare(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a;
	int64_t right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

/* Exact, of any window: 100 calls a minute over an hour, held against sorted values. */
static void calls_of_any_window(void **state)
{
	struct world *world = *state;
	struct live_call_column columns[60];
	struct live_axis axis;
	int64_t us[100];
	int minute;
	int i;

	for (minute = 0; minute < 60; minute++) {
		pass(world, 30);
		for (i = 0; i < 100; i++)
			call(world, ENDPOINT_LIST, i % 10 ? 200 : 500,
			     1000 + (minute * 31 + i * 7919) % 997);
		pass(world, 30);
	}
	live_call_columns(world->live, ENDPOINT_LIST, 3600, columns, 60, &axis);
	assert_int_equal(axis.n, 60);
	assert_int_equal(axis.step_us, 60000000);
	assert_int_equal(axis.end_us, world->times.wall_us);
	for (minute = 0; minute < 60; minute++) {
		for (i = 0; i < 100; i++)
			us[i] = 1000 + (minute * 31 + i * 7919) % 997;
		qsort(us, 100, sizeof(us[0]), compare);
		assert_int_equal(columns[minute].n, 100);
		assert_int_equal(columns[minute].failures, 10);
		assert_int_equal(columns[minute].p50_us, us[49]);
		assert_int_equal(columns[minute].p95_us, us[94]);
		assert_int_equal(columns[minute].max_us, us[99]);
	}
	live_call_columns(world->live, ENDPOINT_PUT, 3600, columns, 3, &axis);
	assert_int_equal(columns[0].n, 0);
	assert_int_equal(columns[0].p95_us, -1);
	/* charts go on over a reset */
	live_reset(world->live);
	live_call_columns(world->live, ENDPOINT_LIST, 3600, columns, 60, &axis);
	assert_int_equal(columns[59].n, 100);
}

static void keyed(struct world *world, const char *id, const char *key, int64_t wall_s)
{
	struct lookup lookup = {.wall_us = wall_s * 1000000, .latency_us = -1, .has_key = true};

	lookup.key_hash = ttl_model_hash(key);
	snprintf(lookup.action_id, sizeof(lookup.action_id), "%s", id);
	live_add_lookup(world->live, &lookup, true);
}

/* One key every 10 s: TTL 5 never hits, TTL 60 misses once in six or seven. */
static void forecast(void **state)
{
	struct world *world = *state;
	struct hit_count now;
	struct hit_count then;
	int i;

	for (i = 0; i < 49; i++)
		keyed(world, "a", "k", 1000 + i * 10);
	assert_false(live_forecast(world->live, "a", 5, 60, &now, &then));
	keyed(world, "b", "k", 1000);
	assert_false(live_forecast(world->live, "a", 5, 60, &now, &then));
	for (; i < 60; i++)
		keyed(world, "a", "k", 1000 + i * 10);
	assert_true(live_forecast(world->live, "a", 5, 60, &now, &then));
	expect_count(now, 0, 60);
	expect_count(then, 50, 10);
}

/* More actions than are kept: the quiet ones go, the tenant's sums stay. */
static void many_actions(void **state)
{
	struct world *world = *state;
	struct live_hits hits;
	char id[32];
	int i;

	for (i = 0; i < 60000; i++) {
		snprintf(id, sizeof(id), "id-%d", i);
		look_up(world, id, true, 100);
		if (i % 10 == 9)
			pass(world, 1);
	}
	live_hits(world->live, NULL, &hits);
	expect_count(hits.since_reset, 60000, 0);
	live_hits(world->live, "id-59999", &hits);
	expect_count(hits.since_reset, 1, 0);
	live_hits(world->live, "id-0", &hits);
	expect_count(hits.since_reset, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_is_no_zero, up, down),
		cmocka_unit_test_setup_teardown(windows_slide, up, down),
		cmocka_unit_test_setup_teardown(reset_leaves_the_windows, up, down),
		cmocka_unit_test_setup_teardown(chart_has_the_oldest_first, up, down),
		cmocka_unit_test_setup_teardown(the_future_is_now, up, down),
		cmocka_unit_test_setup_teardown(what_has_no_ts_stays_in_the_windows, up, down),
		cmocka_unit_test_setup_teardown(latency_of_look_ups, up, down),
		cmocka_unit_test_setup_teardown(by_hand, up, down),
		cmocka_unit_test_setup_teardown(feed_lines, up, down),
		cmocka_unit_test_setup_teardown(our_own_calls, up, down),
		cmocka_unit_test_setup_teardown(a_clock_may_begin_at_0, up, down),
		cmocka_unit_test_setup_teardown(replayed_calls_keep_their_time, up, down),
		cmocka_unit_test_setup_teardown(calls_of_any_window, up, down),
		cmocka_unit_test_setup_teardown(forecast, up, down),
		cmocka_unit_test_setup_teardown(many_actions, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
