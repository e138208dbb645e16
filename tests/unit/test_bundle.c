/* A bundle's files: written, and read back as what they were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/base/text.h"
#include "dacache/domain/bundle.h"
#include "dacache/domain/har.h"

enum { FILES = 6 };

struct files {
	struct buf data[FILES];
};

static const char *const names[FILES] = {BUNDLE_ACTION,   BUNDLE_ACTIONS,  BUNDLE_AUDIT,
					 BUNDLE_REQUESTS, BUNDLE_MESSAGES, BUNDLE_MANIFEST};

static const char *find(void *context, const char *name, size_t *len)
{
	struct files *files = context;

	for (int i = 0; i < FILES; i++) {
		if (strcmp(names[i], name) != 0)
			continue;
		*len = files->data[i].len;
		return buf_str(&files->data[i]);
	}
	return NULL;
}

static void put_entry(struct buf *out)
{
	struct audit_entry entry;

	audit_entry_init(&entry);
	entry.seq = 7;
	entry.wall_us = 1763799600123456;
	entry.action = text_dup("cache_update");
	entry.data_action_id = text_dup("a");
	entry.who = text_dup("ann");
	entry.outcome = OUTCOME_APPLIED;
	entry.status = 200;
	entry.latency_ms = 12.345;
	entry.attempts = 2;
	entry.has_payload = true;
	assert_int_equal(cache_members_set(&entry.payload, true, "k_{a}\xc3\xa9", 60), ERR_OK);
	entry.has_before = true;
	assert_int_equal(cache_members_set(&entry.before, false, NULL, CACHE_TTL_ABSENT), ERR_OK);
	strcpy(entry.prev_hash, AUDIT_CHAIN_START);
	assert_int_equal(audit_entry_hash(&entry, entry.hash), ERR_OK);
	buf_putc(out, '[');
	audit_entry_to_json(&entry, out);
	buf_puts(out, "]");
	audit_entry_clear(&entry);
}

static void put_requests(struct buf *out)
{
	struct exchange exchange = {
		.number = 3,
		.run = 2,
		.wall_us = 1763799600500000,
		.endpoint = ENDPOINT_GET,
		.method = "GET",
		.status = 200,
		.attempt = 1,
		.times = {.queue = 2000, .connect = 2000, .tls = 3000, .wait = 4000, .total = 9000},
		.request_size = 0,
		.response_size = 10,
		.http_version = "1.1",
		.header_bytes_received = 20,
		.bytes_received = 30,
	};
	struct har har;

	exchange.url = text_dup("https://x.example/api/v2/dataactions/b?q=1");
	exchange.path = text_dup("/api/v2/dataactions/b?q=1");
	exchange.action_id = text_dup("b");
	exchange.request_headers = text_dup("Authorization: Bearer ***\n");
	exchange.request_body = text_dup("");
	exchange.response_headers = text_dup("ETag: \"9\"\nX: y: z\n");
	exchange.response_body = text_dup("{\"id\":\"b\"}");
	exchange.response_body_len = 10;
	har_begin(&har, out, "1", NULL);
	har_add(&har, &exchange);
	exchange.response_body[0] = '\xff'; /* no text: base64 */
	exchange.endpoint = ENDPOINT_PUT;
	har_add(&har, &exchange);
	har_end(&har);
	exchange_clear(&exchange);
}

static void put_messages(struct buf *out)
{
	struct failure failure;

	failure_init(&failure);
	failure.kind = FAILURE_RATE_LIMITED;
	failure.status = 429;
	failure.retry_after_s = 23;
	failure.details_len = 1;
	strcpy(failure.message, "Rate \"limit\"\n");
	strcpy(failure.details[0].field_name, "cacheTtl");
	failure.timeline.len = 1;
	failure.timeline.items[0] =
		(struct call_attempt){.wall_us = 1763799600000000, .number = 1, .status = 429};
	failure.conflict.told = true;
	failure.conflict.base.version = 12;
	buf_putc(out, '[');
	bundle_put_message(out, 1763799600000000, 2, "429 too.many.requests", "a", &failure);
	buf_putc(out, ',');
	bundle_put_message(out, 1763799601000000, 0, "note", NULL, NULL);
	buf_putc(out, ']');
}

