/* The chain of the audit: what somebody changed, removed, put in or cut off is found
 * and named, and nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/store/migrations.h"
#include "../../src/store/statement.h"
#include "audit_rig.h"
#include "dacache/base/text.h"

/* --- the chain ------------------------------------------------------------------- */

static void each_entry_carries_the_hash_of_the_one_before(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct audit_entry first = append(store, 1), second = append(store, 2);

	assert_string_equal(first.prev_hash, AUDIT_CHAIN_START);
	assert_int_equal(strlen(first.hash), 64);
	assert_string_equal(second.prev_hash, first.hash);
	assert_string_not_equal(second.hash, first.hash);
	store_close(&store);
}

static void an_audit_nobody_touched_is_intact(void **state)
{
	struct store *store = filled(state);
	struct audit_entry last = append(store, 7);
	struct faults faults = verify(store);

	assert_intact(&faults, ENTRIES + 1);
	assert_int_equal(faults.verdict.newest_seq, last.seq);
	assert_string_equal(faults.verdict.newest_hash, last.hash);
	assert_true(faults.verdict.head_known);
	assert_int_equal(faults.verdict.past_head, 0);
	store_close(&store);
}

static void an_empty_audit_is_intact(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct faults faults = verify(store);

	assert_intact(&faults, 0);
	assert_false(faults.verdict.head_known);
	assert_int_equal(faults.verdict.newest_seq, 0);
	faults = verify_against(store, "0:" AUDIT_CHAIN_START);
	assert_intact(&faults, 0);
	store_close(&store);
}

static void a_change_of_any_column_is_found(void **state)
{
	static const char *const changes[] = {
		"wall_us = wall_us + 1", "action = 'x'",           "data_action_id = 'b'",
		"name = NULL",           "payload_enabled = 0",    "payload_key = 'x'",
		"payload_ttl_s = 99",    "payload_enabled = NULL", "before_enabled = 1",
		"before_key = NULL",     "before_ttl_s = 6",       "etag = 'x'",
		"if_match = '\"2\"'",    "status = 201",           "latency_ms = 12.501",
		"who = 'someone'",       "outcome = 'refused'",    "outcome = 'no such word'",
		"attempts = 2",          "correlation_id = ''",    "message = 'Done'",
		"hash = upper(hash)",    "prev_hash = hash",       "wall_us = 'text'",
	};
	struct store *store = filled(state);
	char sql[512];

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		for (int seq = 1; seq <= ENTRIES; seq += 5) {
			struct faults faults;

			snprintf(sql, sizeof(sql), "UPDATE audit SET %s WHERE seq = %d", changes[i],
				 seq);
			tamper(store, sql);
			faults = verify(store);
			if (faults.n != 1 || faults.at[0].first_seq != seq)
				fail_msg("%s of %d: %zu %s", changes[i], seq, faults.n,
					 faults.n ? faults.at[0].text : "");
			/* the last one's hashes alone cannot tell a change from what was put in */
			if (seq != ENTRIES || !strstr(changes[i], "hash"))
				assert_int_equal(faults.at[0].kind, AUDIT_CHANGED);
			begin_again(state, store);
		}
	}
	store_close(&store);
}

static void a_change_that_was_hashed_again_is_found_by_the_next(void **state)
{
	struct store *store = filled(state);
	struct faults faults;

	tamper(store, "UPDATE audit SET who = 'x' WHERE seq = 3");
	run(store, "CREATE TEMP TABLE kept AS SELECT seq, prev_hash, hash FROM audit");
	chain_anew(store);
	run(store, "UPDATE audit SET (prev_hash, hash) = (SELECT prev_hash, hash FROM kept k "
		   "WHERE k.seq = audit.seq) WHERE seq <> 3");
	faults = verify(store);
	assert_fault(&faults, AUDIT_CHANGED, 3, 3);
	store_close(&store);
}

static void removed_entries_are_named(void **state)
{
	static const struct {
		const char *which;
		int first, last;
	} cases[] = {{"seq = 3", 3, 3},
		     {"seq IN (2, 3, 4)", 2, 4},
		     {"seq = 1", 1, 1},
		     {"seq < 4", 1, 3}};

	struct store *store = filled(state);
	char sql[128];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct faults faults;

		snprintf(sql, sizeof(sql), "DELETE FROM audit WHERE %s", cases[i].which);
		tamper(store, sql);
		faults = verify(store);
		assert_fault(&faults, AUDIT_REMOVED, cases[i].first, cases[i].last);
		begin_again(state, store);
	}
	store_close(&store);
}

