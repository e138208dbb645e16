/* What look-ups came to, before and after changes, and over restarts of the program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/app/internal.h"
#include "app_rig.h"
#include "dacache/app/feed.h"
#include "dacache/app/fetch.h"
#include "dacache/store/history.h"
#include "dacache/store/store.h"

#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)

static int up(void **state)
{
	static struct app_rig rig;

	app_rig_up(&rig);
	*state = &rig;
	return 0;
}

static int down(void **state)
{
	app_rig_down(*state);
	return 0;
}

static struct live *live_of(struct app_rig *rig)
{
	return session_live(rig->session);
}

static void pass(struct app_rig *rig, int64_t us)
{
	rig->times.monotonic_us += us;
	rig->times.wall_us += us;
	app_rig_settle(rig);
}

static void look_up(struct app_rig *rig, int64_t wall_us, bool hit, int64_t latency_us)
{
	struct lookup lookup = {.wall_us = wall_us, .hit = hit, .latency_us = latency_us};

	lookup.expired = !hit;
	strcpy(lookup.action_id, "a");
	live_add_lookup(live_of(rig), &lookup, false);
}

/* n look-ups now, so many of them hits of 1 ms, the others of 100 ms. */
static void look_up_now(struct app_rig *rig, int hits, int misses)
{
	for (; hits > 0; hits--)
		look_up(rig, rig->times.wall_us, true, 1000);
	for (; misses > 0; misses--)
		look_up(rig, rig->times.wall_us, false, 100000);
}

static void expect_count(struct hit_count count, uint64_t hits, uint64_t misses)
{
	assert_int_equal(count.hits, hits);
	assert_int_equal(count.misses, misses);
	assert_int_equal(count.expired, misses);
}

static struct hit_count column(struct app_rig *rig, const char *id, int span_s, size_t max,
			       size_t from_right)
{
	struct hit_count columns[2000];
	struct live_axis axis;

	assert_true(max <= 2000);
	live_hit_columns(live_of(rig), id, span_s, columns, max, &axis);
	assert_true(from_right < axis.n);
	assert_true(axis.end_us > rig->times.wall_us);
	assert_true(axis.end_us - (int64_t)axis.n * axis.step_us <=
		    rig->times.wall_us - (span_s - 60) * SECOND);
	return columns[axis.n - 1 - from_right];
}

static void charts_survive_the_program(void **state)
{
	struct app_rig *rig = *state;
	struct live_hits hits;

	look_up_now(rig, 3, 1);
	pass(rig, 30 * MINUTE);
	look_up_now(rig, 5, 2);
	expect_count(column(rig, "a", 3600, 60, 0), 5, 2);
	expect_count(column(rig, "a", 3600, 60, 30), 3, 1);
	expect_count(column(rig, NULL, 86400, 1440, 30), 3, 1);
	app_rig_restart(rig);
	live_hits(live_of(rig), "a", &hits);
	expect_count(hits.last_1000, 0, 0); /* of this run */
	expect_count(column(rig, "a", 3600, 60, 0), 5, 2);
	expect_count(column(rig, "a", 3600, 60, 30), 3, 1);
	look_up_now(rig, 1, 0);
	expect_count(column(rig, "a", 3600, 60, 0), 6, 2);
	expect_count(column(rig, NULL, 3600, 60, 0), 6, 2);
	expect_count(column(rig, "b", 3600, 60, 0), 0, 0);
	/* wider columns hold several minutes */
	expect_count(column(rig, "a", 3600, 12, 0), 6, 2);
	pass(rig, 3 * MINUTE);
	expect_count(column(rig, "a", 3600, 60, 3), 6, 2);
	expect_count(column(rig, "a", 86400, 24, 0), 9, 3);
}

/* Written by the timer as well, and by it once. */
static void the_timer_writes(void **state)
{
	struct app_rig *rig = *state;
	struct live_side side;
	uint64_t turns;

	look_up_now(rig, 3, 1);
	pass(rig, MINUTE + 3 * SECOND);
	pass(rig, 3 * SECOND);
	turns = loop_turns(rig->loop);
	assert_true(session_lookups_between(rig->session, "a", 0, INT64_MAX, &side));
	expect_count(side.count, 3, 1);
	assert_int_equal(side.latency_n, 4);
	assert_int_equal(side.p95_us, 100000);
	assert_true(turns > 0);
	/* nothing waits: no timer, the loop sleeps for good */
	assert_int_equal(loop_turn(rig->loop, 0, NULL), ERR_OK);
	look_up_now(rig, 1, 0);
	app_rig_restart(rig);
	assert_true(session_lookups_between(rig->session, "a", 0, INT64_MAX, &side));
	expect_count(side.count, 4, 1);
	assert_false(session_lookups_between(rig->session, "b", 0, INT64_MAX, &side));
}

