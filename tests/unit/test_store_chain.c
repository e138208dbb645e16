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

#include "../../src/store/audit_rows.h"
#include "../../src/store/migrations.h"
#include "../../src/store/statement.h"
#include "dacache/base/text.h"
#include "dacache/store/audit.h"
#include "temp_dir.h"

#define TENANT "https://platform.example.com"
#define OTHER  "https://other.example.com"

enum { ENTRIES = 6 };

static struct store *open_as(void **state, const char *tenant)
{
	char path[TEMP_PATH_SIZE];
	struct store *store = NULL;
	struct err err = {0};

	temp_dir_join(*state, "dacache.db", path);
	assert_int_equal(store_open(path, tenant, &store, &err), ERR_OK);
	return store;
}

static struct audit_entry append(struct store *store, int n)
{
	struct audit_entry entry;
	struct err err = {0};

	audit_entry_init(&entry);
	entry.wall_us = INT64_C(1767189729123456) + n;
	entry.action = text_dup("cache_update");
	entry.data_action_id = text_dup("a");
	entry.name = text_dup("Kündigung");
	entry.has_payload = entry.has_before = true;
	assert_int_equal(cache_members_set(&entry.payload, true, "k_{a}", n), ERR_OK);
	assert_int_equal(cache_members_set(&entry.before, false, "old", 5), ERR_OK);
	assert_int_equal(cache_members_sha256(&entry.payload, entry.etag), ERR_OK);
	entry.if_match = text_dup("\"1\"");
	entry.status = 200;
	entry.latency_ms = 12.5;
	entry.who = text_dup("m.ito");
	entry.outcome = OUTCOME_APPLIED;
	entry.attempts = 1;
	entry.correlation_id = text_dup("c");
	entry.message = text_dup("done");
	assert_int_equal(audit_append(store, &entry, &err), ERR_OK);

	struct audit_entry shown = entry;

	audit_entry_clear(&entry);
	return shown; /* its texts are gone */
}

static void fill(struct store *store)
{
	for (int i = 1; i <= ENTRIES; i++)
		append(store, i);
}

static struct store *filled(void **state)
{
	struct store *store = open_as(state, TENANT);

	fill(store);
	return store;
}

static void run(struct store *store, const char *sql)
{
	struct err err = {0};

	if (store_exec(store, sql, &err) != ERR_OK)
		fail_msg("%s: %s", sql, err.text);
}

/* What somebody can do who may write to the file. */
static void tamper(struct store *store, const char *sql)
{
	run(store, "DROP TRIGGER IF EXISTS audit_update");
	run(store, "DROP TRIGGER IF EXISTS audit_delete");
	run(store, sql);
}

static void forget_count(struct store *store)
{
	run(store, "UPDATE sqlite_sequence SET seq = (SELECT coalesce(max(seq), 0) FROM audit) "
		   "WHERE name = 'audit'");
}

static void chain_anew(struct store *store)
{
	struct err err = {0};

	assert_int_equal(audit_chain_fill(store, &err), ERR_OK);
}

struct faults {
	struct audit_fault at[16];
	struct audit_verdict verdict;
	size_t n;
};

static void collect(void *context, const struct audit_fault *fault)
{
	struct faults *faults = context;

	assert_true(faults->n < 16);
	faults->at[faults->n++] = *fault;
}

static struct faults verify_against(struct store *store, const char *head)
{
	struct faults faults = {.n = 0};
	struct err err = {0};

	if (audit_verify(store, head, collect, &faults, &faults.verdict, &err) != ERR_OK)
		fail_msg("%s", err.text);
	assert_int_equal(faults.verdict.faults, faults.n);
	return faults;
}

static struct faults verify(struct store *store)
{
	return verify_against(store, NULL);
}

static void assert_intact(const struct faults *faults, int64_t entries)
{
	if (faults->n)
		fail_msg("%s", faults->at[0].text);
	assert_int_equal(faults->verdict.entries, entries);
}

