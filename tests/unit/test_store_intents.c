/* Intents: what was to be sent outlives the process, its outcome is written all or
 * not at all, and of the processes that are left exactly one takes it over. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/store/process.h"
#include "../../src/store/statement.h"
#include "dacache/base/text.h"
#include "dacache/store/audit.h"
#include "dacache/store/intents.h"
#include "dacache/store/local.h"
#include "store_rig.h"
#include "temp_dir.h"

#define TENANT "https://platform.example.com"

static struct store *open_in(void **state)
{
	char path[TEMP_PATH_SIZE];
	struct store *store = NULL;
	struct err err = {0};

	temp_dir_join(*state, "dacache.db", path);
	assert_int_equal(store_open(path, TENANT, &store, &err), ERR_OK);
	return store;
}

static void run(struct store *store, const char *sql)
{
	struct err err = {0};

	assert_int_equal(store_exec(store, sql, &err), ERR_OK);
}

static void fill(struct intent *intent, const char *action_id)
{
	intent_init(intent);
	intent->action_id = text_dup(action_id);
	intent->name = text_dup("Kündigung 顧客");
	assert_int_equal(cache_members_set(&intent->base, false, NULL, CACHE_TTL_ABSENT), ERR_OK);
	intent->base_etag = text_dup("W/\"12\"");
	intent->if_match = text_dup("\"12\"");
	assert_int_equal(cache_members_set(&intent->wanted, true, "k_{a}", 60), ERR_OK);
	intent->attempt = 1;
	intent->who = text_dup("m.ito");
	intent->wall_us = INT64_C(1767189729123456);
	intent->local.matrix.ttl_s[TIER_HIGH_PRIORITY] = 45;
	intent->local.payload_kb = 20;
	intent->local_changed = true;
	assert_int_equal(directive_list_add(&intent->local.directives, "https://a.example/h",
					    "e, x", DIRECTIVE_REFRESH),
			 ERR_OK);
}

static int64_t begin(struct store *store, const char *action_id)
{
	struct intent intent;
	struct err err = {0};
	int64_t id = 0;

	fill(&intent, action_id);
	assert_int_equal(intent_open(store, &intent, &id, &err), ERR_OK);
	assert_true(id > 0);
	intent_clear(&intent);
	return id;
}

struct found {
	struct intent first; /* shallow: texts are copied below */
	char key[64], etag[64], if_match[64], who[64], name[64], message[64], event[64];
	bool has_base_key;
	size_t open, ours, others, dead, recovered, unknown;
};

static void copy(char out[64], const char *text)
{
	snprintf(out, 64, "%s", text ? text : "(none)");
}

static void look(void *context, const struct intent *intent)
{
	struct found *found = context;

	found->ours += intent->owner == INTENT_OURS;
	found->others += intent->owner == INTENT_OTHERS;
	found->dead += intent->owner == INTENT_OWNER_DEAD;
	found->recovered += intent->recovered;
	found->unknown += intent->unknown;
	if (found->open++ > 0)
		return;
	found->first = *intent;
	found->has_base_key = intent->base.key != NULL;
	copy(found->key, intent->wanted.key);
	copy(found->etag, intent->base_etag);
	copy(found->if_match, intent->if_match);
	copy(found->who, intent->who);
	copy(found->name, intent->name);
	copy(found->message, intent->message);
	copy(found->event, intent->local.directives.len == 1
				   ? intent->local.directives.items[0].event_type
				   : NULL);
}

static struct found find_open(struct store *store)
{
	struct found found = {.open = 0};
	struct err err = {0};

	assert_int_equal(intent_each_open(store, look, &found, &err), ERR_OK);
	return found;
}

static struct audit_entry entry_of(const char *action_id, enum outcome outcome)
{
	struct audit_entry entry;

	audit_entry_init(&entry);
	entry.action = text_dup("cache_update");
	entry.data_action_id = text_dup(action_id);
	entry.outcome = outcome;
	return entry;
}

static enum err_code finish(struct store *store, int64_t id, const char *action_id,
			    const struct local_settings *local)
{
	struct audit_entry entry = entry_of(action_id, OUTCOME_APPLIED);
	struct intent_end end = {.entry = &entry, .local = local};
	struct err err = {0};
	enum err_code code = intent_close(store, id, &end, &err);

	assert_true(code != ERR_OK || entry.seq > 0);
	assert_int_equal(err.text[0] != '\0', code != ERR_OK);
	audit_entry_clear(&entry);
	return code;
}

