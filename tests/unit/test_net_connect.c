/* Whom a call connects to: URLs, addresses, proxies, certificates, and nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http_rig.h"

/* ---- no connection ---- */

static void nobody_listening_is_refused(void **state)
{
	struct http_rig rig;
	char url[64];

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	snprintf(url, sizeof(url), "%s/", scripted_server_url(rig.server));
	scripted_server_free(rig.server);
	http_rig_send(&rig, "GET", url, NULL);
	http_rig_run(&rig, 1);
	assert_int_equal(rig.seen[0].transport, TRANSPORT_REFUSED);
	assert_int_equal(rig.seen[0].sent, 0);
	rig.server = scripted_server_new(rig.loop, NULL);
	http_rig_down(&rig);
}

static void an_unknown_name_is_told(void **state)
{
	/* A label of 64 characters: no resolver has to be asked. */
	static const char url[] = "https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
				  "aaaaaaaa.invalid/";
	struct http_rig rig;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	http_rig_send(&rig, "GET", url, NULL);
	http_rig_run(&rig, 1);
	assert_int_equal(rig.seen[0].transport, TRANSPORT_NAME);
	http_rig_down(&rig);
}

/* A listener whose queue is full: the kernel drops what else wants to connect. */
static int full_listener(char *url, size_t size, int fillers[4])
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 0), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	for (int i = 0; i < 4; i++) {
		fillers[i] = socket(AF_INET, SOCK_STREAM, 0);
		fcntl(fillers[i], F_SETFL, O_NONBLOCK);
		connect(fillers[i], (struct sockaddr *)&address, sizeof(address));
	}
	snprintf(url, size, "http://127.0.0.1:%u/", (unsigned int)ntohs(address.sin_port));
	return fd;
}

static void no_answer_to_connect_is_a_connect_time_out(void **state)
{
	const struct http_options hasty = {
		.connect_timeout_ms = 50, .call_timeout_ms = 20000, .max_connections = 8};
	struct http_rig rig;
	char url[64];
	int fillers[4];
	int fd = full_listener(url, sizeof(url), fillers);

	(void)state;
	http_rig_up(&rig, &hasty, false);
	http_rig_send(&rig, "PUT", url, "{}");
	http_rig_run(&rig, 1);
	assert_int_equal(rig.seen[0].transport, TRANSPORT_CONNECT_TIMEOUT);
	assert_int_equal(rig.seen[0].sent, 0);
	http_rig_down(&rig);
	for (int i = 0; i < 4; i++)
		close(fillers[i]);
	close(fd);
}

static void no_answer_to_a_request_is_a_time_out(void **state)
{
	const struct http_options hasty = {
		.connect_timeout_ms = 2000, .call_timeout_ms = 500, .max_connections = 8};
	struct http_rig rig;
	struct http_seen *seen;

	(void)state;
	http_rig_up(&rig, &hasty, false);
	seen = http_rig_exchange(&rig, "PUT",
				 (struct script_step){.reply = HTTP_RIG_OK, .then = SCRIPT_HOLD});
	assert_int_equal(seen->transport, TRANSPORT_TIMEOUT);
	assert_true(seen->sent > 0);
	assert_int_equal(scripted_server_count(rig.server, "PUT"), 1);
	http_rig_down(&rig);
}

/* ---- URLs ---- */

static void urls_that_are_refused_send_nothing(void **state)
{
	static const char *const urls[] = {
		"http://example.com/",
		"http://localhost@example.com/",
		"http://127.0.0.1.example.com/",
		"http://localhost.example.com/",
		"http://128.0.0.1/",
		"ftp://127.0.0.1/",
		"file:///etc/passwd",
		"127.0.0.1/x",
		"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct http_rig rig;

		http_rig_up(&rig, &http_rig_quick, false);
		http_rig_send(&rig, "GET", urls[i], NULL);
		assert_int_equal(rig.replies, 0);
		http_rig_run(&rig, 1);
		assert_int_equal(rig.seen[0].transport, TRANSPORT_FORBIDDEN_URL);
		assert_int_equal(rig.seen[0].sent, 0);
		assert_string_not_equal(rig.seen[0].error, "");
		http_rig_down(&rig);
	}
}

/* ---- addresses ---- */

struct guard {
	bool lets;
	size_t asked;
	char last[INET6_ADDRSTRLEN];
	int last_port;
};

static bool ask_guard(void *context, const struct sockaddr *address)
{
	struct guard *guard = context;

	guard->asked++;
	if (address->sa_family != AF_INET)
		return false; /* the server is on 127.0.0.1 */
	const struct sockaddr_in *v4 = (const void *)address;

	inet_ntop(AF_INET, &v4->sin_addr, guard->last, sizeof(guard->last));
	guard->last_port = ntohs(v4->sin_port);
	return guard->lets;
}