/* --- changes --- */

static struct audit_entry entry_of(int64_t before_s, int64_t after_s)
{
	static char action[] = "cache_update";
	static char id[] = "a";
	static char key[] = "k_{x}";
	struct audit_entry entry;

	audit_entry_init(&entry);
	entry.action = action;
	entry.data_action_id = id;
	entry.outcome = OUTCOME_APPLIED;
	entry.has_payload = entry.has_before = true;
	entry.before = (struct cache_members){true, key, before_s};
	entry.payload = (struct cache_members){true, key, after_s};
	cache_members_sha256(&entry.payload, entry.etag);
	return entry;
}

static int64_t apply(struct app_rig *rig, int64_t before_s, int64_t after_s)
{
	struct audit_entry entry = entry_of(before_s, after_s);
	struct err err = {0};

	assert_int_equal(session_audit_append(rig->session, &entry, &err), ERR_OK);
	return entry.seq;
}

static void expect_side(const struct live_side *side, uint64_t hits, uint64_t misses)
{
	expect_count(side->count, hits, misses);
	assert_int_equal(side->latency_n, hits + misses);
	assert_int_equal(side->enough, hits + misses >= LIVE_ENOUGH);
}

/* Change, 20 s into a minute in which look-ups come before and after it. */
static void a_change_parts_before_and_after(void **state)
{
	struct app_rig *rig = *state;
	struct live_change changes[4];
	struct live_effect effect;
	char words[100];

	pass(rig, 20 * MINUTE);
	look_up_now(rig, 10, 90);
	pass(rig, 5 * MINUTE + 20 * SECOND);
	look_up_now(rig, 5, 45);
	pass(rig, SECOND);
	apply(rig, 60, 300);
	look_up_now(rig, 9, 1);
	assert_int_equal(live_changes(live_of(rig), "a", 0, changes, 4), 1);
	assert_int_equal(changes[0].by, LIVE_CHANGE_HERE);
	live_change_words(&changes[0], words, sizeof(words));
	assert_string_equal(words, "cacheTtl 60 → 300");
	live_change_effect(live_of(rig), &changes[0], 900, &effect);
	expect_side(&effect.before, 15, 135);
	expect_side(&effect.after, 9, 1);
	assert_false(effect.after_ended);
	assert_in_range(effect.before.p50_us, 99200, 100800); /* 0.8 % */
	pass(rig, SECOND);
	look_up_now(rig, 81, 9);
	live_change_effect(live_of(rig), &changes[0], 900, &effect);
	expect_side(&effect.after, 90, 10);
	/* a while later, and after a restart, it says the same */
	pass(rig, 20 * MINUTE);
	look_up_now(rig, 1000, 0);
	app_rig_restart(rig);
	assert_int_equal(live_changes(live_of(rig), NULL, 0, changes, 4), 1);
	assert_int_equal(changes[0].by, LIVE_CHANGE_ELSEWHERE);
	live_change_effect(live_of(rig), &changes[0], 900, &effect);
	expect_side(&effect.before, 15, 135);
	expect_side(&effect.after, 90, 10);
	assert_true(effect.after_ended);
	/* of less time there is less */
	live_change_effect(live_of(rig), &changes[0], 120, &effect);
	expect_side(&effect.before, 5, 45);
}

static void the_next_change_ends_it(void **state)
{
	struct app_rig *rig = *state;
	struct live_change changes[4];
	struct live_effect effect;

	look_up_now(rig, 1, 0);
	pass(rig, 10 * SECOND);
	apply(rig, 60, 300);
	look_up_now(rig, 2, 0);
	pass(rig, 10 * SECOND);
	apply(rig, 300, 600);
	look_up_now(rig, 4, 0);
	pass(rig, 10 * SECOND);
	apply(rig, 600, 60);
	look_up_now(rig, 8, 0);
	assert_int_equal(live_changes(live_of(rig), "a", 0, changes, 4), 3);
	assert_int_equal(changes[1].after.ttl_s, 600);
	live_change_effect(live_of(rig), &changes[1], 900, &effect);
	expect_side(&effect.before, 2, 0);
	expect_side(&effect.after, 4, 0);
	assert_true(effect.after_ended);
	assert_int_equal(live_changes(live_of(rig), "a", changes[0].wall_us, changes, 4), 1);
	assert_int_equal(live_changes(live_of(rig), "other", 0, changes, 4), 0);
}

/* --- what a read shows --- */

