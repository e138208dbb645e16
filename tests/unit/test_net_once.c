/* What is no GET leaves once, over a kept connection too: whenever that ends, and
 * however. Each server here would take a second sending, and count it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <stdio.h>

#include "http_rig.h"

/* Too much for what the kernel keeps of a connection: it is on its way for a while. */
enum { LARGE = 8 * 1024 * 1024 };

/* One way for a kept connection to end beneath a PUT. */
struct way {
	bool tls;
	bool large;
	enum script_when when;
	enum script_then then;
};

static char *body_of(const struct way *way)
{
	size_t len = way->large ? LARGE : 7;
	char *body = malloc(len + 1);

	assert_non_null(body);
	memset(body, 'x', len);
	body[len] = '\0';
	return body;
}

static int connection_of(const struct http_rig *rig, const char *match, size_t nth)
{
	return scripted_server_request(rig->server, match, nth)->connection;
}

/* Two connections that are kept: curl could take the other for a second time. Before
 * the first answer of a server it waits whether one is enough for all (HTTP/2). */
static void keep_two(struct http_rig *rig)
{
	http_rig_exchange(rig, "GET", (struct script_step){.reply = HTTP_RIG_OK});
	scripted_server_add(rig->server, (struct script_step){.match = "GET",
							      .reply = HTTP_RIG_OK,
							      .then = SCRIPT_HOLD,
							      .times = 2});
	http_rig_send_path(rig, "GET", "/a", NULL);
	http_rig_send_path(rig, "GET", "/b", NULL);
	for (int i = 0; i < HTTP_RIG_TURNS_MAX && scripted_server_requests(rig->server) < 3; i++)
		assert_int_equal(loop_turn(rig->loop, HTTP_RIG_TURN_US, NULL), ERR_OK);
	scripted_server_release(rig->server);
	http_rig_run(rig, 3);
	assert_int_not_equal(connection_of(rig, "GET /a", 0), connection_of(rig, "GET /b", 0));
}

static void trust(struct http_rig *rig)
{
	struct http_options options = http_rig_quick;

	options.ca_file = rig->ca_file;
	http_free(&rig->http);
	assert_int_equal(http_new(rig->loop, &options, &rig->http, NULL), ERR_OK);
}

static void put_that_is_lost(const struct way *way)
{
	struct http_rig rig;
	char *body = body_of(way);
	size_t whole = way->when == SCRIPT_WHOLE ? 1 : 0;

	http_rig_up(&rig, &http_rig_quick, way->tls);
	if (way->tls)
		trust(&rig);
	keep_two(&rig);
	scripted_server_add(rig.server,
			    (struct script_step){.match = way->when == SCRIPT_UNREAD ? NULL : "PUT",
						 .then = way->then,
						 .when = way->when});
	scripted_server_add(rig.server, (struct script_step){
						.match = "PUT", .reply = HTTP_RIG_OK, .times = -1});
	http_rig_send_path(&rig, "PUT", "/x", body);
	http_rig_run(&rig, 4);
	assert_int_equal(rig.seen[3].transport, TRANSPORT_RESET);
	assert_true(rig.seen[3].sent > 0);
	assert_string_not_equal(rig.seen[3].error, "");
	/* Nor later. */
	http_rig_send_path(&rig, "PUT", "/y", "{}");
	http_rig_run(&rig, 5);
	assert_int_equal(rig.seen[4].status, 200);
	assert_int_equal(scripted_server_count(rig.server, "PUT /x"), whole);
	if (whole)
		assert_true(connection_of(&rig, "PUT /x", 0) <= 2);
	http_rig_down(&rig);
	free(body);
}

/* But of a large body that nobody reads and nobody resets: it would be sent until its
 * time is up. */
static void a_put_over_a_kept_connection_that_ends_is_lost(bool tls)
{
	static const struct way ways[] = {
		{.when = SCRIPT_UNREAD, .then = SCRIPT_FIN},
		{.when = SCRIPT_UNREAD, .then = SCRIPT_CLOSE},
		{.when = SCRIPT_UNREAD, .then = SCRIPT_RESET},
		{.when = SCRIPT_AT_HEAD, .then = SCRIPT_FIN},
		{.when = SCRIPT_AT_HEAD, .then = SCRIPT_CLOSE},
		{.when = SCRIPT_AT_HEAD, .then = SCRIPT_RESET},
		{.when = SCRIPT_WHOLE, .then = SCRIPT_FIN},
		{.when = SCRIPT_WHOLE, .then = SCRIPT_CLOSE},
		{.when = SCRIPT_WHOLE, .then = SCRIPT_RESET},
		{.when = SCRIPT_UNREAD, .then = SCRIPT_RESET, .large = true},
		{.when = SCRIPT_AT_HEAD, .then = SCRIPT_CLOSE, .large = true},
		{.when = SCRIPT_AT_HEAD, .then = SCRIPT_RESET, .large = true},
		{.when = SCRIPT_WHOLE, .then = SCRIPT_FIN, .large = true},
		{.when = SCRIPT_WHOLE, .then = SCRIPT_RESET, .large = true},
	};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct way way = ways[i];

		way.tls = tls;
		put_that_is_lost(&way);
	}
}