static void send_guarded(struct http_rig *rig, struct guard *guard, const char *method,
			 const char *host)
{
	const char *port = strrchr(scripted_server_url(rig->server), ':');
	char url[128];
	struct http_request request = {
		.method = method,
		.url = url,
		.may_connect = ask_guard,
		.connect_context = guard,
	};

	snprintf(url, sizeof(url), "http://%s%s/", host, port);
	assert_int_equal(http_send(rig->http, &request, http_rig_done, rig, NULL), ERR_OK);
	http_rig_run(rig, rig->replies + 1);
}

static void a_refused_address_is_not_connected_to(void **state)
{
	static const char *const hosts[] = {"127.0.0.1", "localhost", "hooks.localhost"};

	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		struct http_rig rig;
		struct guard guard = {.lets = false};

		http_rig_up(&rig, &http_rig_quick, false);
		send_guarded(&rig, &guard, "POST", hosts[i]);
		assert_int_equal(rig.seen[0].transport, TRANSPORT_FORBIDDEN_URL);
		assert_string_equal(rig.seen[0].error, "the address is not allowed");
		assert_int_equal(rig.seen[0].sent, 0);
		assert_true(guard.asked > 0);
		assert_string_equal(guard.last, "127.0.0.1");
		assert_int_equal(scripted_server_requests(rig.server), 0);
		http_rig_down(&rig);
	}
}

/* Names that curl knows by itself to be this machine; http:// is let through. */
static void an_address_that_is_let_is_connected_to(void **state)
{
	struct http_rig rig;
	struct guard guard = {.lets = true};
	const char *port;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	port = strrchr(scripted_server_url(rig.server), ':') + 1;
	scripted_server_add(rig.server, (struct script_step){.reply = HTTP_RIG_OK, .times = -1});
	send_guarded(&rig, &guard, "POST", "hooks.localhost");
	assert_int_equal(rig.seen[0].transport, TRANSPORT_ANSWERED);
	assert_string_equal(guard.last, "127.0.0.1");
	assert_int_equal(guard.last_port, atoi(port));
	http_rig_down(&rig);
}

/* Nothing goes over a connection that was made before it was asked. */
static void every_guarded_call_is_asked_about(void **state)
{
	struct http_rig rig;
	struct guard guard = {.lets = true};

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	scripted_server_add(rig.server, (struct script_step){.reply = HTTP_RIG_OK, .times = -1});
	send_guarded(&rig, &guard, "GET", "127.0.0.1");
	guard.lets = false;
	send_guarded(&rig, &guard, "GET", "127.0.0.1");
	assert_int_equal(rig.seen[1].transport, TRANSPORT_FORBIDDEN_URL);
	assert_int_equal(guard.asked, 2);
	assert_int_equal(scripted_server_requests(rig.server), 1);
	http_rig_down(&rig);
}

/* The environment names a proxy: the scripted server, which would be asked for
 * "GET http://…" or "CONNECT …". */
static void set_proxy(const struct http_rig *rig)
{
	setenv("http_proxy", scripted_server_url(rig->server), 1);
	setenv("https_proxy", scripted_server_url(rig->server), 1);
}

static int unset_proxy(void **state)
{
	(void)state;
	unsetenv("http_proxy");
	unsetenv("https_proxy");
	return 0;
}

/* Refused, a PUT did not take effect: nothing reached the server. */
static void a_proxy_is_asked_for_a_tunnel(void **state)
{
	struct http_rig rig;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	set_proxy(&rig);
	scripted_server_add(
		rig.server,
		(struct script_step){
			.match = "CONNECT tenant.example.com:443 ",
			.reply = "HTTP/1.1 403 No\r\nX-Proxy: 1\r\nContent-Length: 0\r\n\r\n"});
	http_rig_send(&rig, "PUT", "https://tenant.example.com/x", "{}");
	http_rig_run(&rig, 1);
	assert_int_equal(scripted_server_requests(rig.server), 1);
	assert_int_equal(scripted_server_surprises(rig.server), 0);
	assert_int_equal(rig.seen[0].transport, TRANSPORT_REFUSED);
	assert_int_equal(rig.seen[0].status, 0);
	assert_int_equal(rig.seen[0].sent, 0);
	assert_non_null(strstr(rig.seen[0].error, "403"));
	http_rig_down(&rig);
}

static void neither_loopback_nor_guarded_calls_use_a_proxy(void **state)
{
	struct http_rig rig;
	struct guard guard = {.lets = true};

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	set_proxy(&rig);
	scripted_server_add(rig.server,
			    (struct script_step){.match = "GET /x ", .reply = HTTP_RIG_OK});
	http_rig_send_path(&rig, "GET", "/x", NULL);
	http_rig_run(&rig, 1);
	assert_int_equal(rig.seen[0].transport, TRANSPORT_ANSWERED);
	scripted_server_add(rig.server,
			    (struct script_step){.match = "POST / ", .reply = HTTP_RIG_OK});
	send_guarded(&rig, &guard, "POST", "hooks.localhost");
	assert_int_equal(rig.seen[1].transport, TRANSPORT_ANSWERED);
	assert_int_equal(scripted_server_surprises(rig.server), 0);
	http_rig_down(&rig);
}

