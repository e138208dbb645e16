#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <stdio.h>

#include "dacache/domain/webhook_signature.h"
#include "net_rig.h"

#define LOOPBACK "127.0.0.0/8, ::1"
#define SECRET   "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

struct delivery {
	struct rig *rig;
	struct webhook_options options;
	size_t n;
	struct webhook_reply last;
};

static void on_delivered(void *context, const struct webhook_reply *reply)
{
	struct delivery *delivery = context;

	delivery->n++;
	delivery->last = *reply;
}

static void deliver(struct delivery *delivery, const char *url)
{
	struct directive directive = {
		.source = test_malloc(strlen(url) + 1),
		.event_type = test_malloc(16),
		.action = DIRECTIVE_INVALIDATE,
	};
	struct rig *rig = delivery->rig;
	size_t before = delivery->n;

	memcpy(directive.source, url, strlen(url) + 1);
	snprintf(directive.event_type, 16, "case.closed");
	assert_int_equal(webhook_send(rig->http, rig->loop, &directive, "key_{a}",
				      &delivery->options, &rig->observer, on_delivered, delivery),
			 ERR_OK);
	/* Everything was copied. */
	test_free(directive.source);
	test_free(directive.event_type);
	assert_int_equal(delivery->n, before);
}

/* "http://HOST:PORT/PATH" of the scripted server. */
static void deliver_to(struct delivery *delivery, const char *host, const char *path)
{
	const char *port = strrchr(scripted_server_url(delivery->rig->server), ':');
	char url[256];

	snprintf(url, sizeof(url), "http://%s%s%s", host, port, path);
	deliver(delivery, url);
}

static void deliver_path(struct delivery *delivery, const char *path)
{
	delivery->options.allow = LOOPBACK;
	deliver_to(delivery, "127.0.0.1", path);
}

static void wait_for_it(struct delivery *delivery)
{
	size_t wanted = delivery->n + 1;

	for (int i = 0; i < 300 && delivery->n < wanted; i++)
		assert_int_equal(loop_turn(delivery->rig->loop, 100000, NULL), ERR_OK);
	assert_int_equal(delivery->n, wanted);
}

static void a_directive_is_posted_once(void **state)
{
	struct rig rig;
	struct delivery delivery = {.rig = &rig};
	const struct scripted_request *request;
	const struct exchange *exchange = &rig.exchanges[0];

	(void)state;
	rig_up(&rig);
	rig_script(&rig, "POST /hook", RIG_STATUS("202 Accepted"), 1);
	deliver_path(&delivery, "/hook?token=abc");
	wait_for_it(&delivery);
	assert_int_equal(delivery.last.failure.kind, FAILURE_NONE);
	assert_int_equal(delivery.last.status, 202);
	assert_true(delivery.last.latency_us > 0);
	request = scripted_server_request(rig.server, "POST /hook?token=abc ", 0);
	assert_non_null(strstr(request->head, "\r\nContent-Type: application/json\r\n"));
	assert_null(strstr(request->head, "Authorization"));
	assert_null(strstr(request->head, "webhook-")); /* there is no secret */
	assert_non_null(strstr(request->body, "\"event\":\"cache_invalidation\""));
	assert_non_null(strstr(request->body, "\"target_key\":\"key_{a}\""));
	assert_int_equal(rig.exchanges_len, 1);
	assert_int_equal(exchange->endpoint, ENDPOINT_WEBHOOK);
	assert_string_equal(exchange->path, "/hook?token=***");
	assert_non_null(strstr(exchange->request_body, "/hook?token=***\",\"event_type\""));
	assert_non_null(strstr(exchange->request_body, "\"target_key\":\"key_{a}\""));
	assert_int_equal(exchange->wall_us, rig.times.wall_us);
	rig_down(&rig);
}

static void a_failed_delivery_is_not_repeated(void **state)
{
	struct rig rig;
	struct delivery delivery = {.rig = &rig};

	(void)state;
	rig_up(&rig);
	rig_script(&rig, "POST", RIG_STATUS("503 Busy"), 1);
	deliver_path(&delivery, "/hook");
	wait_for_it(&delivery);
	rig_settle(&rig);
	rig_pass(&rig, 60000);
	rig_settle(&rig);
	assert_int_equal(delivery.last.failure.kind, FAILURE_SERVER);
	assert_int_equal(delivery.last.failure.attempts, 1);
	assert_string_equal(delivery.last.failure.method, "POST");
	assert_string_equal(delivery.last.failure.path, "/hook");
	assert_int_equal(scripted_server_requests(rig.server), 1);
	rig_down(&rig);
}