static void seal(struct files *files)
{
	const struct bundle_head head = {1763799602000000, "9.9", "prod", "https://x.example", "a"};
	struct bundle_part parts[FILES - 1];

	for (int i = 0; i < FILES - 1; i++)
		parts[i] = (struct bundle_part){names[i], buf_str(&files->data[i]),
						files->data[i].len};
	buf_reset(&files->data[FILES - 1]);
	assert_int_equal(bundle_put_manifest(&files->data[FILES - 1], &head, parts, FILES - 1),
			 ERR_OK);
}

static int setup(void **state)
{
	struct files *files = calloc(1, sizeof(*files));
	struct action *action = NULL;
	static const char document[] =
		"{\"id\":\"a\",\"name\":\"A\",\"big\":123456789012345678901234567890}";

	assert_non_null(files);
	for (int i = 0; i < FILES; i++)
		buf_init(&files->data[i], 1000000);
	assert_int_equal(action_parse(document, sizeof(document) - 1, "\"5\"", &action, NULL),
			 ERR_OK);
	bundle_put_action(&files->data[0], action, 1763799600000000, NULL);
	action_free(&action);
	buf_puts(&files->data[1], "[{\"id\":\"a\",\"name\":\"A\"},{\"id\":\"b\"},{\"id\":\"c\"}]");
	put_entry(&files->data[2]);
	put_requests(&files->data[3]);
	put_messages(&files->data[4]);
	seal(files);
	*state = files;
	return 0;
}

static int teardown(void **state)
{
	struct files *files = *state;

	for (int i = 0; i < FILES; i++)
		buf_free(&files->data[i]);
	free(files);
	return 0;
}

static struct bundle *read_back(struct files *files)
{
	struct bundle *bundle = NULL;
	struct err err;

	if (bundle_read(find, files, &bundle, &err))
		fail_msg("%s", err.text);
	return bundle;
}

static void the_audit_keeps_its_hash(void **state)
{
	struct bundle *bundle = read_back(*state);
	const struct audit_entry *entry = vec_at(&bundle->entries, 0);

	assert_int_equal(bundle->made_us, 1763799602000000);
	assert_string_equal(bundle->profile, "prod");
	assert_int_equal(bundle->entries.len, 1);
	assert_int_equal(bundle->broken_hashes, 0);
	assert_int_equal(entry->seq, 7);
	assert_int_equal(entry->wall_us, 1763799600123456);
	assert_string_equal(entry->payload.key, "k_{a}\xc3\xa9");
	assert_null(entry->before.key);
	assert_int_equal(entry->before.ttl_s, CACHE_TTL_ABSENT);
	assert_true(entry->latency_ms == 12.345);
	bundle_free(&bundle);
}

static void requests_come_back_whole(void **state)
{
	struct bundle *bundle = read_back(*state);
	const struct exchange *exchange = vec_at(&bundle->exchanges, 0);
	const struct exchange *bytes = vec_at(&bundle->exchanges, 1);

	assert_int_equal(exchange->number, 3);
	assert_int_equal(exchange->wall_us, 1763799600500000);
	assert_int_equal(exchange->times.queue, 2000);
	assert_int_equal(exchange->times.connect, 2000);
	assert_int_equal(exchange->times.tls, 3000);
	assert_int_equal(exchange->times.total, 9000);
	assert_string_equal(exchange->path, "/api/v2/dataactions/b?q=1");
	assert_string_equal(exchange->response_headers, "ETag: \"9\"\nX: y: z\n");
	assert_string_equal(exchange->response_body, "{\"id\":\"b\"}");
	assert_int_equal(exchange->bytes_received, 30);
	assert_int_equal(bytes->response_body_len, 10);
	assert_memory_equal(bytes->response_body, "\xff\"id\":\"b\"}", 10);
	bundle_free(&bundle);
}

