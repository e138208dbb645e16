/* The outbox: every row is sent by one process at a time, tried on schedule, and
 * never lost with the process that had it. */
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

#include "../../src/store/statement.h"
#include "dacache/base/text.h"
#include "dacache/store/audit.h"
#include "dacache/store/intents.h"
#include "dacache/store/outbox.h"
#include "store_rig.h"
#include "temp_dir.h"

#define TENANT "https://platform.example.com"

enum { S = 1000000 };

static char *text(const char *from)
{
	char *copy = text_dup(from);

	assert_non_null(copy);
	return copy;
}

static struct outbox_item make(const char *id, int64_t created_us)
{
	return (struct outbox_item){
		.id = text(id),
		.action_id = text("a"),
		.source = text("https://hooks.example/ü?x=1"),
		.event_type = text("data_refresh"),
		.action = DIRECTIVE_REFRESH,
		.target_key = text("k_{a}"),
		.body = text("{\"event\":\"cache_invalidation\"}"),
		.created_us = created_us,
	};
}

static enum err_code try_add(struct store *store, const char *id, int64_t created_us)
{
	struct outbox_item item = make(id, created_us);
	struct err err = {0};
	enum err_code code = outbox_add(store, &item, &err);

	outbox_item_clear(&item);
	return code;
}

static void add(struct store *store, const char *id, int64_t created_us)
{
	assert_int_equal(try_add(store, id, created_us), ERR_OK);
}

/* The ids that came, with blanks between; and the last item's numbers. */
struct seen {
	char ids[256];
	size_t n;
	struct outbox_item last; /* its texts are gone */
	char body[64], source[64], error[64];
};

static void see(void *context, const struct outbox_item *item)
{
	struct seen *seen = context;
	size_t len = strlen(seen->ids);

	snprintf(seen->ids + len, sizeof(seen->ids) - len, "%s%s", seen->n++ ? " " : "", item->id);
	seen->last = *item;
	snprintf(seen->body, sizeof(seen->body), "%s", item->body);
	snprintf(seen->source, sizeof(seen->source), "%s", item->source);
	snprintf(seen->error, sizeof(seen->error), "%s", item->error ? item->error : "(none)");
}

static struct seen claim(struct store *store, int64_t now_us, size_t limit)
{
	struct seen seen = {.n = 0};
	struct err err = {0};

	assert_int_equal(outbox_claim_due(store, now_us, limit, see, &seen, &err), ERR_OK);
	return seen;
}

static struct seen list(struct store *store, unsigned states)
{
	struct seen seen = {.n = 0};
	struct err err = {0};

	assert_int_equal(outbox_each(store, states, 0, see, &seen, &err), ERR_OK);
	return seen;
}

static int64_t next_due(struct store *store)
{
	struct err err = {0};
	int64_t due = 0;

	assert_int_equal(outbox_next_due(store, &due, &err), ERR_OK);
	return due;
}

static enum err_code record(struct store *store, const char *id, int status, int64_t wall_us)
{
	struct outbox_result result = {.wall_us = wall_us, .status = status};
	struct err err = {0};

	result.error = status == 200 ? NULL : "no luck";
	return outbox_record(store, id, &result, NULL, &err);
}

static void an_item_comes_out_as_it_went_in(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct seen seen;

	add(store, "msg_1", 5 * S);
	assert_int_equal(next_due(store), 5 * S);
	assert_int_equal(claim(store, 5 * S - 1, 10).n, 0);
	seen = claim(store, 5 * S, 10);
	assert_string_equal(seen.ids, "msg_1");
	assert_string_equal(seen.body, "{\"event\":\"cache_invalidation\"}");
	assert_string_equal(seen.source, "https://hooks.example/ü?x=1");
	assert_int_equal(seen.last.action, DIRECTIVE_REFRESH);
	assert_int_equal(seen.last.created_us, 5 * S);
	assert_int_equal(seen.last.attempts, 0);
	assert_true(seen.last.is_sending);
	assert_int_equal(try_add(store, "msg_1", 1), ERR_STORE);
	store_close(&store);
}

static void what_is_claimed_is_not_due_again(void **state)
{
	struct store *store = store_rig_open(state, TENANT);

	add(store, "msg_1", 1);
	add(store, "msg_2", 2);
	add(store, "msg_3", 3);
	assert_string_equal(claim(store, 10, 2).ids, "msg_1 msg_2");
	assert_int_equal(next_due(store), 3);
	assert_string_equal(claim(store, 10, 2).ids, "msg_3");
	assert_int_equal(claim(store, 10, 2).n, 0);
	assert_int_equal(next_due(store), -1);
	store_close(&store);
}