#define PAGE(ttl)                                                                                  \
	"{\"entities\":[{\"id\":\"a\",\"name\":\"A\",\"cacheEnabled\":true,\"cacheKey\":\"k_{x}"   \
	"\","                                                                                      \
	"\"cacheTtl\":" ttl "}],\"total\":1,\"pageCount\":1,\"pageNumber\":1}"
#define ACTION(ttl, date)                                                                          \
	"{\"id\":\"a\",\"name\":\"A\",\"cacheEnabled\":true,\"cacheKey\":\"k_{x}\","               \
	"\"cacheTtl\":" ttl ",\"modifiedBy\":\"k.other\",\"dateModified\":\"" date "\"}"

static void fetched(void *context, const struct failure *failure, const struct action *action)
{
	(void)action;
	assert_int_equal(failure->kind, FAILURE_NONE);
	*(bool *)context = true;
}

static void fetch(struct app_rig *rig)
{
	struct err err = {0};
	bool done = false;

	assert_int_equal(fetch_start(rig->session, "a", fetched, &done, NULL, &err), ERR_OK);
	assert_int_equal(session_run_until(rig->session, &done, &err), ERR_OK);
}

static void a_read_shows_what_others_did(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;
	struct live_change changes[4];

	app_rig_page(rig, 1, PAGE("60"), 1);
	app_rig_read(rig, &progress);
	assert_int_equal(live_changes(live_of(rig), "a", 0, changes, 4), 0);
	pass(rig, 10 * MINUTE);
	app_rig_script(rig, "GET /api/v2/dataactions/a", "200 OK",
		       ACTION("300", "2026-01-01T00:05:00Z"), -1);
	fetch(rig);
	fetch(rig);
	assert_int_equal(live_changes(live_of(rig), "a", 0, changes, 4), 1);
	assert_int_equal(changes[0].by, LIVE_CHANGE_SEEN);
	assert_string_equal(changes[0].who, "k.other");
	assert_int_equal(changes[0].before.ttl_s, 60);
	assert_int_equal(changes[0].after.ttl_s, 300);
	assert_int_equal(changes[0].wall_us, rig->times.wall_us - 5 * MINUTE);
	/* the list again: another change, whose time nobody tells */
	app_rig_page(rig, 1, PAGE("900"), 1);
	app_rig_read(rig, &progress);
	assert_int_equal(live_changes(live_of(rig), "a", 0, changes, 4), 2);
	assert_int_equal(changes[0].wall_us, rig->times.wall_us);
	assert_string_equal(changes[0].who, "");
	app_rig_restart(rig);
	assert_int_equal(live_changes(live_of(rig), "a", 0, changes, 4), 2);
	assert_int_equal(changes[0].after.ttl_s, 900);
	assert_int_equal(changes[1].by, LIVE_CHANGE_SEEN);
	assert_string_equal(changes[1].who, "k.other");
}

struct told {
	enum live_change_by by[8];
	int64_t ttl_s[8];
	struct live_effect effects[8];
	size_t n;
};

static enum err_code tell_change(void *context, const struct live_change *change,
				 const struct live_effect *effect)
{
	struct told *told = context;

	assert_true(told->n < 8);
	told->by[told->n] = change->by;
	told->ttl_s[told->n] = change->after.ttl_s;
	told->effects[told->n++] = *effect;
	return ERR_OK;
}

static void ask_changes(struct app_rig *rig, int64_t since_us, int64_t until_us, struct told *told)
{
	const struct change_query query = {
		.action_id = "a", .since_us = since_us, .until_us = until_us, .span_s = 3600};
	struct err err = {0};

	told->n = 0;
	assert_int_equal(session_changes_each(rig->session, &query, tell_change, told, &err),
			 ERR_OK);
}

/* Ours, another admin's, ours: each has the look-ups until the next, in a report as in
 * Live. */
