/* The audit: what goes in comes out, nothing changes it, and programs that
 * write at the same time lose nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/store/statement.h"
#include "dacache/base/text.h"
#include "dacache/store/audit.h"
#include "store_rig.h"
#include "temp_dir.h"

#define TENANT "https://platform.example.com"

static const struct audit_query all = {.outcome = -1, .status = -1};

static enum err_code try_append(struct store *store, const char *id, int64_t wall_us,
				enum outcome outcome, int status, int64_t *seq)
{
	struct err err = {0};
	struct audit_entry entry;

	audit_entry_init(&entry);
	entry.wall_us = wall_us;
	entry.action = text_dup("cache_update");
	entry.data_action_id = text_dup(id);
	entry.outcome = outcome;
	entry.status = status;

	enum err_code code = audit_append(store, &entry, &err);

	*seq = entry.seq;
	audit_entry_clear(&entry);
	return code;
}

static int64_t append(struct store *store, const char *id, int64_t wall_us, enum outcome outcome,
		      int status)
{
	int64_t seq = 0;

	assert_int_equal(try_append(store, id, wall_us, outcome, status, &seq), ERR_OK);
	assert_true(seq > 0);
	return seq;
}

struct seqs {
	int64_t at[64];
	size_t len, stop_at;
};

static bool collect(void *context, const struct audit_entry *entry)
{
	struct seqs *seqs = context;

	assert_true(seqs->len < 64);
	seqs->at[seqs->len++] = entry->seq;
	return seqs->len != seqs->stop_at;
}

static struct seqs find(struct store *store, const struct audit_query *query, size_t limit)
{
	struct seqs seqs = {.len = 0};
	struct err err = {0};

	assert_int_equal(audit_each(store, query, limit, collect, &seqs, &err), ERR_OK);
	return seqs;
}

static int64_t count(struct store *store, const struct audit_query *query)
{
	int64_t n = -1;
	struct err err = {0};

	assert_int_equal(audit_count(store, query, &n, &err), ERR_OK);
	return n;
}

static void fill(struct audit_entry *entry)
{
	audit_entry_init(entry);
	entry->wall_us = INT64_C(1767189729123456);
	entry->action = text_dup("cache_update");
	entry->data_action_id = text_dup("id/ü 1");
	entry->name = text_dup("Kündigung prüfen 顧客");
	entry->has_payload = true;
	assert_int_equal(cache_members_set(&entry->payload, true, "k_{a}", 60), ERR_OK);
	entry->has_before = true;
	assert_int_equal(cache_members_set(&entry->before, false, NULL, CACHE_TTL_ABSENT), ERR_OK);
	assert_int_equal(cache_members_sha256(&entry->payload, entry->etag), ERR_OK);
	entry->if_match = text_dup("\"12\"");
	entry->status = 200;
	entry->latency_ms = 84.25;
	entry->who = text_dup("m.ito");
	entry->outcome = OUTCOME_NOT_APPLIED;
	entry->attempts = 3;
	entry->correlation_id = text_dup("c-1");
	entry->message = text_dup("one\tline");
}

struct text_of_entry {
	struct buf json;
	int n;
};

static bool keep_json(void *context, const struct audit_entry *entry)
{
	struct text_of_entry *text = context;

	text->n++;
	assert_int_equal(audit_entry_to_json(entry, &text->json), ERR_OK);
	return true;
}

static void check_round_trip(struct store *store, struct audit_entry *entry)
{
	struct text_of_entry found = {.n = 0}, wanted = {.n = 0};
	struct err err = {0};

	buf_init(&found.json, 65536);
	buf_init(&wanted.json, 65536);
	assert_int_equal(audit_append(store, entry, &err), ERR_OK);
	assert_int_equal(audit_each(store, &all, 1, keep_json, &found, &err), ERR_OK);
	assert_int_equal(found.n, 1);
	keep_json(&wanted, entry);
	assert_string_equal(buf_str(&found.json), buf_str(&wanted.json));
	buf_free(&wanted.json);
	buf_free(&found.json);
	audit_entry_clear(entry);
}

static void an_entry_comes_out_as_it_went_in(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct audit_entry entry;

	fill(&entry);
	check_round_trip(store, &entry);
	store_close(&store);
}

static void what_an_entry_lacks_stays_lacking(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct audit_entry entry;

	audit_entry_init(&entry);
	entry.action = text_dup("hit");
	entry.latency_ms = -1;
	check_round_trip(store, &entry);
	store_close(&store);
}

static void every_outcome_is_kept(void **state)
{
	struct store *store = store_rig_open(state, TENANT);

	for (int i = 0; i < OUTCOMES; i++)
		append(store, "a", 1, (enum outcome)i, 0);
	for (int i = 0; i < OUTCOMES; i++) {
		struct audit_query query = {.outcome = i, .status = -1};

		assert_int_equal(count(store, &query), 1);
		assert_int_equal(find(store, &query, 0).at[0], i + 1);
	}
	store_close(&store);
}

static void an_entry_without_an_action_is_refused(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct audit_entry entry;
	struct err err = {0};

	audit_entry_init(&entry);
	assert_int_equal(audit_append(store, &entry, &err), ERR_STORE);
	assert_true(err.text[0] != '\0');
	assert_int_equal(count(store, &all), 0);
	store_close(&store);
}

static void pages_go_back_by_seq(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct audit_query query = all;

	for (int i = 0; i < 5; i++)
		append(store, i % 2 ? "odd" : "even", i, OUTCOME_APPLIED, 200);

	struct seqs page = find(store, &query, 2);

	assert_int_equal(page.len, 2);
	assert_int_equal(page.at[0], 5);
	assert_int_equal(page.at[1], 4);
	query.before_seq = page.at[1];
	page = find(store, &query, 2);
	assert_int_equal(page.len, 2);
	assert_int_equal(page.at[0], 3);
	assert_int_equal(page.at[1], 2);
	query.before_seq = page.at[1];
	page = find(store, &query, 2);
	assert_int_equal(page.len, 1);
	assert_int_equal(page.at[0], 1);
	store_close(&store);
}

static void oldest_first_goes_on_after_a_seq(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct audit_query query = {
		.outcome = -1, .status = -1, .oldest_first = true, .after_seq = 2};

	for (int i = 0; i < 4; i++)
		append(store, "a", i, OUTCOME_APPLIED, 200);

	struct seqs page = find(store, &query, 0);

	assert_int_equal(page.len, 2);
	assert_int_equal(page.at[0], 3);
	assert_int_equal(page.at[1], 4);
	store_close(&store);
}

static void a_false_answer_ends_the_walk(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct seqs seqs = {.stop_at = 2};
	struct err err = {0};

	for (int i = 0; i < 4; i++)
		append(store, "a", i, OUTCOME_APPLIED, 200);
	assert_int_equal(audit_each(store, &all, 0, collect, &seqs, &err), ERR_OK);
	assert_int_equal(seqs.len, 2);
	store_close(&store);
}

static void filters_are_anded_and_bounds_are_inclusive(void **state)
{
	struct store *store = store_rig_open(state, TENANT);

	append(store, "a", 100, OUTCOME_APPLIED, 200);
	append(store, "b", 200, OUTCOME_REFUSED, 400);
	append(store, "a", 300, OUTCOME_REFUSED, 403);
	append(store, NULL, 400, OUTCOME_UNKNOWN, 0);

	struct audit_query query = {.data_action_id = "a", .outcome = -1, .status = -1};

	assert_int_equal(count(store, &query), 2);
	query.outcome = OUTCOME_REFUSED;
	assert_int_equal(count(store, &query), 1);
	assert_int_equal(find(store, &query, 0).at[0], 3);
	query = (struct audit_query){.outcome = -1, .status = 0};
	assert_int_equal(count(store, &query), 1);
	query = (struct audit_query){.outcome = -1, .status = -1, .since_us = 200, .until_us = 300};
	assert_int_equal(count(store, &query), 2);
	assert_int_equal(find(store, &query, 0).at[0], 3);
	query.status = 404;
	assert_int_equal(count(store, &query), 0);
	assert_int_equal(find(store, &query, 0).len, 0);
	store_close(&store);
}

/* A clock that was set back: the order is that of seq, the filter that of time. */
static void times_out_of_order_are_found(void **state)
{
	const int64_t hour = INT64_C(3600000000), times[] = {50, 51, 10, 52, 10, 90};
	struct store *store = store_rig_open(state, TENANT);
	struct audit_query query = {
		.outcome = -1, .status = -1, .since_us = 10 * hour, .until_us = 10 * hour + 1};

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		append(store, "a", times[i] * hour, OUTCOME_APPLIED, 200);

	struct seqs found = find(store, &query, 0);

	assert_int_equal(found.len, 2);
	assert_int_equal(found.at[0], 5);
	assert_int_equal(found.at[1], 3);
	query.since_us = 51 * hour;
	query.until_us = 0;
	found = find(store, &query, 0);
	assert_int_equal(found.len, 3);
	assert_int_equal(found.at[2], 2);
	query.since_us = 0;
	query.until_us = 50 * hour;
	assert_int_equal(count(store, &query), 3);
	query.since_us = 91 * hour;
	query.until_us = 99 * hour;
	assert_int_equal(count(store, &query), 0);
	store_close(&store);
}