static void a_receiver_says_when_to_come_again(void **state)
{
	struct rig rig;
	struct delivery delivery = {.rig = &rig};

	(void)state;
	rig_up(&rig);
	rig_script(&rig, "POST", rig_text(&rig, "429 Slow", "Retry-After: 77\r\n", ""), 1);
	deliver_path(&delivery, "/hook");
	wait_for_it(&delivery);
	assert_int_equal(delivery.last.failure.kind, FAILURE_RATE_LIMITED);
	assert_int_equal(delivery.last.failure.retry_after_s, 77);
	rig_down(&rig);
}

static void a_redirect_is_a_failure(void **state)
{
	struct rig rig;
	struct delivery delivery = {.rig = &rig};

	(void)state;
	rig_up(&rig);
	rig_script(&rig, "POST", rig_text(&rig, "307 Moved", "Location: /other?token=abc\r\n", ""),
		   1);
	deliver_path(&delivery, "/hook");
	wait_for_it(&delivery);
	assert_int_equal(delivery.last.failure.kind, FAILURE_STATUS);
	assert_string_equal(delivery.last.failure.message,
			    "redirects are not followed: it names /other?token=***");
	assert_int_equal(scripted_server_requests(rig.server), 1);
	rig_down(&rig);
}

static void a_dropped_connection_is_told(void **state)
{
	struct rig rig;
	struct delivery delivery = {.rig = &rig};

	(void)state;
	rig_up(&rig);
	scripted_server_add(rig.server, (struct script_step){.then = SCRIPT_RESET});
	deliver_path(&delivery, "/hook");
	wait_for_it(&delivery);
	assert_int_equal(delivery.last.failure.kind, FAILURE_RESET);
	assert_int_equal(delivery.last.status, 0);
	assert_int_equal(scripted_server_requests(rig.server), 1);
	rig_down(&rig);
}

static void a_receiver_that_is_gone_is_told(void **state)
{
	struct rig rig;
	struct delivery delivery = {.rig = &rig};

	(void)state;
	rig_up(&rig);
	rig_script(&rig, "POST", RIG_STATUS("410 Gone"), 1);
	deliver_path(&delivery, "/hook");
	wait_for_it(&delivery);
	assert_int_equal(delivery.last.status, 410);
	assert_int_equal(delivery.last.failure.kind, FAILURE_STATUS);
	rig_down(&rig);
}

/* ---- Standard Webhooks ---- */

static void header_value(const struct scripted_request *request, const char *name, char *out,
			 size_t size)
{
	const char *at = strstr(request->head, name);

	assert_non_null(at);
	at += strlen(name);
	snprintf(out, size, "%.*s", (int)strcspn(at, "\r"), at);
}

static void check_signature(const struct scripted_request *request, const char *id,
			    int64_t timestamp_s)
{
	char want[WEBHOOK_SIGNATURE_SIZE];
	char value[128];

	header_value(request, "\r\nwebhook-id: ", value, sizeof(value));
	assert_string_equal(value, id);
	header_value(request, "\r\nwebhook-timestamp: ", value, sizeof(value));
	assert_int_equal(atoll(value), timestamp_s);
	assert_int_equal(webhook_sign(SECRET, id, timestamp_s, request->body, strlen(request->body),
				      want, NULL),
			 ERR_OK);
	header_value(request, "\r\nwebhook-signature: ", value, sizeof(value));
	assert_string_equal(value, want);
}