static void assert_fault(const struct faults *faults, enum audit_fault_kind kind, int64_t first,
			 int64_t last)
{
	char number[32];

	assert_true(faults->n > 0);
	if (faults->at[0].kind != kind || faults->n > 1)
		fail_msg("%zu: %s", faults->n, faults->at[0].text);
	assert_int_equal(faults->at[0].first_seq, first);
	assert_int_equal(faults->at[0].last_seq, last);
	snprintf(number, sizeof(number), " %lld ", (long long)first);
	assert_non_null(strstr(faults->at[0].text, number));
	assert_non_null(strstr(faults->at[0].text, audit_fault_name(kind)));
}

static void head_path(void **state, char path[TEMP_PATH_SIZE])
{
	temp_dir_join(*state, "dacache.db.head", path);
}

static void no_head_file(void **state)
{
	char path[TEMP_PATH_SIZE];

	head_path(state, path);
	assert_int_equal(unlink(path), 0);
}

static void begin_again(void **state, struct store *store)
{
	run(store, "DELETE FROM audit; DELETE FROM sqlite_sequence");
	no_head_file(state);
	fill(store);
}

/* --- the chain ------------------------------------------------------------------- */

static void each_entry_carries_the_hash_of_the_one_before(void **state)
{
	struct store *store = open_as(state, TENANT);
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
	struct store *store = open_as(state, TENANT);
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
	struct store *store = filled(state), *other = open_as(state, OTHER);
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

static void assert_ranges(const struct faults *faults, enum audit_fault_kind last,
			  const int64_t (*ranges)[2], size_t n)
{
	for (size_t i = 0; i < n && i < faults->n; i++) {
		if (faults->at[i].first_seq != ranges[i][0] ||
		    faults->at[i].last_seq != ranges[i][1])
			fail_msg("%zu: %s", i, faults->at[i].text);
		assert_int_equal(faults->at[i].kind, i + 1 < n ? AUDIT_REMOVED : last);
	}
	assert_int_equal(faults->n, n);
}

/* Cut off, written on, cut off again, and something taken from the middle. */
static void every_gap_is_named(void **state)
{
	static const int64_t ranges[][2] = {{2, 2}, {5, 6}, {8, 8}, {10, 10}};
	struct store *store = filled(state);
	struct faults faults;

	tamper(store, "DELETE FROM audit WHERE seq > 4");
	append(store, 7);
	append(store, 8);
	tamper(store, "DELETE FROM audit WHERE seq = 8");
	append(store, 9);
	append(store, 10);
	tamper(store, "DELETE FROM audit WHERE seq IN (2, 10)");
	faults = verify(store);
	assert_ranges(&faults, AUDIT_TRUNCATED, ranges, 4);
	no_head_file(state);
	faults = verify(store);
	assert_ranges(&faults, AUDIT_TRUNCATED, ranges, 4);
	store_close(&store);
}

/* The day of another tenant is over when this one begins: what is gone of that one is none
 * of this one's. */
static void a_tenant_that_came_later_lost_only_its_own(void **state)
{
	static const int64_t ranges[][2] = {{8, 9}, {12, 12}};
	struct store *other = open_as(state, OTHER), *store = open_as(state, TENANT);
	struct faults faults;

	fill(other);
	tamper(store, "UPDATE audit SET wall_us = wall_us - 86400000000");
	run(store, "DELETE FROM audit_hour; INSERT INTO audit_hour "
		   "SELECT tenant_id, wall_us / 3600000000, min(seq), max(seq) FROM audit "
		   "GROUP BY 1, 2");
	fill(store);
	append(store, 7);
	tamper(store, "DELETE FROM audit WHERE seq IN (2, 3, 6, 8, 9, 12)");
	append(store, 8);
	faults = verify(store);
	assert_ranges(&faults, AUDIT_REMOVED, ranges, 2);
	assert_null(strstr(faults.at[1].text, "another's"));
	run(store, "DELETE FROM audit");
	faults = verify(store);
	assert_fault(&faults, AUDIT_TRUNCATED, 7, 14);
	store_close(&other);
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
	struct store *store = open_as(state, TENANT);
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
	struct store *store = filled(state), *other = open_as(state, OTHER);
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
			struct store *store = open_as(state, i % 2 ? TENANT : OTHER);
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

	struct store *store = open_as(state, TENANT);
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

	store = open_as(state, TENANT);
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
	store = open_as(state, OTHER);
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
		IN_DIR(every_gap_is_named),
		IN_DIR(a_tenant_that_came_later_lost_only_its_own),
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