static void ids_are_data_and_not_sql(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct audit_query query = {.data_action_id = "x' OR '1'='1", .outcome = -1, .status = -1};

	append(store, "a", 1, OUTCOME_APPLIED, 200);
	assert_int_equal(count(store, &query), 0);
	append(store, query.data_action_id, 1, OUTCOME_APPLIED, 200);
	assert_int_equal(count(store, &query), 1);
	store_close(&store);
}

static void the_newest_is_this_tenants(void **state)
{
	struct store *one = store_rig_open(state, TENANT);
	struct store *other = store_rig_open(state, "https://other.example.com");
	struct err err = {0};
	int64_t newest = -1;

	assert_int_equal(audit_newest(one, &newest, &err), ERR_OK);
	assert_int_equal(newest, 0);

	int64_t seq = append(one, "a", 1, OUTCOME_APPLIED, 200);

	append(other, "a", 1, OUTCOME_APPLIED, 200);
	assert_int_equal(audit_newest(one, &newest, &err), ERR_OK);
	assert_int_equal(newest, seq);
	assert_int_equal(count(one, &all), 1);
	store_close(&other);
	store_close(&one);
}

static void must_not_change(struct store *store, const char *sql)
{
	struct err err = {0};

	assert_int_equal(store_exec(store, sql, &err), ERR_STORE);
	assert_non_null(strstr(err.text, "append-only"));
}