static int64_t audit_entries(struct store *store)
{
	const struct audit_query all = {.outcome = -1, .status = -1};
	struct err err = {0};
	int64_t n = -1;

	assert_int_equal(audit_count(store, &all, &n, &err), ERR_OK);
	return n;
}

static void an_intent_comes_out_as_it_went_in(void **state)
{
	struct store *store = open_in(state);
	int64_t id = begin(store, "id/ü 1");
	struct found found = find_open(store);

	assert_int_equal(found.open, 1);
	assert_int_equal(found.first.id, id);
	assert_int_equal(found.first.attempt, 1);
	assert_int_equal(found.first.wall_us, INT64_C(1767189729123456));
	assert_false(found.first.base.enabled);
	assert_false(found.has_base_key);
	assert_int_equal(found.first.base.ttl_s, CACHE_TTL_ABSENT);
	assert_true(found.first.wanted.enabled);
	assert_int_equal(found.first.wanted.ttl_s, 60);
	assert_int_equal(found.first.local.matrix.ttl_s[TIER_HIGH_PRIORITY], 45);
	assert_int_equal(found.first.local.payload_kb, 20);
	assert_true(found.first.local_changed);
	assert_string_equal(found.key, "k_{a}");
	assert_string_equal(found.etag, "W/\"12\"");
	assert_string_equal(found.if_match, "\"12\"");
	assert_string_equal(found.who, "m.ito");
	assert_string_equal(found.name, "Kündigung 顧客");
	assert_string_equal(found.event, "e, x");
	assert_string_equal(found.message, "(none)");
	assert_int_equal(found.ours, 1);
	assert_int_equal(found.recovered + found.unknown, 0);
	store_close(&store);
}

static void a_second_attempt_is_kept(void **state)
{
	struct store *store = open_in(state);
	struct err err = {0};
	int64_t id = begin(store, "a");

	assert_int_equal(intent_attempt(store, id, 2, &err), ERR_OK);
	assert_int_equal(find_open(store).first.attempt, 2);
	assert_int_equal(intent_attempt(store, id + 1, 2, &err), ERR_CONFLICT);
	store_close(&store);
}

static void closing_writes_audit_and_settings(void **state)
{
	struct store *store = open_in(state);
	struct local_settings local, kept;
	struct err err = {0};
	int64_t id = begin(store, "a");

	local_settings_init(&local);
	local.payload_kb = 77;
	assert_int_equal(finish(store, id, "a", &local), ERR_OK);
	assert_int_equal(find_open(store).open, 0);
	assert_int_equal(audit_entries(store), 1);
	assert_int_equal(local_settings_load(store, "a", &kept, &err), ERR_OK);
	assert_int_equal(kept.payload_kb, 77);
	local_settings_clear(&kept);
	store_close(&store);
}

static void closing_twice_is_a_conflict_and_writes_nothing(void **state)
{
	struct store *store = open_in(state);
	struct local_settings local;
	int64_t id = begin(store, "a");

	local_settings_init(&local);
	local.payload_kb = 77;
	assert_int_equal(finish(store, id, "a", NULL), ERR_OK);
	assert_int_equal(finish(store, id, "a", &local), ERR_CONFLICT);
	assert_int_equal(audit_entries(store), 1);
	assert_int_equal(store_rig_number(store, "SELECT count(*) FROM local_settings"), 0);
	assert_true(begin(store, "a") > id);
	store_close(&store);
}

/* The audit refuses an entry without an action; the intent must not go then. */
static void an_entry_that_is_refused_leaves_the_intent_open(void **state)
{
	struct store *store = open_in(state);
	struct audit_entry entry;
	struct intent_end end = {.entry = &entry};
	struct err err = {0};
	int64_t id = begin(store, "a");

	audit_entry_init(&entry);
	assert_int_equal(intent_close(store, id, &end, &err), ERR_STORE);
	assert_int_equal(find_open(store).open, 1);
	assert_int_equal(audit_entries(store), 0);
	assert_int_equal(finish(store, id, "a", NULL), ERR_OK);
	store_close(&store);
}