static void two_faults_are_both_named(void **state)
{
	struct store *store = filled(state);
	struct faults faults;

	tamper(store, "DELETE FROM audit WHERE seq = 2");
	tamper(store, "UPDATE audit SET message = 'x' WHERE seq = 5");
	faults = verify(store);
	assert_int_equal(faults.n, 2);
	assert_int_equal(faults.at[0].kind, AUDIT_REMOVED);
	assert_int_equal(faults.at[0].first_seq, 2);
	assert_int_equal(faults.at[1].kind, AUDIT_CHANGED);
	assert_int_equal(faults.at[1].first_seq, 5);
	store_close(&store);
}

#define COPY_OF(seq, as, prev_hash, hash)                                                          \
	"INSERT INTO audit (seq, tenant_id, wall_us, action, etag, status, latency_ms, outcome, "  \
	"attempts, prev_hash, hash) SELECT " as ", tenant_id, wall_us, action, etag, status, "     \
	"latency_ms, outcome, attempts, " prev_hash ", " hash " FROM audit WHERE seq = " seq

static void an_entry_put_in_is_named(void **state)
{
	static const char *const ways[] = {COPY_OF("2", "7", "NULL", "NULL"),
					   COPY_OF("2", "7", "prev_hash", "hash"),
					   COPY_OF("2", "7", "hash", "'abc'")};
	struct store *store = filled(state);

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct faults faults;

		tamper(store, ways[i]);
		faults = verify(store);
		assert_fault(&faults, AUDIT_INSERTED, 7, 7);
		run(store, "DELETE FROM audit WHERE seq = 7");
		forget_count(store);
	}
	store_close(&store);
}

static void an_entry_put_in_before_others_is_named(void **state)
{
	struct store *store = filled(state);
	struct faults faults;

	tamper(store, COPY_OF("2", "0", "'" AUDIT_CHAIN_START "'", "hash"));
	faults = verify(store);
	assert_fault(&faults, AUDIT_INSERTED, 0, 0);
	/* in the middle there is no room: all behind it must be numbered anew */
	run(store, "DELETE FROM audit WHERE seq = 0");
	run(store, "UPDATE audit SET seq = -seq WHERE seq > 3");
	run(store, "UPDATE audit SET seq = 1 - seq WHERE seq < 0");
	run(store, COPY_OF("2", "4", "prev_hash", "hash"));
	faults = verify(store);
	assert_int_equal(faults.at[0].kind, AUDIT_INSERTED);
	assert_int_equal(faults.at[0].first_seq, 4);
	assert_int_equal(faults.n, 4);
	assert_int_equal(faults.at[1].kind, AUDIT_CHANGED);
	store_close(&store);
}

/* --- the head ---------------------------------------------------------------------- */

static void the_head_file_is_the_owners_alone_and_names_the_newest(void **state)
{
	struct store *store = filled(state), *other = store_rig_open(state, OTHER);
	struct audit_entry theirs = append(other, 1), ours = append(store, 7);
	char path[TEMP_PATH_SIZE], text[512] = "", wanted[512];
	struct stat status;

	head_path(state, path);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);

	FILE *file = fopen(path, "r");

	assert_non_null(file);
	assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
	fclose(file);
	snprintf(wanted, sizeof(wanted), "%lld:%s %s\n%lld:%s %s\n", (long long)theirs.seq,
		 theirs.hash, OTHER, (long long)ours.seq, ours.hash, TENANT);
	assert_string_equal(text, wanted);
	assert_null(audit_head_problem(store));
	store_close(&other);
	store_close(&store);
}

static void entries_cut_off_are_named(void **state)
{
	struct store *store = filled(state);
	struct faults faults;

	tamper(store, "DELETE FROM audit WHERE seq > 4");
	faults = verify(store);
	assert_fault(&faults, AUDIT_TRUNCATED, 5, 6);
	forget_count(store);
	faults = verify(store);
	assert_fault(&faults, AUDIT_TRUNCATED, 5, 6);
	run(store, "DELETE FROM audit");
	faults = verify(store);
	assert_fault(&faults, AUDIT_TRUNCATED, 1, 6);
	store_close(&store);
}

/* Without a head the store's own count is left. */
static void what_was_numbered_and_is_gone_is_found_without_a_head(void **state)
{
	struct store *store = filled(state);
	struct faults faults;

	no_head_file(state);
	tamper(store, "DELETE FROM audit WHERE seq > 4");
	faults = verify(store);
	assert_false(faults.verdict.head_known);
	assert_fault(&faults, AUDIT_TRUNCATED, 5, 6);
	store_close(&store);
}

