/* The history of look-ups: slices added by several programs, rolled up, bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/store/statement.h"
#include "dacache/store/history.h"
#include "temp_dir.h"

#define TENANT "https://platform.example.com"
/* 2026-01-01T00:00:00Z, a full hour */
#define HOUR0 INT64_C(1767225600000000)
#define DAY   (24 * HISTORY_HOUR_US)

static struct store *open_in(void **state)
{
	char path[TEMP_PATH_SIZE];
	struct store *store = NULL;
	struct err err = {0};

	temp_dir_join(*state, "dacache.db", path);
	assert_int_equal(store_open(path, TENANT, &store, &err), ERR_OK);
	return store;
}

/* hits of 1 ms, misses of 100 ms */
static void add(struct store *store, const char *id, int64_t start_us, int hits, int misses,
		int64_t now_us)
{
	struct history_slice slice = {.action_id = id, .start_us = start_us};
	struct err err = {0};
	int i;

	slice.count = (struct hit_count){.hits = (uint64_t)hits,
					 .misses = (uint64_t)misses,
					 .expired = (uint64_t)misses / 2};
	for (i = 0; i < hits; i++)
		sparse_histogram_add(&slice.of_hits, 1000);
	for (i = 0; i < misses; i++)
		sparse_histogram_add(&slice.of_misses, 100000);
	assert_int_equal(history_add(store, &slice, 1, now_us, &err), ERR_OK);
	history_slice_clear(&slice);
}

struct seen {
	struct history_slice sum;
	int n;
	int hours;
	int64_t starts[64];
};

static void see(void *context, const struct history_slice *slice)
{
	struct seen *seen = context;

	if (seen->n < 64)
		seen->starts[seen->n] = slice->start_us;
	seen->n++;
	seen->hours += slice->is_hour;
	hit_count_add(&seen->sum.count, slice->count);
	sparse_histogram_merge(&seen->sum.of_hits, &slice->of_hits);
	sparse_histogram_merge(&seen->sum.of_misses, &slice->of_misses);
}

static struct seen look(struct store *store, const char *id, int64_t from_us, int64_t to_us)
{
	struct seen seen = {0};
	struct err err = {0};

	assert_int_equal(history_each(store, id, from_us, to_us, true, see, &seen, &err), ERR_OK);
	return seen;
}

static void expect(struct store *store, const char *id, int64_t from_us, int64_t to_us, int rows,
		   uint64_t hits, uint64_t misses)
{
	struct seen seen = look(store, id, from_us, to_us);

	assert_int_equal(seen.n, rows);
	assert_int_equal(seen.sum.count.hits, hits);
	assert_int_equal(seen.sum.count.misses, misses);
	assert_int_equal(seen.sum.of_hits.total, hits);
	assert_int_equal(seen.sum.of_misses.total, misses);
	history_slice_clear(&seen.sum);
}

static void slices_add_up(void **state)
{
	struct store *store = open_in(state);
	struct store *other = open_in(state);
	int64_t now_us = HOUR0 + 10 * HISTORY_MINUTE_US;
	struct seen seen;

	expect(store, "a", 0, INT64_MAX, 0, 0, 0);
	add(store, "a", HOUR0, 3, 2, now_us);
	add(other, "a", HOUR0, 10, 5, now_us);
	add(store, "a", HOUR0 + HISTORY_MINUTE_US, 1, 0, now_us);
	add(store, "b", HOUR0, 7, 7, now_us);
	add(store, "", HOUR0, 20, 14, now_us);
	expect(other, "a", HOUR0, HOUR0 + HISTORY_MINUTE_US, 1, 13, 7);
	expect(store, "a", HOUR0, now_us, 2, 14, 7);
	expect(store, "a", HOUR0 + 1, now_us, 1, 1, 0);
	expect(store, NULL, HOUR0, now_us, 1, 20, 14);
	seen = look(store, "a", HOUR0, now_us);
	assert_int_equal(seen.sum.count.expired, 1 + 2);
	assert_int_equal(seen.sum.of_hits.max_us, 1000);
	assert_int_equal(seen.sum.of_misses.min_us, 100000);
	history_slice_clear(&seen.sum);
	store_close(&store);
	store_close(&other);
}