static void a_full_disk_refuses_the_intent_or_its_end_whole(void **state)
{
	struct store *store = open_in(state);
	struct intent intent;
	struct err err = {0};
	enum err_code code = ERR_OK;
	int64_t id, last = 0, n = 0;

	run(store, "PRAGMA max_page_count = 60");
	fill(&intent, "a");
	while (code == ERR_OK && n < 100000) {
		code = intent_open(store, &intent, &id, &err);
		n += code == ERR_OK;
		last = code == ERR_OK ? id : last;
	}
	intent_clear(&intent);
	assert_int_equal(code, ERR_STORE);
	assert_non_null(strstr(err.text, "disk is full"));
	assert_int_equal(id, 0);
	assert_true(n > 0);
	assert_int_equal(find_open(store).open, n);

	struct audit_entry entry = entry_of("a", OUTCOME_APPLIED);
	struct intent_end end = {.entry = &entry};

	entry.message = calloc(1, 400001);
	assert_non_null(entry.message);
	memset(entry.message, 'x', 400000);
	assert_int_equal(intent_close(store, last, &end, &err), ERR_STORE);
	audit_entry_clear(&entry);
	assert_int_equal(find_open(store).open, n);
	assert_int_equal(audit_entries(store), 0);
	store_close(&store);
}

static void what_stays_unknown_stays_open(void **state)
{
	struct store *store = open_in(state);
	struct audit_entry entry = entry_of("a", OUTCOME_UNKNOWN);
	struct err err = {0};
	int64_t id = begin(store, "a");

	assert_int_equal(intent_mark_unknown(store, id, 5000, "no answer", &entry, &err), ERR_OK);
	assert_int_equal(intent_mark_unknown(store, id, 9000, "still none", NULL, &err), ERR_OK);
	audit_entry_clear(&entry);
	assert_int_equal(audit_entries(store), 1);

	struct found found = find_open(store);

	assert_int_equal(found.open, 1);
	assert_int_equal(found.unknown, 1);
	assert_int_equal(found.ours, 1);
	assert_int_equal(found.first.next_check_us, 9000);
	assert_int_equal(found.first.checks, 2);
	assert_string_equal(found.message, "still none");
	assert_int_equal(finish(store, id, "a", NULL), ERR_OK);
	assert_int_equal(intent_mark_unknown(store, id, 1, NULL, NULL, &err), ERR_CONFLICT);
	store_close(&store);
}

static void another_tenants_intents_are_not_ours_to_see_or_claim(void **state)
{
	char path[TEMP_PATH_SIZE];
	struct store *store = open_in(state), *other = NULL;
	struct err err = {0};
	struct intent_claimed claimed = {9, 9};

	temp_dir_join(*state, "dacache.db", path);
	assert_int_equal(store_open(path, "https://other.example.com", &other, &err), ERR_OK);
	begin(store, "a");
	run(store, "UPDATE intent SET owner = '1 1 another-boot -'");
	assert_int_equal(find_open(other).open, 0);
	assert_int_equal(intent_claim_dead(other, &claimed, &err), ERR_OK);
	assert_int_equal(claimed.dead + claimed.left, 0);
	assert_int_equal(find_open(store).dead, 1);
	store_close(&other);
	store_close(&store);
}

static void what_was_left_in_order_is_no_crash(void **state)
{
	struct store *store = open_in(state);
	struct err err = {0};
	struct intent_claimed claimed;
	int64_t unknown = begin(store, "a");
	struct found found;

	begin(store, "b");
	assert_int_equal(intent_mark_unknown(store, unknown, 1, NULL, NULL, &err), ERR_OK);
	assert_int_equal(intent_leave_unknown(store, &err), ERR_OK);
	found = find_open(store);
	assert_int_equal(found.ours, 1);
	assert_int_equal(found.dead, 1);
	assert_int_equal(intent_claim_dead(store, &claimed, &err), ERR_OK);
	assert_int_equal(claimed.dead, 0);
	assert_int_equal(claimed.left, 1);
	found = find_open(store);
	assert_int_equal(found.ours, 2);
	assert_int_equal(found.recovered, 0);
	assert_int_equal(found.unknown, 1);
	store_close(&store);
}

/* --- other processes ------------------------------------------------------------- */

/* A process with intents of its own, which tells when they are on disk. */
struct worker {
	pid_t pid;
	int told;
};