static void a_put_is_not_sent_again_by_itself(void **state)
{
	(void)state;
	a_put_over_a_kept_connection_that_ends_is_lost(false);
}

static void nor_under_tls(void **state)
{
	(void)state;
	a_put_over_a_kept_connection_that_ends_is_lost(true);
}

/* Nobody listens any more: that says nothing of what left before. */
static void a_put_that_left_is_never_refused(void **state)
{
	struct http_rig rig;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	http_rig_exchange(&rig, "GET", (struct script_step){.reply = HTTP_RIG_OK});
	scripted_server_add(rig.server, (struct script_step){.match = "PUT", .then = SCRIPT_HOLD});
	http_rig_send_path(&rig, "PUT", "/x", "{}");
	for (int i = 0; i < HTTP_RIG_TURNS_MAX && scripted_server_count(rig.server, "PUT") < 1; i++)
		assert_int_equal(loop_turn(rig.loop, HTTP_RIG_TURN_US, NULL), ERR_OK);
	scripted_server_free(rig.server);
	http_rig_run(&rig, 2);
	assert_int_equal(rig.seen[1].transport, TRANSPORT_RESET);
	assert_true(rig.seen[1].sent > 0);
	rig.server = scripted_server_new(rig.loop, NULL);
	http_rig_down(&rig);
}

static void puts_share_a_connection(void **state)
{
	struct http_rig rig;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	http_rig_exchange(&rig, "GET", (struct script_step){.reply = HTTP_RIG_OK});
	http_rig_exchange(&rig, "PUT", (struct script_step){.reply = HTTP_RIG_OK});
	http_rig_exchange(&rig, "PUT", (struct script_step){.reply = HTTP_RIG_OK});
	http_rig_exchange(&rig, "GET", (struct script_step){.reply = HTTP_RIG_OK});
	assert_int_equal(scripted_server_requests(rig.server), 4);
	assert_int_equal(connection_of(&rig, "PUT", 0), 1);
	assert_int_equal(connection_of(&rig, "PUT", 1), 1);
	assert_int_equal(connection_of(&rig, "GET", 1), 1);
	assert_string_equal(scripted_server_request(rig.server, "PUT", 1)->body, "{\"a\":1}");
	http_rig_down(&rig);
}

static void a_post_has_a_connection_of_its_own(void **state)
{
	struct http_rig rig;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	http_rig_exchange(&rig, "GET", (struct script_step){.reply = HTTP_RIG_OK});
	http_rig_exchange(&rig, "POST", (struct script_step){.reply = HTTP_RIG_OK});
	assert_int_equal(connection_of(&rig, "POST", 0), 2);
	http_rig_down(&rig);
}

/* The server ended it after its last answer, which is seen before anything leaves. */
static void a_kept_connection_that_ended_is_not_taken(void **state)
{
	struct http_rig rig;
	struct http_seen *seen;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	http_rig_exchange(&rig, "GET",
			  (struct script_step){.reply = HTTP_RIG_OK, .then = SCRIPT_CLOSE});
	seen = http_rig_exchange(&rig, "PUT", (struct script_step){.reply = HTTP_RIG_OK});
	assert_int_equal(seen->transport, TRANSPORT_ANSWERED);
	assert_int_equal(scripted_server_count(rig.server, "PUT"), 1);
	assert_int_equal(connection_of(&rig, "PUT", 0), 2);
	http_rig_down(&rig);
}

/* A GET may be, and curl does. */
static void a_get_is_sent_again(void **state)
{
	struct http_rig rig;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	http_rig_exchange(&rig, "GET", (struct script_step){.reply = HTTP_RIG_OK});
	scripted_server_add(rig.server, (struct script_step){.match = "GET", .then = SCRIPT_CLOSE});
	assert_int_equal(
		http_rig_exchange(&rig, "GET", (struct script_step){.reply = HTTP_RIG_OK})->status,
		200);
	assert_int_equal(scripted_server_count(rig.server, "GET"), 3);
	http_rig_down(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_put_is_not_sent_again_by_itself),
		cmocka_unit_test(nor_under_tls),
		cmocka_unit_test(a_put_that_left_is_never_refused),
		cmocka_unit_test(puts_share_a_connection),
		cmocka_unit_test(a_post_has_a_connection_of_its_own),
		cmocka_unit_test(a_kept_connection_that_ended_is_not_taken),
		cmocka_unit_test(a_get_is_sent_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
