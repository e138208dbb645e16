#include "audit_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/store/audit_rows.h"
#include "../../src/store/statement.h"
#include "dacache/base/text.h"

struct audit_entry append(struct store *store, int n)
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

void fill(struct store *store)
{
	for (int i = 1; i <= ENTRIES; i++)
		append(store, i);
}

struct store *filled(void **state)
{
	struct store *store = store_rig_open(state, TENANT);

	fill(store);
	return store;
}

void run(struct store *store, const char *sql)
{
	struct err err = {0};

	if (store_exec(store, sql, &err) != ERR_OK)
		fail_msg("%s: %s", sql, err.text);
}

/* What somebody can do who may write to the file. */
void tamper(struct store *store, const char *sql)
{
	run(store, "DROP TRIGGER IF EXISTS audit_update");
	run(store, "DROP TRIGGER IF EXISTS audit_delete");
	run(store, sql);
}

void forget_count(struct store *store)
{
	run(store, "UPDATE sqlite_sequence SET seq = (SELECT coalesce(max(seq), 0) FROM audit) "
		   "WHERE name = 'audit'");
}

void chain_anew(struct store *store)
{
	struct err err = {0};

	assert_int_equal(audit_chain_fill(store, &err), ERR_OK);
}

static void collect(void *context, const struct audit_fault *fault)
{
	struct faults *faults = context;

	assert_true(faults->n < 16);
	faults->at[faults->n++] = *fault;
}

struct faults verify_against(struct store *store, const char *head)
{
	struct faults faults = {.n = 0};
	struct err err = {0};

	if (audit_verify(store, head, collect, &faults, &faults.verdict, &err) != ERR_OK)
		fail_msg("%s", err.text);
	assert_int_equal(faults.verdict.faults, faults.n);
	return faults;
}

struct faults verify(struct store *store)
{
	return verify_against(store, NULL);
}

void assert_intact(const struct faults *faults, int64_t entries)
{
	if (faults->n)
		fail_msg("%s", faults->at[0].text);
	assert_int_equal(faults->verdict.entries, entries);
}

void assert_fault(const struct faults *faults, enum audit_fault_kind kind, int64_t first,
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

void head_path(void **state, char path[TEMP_PATH_SIZE])
{
	temp_dir_join(*state, "dacache.db.head", path);
}

void no_head_file(void **state)
{
	char path[TEMP_PATH_SIZE];

	head_path(state, path);
	assert_int_equal(unlink(path), 0);
}

void begin_again(void **state, struct store *store)
{
	run(store, "DELETE FROM audit; DELETE FROM sqlite_sequence");
	no_head_file(state);
	fill(store);
}