static void no_entry_can_be_changed_or_removed(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct err err = {0};

	append(store, "a", 1, OUTCOME_REFUSED, 400);
	append(store, "a", 2, OUTCOME_REFUSED, 400);
	must_not_change(store, "UPDATE audit SET outcome = 'applied'");
	must_not_change(store, "UPDATE audit SET message = NULL WHERE seq = 1");
	must_not_change(store, "DELETE FROM audit WHERE seq = 1");
	must_not_change(store, "DELETE FROM audit");
	must_not_change(store,
			"INSERT OR REPLACE INTO audit (seq, tenant_id, wall_us, action, etag, "
			"status, latency_ms, outcome, attempts) "
			"VALUES (1, 1, 0, 'x', '', 200, 0, 'applied', 1)");
	assert_int_equal(store_exec(store, "DELETE FROM tenant", &err), ERR_STORE);
	assert_int_equal(count(store, &all), 2);

	struct audit_query query = {.outcome = OUTCOME_REFUSED, .status = 400};

	assert_int_equal(count(store, &query), 2);
	store_close(&store);
}

static void a_full_disk_is_told_and_loses_no_entry(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct err err = {0};
	enum err_code code = ERR_OK;
	int64_t seq, n = 0;

	assert_int_equal(store_exec(store, "PRAGMA max_page_count = 40", &err), ERR_OK);
	while (code == ERR_OK && n < 100000) {
		code = try_append(store, "some-data-action", 1, OUTCOME_APPLIED, 200, &seq);
		n += code == ERR_OK;
	}
	assert_int_equal(code, ERR_STORE);
	assert_true(n > 0);
	assert_int_equal(count(store, &all), n);
	store_close(&store);
}

enum { PROGRAMS = 4, ENTRIES = 50 };

/* What one of the programs does; its entries carry their number as status. */
static int write_entries(const char *path, int program)
{
	struct store *store = NULL;
	struct err err = {0};
	char id[32];
	int64_t seq, last = 0;
	int faults = store_open(path, TENANT, &store, &err) != ERR_OK;

	snprintf(id, sizeof(id), "program-%d", program);
	for (int i = 0; i < ENTRIES && !faults; i++) {
		faults += try_append(store, id, i, OUTCOME_APPLIED, i, &seq) != ERR_OK;
		faults += seq <= last;
		last = seq;
	}
	store_close(&store);
	return faults;
}

struct tally {
	int seen[PROGRAMS][ENTRIES];
	int64_t last;
	int n;
};