/* Id and body stay, the time is the try's. */
static void every_try_is_signed_and_says_the_same(void **state)
{
	static const char body[] = "{\"event\":\"cache_invalidation\",\"x\":1}";
	struct rig rig;
	struct delivery delivery = {
		.rig = &rig,
		.options = {.id = "msg_1",
			    .attempt = 2,
			    .secret = SECRET,
			    .body = body,
			    .body_len = sizeof(body) - 1},
	};

	(void)state;
	rig_up(&rig);
	rig_script(&rig, "POST", rig_text(&rig, "500 Oops", "", SECRET), 2);
	for (int i = 0; i < 2; i++) {
		const struct scripted_request *request;
		char header[64];

		deliver_path(&delivery, "/hook");
		wait_for_it(&delivery);
		request = scripted_server_request(rig.server, "POST", (size_t)i);
		assert_string_equal(request->body, body);
		check_signature(request, "msg_1", rig.times.wall_us / 1000000);
		assert_int_equal(delivery.last.failure.attempts, 2 + i);
		assert_int_equal(rig.exchanges[i].attempt, 2 + i);
		assert_null(strstr(rig.exchanges[i].response_body, SECRET));
		assert_null(strstr(delivery.last.failure.message, SECRET));
		snprintf(header, sizeof(header), "webhook-timestamp: %lld\n",
			 (long long)(rig.times.wall_us / 1000000));
		assert_non_null(strstr(rig.exchanges[i].request_headers, header));
		delivery.options.attempt++;
		rig_pass(&rig, 300000);
	}
	rig_down(&rig);
}

static void without_an_id_each_delivery_gets_its_own(void **state)
{
	struct rig rig;
	struct delivery delivery = {.rig = &rig, .options = {.secret = SECRET}};
	char ids[2][128];

	(void)state;
	rig_up(&rig);
	rig_script(&rig, "POST", RIG_STATUS("200 OK"), 2);
	for (size_t i = 0; i < 2; i++) {
		const struct scripted_request *request;

		deliver_path(&delivery, "/hook");
		wait_for_it(&delivery);
		request = scripted_server_request(rig.server, "POST", i);
		header_value(request, "\r\nwebhook-id: ", ids[i], sizeof(ids[i]));
		assert_int_equal(strncmp(ids[i], "msg_", 4), 0);
		check_signature(request, ids[i], rig.times.wall_us / 1000000);
	}
	assert_string_not_equal(ids[0], ids[1]);
	rig_down(&rig);
}

static void settings_that_cannot_be_read_send_nothing(void **state)
{
	static const struct webhook_options options[] = {
		{.secret = "whsec_short", .allow = LOOPBACK},
		{.secret = "", .allow = LOOPBACK},
		{.secret = NULL, .allow = "127.0.0.0/99"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		struct rig rig;
		struct delivery delivery = {.rig = &rig, .options = options[i]};

		rig_up(&rig);
		deliver_to(&delivery, "127.0.0.1", "/hook");
		wait_for_it(&delivery);
		assert_int_equal(delivery.last.failure.kind, FAILURE_LOCAL);
		assert_non_null(strstr(delivery.last.failure.message, options[i].secret != NULL
									      ? "webhook_secret"
									      : "webhook_allow"));
		assert_int_equal(scripted_server_requests(rig.server), 0);
		rig_down(&rig);
	}
}

/* ---- where it may go ---- */

struct refused_row {
	const char *host; /* with https:// in front: the whole URL */
	const char *allow;
	const char *message;
};

/* Nothing here needs a name service: curl knows names below localhost itself. */
static const struct refused_row refused_rows[] = {
	{"127.0.0.1", NULL,
	 "http:// is not allowed to 127.0.0.1: use https://, or put 127.0.0.1 into webhook_allow "
	 "of the profile"},
	{"hooks.localhost", LOOPBACK, /* the list names an address, not the name */
	 "http:// is not allowed to hooks.localhost: use https://, or put hooks.localhost into "
	 "webhook_allow of the profile"},
	{"8.8.8.8", LOOPBACK,
	 "http:// is not allowed to 8.8.8.8: use https://, or put 8.8.8.8 into webhook_allow of "
	 "the profile"},
	{"https://127.0.0.1", NULL,
	 "127.0.0.1 is a loopback address: to allow it, put it into webhook_allow of the profile"},
	{"https://0x7f000001", "localhost",
	 "127.0.0.1 is a loopback address: to allow it, put it into webhook_allow of the profile"},
	{"https://10.1.2.3", LOOPBACK,
	 "10.1.2.3 is a private address: to allow it, put it into webhook_allow of the profile"},
	{"https://[::ffff:169.254.169.254]", NULL,
	 "::ffff:169.254.169.254 is a link-local address: to allow it, put it into webhook_allow "
	 "of the profile"},
};

static void addresses_that_are_not_allowed_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused_rows) / sizeof(refused_rows[0]); i++) {
		const struct refused_row *row = &refused_rows[i];
		struct rig rig;
		struct delivery delivery = {.rig = &rig, .options = {.allow = row->allow}};
		char url[128];

		rig_up(&rig);
		snprintf(url, sizeof(url), "%s%s/hook",
			 strncmp(row->host, "https", 5) == 0 ? "" : "http://", row->host);
		deliver(&delivery, url);
		wait_for_it(&delivery);
		assert_string_equal(delivery.last.failure.message, row->message);
		assert_int_equal(delivery.last.failure.kind, FAILURE_FORBIDDEN_URL);
		assert_int_equal(delivery.last.status, 0);
		assert_int_equal(rig.exchanges[0].bytes_sent, 0);
		rig_down(&rig);
	}
}