static void a_head_of_the_users_own_finds_it_too(void **state)
{
	struct store *store = filled(state);
	struct faults faults = verify(store);
	char head[128];

	snprintf(head, sizeof(head), "%lld:%s", (long long)faults.verdict.newest_seq,
		 faults.verdict.newest_hash);
	append(store, 7);
	faults = verify_against(store, head);
	assert_intact(&faults, ENTRIES + 1);
	assert_int_equal(faults.verdict.past_head, 1);
	tamper(store, "DELETE FROM audit WHERE seq > 5");
	forget_count(store);
	no_head_file(state);
	faults = verify(store);
	assert_intact(&faults, 5);
	faults = verify_against(store, head);
	assert_fault(&faults, AUDIT_TRUNCATED, 6, 6);
	store_close(&store);
}

static void a_chain_made_anew_is_found_by_the_head(void **state)
{
	struct store *store = filled(state);
	struct faults faults;

	tamper(store, "UPDATE audit SET who = 'x' WHERE seq = 2");
	chain_anew(store);
	faults = verify(store);
	assert_fault(&faults, AUDIT_CHANGED, 6, 6);
	no_head_file(state);
	faults = verify(store);
	assert_intact(&faults, ENTRIES);
	store_close(&store);
}

/* Entries that follow must not write over the evidence. */
static void a_later_entry_does_not_hide_the_cut(void **state)
{
	struct store *store = filled(state);
	struct faults faults;

	tamper(store, "DELETE FROM audit WHERE seq > 4");
	assert_int_equal(append(store, 7).seq, 7);
	assert_non_null(audit_head_problem(store));
	assert_non_null(strstr(audit_head_problem(store), "dacache.db.head"));
	faults = verify(store);
	assert_fault(&faults, AUDIT_REMOVED, 5, 6);
	run(store, "DELETE FROM audit WHERE seq > 4");
	forget_count(store);
	append(store, 8);
	append(store, 9);
	faults = verify(store);
	assert_fault(&faults, AUDIT_CHANGED, 6, 6);
	store_close(&store);
}

/* The program was killed between the commit and the head. */
static void a_head_one_entry_behind_is_no_fault(void **state)
{
	struct store *store = filled(state);
	char path[TEMP_PATH_SIZE], kept[TEMP_PATH_SIZE];
	struct faults faults;

	head_path(state, path);
	temp_dir_join(*state, "kept", kept);
	assert_int_equal(link(path, kept), 0);
	append(store, 7);
	assert_int_equal(rename(kept, path), 0);
	faults = verify(store);
	assert_intact(&faults, ENTRIES + 1);
	assert_int_equal(faults.verdict.past_head, 1);
	append(store, 8);
	assert_null(audit_head_problem(store));
	faults = verify(store);
	assert_intact(&faults, ENTRIES + 2);
	assert_int_equal(faults.verdict.past_head, 0);
	store_close(&store);
}

static void a_head_file_with_something_else_is_told_and_kept(void **state)
{
	struct store *store = filled(state);
	struct audit_verdict verdict;
	struct err err = {0};
	char path[TEMP_PATH_SIZE];
	struct stat status;

	head_path(state, path);
	temp_dir_write(path, "12:abc x\n", 9, 0600);
	assert_int_equal(append(store, 7).seq, 7);
	assert_non_null(audit_head_problem(store));
	assert_int_equal(audit_verify(store, NULL, NULL, NULL, &verdict, &err), ERR_PARSE);
	assert_non_null(strstr(err.text, "dacache.db.head"));
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_size, 9);
	store_close(&store);
}

static void a_head_that_cannot_be_written_loses_no_entry(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	char path[TEMP_PATH_SIZE];

	head_path(state, path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(append(store, 1).seq, 1);
	assert_non_null(audit_head_problem(store));
	assert_int_equal(rmdir(path), 0);
	append(store, 2);
	assert_null(audit_head_problem(store));

	struct faults faults = verify(store);

	assert_intact(&faults, 2);
	assert_int_equal(faults.verdict.past_head, 0);
	store_close(&store);
}

static void what_is_no_head_is_refused(void **state)
{
	static const char *const wrong[] = {"",
					    "6",
					    "6:",
					    "x:" AUDIT_CHAIN_START,
					    "6:" AUDIT_CHAIN_START "0",
					    " 6:" AUDIT_CHAIN_START,
					    "-6:" AUDIT_CHAIN_START,
					    "9999999999999999999:" AUDIT_CHAIN_START};
	struct store *store = filled(state);
	struct audit_verdict verdict;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct err err = {0};

		assert_int_equal(audit_verify(store, wrong[i], NULL, NULL, &verdict, &err),
				 ERR_USAGE);
		assert_true(err.text[0] != '\0');
	}
	store_close(&store);
}

/* --- tenants, programs, older stores -------------------------------------------------- */