static void success_ends_it(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct audit_entry entry;
	struct outbox_result result = {.wall_us = 7, .status = 204, .entry = &entry};
	struct delivery_verdict verdict;
	struct err err = {0};
	int64_t newest = 0;

	audit_entry_init(&entry);
	entry.action = text("webhook");
	add(store, "msg_1", 1);
	claim(store, 1, 1);
	assert_int_equal(outbox_record(store, "msg_1", &result, &verdict, &err), ERR_OK);
	audit_entry_clear(&entry);
	assert_int_equal(verdict.state, DELIVERY_DELIVERED);
	assert_int_equal(audit_newest(store, &newest, &err), ERR_OK);
	assert_int_equal(newest, 1);

	struct seen seen = list(store, 0);

	assert_int_equal(seen.last.state, DELIVERY_DELIVERED);
	assert_int_equal(seen.last.attempts, 1);
	assert_int_equal(seen.last.status, 204);
	assert_false(seen.last.is_sending);
	assert_int_equal(claim(store, INT64_MAX, 1).n, 0);
	assert_int_equal(outbox_retry(store, "msg_1", 1, &err), ERR_INVALID);
	store_close(&store);
}

static void failure_follows_the_schedule_and_dies(void **state)
{
	static const int64_t delays_s[] = {5, 300, 1800};
	struct store *store = store_rig_open(state, TENANT);
	int64_t now = 100 * (int64_t)S;
	struct seen seen;

	add(store, "msg_1", now);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(claim(store, now, 1).n, 1);
		assert_int_equal(record(store, "msg_1", i == 1 ? 0 : 500, now), ERR_OK);
		assert_int_equal(next_due(store), now + delays_s[i] * S);
		assert_int_equal(claim(store, now + delays_s[i] * S - 1, 1).n, 0);
		now += delays_s[i] * S;
	}
	assert_int_equal(claim(store, now, 1).last.attempts, 3);
	assert_int_equal(record(store, "msg_1", 302, now), ERR_OK);
	seen = list(store, 1U << DELIVERY_DEAD);
	assert_string_equal(seen.ids, "msg_1");
	assert_string_equal(seen.error, "no luck");
	assert_int_equal(seen.last.attempts, 4);
	assert_int_equal(seen.last.status, 302);
	assert_int_equal(next_due(store), -1);
	store_close(&store);
}

static void gone_stops_it_at_once(void **state)
{
	struct store *store = store_rig_open(state, TENANT);

	add(store, "msg_1", 1);
	claim(store, 1, 1);
	assert_int_equal(record(store, "msg_1", 410, 1), ERR_OK);
	assert_string_equal(list(store, 1U << DELIVERY_STOPPED).ids, "msg_1");
	assert_int_equal(next_due(store), -1);
	store_close(&store);
}

static void a_dead_one_can_be_tried_again(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct err err = {0};

	add(store, "msg_1", 1);
	claim(store, 1, 1);
	assert_int_equal(outbox_retry(store, "msg_1", 5, &err), ERR_CONFLICT);
	assert_int_equal(record(store, "msg_1", 410, 1), ERR_OK);
	assert_int_equal(outbox_retry(store, "msg_2", 5, &err), ERR_NOT_FOUND);
	assert_int_equal(outbox_retry(store, "msg_1", 5, &err), ERR_OK);
	assert_int_equal(next_due(store), 5);
	assert_int_equal(claim(store, 5, 1).last.attempts, 0);
	assert_int_equal(record(store, "msg_1", 500, 5), ERR_OK);
	assert_int_equal(next_due(store), 5 + 5 * S);
	/* one that waits is hurried */
	assert_int_equal(outbox_retry(store, "msg_1", 6, &err), ERR_OK);
	assert_int_equal(next_due(store), 6);
	store_close(&store);
}

