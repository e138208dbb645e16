/* Replies, and connections that end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <stdio.h>

#include "dacache/base/buf.h"
#include "http_rig.h"

static void a_reply_arrives_whole(void **state)
{
	struct http_rig rig;
	const struct scripted_request *request;
	struct http_seen *seen;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	seen = http_rig_exchange(&rig, "PUT", (struct script_step){.reply = HTTP_RIG_OK});
	assert_int_equal(seen->transport, TRANSPORT_ANSWERED);
	assert_int_equal(seen->status, 200);
	assert_string_equal(seen->body, "{}");
	assert_string_equal(seen->etag, "\"7\"");
	assert_string_equal(seen->error, "");
	assert_string_equal(seen->version, "1.1");
	request = scripted_server_request(rig.server, "PUT /x HTTP/1.1", 0);
	assert_non_null(request);
	assert_string_equal(request->body, "{\"a\":1}");
	assert_non_null(strstr(request->head, "\r\nUser-Agent: dacache/"));
	assert_non_null(strstr(request->head, "\r\nAccept-Encoding: "));
	assert_null(strstr(request->head, "Expect"));
	assert_int_equal(seen->sent, strlen(request->head) + strlen(request->body));
	assert_int_equal(seen->received, strlen(HTTP_RIG_OK));
	http_rig_down(&rig);
}

static void the_parts_add_up_to_the_total(void **state)
{
	struct http_rig rig;
	struct exchange_times times;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	times = http_rig_exchange(&rig, "GET", (struct script_step){.reply = HTTP_RIG_OK})->times;
	assert_true(times.total > 0);
	assert_true(times.wait > 0);
	assert_int_equal(times.queue, 0);
	assert_int_equal(times.tls, 0);
	assert_int_equal(times.name + times.connect + times.tls + times.wait + times.transfer,
			 times.total);
	times = http_rig_exchange(&rig, "GET", (struct script_step){.then = SCRIPT_RESET})->times;
	assert_int_equal(times.name + times.connect + times.tls + times.wait + times.transfer,
			 times.total);
	http_rig_down(&rig);
}

static void gets_share_a_connection(void **state)
{
	struct http_rig rig;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	http_rig_exchange(&rig, "GET", (struct script_step){.reply = HTTP_RIG_OK});
	http_rig_exchange(&rig, "GET", (struct script_step){.reply = HTTP_RIG_OK});
	assert_int_equal(scripted_server_request(rig.server, "GET", 1)->connection, 1);
	http_rig_down(&rig);
}

static void headers_of_an_interim_reply_are_not_the_reply_s(void **state)
{
	struct http_rig rig;
	struct http_seen *seen;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	seen = http_rig_exchange(
		&rig, "GET",
		(struct script_step){.reply = "HTTP/1.1 103 Early\r\nETag: \"old\"\r\n\r\n"
					      "HTTP/1.1 204 None\r\n\r\n"});
	assert_int_equal(seen->status, 204);
	assert_string_equal(seen->etag, "");
	http_rig_down(&rig);
}

static void a_redirect_is_not_followed(void **state)
{
	struct http_rig rig;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	assert_int_equal(http_rig_exchange(&rig, "GET",
					   (struct script_step){
						   .reply = "HTTP/1.1 302 Found\r\nLocation: /y\r\n"
							    "Content-Length: 0\r\n\r\n"})
				 ->status,
			 302);
	assert_int_equal(scripted_server_requests(rig.server), 1);
	http_rig_down(&rig);
}

/* ---- connections that end ---- */

static void a_put_whose_connection_drops_is_not_sent_again(void **state)
{
	struct http_rig rig;
	struct http_seen *seen;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	http_rig_exchange(&rig, "GET", (struct script_step){.reply = HTTP_RIG_OK});
	http_rig_exchange(&rig, "GET", (struct script_step){.reply = HTTP_RIG_OK});
	/* Were it sent again, it would find this answer. */
	scripted_server_add(rig.server, (struct script_step){.match = "PUT", .then = SCRIPT_CLOSE});
	seen = http_rig_exchange(&rig, "PUT",
				 (struct script_step){.match = "PUT", .reply = HTTP_RIG_OK});
	assert_int_equal(seen->transport, TRANSPORT_RESET);
	assert_int_equal(seen->status, 0);
	assert_true(seen->sent > 0);
	assert_string_not_equal(seen->error, "");
	assert_int_equal(scripted_server_count(rig.server, "PUT"), 1);
	http_rig_down(&rig);
}

