/* Runs of plans, and turns of the journal: many ends and beginnings in one transaction,
 * all of it or nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/store/audit.h"
#include "dacache/store/intents.h"
#include "dacache/store/plans.h"
#include "store_rig.h"
#include "temp_dir.h"

#define TENANT "https://platform.example.com"

/* Borrows the id. */
static struct intent intent_of(char *id, int64_t run)
{
	static char if_match[] = "\"1\"";
	static char who[] = "m.ito";
	struct intent intent;

	intent_init(&intent);
	intent.action_id = id;
	intent.if_match = if_match;
	intent.who = who;
	intent.attempt = 1;
	intent.plan_run = run;
	return intent;
}

static struct audit_entry entry_of(char *id, enum outcome outcome)
{
	static char action[] = "cache_update";
	struct audit_entry entry;

	audit_entry_init(&entry);
	entry.action = action;
	entry.data_action_id = id;
	entry.outcome = outcome;
	entry.latency_ms = -1;
	return entry;
}

static void count_open(void *context, const struct intent *intent)
{
	(void)intent;
	++*(size_t *)context;
}

static size_t open_intents(struct store *store)
{
	size_t n = 0;
	struct err err = {0};

	assert_int_equal(intent_each_open(store, count_open, &n, &err), ERR_OK);
	return n;
}

static int64_t entries(struct store *store)
{
	struct audit_query query;
	int64_t n = -1;

	audit_query_init(&query);
	assert_int_equal(audit_count(store, &query, &n, NULL), ERR_OK);
	return n;
}

static char ids[3][2] = {"a", "b", "c"};

static void begin_three(struct store *store, int64_t run, int64_t out[3])
{
	struct intent intents[3];
	struct intent_turn turn = {.openings = intents, .openings_len = 3, .ids = out};
	struct err err = {0};

	for (int i = 0; i < 3; i++)
		intents[i] = intent_of(ids[i], run);
	assert_int_equal(intent_write_turn(store, &turn, &err), ERR_OK);
}

static void test_turn(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct audit_entry applied = entry_of(ids[0], OUTCOME_APPLIED);
	struct audit_entry local = entry_of(ids[1], OUTCOME_UNCHANGED);
	struct intent_end ends[2] = {{.entry = &applied}, {.entry = &local}};
	int64_t open[3];
	int64_t next;
	struct intent intent = intent_of(ids[0], 0);
	struct intent_closing closings[2];
	struct intent_turn turn = {closings, 2, &intent, 1, &next};
	struct err err = {0};

	begin_three(store, 0, open);
	assert_true(open[0] < open[1] && open[1] < open[2]);
	assert_int_equal(open_intents(store), 3);
	closings[0] = (struct intent_closing){.id = open[0], .end = &ends[0]};
	closings[1] = (struct intent_closing){.end = &ends[1]};
	assert_int_equal(intent_write_turn(store, &turn, &err), ERR_OK);
	assert_int_equal(open_intents(store), 3);
	assert_int_equal(entries(store), 2);
	assert_true(next > open[2]);
	store_close(&store);
}

/* One that is closed already takes all others with it. */
static void test_all_or_nothing(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct audit_entry first = entry_of(ids[0], OUTCOME_APPLIED);
	struct audit_entry second = entry_of(ids[1], OUTCOME_APPLIED);
	struct intent_end ends[2] = {{.entry = &first}, {.entry = &second}};
	int64_t open[3];
	int64_t next = 0;
	struct intent intent = intent_of(ids[0], 0);
	struct intent_closing closings[2];
	struct intent_turn turn = {closings, 2, &intent, 1, &next};
	struct err err = {0};

	begin_three(store, 0, open);
	closings[0] = (struct intent_closing){.id = open[0], .end = &ends[0]};
	closings[1] = (struct intent_closing){.id = open[2] + 7, .end = &ends[1]};
	assert_int_equal(intent_write_turn(store, &turn, &err), ERR_CONFLICT);
	assert_int_equal(open_intents(store), 3);
	assert_int_equal(entries(store), 0);
	assert_int_equal(intent_withdraw(store, open, 3, &err), ERR_OK);
	assert_int_equal(open_intents(store), 0);
	assert_int_equal(entries(store), 0);
	assert_int_equal(intent_withdraw(store, open, 1, &err), ERR_CONFLICT);
	store_close(&store);
}

static void take_outcome(void *context, const char *action_id, enum outcome outcome)
{
	((enum outcome *)context)[action_id[0] - 'a'] = outcome;
}