static void tenants_have_chains_of_their_own(void **state)
{
	struct store *store = filled(state), *other = store_rig_open(state, OTHER);
	struct audit_entry theirs = append(other, 1);
	struct faults faults;

	assert_string_equal(theirs.prev_hash, AUDIT_CHAIN_START);
	append(store, 7);
	append(other, 2);
	tamper(store, "UPDATE audit SET who = 'x' WHERE seq = 8");
	faults = verify(other);
	assert_intact(&faults, 2);
	faults = verify(store);
	assert_fault(&faults, AUDIT_CHANGED, 8, 8);
	store_close(&other);
	store_close(&store);
}

enum { PROGRAMS = 4, EACH = 15 };

static void programs_that_append_at_once_keep_chain_and_head(void **state)
{
	pid_t pids[PROGRAMS];
	int status;

	for (int i = 0; i < PROGRAMS; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0) {
			struct store *store = store_rig_open(state, i % 2 ? TENANT : OTHER);
			int problems = 0;

			for (int j = 0; j < EACH; j++) {
				append(store, j);
				problems += audit_head_problem(store) != NULL;
			}
			store_close(&store);
			_exit(problems);
		}
	}
	for (int i = 0; i < PROGRAMS; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}

	struct store *store = store_rig_open(state, TENANT);
	struct faults faults = verify(store);

	assert_intact(&faults, PROGRAMS / 2 * EACH);
	assert_true(faults.verdict.head_known);
	assert_int_equal(faults.verdict.past_head, 0);
	store_close(&store);
}

#define OLD_ENTRY(tenant, wall)                                                                    \
	"INSERT INTO audit (tenant_id, wall_us, action, etag, status, latency_ms, outcome, "       \
	"attempts) VALUES (" tenant ", " wall ", 'cache_update', '', 200, 1.5, 'applied', 1);"

static void entries_older_than_the_chain_get_their_place(void **state)
{
	char path[TEMP_PATH_SIZE];
	struct store *store = calloc(1, sizeof(*store));
	struct err err = {0};
	struct faults faults;

	assert_non_null(store);
	temp_dir_join(*state, "dacache.db", path);
	store->path = text_dup(path);
	assert_int_equal(sqlite3_open(path, &store->db), SQLITE_OK);
	assert_int_equal(migrations_run_to(store, 2, &err), ERR_OK);
	run(store, "INSERT INTO tenant VALUES (1, '" TENANT "'), (2, '" OTHER "')");
	run(store, OLD_ENTRY("1", "5") OLD_ENTRY("2", "6") OLD_ENTRY("1", "7"));
	store_close(&store);

	store = store_rig_open(state, TENANT);
	faults = verify(store);
	assert_intact(&faults, 2);
	assert_int_equal(append(store, 1).seq, 4);
	faults = verify(store);
	assert_intact(&faults, 3);
	assert_int_equal(store_exec(store, "UPDATE audit SET who = 'x'", &err), ERR_STORE);

	struct audit_query old = {.outcome = -1, .status = -1, .until_us = 6};
	int64_t n = 0;

	assert_int_equal(audit_count(store, &old, &n, &err), ERR_OK);
	assert_int_equal(n, 1);
	tamper(store, "UPDATE audit SET who = 'x' WHERE seq = 1");
	faults = verify(store);
	assert_fault(&faults, AUDIT_CHANGED, 1, 1);
	store_close(&store);
	store = store_rig_open(state, OTHER);
	faults = verify(store);
	assert_intact(&faults, 1);
	store_close(&store);
}

#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, temp_dir_setup, temp_dir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIR(each_entry_carries_the_hash_of_the_one_before),
		IN_DIR(an_audit_nobody_touched_is_intact),
		IN_DIR(an_empty_audit_is_intact),
		IN_DIR(a_change_of_any_column_is_found),
		IN_DIR(a_change_that_was_hashed_again_is_found_by_the_next),
		IN_DIR(removed_entries_are_named),
		IN_DIR(two_faults_are_both_named),
		IN_DIR(an_entry_put_in_is_named),
		IN_DIR(an_entry_put_in_before_others_is_named),
		IN_DIR(the_head_file_is_the_owners_alone_and_names_the_newest),
		IN_DIR(entries_cut_off_are_named),
		IN_DIR(what_was_numbered_and_is_gone_is_found_without_a_head),
		IN_DIR(a_head_of_the_users_own_finds_it_too),
		IN_DIR(a_chain_made_anew_is_found_by_the_head),
		IN_DIR(a_later_entry_does_not_hide_the_cut),
		IN_DIR(a_head_one_entry_behind_is_no_fault),
		IN_DIR(a_head_file_with_something_else_is_told_and_kept),
		IN_DIR(a_head_that_cannot_be_written_loses_no_entry),
		IN_DIR(what_is_no_head_is_refused),
		IN_DIR(tenants_have_chains_of_their_own),
		IN_DIR(programs_that_append_at_once_keep_chain_and_head),
		IN_DIR(entries_older_than_the_chain_get_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