static bool tally_entry(void *context, const struct audit_entry *entry)
{
	struct tally *tally = context;
	int program = entry->data_action_id[strlen("program-")] - '0';

	assert_in_range(program, 0, PROGRAMS - 1);
	assert_in_range(entry->status, 0, ENTRIES - 1);
	assert_true(entry->seq > tally->last);
	tally->last = entry->seq;
	tally->seen[program][entry->status]++;
	tally->n++;
	return true;
}

static void programs_that_write_at_once_lose_nothing(void **state)
{
	struct tally tally = {.n = 0};
	struct err err = {0};
	struct audit_query query = {.outcome = -1, .status = -1, .oldest_first = true};
	pid_t pids[PROGRAMS];
	char path[TEMP_PATH_SIZE];

	temp_dir_join(*state, "dacache.db", path);
	for (int i = 0; i < PROGRAMS; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0)
			_exit(write_entries(path, i) ? 1 : 0);
	}
	for (int i = 0; i < PROGRAMS; i++) {
		int status;

		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}

	struct store *store = store_rig_open(state, TENANT);

	assert_int_equal(audit_each(store, &query, 0, tally_entry, &tally, &err), ERR_OK);
	assert_int_equal(tally.n, PROGRAMS * ENTRIES);
	for (int i = 0; i < PROGRAMS; i++)
		for (int j = 0; j < ENTRIES; j++)
			assert_int_equal(tally.seen[i][j], 1);
	store_close(&store);
}

enum { MANY = 5000, FEW_STEPS = 5000 };

static int count_step(void *context)
{
	++*(int *)context;
	return 0;
}

/* Steps of SQLite's machine for a page of 50. */
static int steps_for_page(struct store *store, const struct audit_query *query, size_t rows)
{
	int steps = 0;

	sqlite3_progress_handler(store->db, 1, count_step, &steps);
	assert_int_equal(find(store, query, 50).len, rows);
	sqlite3_progress_handler(store->db, 0, NULL, NULL);
	assert_true(steps > 0);
	return steps;
}

/* Counted in steps, not in time: reading all of them takes some 10 each. */
static void a_page_does_not_read_the_whole_audit(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct err err = {0};
	struct audit_query query = all;

	assert_int_equal(store_begin(store, &err), ERR_OK);
	append(store, "rare", 0, OUTCOME_UNKNOWN, 503);
	for (int i = 1; i < MANY; i++)
		append(store, "usual", i * INT64_C(60000000), OUTCOME_APPLIED, 200);
	assert_int_equal(store_end(store, ERR_OK, &err), ERR_OK);

	assert_true(steps_for_page(store, &query, 50) < FEW_STEPS);
	query.before_seq = MANY / 2;
	assert_true(steps_for_page(store, &query, 50) < FEW_STEPS);
	query = all;
	query.data_action_id = "rare";
	query.outcome = OUTCOME_UNKNOWN;
	assert_true(steps_for_page(store, &query, 1) < FEW_STEPS);
	query = all;
	query.outcome = OUTCOME_UNKNOWN;
	assert_true(steps_for_page(store, &query, 1) < FEW_STEPS);
	query = all;
	query.status = 503;
	assert_true(steps_for_page(store, &query, 1) < FEW_STEPS);
	query = all;
	query.since_us = (MANY - 10) * INT64_C(60000000);
	assert_true(steps_for_page(store, &query, 10) < FEW_STEPS);
	query.since_us = 0;
	query.until_us = 99 * INT64_C(60000000);
	assert_true(steps_for_page(store, &query, 50) < FEW_STEPS);
	query.since_us = 95 * INT64_C(60000000);
	assert_true(steps_for_page(store, &query, 5) < FEW_STEPS);
	store_close(&store);
}

#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, temp_dir_setup, temp_dir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIR(an_entry_comes_out_as_it_went_in),
		IN_DIR(what_an_entry_lacks_stays_lacking),
		IN_DIR(every_outcome_is_kept),
		IN_DIR(an_entry_without_an_action_is_refused),
		IN_DIR(pages_go_back_by_seq),
		IN_DIR(oldest_first_goes_on_after_a_seq),
		IN_DIR(a_false_answer_ends_the_walk),
		IN_DIR(filters_are_anded_and_bounds_are_inclusive),
		IN_DIR(times_out_of_order_are_found),
		IN_DIR(ids_are_data_and_not_sql),
		IN_DIR(the_newest_is_this_tenants),
		IN_DIR(no_entry_can_be_changed_or_removed),
		IN_DIR(a_full_disk_is_told_and_loses_no_entry),
		IN_DIR(programs_that_write_at_once_lose_nothing),
		IN_DIR(a_page_does_not_read_the_whole_audit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