static void test_runs(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct audit_entry applied = entry_of(ids[0], OUTCOME_APPLIED);
	struct audit_entry lost = entry_of(ids[1], OUTCOME_UNKNOWN);
	struct audit_entry settled = entry_of(ids[1], OUTCOME_APPLIED);
	struct intent_end ends[2] = {{.entry = &applied}, {.entry = &settled}};
	enum outcome outcomes[3] = {OUTCOMES, OUTCOMES, OUTCOMES};
	const struct plan_run_request request = {"5f", "p.json", NULL, 3, 10};
	struct plan_run run;
	int64_t open[3];
	int64_t id;
	bool found = true;
	struct err err = {0};

	assert_int_equal(plan_run_find(store, "5f", &run, &found, &err), ERR_OK);
	assert_false(found);
	assert_int_equal(plan_run_begin(store, &request, &id, &err), ERR_OK);
	begin_three(store, id, open);
	assert_int_equal(intent_close(store, open[0], &ends[0], &err), ERR_OK);
	assert_int_equal(intent_mark_unknown(store, open[1], 99, "lost", &lost, &err), ERR_OK);
	assert_int_equal(plan_run_each(store, id, take_outcome, outcomes, &err), ERR_OK);
	assert_int_equal(outcomes[0], OUTCOME_APPLIED);
	assert_int_equal(outcomes[1], OUTCOME_UNKNOWN);
	assert_int_equal(outcomes[2], OUTCOMES);

	/* Whoever settles it later writes it down as well. */
	assert_int_equal(intent_close(store, open[1], &ends[1], &err), ERR_OK);
	assert_int_equal(plan_run_each(store, id, take_outcome, outcomes, &err), ERR_OK);
	assert_int_equal(outcomes[1], OUTCOME_APPLIED);
	assert_int_equal(plan_run_find(store, "5f", &run, &found, &err), ERR_OK);
	assert_true(found);
	assert_int_equal(run.total, 3);
	assert_int_equal(run.done, 2);
	assert_int_equal(run.ended_us, 0);
	assert_int_equal(plan_run_end(store, id, 20, &err), ERR_OK);
	assert_int_equal(plan_run_find(store, "5f", &run, &found, &err), ERR_OK);
	assert_int_equal(run.ended_us, 20);
	store_close(&store);
	store = store_rig_open(state, "https://other.example.com");
	assert_int_equal(plan_run_find(store, "5f", &run, &found, &err), ERR_OK);
	assert_false(found);
	store_close(&store);
}

/* What is kept is found until it ends, and taken by who goes on with it. */
static void test_left(void **state)
{
	const struct plan_run_request without = {"5f", "p.json", NULL, 3, 10};
	const struct plan_run_request with = {"60", "ttl=5: all 2", "{\"id\":\"a\"}\n", 2, 11};
	struct store *store = store_rig_open(state, TENANT);
	struct plan_run run;
	struct buf plan;
	char *file = NULL;
	int64_t id;
	bool found = true;
	struct err err = {0};

	buf_init(&plan, 1000);
	assert_int_equal(plan_run_begin(store, &without, &id, &err), ERR_OK);
	assert_int_equal(plan_run_left(store, &run, &file, &found, &err), ERR_OK);
	assert_false(found);
	assert_int_equal(plan_run_take(store, id, &plan, &err), ERR_NOT_FOUND);

	assert_int_equal(plan_run_begin(store, &with, &id, &err), ERR_OK);
	assert_int_equal(plan_run_left(store, &run, &file, &found, &err), ERR_OK);
	assert_true(found);
	assert_int_equal(run.id, id);
	assert_int_equal(run.total, 2);
	assert_string_equal(file, with.file);
	free(file);
	assert_int_equal(plan_run_take(store, id, &plan, &err), ERR_OK);
	assert_string_equal(buf_str(&plan), with.plan);

	assert_int_equal(plan_run_end(store, id, 20, &err), ERR_OK);
	assert_int_equal(plan_run_left(store, &run, &file, &found, &err), ERR_OK);
	assert_false(found);
	buf_free(&plan);
	store_close(&store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_turn, temp_dir_setup, temp_dir_teardown),
		cmocka_unit_test_setup_teardown(test_all_or_nothing, temp_dir_setup,
						temp_dir_teardown),
		cmocka_unit_test_setup_teardown(test_runs, temp_dir_setup, temp_dir_teardown),
		cmocka_unit_test_setup_teardown(test_left, temp_dir_setup, temp_dir_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