static void others_changes_end_it_too(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;
	struct live_change changes[4];
	struct live_side side;
	struct told told;
	int64_t middle_us;

	app_rig_page(rig, 1, PAGE("60"), 1);
	app_rig_read(rig, &progress);
	pass(rig, MINUTE);
	look_up_now(rig, 1, 9);
	pass(rig, MINUTE);
	apply(rig, 60, 120);
	look_up_now(rig, 20, 0);
	pass(rig, 5 * MINUTE + SECOND);
	app_rig_script(rig, "GET /api/v2/dataactions/a", "200 OK", ACTION("240", ""), 1);
	fetch(rig);
	look_up_now(rig, 60, 2);
	middle_us = rig->times.wall_us;
	pass(rig, 5 * MINUTE + SECOND);
	apply(rig, 240, 60);
	look_up_now(rig, 0, 7);
	app_rig_restart(rig);
	ask_changes(rig, 0, 0, &told);
	assert_int_equal(told.n, 3);
	assert_int_equal(told.by[0], LIVE_CHANGE_HERE);
	assert_int_equal(told.by[1], LIVE_CHANGE_SEEN);
	assert_int_equal(told.ttl_s[1], 240);
	expect_count(told.effects[0].before.count, 60, 2);
	expect_count(told.effects[0].after.count, 0, 7);
	expect_count(told.effects[1].before.count, 20, 0);
	expect_count(told.effects[1].after.count, 60, 2);
	expect_count(told.effects[2].before.count, 1, 9);
	expect_count(told.effects[2].after.count, 20, 0);
	assert_int_equal(live_changes(live_of(rig), "a", 0, changes, 4), 3);
	for (size_t i = 0; i < 3; i++) {
		struct live_effect effect;

		live_change_effect(live_of(rig), &changes[i], 3600, &effect);
		assert_memory_equal(&effect, &told.effects[i], sizeof(effect));
	}
	/* neighbours count that were not asked for */
	ask_changes(rig, middle_us - SECOND, middle_us + SECOND, &told);
	assert_int_equal(told.n, 1);
	expect_count(told.effects[0].before.count, 20, 0);
	expect_count(told.effects[0].after.count, 60, 2);
	/* and all that is kept, with the time it covers */
	assert_true(session_lookups_total(rig->session, "a", 0, 0, &side));
	expect_count(side.count, 81, 18);
	assert_int_equal(side.from_us % MINUTE, 0);
	assert_in_range(side.from_us, middle_us - 8 * MINUTE, middle_us - 6 * MINUTE);
	assert_in_range(side.to_us, rig->times.wall_us, rig->times.wall_us + 1);
	assert_true(session_lookups_total(rig->session, NULL, middle_us + MINUTE, 0, &side));
	expect_count(side.count, 0, 7);
	assert_false(session_lookups_total(rig->session, "b", 0, 0, &side));
}

/* What this program, or another one, applied is no change by somebody else. */
static void what_was_applied_is_told_once(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;
	struct live_change changes[4];

	app_rig_page(rig, 1, PAGE("60"), 1);
	app_rig_read(rig, &progress);
	apply(rig, 60, 300);
	app_rig_page(rig, 1, PAGE("300"), 1);
	app_rig_read(rig, &progress);
	assert_int_equal(live_changes(live_of(rig), "a", 0, changes, 4), 1);
	assert_int_equal(changes[0].by, LIVE_CHANGE_HERE);
	/* a read may be faster than the other program's entry */
	app_rig_page(rig, 1, PAGE("60"), 1);
	app_rig_read(rig, &progress);
	assert_int_equal(live_changes(live_of(rig), "a", 0, changes, 4), 2);
	apply(rig, 300, 60);
	assert_int_equal(live_changes(live_of(rig), "a", 0, changes, 4), 2);
	assert_int_equal(changes[0].by, LIVE_CHANGE_HERE);
	/* what the list knew is older than a change that was told of: that one is before */
	pass(rig, 10 * MINUTE);
	apply(rig, 60, 777);
	app_rig_page(rig, 1, PAGE("555"), 1);
	app_rig_read(rig, &progress);
	assert_int_equal(live_changes(live_of(rig), "a", 0, changes, 4), 4);
	assert_int_equal(changes[0].by, LIVE_CHANGE_SEEN);
	assert_int_equal(changes[0].before.ttl_s, 777);
	assert_int_equal(changes[0].after.ttl_s, 555);
}

/* --- time --- */

static void a_late_feed_says_so(void **state)
{
	struct app_rig *rig = *state;
	int64_t then_us = rig->times.wall_us - 400 * 24 * 60 * MINUTE;
	struct live_source source;
	struct live_hits hits;

	live_source(live_of(rig), &source);
	assert_int_equal(source.behind_s, 0);
	look_up(rig, then_us, true, -1);
	look_up(rig, then_us + 50 * SECOND, false, -1);
	live_hits(live_of(rig), "a", &hits);
	expect_count(hits.last_10, 0, 1);
	expect_count(hits.last_100, 1, 1);
	live_source(live_of(rig), &source);
	assert_int_equal(source.behind_s, 400 * 24 * 3600 - 50);
	/* time goes on for it as well */
	pass(rig, 20 * SECOND);
	live_hits(live_of(rig), "a", &hits);
	expect_count(hits.last_10, 0, 0);
	expect_count(hits.last_100, 1, 1);
	/* of now: then it is a feed of now */
	look_up_now(rig, 1, 0);
	live_source(live_of(rig), &source);
	assert_int_equal(source.behind_s, 0);
	live_hits(live_of(rig), "a", &hits);
	expect_count(hits.last_1000, 1, 0);
	expect_count(hits.since_reset, 2, 1);
	/* the future is now */
	look_up(rig, rig->times.wall_us + 100 * SECOND, true, -1);
	live_source(live_of(rig), &source);
	assert_int_equal(source.ahead, 1);
	live_hits(live_of(rig), "a", &hits);
	expect_count(hits.last_10, 2, 0);
}