static void who_has_not_claimed_cannot_record(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct audit_entry entry;
	struct outbox_result result = {.status = 200, .entry = &entry};
	struct err err = {0};
	int64_t newest = 9;

	audit_entry_init(&entry);
	entry.action = text("webhook");
	add(store, "msg_1", 1);
	assert_int_equal(outbox_record(store, "msg_1", &result, NULL, &err), ERR_CONFLICT);
	assert_int_equal(outbox_release(store, "msg_1", &err), ERR_CONFLICT);
	assert_int_equal(outbox_record(store, "nix", &result, NULL, &err), ERR_CONFLICT);
	claim(store, 1, 1);
	assert_int_equal(record(store, "msg_1", 500, 1), ERR_OK);
	assert_int_equal(outbox_record(store, "msg_1", &result, NULL, &err), ERR_CONFLICT);
	assert_int_equal(audit_newest(store, &newest, &err), ERR_OK);
	assert_int_equal(newest, 0);
	audit_entry_clear(&entry);
	store_close(&store);
}

static void what_is_given_back_is_due_and_uncounted(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct err err = {0};

	add(store, "msg_1", 1);
	claim(store, 1, 1);
	assert_int_equal(outbox_release(store, "msg_1", &err), ERR_OK);
	assert_int_equal(next_due(store), 1);
	assert_int_equal(claim(store, 1, 1).last.attempts, 0);
	store_close(&store);
}

static void tenants_send_their_own(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct store *other = store_rig_open(state, "https://other.example.com");
	struct err err = {0};

	add(store, "msg_1", 1);
	assert_int_equal(next_due(other), -1);
	assert_int_equal(claim(other, 10, 9).n, 0);
	assert_int_equal(list(other, 0).n, 0);
	assert_int_equal(outbox_retry(other, "msg_1", 1, &err), ERR_NOT_FOUND);
	store_close(&other);
	store_close(&store);
}

static void the_list_is_newest_first_by_state(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	int64_t counts[DELIVERY_STATES];
	struct err err = {0};

	add(store, "msg_1", 1);
	add(store, "msg_2", 2);
	claim(store, 2, 2);
	assert_int_equal(record(store, "msg_1", 200, 2), ERR_OK);
	assert_int_equal(record(store, "msg_2", 410, 2), ERR_OK);
	add(store, "msg_3", 3);
	assert_string_equal(list(store, 0).ids, "msg_3 msg_2 msg_1");
	assert_string_equal(list(store, 1U << DELIVERY_PENDING | 1U << DELIVERY_STOPPED).ids,
			    "msg_3 msg_2");
	assert_int_equal(outbox_count(store, counts, &err), ERR_OK);
	assert_int_equal(counts[DELIVERY_PENDING], 1);
	assert_int_equal(counts[DELIVERY_DELIVERED], 1);
	assert_int_equal(counts[DELIVERY_DEAD], 0);
	assert_int_equal(counts[DELIVERY_STOPPED], 1);
	store_close(&store);
}

static void delivered_rows_do_not_pile_up(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	int64_t counts[DELIVERY_STATES];
	struct err err = {0};
	char id[32];

	assert_int_equal(store_begin(store, &err), ERR_OK);
	for (int i = 0; i < 1010; i++) {
		snprintf(id, sizeof(id), "msg_%d", i);
		add(store, id, 1);
	}
	assert_int_equal(store_exec(store,
				    "UPDATE outbox SET state = 'delivered' WHERE id NOT IN "
				    "('msg_0', 'msg_1009')",
				    &err),
			 ERR_OK);
	assert_int_equal(store_end(store, ERR_OK, &err), ERR_OK);
	claim(store, 1, 2);
	assert_int_equal(record(store, "msg_1009", 200, 1), ERR_OK);
	assert_int_equal(outbox_count(store, counts, &err), ERR_OK);
	assert_int_equal(counts[DELIVERY_DELIVERED], 1000);
	assert_int_equal(counts[DELIVERY_PENDING], 1);
	store_close(&store);
}

/* Closing an intent takes all of it or nothing. */
static void an_intent_hands_over_its_webhooks(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct outbox_item items[] = {make("msg_1", 1), make("msg_2", 1), make("msg_1", 1)};
	struct audit_entry entry;
	struct intent_end end = {.entry = &entry, .items = items, .items_len = 3};
	struct intent intent;
	struct err err = {0};
	int64_t id, newest = 9;

	audit_entry_init(&entry);
	entry.action = text("cache_update");
	intent_init(&intent);
	intent.action_id = text("a");
	intent.if_match = text("\"1\"");
	assert_int_equal(intent_open(store, &intent, &id, &err), ERR_OK);
	assert_int_equal(intent_close(store, id, &end, &err), ERR_STORE); /* an id twice */
	assert_int_equal(list(store, 0).n, 0);
	assert_int_equal(audit_newest(store, &newest, &err), ERR_OK);
	assert_int_equal(newest, 0);
	end.items_len = 2;
	assert_int_equal(intent_close(store, id, &end, &err), ERR_OK);
	assert_string_equal(claim(store, 1, 9).ids, "msg_1 msg_2");
	intent_clear(&intent);
	audit_entry_clear(&entry);
	for (int i = 0; i < 3; i++)
		outbox_item_clear(&items[i]);
	store_close(&store);
}