static void tenants_are_apart(void **state)
{
	struct store *store = open_in(state);
	struct store *other = NULL;
	char path[TEMP_PATH_SIZE];
	struct err err = {0};

	temp_dir_join(*state, "dacache.db", path);
	assert_int_equal(store_open(path, "https://other.example.com", &other, &err), ERR_OK);
	add(store, "a", HOUR0, 3, 2, HOUR0);
	expect(other, "a", 0, INT64_MAX, 0, 0, 0);
	store_close(&store);
	store_close(&other);
}

/* After a week minutes become hours; where the action changed, an hour ends. */
static void minutes_become_hours(void **state)
{
	struct store *store = open_in(state);
	int64_t cut_us = HOUR0 + 30 * HISTORY_MINUTE_US + 12345678;
	int64_t rows = 0;
	int64_t bytes = 0;
	struct seen seen;
	struct err err = {0};
	int minute;

	for (minute = 0; minute < 120; minute++)
		add(store, "a", HOUR0 + minute * HISTORY_MINUTE_US, 2, 1, HOUR0);
	add(store, "a", cut_us, 5, 0, HOUR0);
	expect(store, "a", 0, INT64_MAX, 121, 245, 120);
	add(store, "b", HOUR0 + 8 * DAY, 1, 1, HOUR0 + 8 * DAY);
	expect(store, "a", 0, INT64_MAX, 3, 245, 120);
	seen = look(store, "a", 0, INT64_MAX);
	assert_int_equal(seen.hours, 3);
	assert_int_equal(seen.starts[0], HOUR0);
	assert_int_equal(seen.starts[1], cut_us);
	assert_int_equal(seen.starts[2], HOUR0 + HISTORY_HOUR_US);
	history_slice_clear(&seen.sum);
	/* 31 minutes before it, 29 and its own rest after it */
	expect(store, "a", 0, cut_us, 1, 62, 31);
	expect(store, "a", cut_us, HOUR0 + HISTORY_HOUR_US, 1, 58 + 5, 29);
	assert_int_equal(history_size(store, &rows, &bytes, &err), ERR_OK);
	assert_int_equal(rows, 4);
	assert_true(bytes > 4 * 64 && bytes < 4 * 200);
	store_close(&store);
}

static void the_old_go(void **state)
{
	struct store *store = open_in(state);
	int64_t now_us = HOUR0 + 91 * DAY;

	add(store, "a", HOUR0, 1, 1, HOUR0);
	add(store, "a", HOUR0 + 2 * DAY, 2, 2, HOUR0 + 2 * DAY);
	add(store, "a", now_us, 4, 4, now_us);
	expect(store, "a", 0, INT64_MAX, 2, 6, 6);
	/* what comes so late is left out, what is over a week old goes to its hour */
	add(store, "a", HOUR0, 8, 8, now_us);
	expect(store, "a", 0, INT64_MAX, 2, 6, 6);
	add(store, "a", HOUR0 + 2 * DAY + 5 * HISTORY_MINUTE_US, 16, 16, now_us);
	expect(store, "a", 0, INT64_MAX, 2, 22, 22);
	store_close(&store);
}

static void it_is_bounded(void **state)
{
	struct store *store = open_in(state);
	int64_t now_us = HOUR0 + 2 * DAY;
	int64_t rows = 0;
	int64_t bytes = 0;
	struct err err = {0};
	int i;

	store->history_rows_max = 100;
	for (i = 0; i < 90; i++)
		add(store, "a", HOUR0 + i * HISTORY_MINUTE_US, 1, 0, now_us);
	for (i = 0; i < 20; i++)
		add(store, "a", now_us - i * HISTORY_MINUTE_US, 1, 0, now_us);
	assert_int_equal(history_size(store, &rows, &bytes, &err), ERR_OK);
	/* nothing is lost while hours will do */
	assert_true(rows <= 100);
	expect(store, "a", 0, INT64_MAX, (int)rows, 110, 0);
	for (i = 0; i < 300; i++)
		add(store, "b", now_us - i * HISTORY_MINUTE_US, 1, 0, now_us);
	assert_int_equal(history_size(store, &rows, &bytes, &err), ERR_OK);
	assert_true(rows <= 100);
	store->history_bytes_max = 64;
	add(store, "b", now_us, 1, 0, now_us);
	add(store, "b", now_us, 1, 0, now_us);
	assert_int_equal(history_size(store, &rows, &bytes, &err), ERR_OK);
	assert_true(rows <= 1);
	store_close(&store);
}