static void a_post_whose_connection_is_reset_is_not_sent_again(void **state)
{
	struct http_rig rig;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	http_rig_exchange(&rig, "POST", (struct script_step){.reply = HTTP_RIG_OK});
	scripted_server_add(rig.server,
			    (struct script_step){.match = "POST", .then = SCRIPT_RESET});
	assert_int_equal(
		http_rig_exchange(&rig, "POST",
				  (struct script_step){.match = "POST", .reply = HTTP_RIG_OK})
			->transport,
		TRANSPORT_RESET);
	assert_int_equal(scripted_server_count(rig.server, "POST"), 2);
	http_rig_down(&rig);
}

static void a_body_cut_off_is_truncated(void **state)
{
	struct http_rig rig;
	struct http_seen *seen;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	seen = http_rig_exchange(
		&rig, "GET",
		(struct script_step){.reply = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
				     .then = SCRIPT_CLOSE});
	assert_int_equal(seen->transport, TRANSPORT_TRUNCATED);
	assert_int_equal(seen->status, 0);
	http_rig_down(&rig);
}

static void a_missing_last_chunk_is_truncated(void **state)
{
	struct http_rig rig;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	assert_int_equal(
		http_rig_exchange(&rig, "GET",
				  (struct script_step){
					  .reply = "HTTP/1.1 200 OK\r\n"
						   "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
					  .then = SCRIPT_CLOSE})
			->transport,
		TRANSPORT_TRUNCATED);
	http_rig_down(&rig);
}

static void headers_cut_off_by_a_reset_are_truncated(void **state)
{
	struct http_rig rig;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	assert_int_equal(
		http_rig_exchange(&rig, "PUT",
				  (struct script_step){.reply = "HTTP/1.1 200 OK\r\nContent-Le",
						       .then = SCRIPT_CLOSE})
			->transport,
		TRANSPORT_TRUNCATED);
	http_rig_down(&rig);
}

static void an_interim_reply_alone_is_no_answer(void **state)
{
	struct http_rig rig;
	struct http_seen *seen;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	seen = http_rig_exchange(
		&rig, "PUT",
		(struct script_step){.reply = "HTTP/1.1 103 Early\r\nLink: x\r\n\r\n",
				     .then = SCRIPT_CLOSE});
	assert_true(transport_is_lost_answer(seen->transport));
	assert_int_equal(seen->status, 0);
	assert_string_not_equal(seen->error, "");
	http_rig_down(&rig);
}

static void trailers_do_not_cut_a_reply(void **state)
{
	struct http_rig rig;
	struct http_seen *seen;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	seen = http_rig_exchange(
		&rig, "GET",
		(struct script_step){.reply = "HTTP/1.1 200 OK\r\n"
					      "Transfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n"
					      "2\r\n{}\r\n0\r\nX-T: 1\r\n\r\n"});
	assert_int_equal(seen->transport, TRANSPORT_ANSWERED);
	assert_string_equal(seen->body, "{}");
	http_rig_down(&rig);
}

static void what_is_no_http_is_no_answer(void **state)
{
	struct http_rig rig;
	struct http_seen *seen;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	seen = http_rig_exchange(
		&rig, "PUT",
		(struct script_step){.reply = "SSH-2.0-OpenSSH_9.2\r\n", .then = SCRIPT_CLOSE});
	assert_int_not_equal(seen->transport, TRANSPORT_ANSWERED);
	assert_true(transport_is_lost_answer(seen->transport));
	http_rig_down(&rig);
}

/* ---- size ---- */

static void big_reply(char **out, size_t body_len)
{
	char head[128];
	size_t head_len;

	snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", body_len);
	head_len = strlen(head);
	*out = malloc(head_len + body_len + 1);
	assert_non_null(*out);
	memcpy(*out, head, head_len);
	memset(*out + head_len, 'x', body_len);
	(*out)[head_len + body_len] = '\0';
}

static void the_cap_is_exact(void **state)
{
	struct http_rig rig;
	char *at_cap;
	char *over_cap;
	struct http_seen *seen;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	big_reply(&at_cap, HTTP_BODY_MAX);
	big_reply(&over_cap, HTTP_BODY_MAX + 1);
	seen = http_rig_exchange(&rig, "GET", (struct script_step){.reply = at_cap});
	assert_int_equal(seen->transport, TRANSPORT_ANSWERED);
	assert_int_equal(seen->body_len, HTTP_BODY_MAX);
	seen = http_rig_exchange(&rig, "GET", (struct script_step){.reply = over_cap});
	assert_int_equal(seen->transport, TRANSPORT_TOO_LARGE);
	assert_int_equal(seen->status, 0);
	http_rig_down(&rig);
	free(at_cap);
	free(over_cap);
}