/* --- other processes ------------------------------------------------------------- */

/* A process that has claimed all that is due. */
static pid_t start_sender(void **state)
{
	int pipe_ends[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(pipe_ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct store *store = store_rig_open(state, TENANT);

		claim(store, 100, 100);
		if (write(pipe_ends[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(pipe_ends[1]);
	assert_int_equal(read(pipe_ends[0], &byte, 1), 1);
	close(pipe_ends[0]);
	return pid;
}

static void end_sender(pid_t pid)
{
	int status;

	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

static void a_dead_senders_rows_are_free_again(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct err err = {0};
	pid_t pid;

	add(store, "msg_1", 1);
	add(store, "msg_2", 2);
	pid = start_sender(state);
	assert_int_equal(claim(store, 100, 9).n, 0);
	assert_int_equal(next_due(store), -1);
	assert_true(list(store, 0).last.is_sending);
	assert_int_equal(record(store, "msg_1", 200, 1), ERR_CONFLICT);
	assert_int_equal(outbox_retry(store, "msg_1", 1, &err), ERR_CONFLICT);
	end_sender(pid);
	assert_false(list(store, 0).last.is_sending);
	assert_int_equal(next_due(store), 1);
	assert_string_equal(claim(store, 100, 9).ids, "msg_1 msg_2");
	assert_int_equal(record(store, "msg_1", 200, 1), ERR_OK);
	store_close(&store);
}

enum { ROWS = 40, SENDERS = 4 };

static void count_one(void *context, const struct outbox_item *item)
{
	(void)item;
	++*(int *)context;
}

/* Claims three at a time until nothing is due; lives on until told to go. */
static int sender(void **state, int start, int told, int go)
{
	struct store *store = store_rig_open(state, TENANT);
	struct err err = {0};
	int total = 0, before;
	char byte;

	if (read(start, &byte, 1) != 0)
		return 1;
	do {
		before = total;
		if (outbox_claim_due(store, 100, 3, count_one, &total, &err) != ERR_OK)
			return 2;
	} while (total > before);
	byte = (char)total;
	if (write(told, &byte, 1) != 1 || read(go, &byte, 1) != 0)
		return 3;
	store_close(&store);
	return 0;
}

static void of_several_senders_one_gets_each_row(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	int start[2], told[2], go[2], claimed = 0, status;
	pid_t pids[SENDERS];
	char id[32];

	for (int i = 0; i < ROWS; i++) {
		snprintf(id, sizeof(id), "msg_%d", i);
		add(store, id, 1);
	}
	store_close(&store);
	assert_int_equal(pipe(start) + pipe(told) + pipe(go), 0);
	for (int i = 0; i < SENDERS; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0) {
			close(start[1]);
			close(go[1]);
			_exit(sender(state, start[0], told[1], go[0]));
		}
	}
	close(start[1]);
	for (int i = 0; i < SENDERS; i++) {
		char byte;

		assert_int_equal(read(told[0], &byte, 1), 1);
		claimed += byte;
	}
	close(go[1]);
	for (int i = 0; i < SENDERS; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	close(start[0]), close(told[0]), close(told[1]), close(go[0]);
	assert_int_equal(claimed, ROWS);
}

#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, temp_dir_setup, temp_dir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIR(an_item_comes_out_as_it_went_in),
		IN_DIR(what_is_claimed_is_not_due_again),
		IN_DIR(success_ends_it),
		IN_DIR(failure_follows_the_schedule_and_dies),
		IN_DIR(gone_stops_it_at_once),
		IN_DIR(a_dead_one_can_be_tried_again),
		IN_DIR(who_has_not_claimed_cannot_record),
		IN_DIR(what_is_given_back_is_due_and_uncounted),
		IN_DIR(tenants_send_their_own),
		IN_DIR(the_list_is_newest_first_by_state),
		IN_DIR(delivered_rows_do_not_pile_up),
		IN_DIR(an_intent_hands_over_its_webhooks),
		IN_DIR(a_dead_senders_rows_are_free_again),
		IN_DIR(of_several_senders_one_gets_each_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