static void a_path_goes_out_as_it_is(void **state)
{
	struct http_rig rig;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	scripted_server_add(rig.server, (struct script_step){.reply = HTTP_RIG_OK});
	http_rig_send_path(&rig, "GET", "/a/%2E%2E/../b", NULL);
	http_rig_run(&rig, 1);
	assert_int_equal(scripted_server_count(rig.server, "GET /a/%2E%2E/../b HTTP/1.1"), 1);
	http_rig_down(&rig);
}

static void a_header_with_a_line_break_is_not_sent(void **state)
{
	static const char *const headers[] = {"If-Match: \"1\"\r\nX-Evil: 1", NULL};
	struct http_rig rig;
	struct http_request request = {.method = "GET", .headers = headers};

	(void)state;
	http_rig_up(&rig, &http_rig_quick, false);
	request.url = scripted_server_url(rig.server);
	assert_int_equal(http_send(rig.http, &request, http_rig_done, &rig, NULL), ERR_INVALID);
	http_rig_down(&rig);
}

/* ---- TLS ---- */

static void a_certificate_nobody_signed_is_a_tls_failure(void **state)
{
	struct http_rig rig;
	struct http_seen *seen;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, true);
	seen = http_rig_exchange(&rig, "PUT", (struct script_step){.reply = HTTP_RIG_OK});
	assert_int_equal(seen->transport, TRANSPORT_TLS);
	assert_int_equal(seen->sent, 0);
	assert_non_null(strstr(seen->error, "certificate"));
	assert_int_equal(scripted_server_requests(rig.server), 0);
	http_rig_down(&rig);
}

static void a_ca_file_makes_it_trusted(void **state)
{
	struct http_rig rig;
	struct http_options trusting = http_rig_quick;
	struct http_seen *seen;

	(void)state;
	http_rig_up(&rig, &http_rig_quick, true);
	trusting.ca_file = rig.ca_file;
	http_free(&rig.http);
	assert_int_equal(http_new(rig.loop, &trusting, &rig.http, NULL), ERR_OK);
	seen = http_rig_exchange(&rig, "PUT", (struct script_step){.reply = HTTP_RIG_OK});
	assert_int_equal(seen->transport, TRANSPORT_ANSWERED);
	assert_true(seen->times.tls > 0);
	http_rig_down(&rig);
}

static void reset_who_comes(void *context, int fd, int events)
{
	const struct linger at_once = {1, 0};
	int *count = context;
	int peer = accept(fd, NULL, NULL);

	(void)events;
	assert_true(peer >= 0);
	setsockopt(peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(peer);
	++*count;
}

/* As a gateway that is being started again: no word on certificates. */
static void a_reset_in_the_handshake_is_no_tls_failure(void **state)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t len = sizeof(address);
	struct loop_watch *watch = NULL;
	struct http_rig rig;
	char url[64];
	int count = 0;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 4), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	snprintf(url, sizeof(url), "https://127.0.0.1:%u/x", ntohs(address.sin_port));
	http_rig_up(&rig, &http_rig_quick, false);
	assert_int_equal(loop_watch(rig.loop, fd, LOOP_READ, reset_who_comes, &count, &watch),
			 ERR_OK);
	http_rig_send(&rig, "PUT", url, "{}");
	http_rig_run(&rig, 1);
	assert_int_equal(rig.seen[0].transport, TRANSPORT_REFUSED);
	assert_int_equal(rig.seen[0].sent, 0);
	assert_int_equal(count, 1);
	loop_unwatch(&watch);
	close(fd);
	http_rig_down(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_listening_is_refused),
		cmocka_unit_test(an_unknown_name_is_told),
		cmocka_unit_test(no_answer_to_connect_is_a_connect_time_out),
		cmocka_unit_test(no_answer_to_a_request_is_a_time_out),
		cmocka_unit_test(urls_that_are_refused_send_nothing),
		cmocka_unit_test(a_refused_address_is_not_connected_to),
		cmocka_unit_test(an_address_that_is_let_is_connected_to),
		cmocka_unit_test(every_guarded_call_is_asked_about),
		cmocka_unit_test_teardown(a_proxy_is_asked_for_a_tunnel, unset_proxy),
		cmocka_unit_test_teardown(neither_loopback_nor_guarded_calls_use_a_proxy,
					  unset_proxy),
		cmocka_unit_test(a_path_goes_out_as_it_is),
		cmocka_unit_test(a_header_with_a_line_break_is_not_sent),
		cmocka_unit_test(a_certificate_nobody_signed_is_a_tls_failure),
		cmocka_unit_test(a_ca_file_makes_it_trusted),
		cmocka_unit_test(a_reset_in_the_handshake_is_no_tls_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
