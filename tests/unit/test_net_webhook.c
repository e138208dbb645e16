#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <stdio.h>

#include "net_rig.h"

struct delivery {
	struct rig *rig;
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

	memcpy(directive.source, url, strlen(url) + 1);
	snprintf(directive.event_type, 16, "case.closed");
	assert_int_equal(webhook_send(rig->http, rig->loop, &directive, "key_{a}", &rig->observer,
				      on_delivered, delivery),
			 ERR_OK);
	/* Everything was copied. */
	test_free(directive.source);
	test_free(directive.event_type);
	assert_int_equal(delivery->n, 0);
}

static void deliver_path(struct delivery *delivery, const char *path)
{
	char url[256];

	snprintf(url, sizeof(url), "%s%s", scripted_server_url(delivery->rig->server), path);
	deliver(delivery, url);
}

static void wait_for_it(struct delivery *delivery)
{
	for (int i = 0; i < 300 && delivery->n == 0; i++)
		assert_int_equal(loop_turn(delivery->rig->loop, 100000, NULL), ERR_OK);
	assert_int_equal(delivery->n, 1);
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

static void a_redirect_is_a_failure(void **state)
{
	struct rig rig;
	struct delivery delivery = {.rig = &rig};

	(void)state;
	rig_up(&rig);
	rig_script(&rig, "POST", rig_text(&rig, "307 Moved", "Location: /other\r\n", ""), 1);
	deliver_path(&delivery, "/hook");
	wait_for_it(&delivery);
	assert_int_equal(delivery.last.failure.kind, FAILURE_STATUS);
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

static void plain_http_stays_on_loopback(void **state)
{
	struct rig rig;
	struct delivery delivery = {.rig = &rig};

	(void)state;
	rig_up(&rig);
	deliver(&delivery, "http://user:word@hooks.example.com/x");
	wait_for_it(&delivery);
	assert_int_equal(delivery.last.failure.kind, FAILURE_FORBIDDEN_URL);
	assert_string_equal(rig.exchanges[0].url, "http://***@hooks.example.com/x");
	assert_int_equal(rig.exchanges[0].bytes_sent, 0);
	rig_down(&rig);
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
		cmocka_unit_test(a_redirect_is_a_failure),
		cmocka_unit_test(a_dropped_connection_is_told),
		cmocka_unit_test(plain_http_stays_on_loopback),
		cmocka_unit_test(it_ends_silently_with_its_http),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