static void endless_headers_are_too_large(void **state)
{
	struct http_rig rig;
	struct buf reply;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	buf_init(&reply, SIZE_MAX);
	buf_puts(&reply, "HTTP/1.1 200 OK\r\n");
	for (int i = 0; i < 6000; i++)
		buf_printf(&reply, "X-Filler-%04d: 012345678901234567890123456789012345\r\n", i);
	buf_puts(&reply, "Content-Length: 0\r\n\r\n");
	assert_int_equal(
		http_rig_exchange(&rig, "GET", (struct script_step){.reply = buf_str(&reply)})
			->transport,
		TRANSPORT_TOO_LARGE);
	http_rig_down(&rig);
	buf_free(&reply);
}

/* ---- ending ---- */

static void a_cancelled_call_says_nothing(void **state)
{
	struct http_rig rig;
	struct http_call *call;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	scripted_server_add(rig.server, (struct script_step){
						.match = "GET /gone",
						.reply = HTTP_RIG_OK,
						.then = SCRIPT_HOLD,
					});
	scripted_server_add(rig.server,
			    (struct script_step){.match = "GET /x", .reply = HTTP_RIG_OK});
	call = http_rig_send_path(&rig, "GET", "/gone", NULL);
	while (scripted_server_requests(rig.server) == 0)
		assert_int_equal(loop_turn(rig.loop, HTTP_RIG_TURN_US, NULL), ERR_OK);
	http_cancel(&call);
	assert_null(call);
	scripted_server_release(rig.server);
	http_rig_send_path(&rig, "GET", "/x", NULL);
	http_rig_run(&rig, 1);
	assert_int_equal(rig.seen[0].status, 200);
	http_rig_down(&rig);
}

static void http_may_be_freed_inside_a_callback(void **state)
{
	struct http_rig rig;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	scripted_server_add(rig.server, (struct script_step){.reply = HTTP_RIG_OK, .times = -1});
	rig.free_http = true;
	http_rig_send_path(&rig, "GET", "/a", NULL);
	http_rig_send_path(&rig, "GET", "/b", NULL);
	http_rig_run(&rig, 1);
	assert_null(rig.http);
	http_rig_down(&rig);
}

static void on_alarm(void *context)
{
	*(bool *)context = true;
}

static void nothing_wakes_an_idle_engine(void **state)
{
	struct http_rig rig;
	uint64_t turns;
	bool rang = false;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	http_rig_exchange(&rig, "GET", (struct script_step){.reply = HTTP_RIG_OK});
	/* Whatever curl still had to do is done in these turns. */
	for (int i = 0; i < 5; i++)
		assert_int_equal(loop_turn(rig.loop, 0, NULL), ERR_OK);
	turns = loop_turns(rig.loop);
	assert_int_equal(loop_timer_start(rig.loop, 50000, on_alarm, &rang, NULL), ERR_OK);
	while (!rang)
		assert_int_equal(loop_turn(rig.loop, -1, NULL), ERR_OK);
	assert_int_equal(loop_turns(rig.loop), turns + 1);
	http_rig_down(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reply_arrives_whole),
		cmocka_unit_test(the_parts_add_up_to_the_total),
		cmocka_unit_test(gets_share_a_connection),
		cmocka_unit_test(headers_of_an_interim_reply_are_not_the_reply_s),
		cmocka_unit_test(a_redirect_is_not_followed),
		cmocka_unit_test(a_put_whose_connection_drops_is_not_sent_again),
		cmocka_unit_test(a_post_whose_connection_is_reset_is_not_sent_again),
		cmocka_unit_test(a_body_cut_off_is_truncated),
		cmocka_unit_test(a_missing_last_chunk_is_truncated),
		cmocka_unit_test(headers_cut_off_by_a_reset_are_truncated),
		cmocka_unit_test(an_interim_reply_alone_is_no_answer),
		cmocka_unit_test(trailers_do_not_cut_a_reply),
		cmocka_unit_test(what_is_no_http_is_no_answer),
		cmocka_unit_test(the_cap_is_exact),
		cmocka_unit_test(endless_headers_are_too_large),
		cmocka_unit_test(a_cancelled_call_says_nothing),
		cmocka_unit_test(http_may_be_freed_inside_a_callback),
		cmocka_unit_test(nothing_wakes_an_idle_engine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