/* The name is public to look at; where it leads decides. */
static void a_name_that_leads_inside_is_refused(void **state)
{
	struct rig rig;
	struct delivery delivery = {.rig = &rig};
	const char *message = delivery.last.failure.message;

	(void)state;
	rig_up(&rig);
	deliver(&delivery, "https://user:word@hooks.localhost/hook");
	wait_for_it(&delivery);
	assert_int_equal(delivery.last.failure.kind, FAILURE_FORBIDDEN_URL);
	assert_int_equal(strncmp(message, "hooks.localhost resolves to ", 28), 0);
	assert_non_null(strstr(message, ", a loopback address: to allow it, put hooks.localhost "
					"into webhook_allow of the profile"));
	assert_string_equal(rig.exchanges[0].url, "https://***@hooks.localhost/hook");
	rig_down(&rig);
}

static void a_named_host_may_be_anywhere(void **state)
{
	struct rig rig;
	struct delivery delivery = {.rig = &rig, .options = {.allow = "hooks.localhost"}};

	(void)state;
	rig_up(&rig);
	rig_script(&rig, "POST /hook", RIG_STATUS("204 No Content"), 1);
	deliver_to(&delivery, "hooks.localhost", "/hook");
	wait_for_it(&delivery);
	assert_int_equal(delivery.last.failure.kind, FAILURE_NONE);
	assert_int_equal(delivery.last.status, 204);
	rig_down(&rig);
}

static void what_is_no_url_is_refused(void **state)
{
	static const char *const urls[] = {"", "hooks", "ftp://127.0.0.1/", "http://"};

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct rig rig;
		struct delivery delivery = {.rig = &rig, .options = {.allow = LOOPBACK}};

		rig_up(&rig);
		deliver(&delivery, urls[i]);
		wait_for_it(&delivery);
		assert_int_equal(delivery.last.failure.kind, FAILURE_FORBIDDEN_URL);
		rig_down(&rig);
	}
}

static void it_ends_silently_with_its_http(void **state)
{
	struct rig rig;
	struct delivery delivery = {.rig = &rig};

	(void)state;
	rig_up(&rig);
	scripted_server_add(rig.server, (struct script_step){.then = SCRIPT_HOLD});
	deliver_path(&delivery, "/hook");
	rig_run_requests(&rig, 1);
	tenant_free(&rig.tenant);
	http_free(&rig.http);
	rig_settle(&rig);
	assert_int_equal(delivery.n, 0);
	rig_down(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_directive_is_posted_once),
		cmocka_unit_test(a_failed_delivery_is_not_repeated),
		cmocka_unit_test(a_receiver_says_when_to_come_again),
		cmocka_unit_test(a_redirect_is_a_failure),
		cmocka_unit_test(a_dropped_connection_is_told),
		cmocka_unit_test(a_receiver_that_is_gone_is_told),
		cmocka_unit_test(every_try_is_signed_and_says_the_same),
		cmocka_unit_test(without_an_id_each_delivery_gets_its_own),
		cmocka_unit_test(settings_that_cannot_be_read_send_nothing),
		cmocka_unit_test(addresses_that_are_not_allowed_are_refused),
		cmocka_unit_test(a_name_that_leads_inside_is_refused),
		cmocka_unit_test(a_named_host_may_be_anywhere),
		cmocka_unit_test(what_is_no_url_is_refused),
		cmocka_unit_test(it_ends_silently_with_its_http),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
