/* The request log on disk: what went in comes out, and it stays a ring. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/store/statement.h"
#include "dacache/store/exchanges.h"
#include "store_rig.h"
#include "temp_dir.h"

#define TENANT "https://platform.example.com"

static char *own(const char *text)
{
	return (char *)(uintptr_t)text;
}

static struct exchange make(uint64_t number)
{
	return (struct exchange){
		.number = number,
		.wall_us = 1769868129123456 + (int64_t)number,
		.endpoint = ENDPOINT_PUT,
		.method = "PUT",
		.url = own("http://127.0.0.1:80/api/ü?x=1"),
		.action_id = own("act-1"),
		.status = 0,
		.transport = TRANSPORT_RESET,
		.attempt = 3,
		.times = {.queue = 1,
			  .name = 2,
			  .connect = 3,
			  .tls = 4,
			  .wait = 5,
			  .transfer = 6,
			  .total = 20},
		.bytes_sent = 100,
		.bytes_received = 200,
		.header_bytes_received = 50,
		.request_headers = own("A: b\n"),
		.request_body = own("a\0b"),
		.request_body_len = 3,
		.request_size = 70000,
		.response_headers = own("C: d\nE: f\n"),
		.response_body = own("{}"),
		.response_body_len = 2,
		.response_size = 2,
		.flags = EXCHANGE_REQUEST_CUT | EXCHANGE_RESPONSE_MASKED,
		.http_version = "1.1",
		.error = "it \"broke\"",
	};
}

static struct exchange_run begin(const char *command)
{
	struct exchange_run run = {.started_us = 1769868129000000};

	snprintf(run.command, sizeof(run.command), "%s", command);
	return run;
}

static void append(struct store *store, struct exchange_run *run, const struct exchange *exchange,
		   size_t n)
{
	const struct exchange *list[1000];
	struct err err = {0};

	assert_true(n <= 1000);
	for (size_t i = 0; i < n; i++)
		list[i] = &exchange[i];
	assert_int_equal(exchanges_append(store, run, list, n, 1000, &err), ERR_OK);
}

struct seen {
	size_t n;
	size_t most; /* then it ends */
	int64_t newest_row;
	uint64_t newest, oldest; /* numbers */
	size_t with_bodies;
};

static bool see(void *context, int64_t row, const struct exchange *exchange)
{
	struct seen *seen = context;

	if (seen->n == 0) {
		seen->newest = exchange->number;
		seen->newest_row = row;
	}
	seen->oldest = exchange->number;
	seen->with_bodies += exchange->response_body != NULL || exchange->request_headers != NULL;
	return ++seen->n != seen->most;
}

static struct seen look(struct store *store, int64_t run, size_t most)
{
	struct seen seen = {.most = most};
	struct err err = {0};

	assert_int_equal(exchanges_each(store, run, see, &seen, &err), ERR_OK);
	return seen;
}

static void what_went_in_comes_out(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct exchange_run run = begin("set");
	struct exchange in = make(7);
	struct exchange out;
	struct seen seen;
	struct err err = {0};

	append(store, &run, &in, 1);
	assert_true(run.id > 0);
	seen = look(store, 0, 0);
	assert_int_equal(seen.n, 1);
	assert_int_equal(seen.with_bodies, 0);
	assert_int_equal(exchanges_load(store, seen.newest_row, &out, &err), ERR_OK);
	assert_int_equal(out.run, run.id);
	assert_int_equal(out.number, 7);
	assert_int_equal(out.wall_us, in.wall_us);
	assert_int_equal(out.endpoint, in.endpoint);
	assert_string_equal(out.method, "PUT");
	assert_string_equal(out.url, in.url);
	assert_string_equal(out.path, "/api/ü?x=1");
	assert_string_equal(out.action_id, "act-1");
	assert_int_equal(out.status, 0);
	assert_int_equal(out.transport, TRANSPORT_RESET);
	assert_int_equal(out.attempt, 3);
	assert_memory_equal(&out.times, &in.times, sizeof(in.times));
	assert_int_equal(out.bytes_sent, 100);
	assert_int_equal(out.bytes_received, 200);
	assert_int_equal(out.header_bytes_received, 50);
	assert_string_equal(out.request_headers, in.request_headers);
	assert_string_equal(out.response_headers, in.response_headers);
	assert_int_equal(out.request_body_len, 3);
	assert_memory_equal(out.request_body, "a\0b", 4);
	assert_int_equal(out.request_size, 70000);
	assert_string_equal(out.response_body, "{}");
	assert_int_equal(out.response_size, 2);
	assert_int_equal(out.flags, in.flags);
	assert_string_equal(out.http_version, "1.1");
	assert_string_equal(out.error, "it \"broke\"");
	exchange_clear(&out);
	assert_int_equal(exchanges_load(store, seen.newest_row + 1, &out, &err), ERR_NOT_FOUND);
	store_close(&store);
}

static void texts_that_are_missing_are_empty(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct exchange_run run = begin("list");
	struct exchange in = {.number = 1, .method = "GET"};
	struct exchange out;
	struct err err = {0};

	append(store, &run, &in, 1);
	assert_int_equal(exchanges_load(store, look(store, 0, 0).newest_row, &out, &err), ERR_OK);
	assert_string_equal(out.url, "");
	assert_string_equal(out.response_body, "");
	assert_int_equal(out.response_body_len, 0);
	exchange_clear(&out);
	store_close(&store);
}