/* --- by hand, and by a header --- */

/* What was said to be recorded is seen by other programs, and that at once. */
static void by_hand_it_is_written_at_once(void **state)
{
	struct app_rig *rig = *state;
	char path[TEMP_PATH_SIZE];
	struct store *other = NULL;
	struct err err = {0};
	int64_t rows;
	int64_t bytes;

	assert_int_equal(session_hit(rig->session, "a", true, 3, &err), ERR_OK);
	app_rig_settle(rig);
	temp_dir_join(rig->dir, "dacache/dacache.db", path);
	assert_int_equal(store_open(path, rig->profile.base_url, &other, &err), ERR_OK);
	assert_int_equal(history_size(other, &rows, &bytes, &err), ERR_OK);
	assert_int_equal(rows, 2); /* of the action and of the tenant */
	store_close(&other);
}

static void by_hand_it_is_kept_once(void **state)
{
	struct app_rig *rig = *state;
	struct live_source source;
	struct live_side side;
	struct err err = {0};

	assert_int_equal(session_hit(rig->session, "a", true, 3, &err), ERR_OK);
	app_rig_settle(rig);
	pass(rig, SECOND); /* the store tells us of it as of any other's */
	live_source(live_of(rig), &source);
	assert_string_equal(source.text, "recorded by hand");
	app_rig_restart(rig);
	assert_true(session_lookups_between(rig->session, "a", 0, INT64_MAX, &side));
	assert_int_equal(side.count.hits, 3);
	assert_int_equal(side.latency_n, 0);
	assert_int_equal(side.p95_us, -1);
}

static void headers_count_where_the_profile_says_so(void **state)
{
	struct app_rig *rig = *state;
	struct live_source source;
	struct live_hits hits;
	int i;

	scripted_server_add(rig->server,
			    (struct script_step){.match = "GET /api/v2/dataactions/a",
						 .reply =
							 "HTTP/1.1 200 OK\r\n"
							 "Cache-Status: Origin; hit\r\n"
							 "X-Cache: HIT\r\n"
							 "Cache-Status: CDN; fwd=stale\r\n"
							 "Content-Length: 10\r\n\r\n{\"id\":\"a\"}",
						 .times = -1});
	fetch(rig);
	live_hits(live_of(rig), "a", &hits);
	assert_int_equal(hit_count_n(hits.since_reset), 0);
	profile_set_text(&rig->profile.hit_header, "X-Cache");
	app_rig_restart(rig);
	for (i = 0; i < 3; i++)
		fetch(rig);
	live_hits(live_of(rig), "a", &hits);
	assert_int_equal(hits.last_10.hits, 3);
	assert_int_equal(hits.last_10.misses, 0);
	live_source(live_of(rig), &source);
	assert_string_equal(source.text, "header X-Cache");
	profile_set_text(&rig->profile.hit_header, "Cache-Status");
	app_rig_restart(rig);
	fetch(rig);
	live_hits(live_of(rig), "a", &hits);
	assert_int_equal(hits.last_10.hits, 0);
	assert_int_equal(hits.last_10.misses, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(charts_survive_the_program, up, down),
		cmocka_unit_test_setup_teardown(the_timer_writes, up, down),
		cmocka_unit_test_setup_teardown(a_change_parts_before_and_after, up, down),
		cmocka_unit_test_setup_teardown(the_next_change_ends_it, up, down),
		cmocka_unit_test_setup_teardown(a_read_shows_what_others_did, up, down),
		cmocka_unit_test_setup_teardown(others_changes_end_it_too, up, down),
		cmocka_unit_test_setup_teardown(what_was_applied_is_told_once, up, down),
		cmocka_unit_test_setup_teardown(a_late_feed_says_so, up, down),
		cmocka_unit_test_setup_teardown(by_hand_it_is_written_at_once, up, down),
		cmocka_unit_test_setup_teardown(by_hand_it_is_kept_once, up, down),
		cmocka_unit_test_setup_teardown(headers_count_where_the_profile_says_so, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