static struct worker worker_start(void **state, int intents)
{
	struct worker worker;
	int pipe_ends[2];

	assert_int_equal(pipe(pipe_ends), 0);
	worker.pid = fork();
	assert_true(worker.pid >= 0);
	if (worker.pid == 0) {
		struct store *store = open_in(state);

		for (int i = 0; i < intents; i++)
			begin(store, "a");
		if (write(pipe_ends[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(pipe_ends[1]);
	worker.told = pipe_ends[0];

	char byte;

	assert_int_equal(read(worker.told, &byte, 1), 1);
	return worker;
}

static void worker_kill(struct worker *worker)
{
	assert_int_equal(kill(worker->pid, SIGKILL), 0);
	close(worker->told);
}

static void worker_reap(struct worker *worker)
{
	int status;

	assert_int_equal(waitpid(worker->pid, &status, 0), worker->pid);
	assert_true(WIFSIGNALED(status));
}

static size_t claim(struct store *store)
{
	struct err err = {0};
	struct intent_claimed claimed = {99, 99};

	assert_int_equal(intent_claim_dead(store, &claimed, &err), ERR_OK);
	assert_int_equal(claimed.left, 0);
	return claimed.dead;
}

static void a_living_process_keeps_its_intents(void **state)
{
	struct store *store = open_in(state);
	struct worker worker = worker_start(state, 2);
	struct err err = {0};
	struct found found = find_open(store);
	int64_t id = found.first.id;

	assert_int_equal(found.others, 2);
	assert_int_equal(claim(store), 0);
	assert_int_equal(finish(store, id, "a", NULL), ERR_CONFLICT);
	assert_int_equal(intent_attempt(store, id, 2, &err), ERR_CONFLICT);
	assert_int_equal(intent_mark_unknown(store, id, 1, NULL, NULL, &err), ERR_CONFLICT);
	assert_int_equal(audit_entries(store), 0);
	assert_int_equal(find_open(store).others, 2);
	worker_kill(&worker);
	worker_reap(&worker);
	store_close(&store);
}

static void a_killed_process_leaves_its_intents_to_us(void **state)
{
	struct store *store = open_in(state);
	struct worker worker = worker_start(state, 3);

	begin(store, "b");
	worker_kill(&worker);
	worker_reap(&worker);
	assert_int_equal(find_open(store).dead, 3);
	assert_int_equal(claim(store), 3);
	assert_int_equal(claim(store), 0);

	struct found found = find_open(store);

	assert_int_equal(found.open, 4);
	assert_int_equal(found.ours, 4);
	assert_int_equal(found.recovered, 3);
	assert_string_equal(found.key, "k_{a}");
	assert_int_equal(finish(store, found.first.id, "a", NULL), ERR_OK);
	store_close(&store);
}

/* Its parent has not asked for its status yet: the pid is still there. */
static void a_zombie_is_dead(void **state)
{
	struct store *store = open_in(state);
	struct worker worker = worker_start(state, 1);
	siginfo_t info;

	worker_kill(&worker);
	assert_int_equal(waitid(P_PID, (id_t)worker.pid, &info, WEXITED | WNOWAIT), 0);
	assert_int_equal(claim(store), 1);
	worker_reap(&worker);
	store_close(&store);
}

/* The words that name this process, with one of them replaced. */
static void disown(struct store *store, int word, const char *by)
{
	char self[PROCESS_SIZE], words[4][64], sql[512];

	process_self(self);
	assert_int_equal(
		sscanf(self, "%63s %63s %63s %63s", words[0], words[1], words[2], words[3]), 4);
	snprintf(words[word], sizeof(words[word]), "%s", by);
	snprintf(sql, sizeof(sql), "UPDATE intent SET owner = '%s %s %s %s'", words[0], words[1],
		 words[2], words[3]);
	run(store, sql);
}

static void a_pid_that_is_anothers_by_now_is_dead(void **state)
{
	struct store *store = open_in(state);

	begin(store, "a");
	disown(store, 1, "12345");
	assert_int_equal(find_open(store).dead, 1);
	assert_int_equal(claim(store), 1);
	assert_int_equal(find_open(store).ours, 1);
	store_close(&store);
}

static void a_process_before_the_last_boot_is_dead(void **state)
{
	struct store *store = open_in(state);

	begin(store, "a");
	disown(store, 2, "11111111-2222-3333-4444-555555555555");
	assert_int_equal(claim(store), 1);
	store_close(&store);
}

static void a_process_that_cannot_be_seen_counts_as_living(void **state)
{
	struct store *store = open_in(state);

	begin(store, "a");
	disown(store, 3, "pid:[1]");
	assert_int_equal(find_open(store).others, 1);
	assert_int_equal(claim(store), 0);
	store_close(&store);
}

enum { VICTIMS = 6, INTENTS = 5, CLAIMERS = 4 };

static void close_ours(void *context, const struct intent *intent)
{
	int64_t *ids = context;

	if (intent->owner == INTENT_OURS)
		ids[++ids[0]] = intent->id;
}

/* Claims and resolves; lives on until told to go, so that nobody claims from it. */
static int claimer(void **state, int start, int told, int go)
{
	int64_t ids[VICTIMS * INTENTS + 1] = {0};
	struct store *store = open_in(state);
	struct err err = {0};
	size_t claimed;
	char byte;

	if (read(start, &byte, 1) != 0)
		return 1;
	claimed = claim(store);
	if (intent_each_open(store, close_ours, ids, &err) != ERR_OK || (size_t)ids[0] != claimed)
		return 2;
	for (int64_t i = 1; i <= ids[0]; i++)
		if (finish(store, ids[i], "a", NULL) != ERR_OK)
			return 3;
	byte = (char)claimed;
	if (write(told, &byte, 1) != 1 || read(go, &byte, 1) != 0)
		return 4;
	store_close(&store);
	return 0;
}

static void kill_victims(void **state)
{
	struct worker victims[VICTIMS];

	for (int i = 0; i < VICTIMS; i++)
		victims[i] = worker_start(state, INTENTS);
	for (int i = 0; i < VICTIMS; i++) {
		worker_kill(&victims[i]);
		worker_reap(&victims[i]);
	}
}

/* Closing the write end of `start` lets all claimers run at the same time. */
static void of_several_claimers_one_gets_each_intent(void **state)
{
	int start[2], told[2], go[2], claimed = 0, status;
	pid_t pids[CLAIMERS];
	struct store *store = open_in(state);

	store_close(&store);
	kill_victims(state);
	assert_int_equal(pipe(start) + pipe(told) + pipe(go), 0);
	for (int i = 0; i < CLAIMERS; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0) {
			close(start[1]);
			close(go[1]);
			_exit(claimer(state, start[0], told[1], go[0]));
		}
	}
	close(start[1]);
	for (int i = 0; i < CLAIMERS; i++) {
		char byte;

		assert_int_equal(read(told[0], &byte, 1), 1);
		claimed += byte;
	}
	close(go[1]);
	for (int i = 0; i < CLAIMERS; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	close(start[0]), close(told[0]), close(told[1]), close(go[0]);
	assert_int_equal(claimed, VICTIMS * INTENTS);
	store = open_in(state);
	assert_int_equal(find_open(store).open, 0);
	assert_int_equal(audit_entries(store), VICTIMS * INTENTS);
	store_close(&store);
}

#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, temp_dir_setup, temp_dir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIR(an_intent_comes_out_as_it_went_in),
		IN_DIR(a_second_attempt_is_kept),
		IN_DIR(closing_writes_audit_and_settings),
		IN_DIR(closing_twice_is_a_conflict_and_writes_nothing),
		IN_DIR(an_entry_that_is_refused_leaves_the_intent_open),
		IN_DIR(a_full_disk_refuses_the_intent_or_its_end_whole),
		IN_DIR(what_stays_unknown_stays_open),
		IN_DIR(what_was_left_in_order_is_no_crash),
		IN_DIR(another_tenants_intents_are_not_ours_to_see_or_claim),
		IN_DIR(a_living_process_keeps_its_intents),
		IN_DIR(a_killed_process_leaves_its_intents_to_us),
		IN_DIR(a_zombie_is_dead),
		IN_DIR(a_pid_that_is_anothers_by_now_is_dead),
		IN_DIR(a_process_before_the_last_boot_is_dead),
		IN_DIR(a_process_that_cannot_be_seen_counts_as_living),
		IN_DIR(of_several_claimers_one_gets_each_intent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