static void runs_are_told_apart(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct store *other = store_rig_open(state, "https://other.example.com");
	struct exchange_run first = begin("screen");
	struct exchange_run second = begin("list");
	struct exchange_run others = begin("show");
	struct exchange_run run;
	struct exchange calls[] = {make(1), make(2), make(3)};
	struct err err = {0};

	assert_int_equal(exchanges_run(store, 0, &run, &err), ERR_NOT_FOUND);
	assert_string_equal(err.text, "the log has no request of this tenant");
	append(store, &first, calls, 2);
	append(store, &second, calls, 1);
	append(store, &first, calls + 2, 1);
	append(other, &others, calls, 1);
	assert_int_equal(look(store, first.id, 0).n, 3);
	assert_int_equal(look(store, second.id, 0).n, 1);
	assert_int_equal(look(store, others.id, 0).n, 0);
	assert_int_equal(look(store, 0, 0).n, 4);
	assert_int_equal(look(store, first.id, 0).newest, 3);
	assert_int_equal(look(store, first.id, 0).oldest, 1);
	assert_int_equal(look(store, 0, 2).n, 2);
	/* The one that began last, not the one that was written to last */
	assert_int_equal(exchanges_run(store, 0, &run, &err), ERR_OK);
	assert_int_equal(run.id, second.id);
	assert_string_equal(run.command, "list");
	assert_int_equal(run.started_us, second.started_us);
	assert_int_equal(run.calls, 1);
	assert_int_equal(exchanges_run(store, first.id, &run, &err), ERR_OK);
	assert_int_equal(run.calls, 3);
	assert_int_equal(exchanges_run(store, others.id, &run, &err), ERR_NOT_FOUND);
	store_close(&other);
	store_close(&store);
}

static void the_newest_five_thousand_stay(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct exchange_run old = begin("show");
	struct exchange_run run = begin("list");
	struct exchange calls[100];
	struct exchange one = make(9999);

	append(store, &old, &one, 1);
	for (uint64_t part = 0; part < 50; part++) {
		for (uint64_t i = 0; i < 100; i++)
			calls[i] = make(part * 100 + i + 1);
		/* One more than fits with the last */
		append(store, &run, calls, part < 49 ? 100 : 99);
	}
	assert_int_equal(look(store, 0, 0).n, EXCHANGES_KEPT);
	assert_int_equal(look(store, 0, 0).oldest, 9999);
	one = make(5000);
	append(store, &run, &one, 1);
	assert_int_equal(look(store, 0, 0).n, EXCHANGES_KEPT);
	assert_int_equal(look(store, 0, 0).oldest, 1);
	assert_int_equal(look(store, 0, 0).newest, 5000);
	/* The run whose calls have gone went with them, and may come again. */
	assert_int_equal(store_rig_number(store, "SELECT count(*) FROM request_run"), 1);
	append(store, &old, &one, 1);
	assert_int_equal(look(store, old.id, 0).n, 1);
	assert_int_equal(look(store, run.id, 0).oldest, 2);
	store_close(&store);
}

static void their_bytes_have_a_bound(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct exchange_run run = begin("list");
	struct exchange one = make(0);
	char *body = calloc(1, 1024 * 1024);
	size_t kept;

	assert_non_null(body);
	one.response_body = body;
	one.response_body_len = 1024 * 1024;
	kept = EXCHANGES_BYTES_KEPT / exchange_weight(&one);
	assert_in_range(kept, 30, 32);
	for (size_t i = 0; i < kept + 3; i++) {
		one.number = i + 1;
		append(store, &run, &one, 1);
	}
	assert_int_equal(look(store, 0, 0).n, kept);
	assert_int_equal(look(store, 0, 0).newest, kept + 3);
	free(body);
	store_close(&store);
}

/* Another program writes: the log gives up soon, loses nothing by itself, and the
 * store's other writes are as safe as ever. */
static void it_waits_for_nobody(void **state)
{
	struct store *store = store_rig_open(state, TENANT);
	struct store *other = store_rig_open(state, TENANT);
	struct exchange_run run = begin("list");
	struct exchange one = make(1);
	const struct exchange *list[] = {&one};
	struct err err = {0};

	assert_int_equal(store_begin(other, &err), ERR_OK);
	assert_int_equal(exchanges_append(store, &run, list, 1, 0, &err), ERR_TIMEOUT);
	assert_int_equal(run.id, 0);
	assert_int_equal(store_rig_number(store, "PRAGMA synchronous"), 2);
	assert_int_equal(store_rig_number(store, "PRAGMA busy_timeout"), STORE_BUSY_MS);
	assert_int_equal(store_end(other, ERR_OK, &err), ERR_OK);
	assert_int_equal(exchanges_append(store, &run, list, 1, 0, &err), ERR_OK);
	assert_int_equal(store_rig_number(store, "PRAGMA synchronous"), 2);
	assert_int_equal(look(other, 0, 0).n, 1);
	assert_int_equal(exchanges_append(store, &run, NULL, 0, 0, &err), ERR_OK);
	store_close(&other);
	store_close(&store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_went_in_comes_out, temp_dir_setup,
						temp_dir_teardown),
		cmocka_unit_test_setup_teardown(texts_that_are_missing_are_empty, temp_dir_setup,
						temp_dir_teardown),
		cmocka_unit_test_setup_teardown(runs_are_told_apart, temp_dir_setup,
						temp_dir_teardown),
		cmocka_unit_test_setup_teardown(the_newest_five_thousand_stay, temp_dir_setup,
						temp_dir_teardown),
		cmocka_unit_test_setup_teardown(their_bytes_have_a_bound, temp_dir_setup,
						temp_dir_teardown),
		cmocka_unit_test_setup_teardown(it_waits_for_nobody, temp_dir_setup,
						temp_dir_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