/* One of two programs writes what they both read; when it dies the other may. */
static void one_program_takes_a_file(void **state)
{
	struct store *store;
	struct err err = {0};
	bool ours = false;
	int status = -1;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		store = open_in(state);
		if (history_claim(store, "file", &ours, &err))
			ours = false;
		_exit(ours ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	store = open_in(state);
	assert_int_equal(history_claim(store, "file", &ours, &err), ERR_OK);
	assert_true(ours); /* it is dead */
	ours = false;
	assert_int_equal(history_claim(store, "file", &ours, &err), ERR_OK);
	assert_true(ours);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		store = open_in(state);
		ours = true;
		_exit(history_claim(store, "file", &ours, &err) == ERR_OK && !ours &&
				      history_disclaim(store, "file", &err) == ERR_OK &&
				      history_claim(store, "file", &ours, &err) == ERR_OK &&
				      !ours &&
				      history_claim(store, "another", &ours, &err) == ERR_OK && ours
			      ? 0
			      : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	store_close(&store);
}

static void damaged_latencies_are_left_out(void **state)
{
	struct store *store = open_in(state);
	struct seen seen;
	struct err err = {0};

	add(store, "a", HOUR0, 3, 2, HOUR0);
	assert_int_equal(store_exec(store, "UPDATE history SET of_hits = x'ffffff'", &err), ERR_OK);
	seen = look(store, "a", 0, INT64_MAX);
	assert_int_equal(seen.sum.count.hits, 3);
	assert_int_equal(seen.sum.of_hits.total, 0);
	assert_int_equal(seen.sum.of_misses.total, 2);
	history_slice_clear(&seen.sum);
	store_close(&store);
}

static void expect_newest(struct store *store, int64_t before_us, int64_t expected)
{
	struct err err = {0};
	int64_t end_us = -1;

	assert_int_equal(history_newest(store, before_us, &end_us, &err), ERR_OK);
	assert_int_equal(end_us, expected);
}

/* Of the tenant: where it ends, never past what was asked for; of hours when there are no
 * minutes any more. */
static void the_newest_is_told(void **state)
{
	struct store *store = open_in(state);
	const int64_t minute = HISTORY_MINUTE_US;

	expect_newest(store, HOUR0, 0);
	add(store, "a", HOUR0, 1, 0, HOUR0 + minute);
	expect_newest(store, HOUR0 + DAY, 0);
	add(store, "", HOUR0 - 8 * DAY, 1, 0, HOUR0);
	expect_newest(store, HOUR0 + DAY, HOUR0 - 8 * DAY + HISTORY_HOUR_US);
	add(store, "", HOUR0, 1, 0, HOUR0 + minute);
	add(store, "", HOUR0 + 5 * minute, 1, 0, HOUR0 + 6 * minute);
	expect_newest(store, HOUR0 + DAY, HOUR0 + 6 * minute);
	expect_newest(store, HOUR0 + 5 * minute, HOUR0 + minute);
	expect_newest(store, HOUR0 + 5 * minute + 1000000, HOUR0 + 5 * minute + 1000000);
	store_close(&store);
}

#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, temp_dir_setup, temp_dir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIR(the_newest_is_told),
		IN_DIR(slices_add_up),
		IN_DIR(tenants_are_apart),
		IN_DIR(minutes_become_hours),
		IN_DIR(the_old_go),
		IN_DIR(it_is_bounded),
		IN_DIR(one_program_takes_a_file),
		IN_DIR(damaged_latencies_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