static void messages_keep_their_failures(void **state)
{
	struct bundle *bundle = read_back(*state);
	const struct bundle_message *message = vec_at(&bundle->messages, 0);
	const struct failure *failure = &message->failure;

	assert_int_equal(bundle->messages.len, 2);
	assert_int_equal(message->severity, 2);
	assert_true(message->has_failure);
	assert_int_equal(failure->kind, FAILURE_RATE_LIMITED);
	assert_int_equal(failure->retry_after_s, 23);
	assert_string_equal(failure->message, "Rate \"limit\"");
	assert_string_equal(failure->details[0].field_name, "cacheTtl");
	assert_int_equal(failure->timeline.items[0].wall_us, 1763799600000000);
	assert_int_equal(failure->timeline.items[0].status, 429);
	assert_int_equal(failure->conflict.base.version, 12);
	assert_false(((const struct bundle_message *)vec_at(&bundle->messages, 1))->has_failure);
	bundle_free(&bundle);
}

static void it_answers_for_the_tenant(void **state)
{
	struct bundle *bundle = read_back(*state);
	char etag[ETAG_SIZE];
	struct buf out;
	struct action_page page;

	buf_init(&out, 100000);
	assert_int_equal(bundle_put_page(bundle, 2, 2, &out), ERR_OK);
	assert_int_equal(action_page_parse(buf_str(&out), out.len, &page, NULL), ERR_OK);
	assert_int_equal(page.len, 1);
	assert_int_equal(page.total, 3);
	assert_int_equal(page.page_count, 2);
	assert_string_equal(page.rows[0].id, "c");
	action_page_clear(&page);
	buf_reset(&out);
	assert_int_equal(bundle_put_document(bundle, "a", &out, etag), ERR_OK);
	assert_string_equal(etag, "\"5\"");
	buf_reset(&out); /* of the requests */
	assert_int_equal(bundle_put_document(bundle, "b", &out, etag), ERR_OK);
	assert_string_equal(buf_str(&out), "{\"id\":\"b\"}");
	assert_string_equal(etag, "\"9\"");
	assert_int_equal(bundle_put_document(bundle, "c", &out, etag), ERR_NOT_FOUND);
	buf_free(&out);
	bundle_free(&bundle);
}

/* Each file cut anywhere, with its hash made right: an error or a bundle, no crash. */
static void no_cut_file_harms(void **state)
{
	struct files *files = *state;

	for (int i = 0; i < FILES; i++) {
		char *whole = text_dup(buf_str(&files->data[i]));
		size_t len = strlen(whole);

		for (size_t cut = 0; cut < len; cut += len / 97 + 1) {
			struct bundle *bundle = NULL;
			struct err err;

			buf_reset(&files->data[i]);
			buf_append(&files->data[i], whole, cut);
			if (i < FILES - 1)
				seal(files);
			assert_int_equal(bundle_read(find, files, &bundle, &err), ERR_PARSE);
			assert_null(bundle);
		}
		buf_reset(&files->data[i]);
		buf_puts(&files->data[i], whole);
		free(whole);
	}
}

/* Types that are not what they should be, numbers that are too large. */
static void nothing_is_believed(void **state)
{
	static const char *const messages[] = {
		"[{\"at\":\"2026-01-01T00:00:00Z\",\"severity\":[],\"text\":{},\"failure\":{"
		"\"kind\":99,"
		"\"details\":7,\"timeline\":{\"attempts\":[1,{\"transport\":250,\"number\":1e99,"
		"\"wall_us\":9223372036854775807}],\"dropped\":-9},\"status\":-2147483648,"
		"\"retry_after_s\":9223372036854775807,\"conflict\":[],\"quota\":\"x\"}}]",
		"[{\"at\":\"2026-01-01T00:00:00Z\",\"failure\":{}}]",
	};
	struct files *files = *state;

	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		struct bundle *bundle;
		const struct failure *failure;

		buf_reset(&files->data[4]);
		buf_puts(&files->data[4], messages[i]);
		seal(files);
		bundle = read_back(files);
		failure = &((const struct bundle_message *)vec_at(&bundle->messages, 0))->failure;
		assert_int_equal(failure->kind, FAILURE_LOCAL);
		assert_int_equal(failure->retry_after_s, -1);
		assert_true(failure->timeline.len <= ATTEMPTS_KEPT);
		bundle_free(&bundle);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_audit_keeps_its_hash),
		TEST(requests_come_back_whole),
		TEST(messages_keep_their_failures),
		TEST(it_answers_for_the_tenant),
		TEST(no_cut_file_harms),
		TEST(nothing_is_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
