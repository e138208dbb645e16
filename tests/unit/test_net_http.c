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

#include "dacache/base/text.h"
#include "dacache/net/http.h"
#include "scripted_server.h"

enum { TURN_US = 100000, TURNS_MAX = 300, REPLIES_MAX = 8 };

/* What a reply said, kept after its call is gone. */
struct seen {
	enum transport transport;
	int status;
	size_t body_len;
	char body[128];
	char etag[64];
	char error[128];
	char version[8];
	struct exchange_times times;
	int64_t sent;
	int64_t received;
};

struct rig {
	struct loop *loop;
	struct http *http;
	struct scripted_server *server;
	struct seen seen[REPLIES_MAX];
	size_t replies;
	bool free_http; /* by the next callback */
	char ca_file[64];
};

static const struct http_options quick = {
	.connect_timeout_ms = 2000,
	.call_timeout_ms = 5000,
	.max_connections = 8,
};

static void rig_up(struct rig *rig, const struct http_options *options, bool tls)
{
	*rig = (struct rig){.loop = NULL};
	snprintf(rig->ca_file, sizeof(rig->ca_file), "test_net_http.XXXXXX");
	assert_int_equal(loop_new(clock_system(), &rig->loop, NULL), ERR_OK);
	rig->server = scripted_server_new(rig->loop, tls ? rig->ca_file : NULL);
	assert_int_equal(http_new(rig->loop, options, &rig->http, NULL), ERR_OK);
}

static void rig_down(struct rig *rig)
{
	http_free(&rig->http);
	scripted_server_free(rig->server);
	loop_free(&rig->loop);
	remove(rig->ca_file);
}

static void on_done(void *context, const struct http_reply *reply)
{
	struct rig *rig = context;
	struct seen *seen = &rig->seen[rig->replies++];
	const char *etag = http_reply_header(reply, "etag");

	assert_true(rig->replies <= REPLIES_MAX);
	seen->transport = reply->transport;
	seen->status = reply->status;
	seen->body_len = reply->body_len;
	seen->times = reply->times;
	seen->sent = reply->bytes_sent;
	seen->received = reply->bytes_received;
	snprintf(seen->body, sizeof(seen->body), "%.127s", reply->body);
	snprintf(seen->etag, sizeof(seen->etag), "%s", etag != NULL ? etag : "");
	snprintf(seen->error, sizeof(seen->error), "%s", reply->error);
	snprintf(seen->version, sizeof(seen->version), "%s", reply->http_version);
	if (rig->free_http)
		http_free(&rig->http);
}

static void run_until(struct rig *rig, size_t replies)
{
	for (int i = 0; i < TURNS_MAX && rig->replies < replies; i++)
		assert_int_equal(loop_turn(rig->loop, TURN_US, NULL), ERR_OK);
	assert_int_equal(rig->replies, replies);
}

static struct http_call *send_to(struct rig *rig, const char *method, const char *url,
				 const char *body)
{
	static const char *const headers[] = {"Content-Type: application/json", NULL};
	struct http_request request = {
		.method = method,
		.url = url,
		.headers = headers,
		.body = body,
		.body_len = body != NULL ? strlen(body) : 0,
	};
	struct http_call *call;

	assert_int_equal(http_send(rig->http, &request, on_done, rig, &call), ERR_OK);
	return call;
}

static struct http_call *send_path(struct rig *rig, const char *method, const char *path,
				   const char *body)
{
	char url[256];

	snprintf(url, sizeof(url), "%s%s", scripted_server_url(rig->server), path);
	return send_to(rig, method, url, body);
}

/* One request, one step; returns what the caller saw. */
static struct seen *exchange(struct rig *rig, const char *method, struct script_step step)
{
	size_t before = rig->replies;

	scripted_server_add(rig->server, step);
	send_path(rig, method, "/x", strcmp(method, "GET") == 0 ? NULL : "{\"a\":1}");
	run_until(rig, before + 1);
	return &rig->seen[before];
}

#define OK_REPLY "HTTP/1.1 200 OK\r\nETag: \"7\"\r\nContent-Length: 2\r\n\r\n{}"

static void a_reply_arrives_whole(void **state)
{
	struct rig rig;
	const struct scripted_request *request;
	struct seen *seen;

	(void)state;
	rig_up(&rig, &quick, false);
	seen = exchange(&rig, "PUT", (struct script_step){.reply = OK_REPLY});
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
	assert_int_equal(seen->received, strlen(OK_REPLY));
	rig_down(&rig);
}

static void the_parts_add_up_to_the_total(void **state)
{
	struct rig rig;
	struct exchange_times times;

	(void)state;
	rig_up(&rig, &quick, false);
	times = exchange(&rig, "GET", (struct script_step){.reply = OK_REPLY})->times;
	assert_true(times.total > 0);
	assert_true(times.wait > 0);
	assert_int_equal(times.queue, 0);
	assert_int_equal(times.tls, 0);
	assert_int_equal(times.name + times.connect + times.tls + times.wait + times.transfer,
			 times.total);
	times = exchange(&rig, "GET", (struct script_step){.then = SCRIPT_RESET})->times;
	assert_int_equal(times.name + times.connect + times.tls + times.wait + times.transfer,
			 times.total);
	rig_down(&rig);
}

static void gets_share_a_connection(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig, &quick, false);
	exchange(&rig, "GET", (struct script_step){.reply = OK_REPLY});
	exchange(&rig, "GET", (struct script_step){.reply = OK_REPLY});
	assert_int_equal(scripted_server_request(rig.server, "GET", 1)->connection, 1);
	rig_down(&rig);
}

static void headers_of_an_interim_reply_are_not_the_reply_s(void **state)
{
	struct rig rig;
	struct seen *seen;

	(void)state;
	rig_up(&rig, &quick, false);
	seen = exchange(&rig, "GET",
			(struct script_step){.reply = "HTTP/1.1 103 Early\r\nETag: \"old\"\r\n\r\n"
						      "HTTP/1.1 204 None\r\n\r\n"});
	assert_int_equal(seen->status, 204);
	assert_string_equal(seen->etag, "");
	rig_down(&rig);
}

static void a_redirect_is_not_followed(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig, &quick, false);
	assert_int_equal(
		exchange(&rig, "GET",
			 (struct script_step){.reply = "HTTP/1.1 302 Found\r\nLocation: /y\r\n"
						       "Content-Length: 0\r\n\r\n"})
			->status,
		302);
	assert_int_equal(scripted_server_requests(rig.server), 1);
	rig_down(&rig);
}

/* ---- connections that end ---- */

static void a_put_whose_connection_drops_is_not_sent_again(void **state)
{
	struct rig rig;
	struct seen *seen;

	(void)state;
	rig_up(&rig, &quick, false);
	exchange(&rig, "GET", (struct script_step){.reply = OK_REPLY});
	exchange(&rig, "GET", (struct script_step){.reply = OK_REPLY});
	/* Were it sent again, it would find this answer. */
	scripted_server_add(rig.server, (struct script_step){.match = "PUT", .then = SCRIPT_CLOSE});
	seen = exchange(&rig, "PUT", (struct script_step){.match = "PUT", .reply = OK_REPLY});
	assert_int_equal(seen->transport, TRANSPORT_RESET);
	assert_int_equal(seen->status, 0);
	assert_true(seen->sent > 0);
	assert_string_not_equal(seen->error, "");
	assert_int_equal(scripted_server_count(rig.server, "PUT"), 1);
	rig_down(&rig);
}

static void a_post_whose_connection_is_reset_is_not_sent_again(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig, &quick, false);
	exchange(&rig, "POST", (struct script_step){.reply = OK_REPLY});
	scripted_server_add(rig.server,
			    (struct script_step){.match = "POST", .then = SCRIPT_RESET});
	assert_int_equal(
		exchange(&rig, "POST", (struct script_step){.match = "POST", .reply = OK_REPLY})
			->transport,
		TRANSPORT_RESET);
	assert_int_equal(scripted_server_count(rig.server, "POST"), 2);
	rig_down(&rig);
}

static void a_body_cut_off_is_truncated(void **state)
{
	struct rig rig;
	struct seen *seen;

	(void)state;
	rig_up(&rig, &quick, false);
	seen = exchange(
		&rig, "GET",
		(struct script_step){.reply = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
				     .then = SCRIPT_CLOSE});
	assert_int_equal(seen->transport, TRANSPORT_TRUNCATED);
	assert_int_equal(seen->status, 0);
	rig_down(&rig);
}

static void a_missing_last_chunk_is_truncated(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig, &quick, false);
	assert_int_equal(exchange(&rig, "GET",
				  (struct script_step){
					  .reply = "HTTP/1.1 200 OK\r\n"
						   "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
					  .then = SCRIPT_CLOSE})
				 ->transport,
			 TRANSPORT_TRUNCATED);
	rig_down(&rig);
}

static void headers_cut_off_by_a_reset_are_truncated(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig, &quick, false);
	assert_int_equal(exchange(&rig, "PUT",
				  (struct script_step){.reply = "HTTP/1.1 200 OK\r\nContent-Le",
						       .then = SCRIPT_CLOSE})
				 ->transport,
			 TRANSPORT_TRUNCATED);
	rig_down(&rig);
}

static void an_interim_reply_alone_is_no_answer(void **state)
{
	struct rig rig;
	struct seen *seen;

	(void)state;
	rig_up(&rig, &quick, false);
	seen = exchange(&rig, "PUT",
			(struct script_step){.reply = "HTTP/1.1 103 Early\r\nLink: x\r\n\r\n",
					     .then = SCRIPT_CLOSE});
	assert_true(transport_is_lost_answer(seen->transport));
	assert_int_equal(seen->status, 0);
	assert_string_not_equal(seen->error, "");
	rig_down(&rig);
}

static void trailers_do_not_cut_a_reply(void **state)
{
	struct rig rig;
	struct seen *seen;

	(void)state;
	rig_up(&rig, &quick, false);
	seen = exchange(
		&rig, "GET",
		(struct script_step){.reply = "HTTP/1.1 200 OK\r\n"
					      "Transfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n"
					      "2\r\n{}\r\n0\r\nX-T: 1\r\n\r\n"});
	assert_int_equal(seen->transport, TRANSPORT_ANSWERED);
	assert_string_equal(seen->body, "{}");
	rig_down(&rig);
}

static void what_is_no_http_is_no_answer(void **state)
{
	struct rig rig;
	struct seen *seen;

	(void)state;
	rig_up(&rig, &quick, false);
	seen = exchange(
		&rig, "PUT",
		(struct script_step){.reply = "SSH-2.0-OpenSSH_9.2\r\n", .then = SCRIPT_CLOSE});
	assert_int_not_equal(seen->transport, TRANSPORT_ANSWERED);
	assert_true(transport_is_lost_answer(seen->transport));
	rig_down(&rig);
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
	struct rig rig;
	char *at_cap;
	char *over_cap;
	struct seen *seen;

	(void)state;
	rig_up(&rig, &quick, false);
	big_reply(&at_cap, HTTP_BODY_MAX);
	big_reply(&over_cap, HTTP_BODY_MAX + 1);
	seen = exchange(&rig, "GET", (struct script_step){.reply = at_cap});
	assert_int_equal(seen->transport, TRANSPORT_ANSWERED);
	assert_int_equal(seen->body_len, HTTP_BODY_MAX);
	seen = exchange(&rig, "GET", (struct script_step){.reply = over_cap});
	assert_int_equal(seen->transport, TRANSPORT_TOO_LARGE);
	assert_int_equal(seen->status, 0);
	rig_down(&rig);
	free(at_cap);
	free(over_cap);
}

static void endless_headers_are_too_large(void **state)
{
	struct rig rig;
	struct buf reply;

	(void)state;
	rig_up(&rig, &quick, false);
	buf_init(&reply, SIZE_MAX);
	buf_puts(&reply, "HTTP/1.1 200 OK\r\n");
	for (int i = 0; i < 6000; i++)
		buf_printf(&reply, "X-Filler-%04d: 012345678901234567890123456789012345\r\n", i);
	buf_puts(&reply, "Content-Length: 0\r\n\r\n");
	assert_int_equal(
		exchange(&rig, "GET", (struct script_step){.reply = buf_str(&reply)})->transport,
		TRANSPORT_TOO_LARGE);
	rig_down(&rig);
	buf_free(&reply);
}

/* ---- no connection ---- */

static void nobody_listening_is_refused(void **state)
{
	struct rig rig;
	char url[64];

	(void)state;
	rig_up(&rig, &quick, false);
	snprintf(url, sizeof(url), "%s/", scripted_server_url(rig.server));
	scripted_server_free(rig.server);
	send_to(&rig, "GET", url, NULL);
	run_until(&rig, 1);
	assert_int_equal(rig.seen[0].transport, TRANSPORT_REFUSED);
	assert_int_equal(rig.seen[0].sent, 0);
	rig.server = scripted_server_new(rig.loop, NULL);
	rig_down(&rig);
}

static void an_unknown_name_is_told(void **state)
{
	/* A label of 64 characters: no resolver has to be asked. */
	static const char url[] = "https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
				  "aaaaaaaa.invalid/";
	struct rig rig;

	(void)state;
	rig_up(&rig, &quick, false);
	send_to(&rig, "GET", url, NULL);
	run_until(&rig, 1);
	assert_int_equal(rig.seen[0].transport, TRANSPORT_NAME);
	rig_down(&rig);
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
	struct rig rig;
	char url[64];
	int fillers[4];
	int fd = full_listener(url, sizeof(url), fillers);

	(void)state;
	rig_up(&rig, &hasty, false);
	send_to(&rig, "PUT", url, "{}");
	run_until(&rig, 1);
	assert_int_equal(rig.seen[0].transport, TRANSPORT_CONNECT_TIMEOUT);
	assert_int_equal(rig.seen[0].sent, 0);
	rig_down(&rig);
	for (int i = 0; i < 4; i++)
		close(fillers[i]);
	close(fd);
}

static void no_answer_to_a_request_is_a_time_out(void **state)
{
	const struct http_options hasty = {
		.connect_timeout_ms = 2000, .call_timeout_ms = 500, .max_connections = 8};
	struct rig rig;
	struct seen *seen;

	(void)state;
	rig_up(&rig, &hasty, false);
	seen = exchange(&rig, "PUT", (struct script_step){.reply = OK_REPLY, .then = SCRIPT_HOLD});
	assert_int_equal(seen->transport, TRANSPORT_TIMEOUT);
	assert_true(seen->sent > 0);
	assert_int_equal(scripted_server_count(rig.server, "PUT"), 1);
	rig_down(&rig);
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
		struct rig rig;

		rig_up(&rig, &quick, false);
		send_to(&rig, "GET", urls[i], NULL);
		assert_int_equal(rig.replies, 0);
		run_until(&rig, 1);
		assert_int_equal(rig.seen[0].transport, TRANSPORT_FORBIDDEN_URL);
		assert_int_equal(rig.seen[0].sent, 0);
		assert_string_not_equal(rig.seen[0].error, "");
		rig_down(&rig);
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

static void send_guarded(struct rig *rig, struct guard *guard, const char *method, const char *host)
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
	assert_int_equal(http_send(rig->http, &request, on_done, rig, NULL), ERR_OK);
	run_until(rig, rig->replies + 1);
}

static void a_refused_address_is_not_connected_to(void **state)
{
	static const char *const hosts[] = {"127.0.0.1", "localhost", "hooks.localhost"};

	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		struct rig rig;
		struct guard guard = {.lets = false};

		rig_up(&rig, &quick, false);
		send_guarded(&rig, &guard, "POST", hosts[i]);
		assert_int_equal(rig.seen[0].transport, TRANSPORT_FORBIDDEN_URL);
		assert_string_equal(rig.seen[0].error, "the address is not allowed");
		assert_int_equal(rig.seen[0].sent, 0);
		assert_true(guard.asked > 0);
		assert_string_equal(guard.last, "127.0.0.1");
		assert_int_equal(scripted_server_requests(rig.server), 0);
		rig_down(&rig);
	}
}

/* Names that curl knows by itself to be this machine; http:// is let through. */
static void an_address_that_is_let_is_connected_to(void **state)
{
	struct rig rig;
	struct guard guard = {.lets = true};
	const char *port;

	(void)state;
	rig_up(&rig, &quick, false);
	port = strrchr(scripted_server_url(rig.server), ':') + 1;
	scripted_server_add(rig.server, (struct script_step){.reply = OK_REPLY, .times = -1});
	send_guarded(&rig, &guard, "POST", "hooks.localhost");
	assert_int_equal(rig.seen[0].transport, TRANSPORT_ANSWERED);
	assert_string_equal(guard.last, "127.0.0.1");
	assert_int_equal(guard.last_port, atoi(port));
	rig_down(&rig);
}

/* Nothing goes over a connection that was made before it was asked. */
static void every_guarded_call_is_asked_about(void **state)
{
	struct rig rig;
	struct guard guard = {.lets = true};

	(void)state;
	rig_up(&rig, &quick, false);
	scripted_server_add(rig.server, (struct script_step){.reply = OK_REPLY, .times = -1});
	send_guarded(&rig, &guard, "GET", "127.0.0.1");
	guard.lets = false;
	send_guarded(&rig, &guard, "GET", "127.0.0.1");
	assert_int_equal(rig.seen[1].transport, TRANSPORT_FORBIDDEN_URL);
	assert_int_equal(guard.asked, 2);
	assert_int_equal(scripted_server_requests(rig.server), 1);
	rig_down(&rig);
}

/* The environment names a proxy: the scripted server, which would be asked for
 * "GET http://…" or "CONNECT …". */
static void set_proxy(const struct rig *rig)
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
	struct rig rig;

	(void)state;
	rig_up(&rig, &quick, false);
	set_proxy(&rig);
	scripted_server_add(
		rig.server,
		(struct script_step){
			.match = "CONNECT tenant.example.com:443 ",
			.reply = "HTTP/1.1 403 No\r\nX-Proxy: 1\r\nContent-Length: 0\r\n\r\n"});
	send_to(&rig, "PUT", "https://tenant.example.com/x", "{}");
	run_until(&rig, 1);
	assert_int_equal(scripted_server_requests(rig.server), 1);
	assert_int_equal(scripted_server_surprises(rig.server), 0);
	assert_int_equal(rig.seen[0].transport, TRANSPORT_REFUSED);
	assert_int_equal(rig.seen[0].status, 0);
	assert_int_equal(rig.seen[0].sent, 0);
	assert_non_null(strstr(rig.seen[0].error, "403"));
	rig_down(&rig);
}

static void neither_loopback_nor_guarded_calls_use_a_proxy(void **state)
{
	struct rig rig;
	struct guard guard = {.lets = false};

	(void)state;
	rig_up(&rig, &quick, false);
	set_proxy(&rig);
	scripted_server_add(rig.server,
			    (struct script_step){.match = "GET /x ", .reply = OK_REPLY});
	send_path(&rig, "GET", "/x", NULL);
	run_until(&rig, 1);
	assert_int_equal(rig.seen[0].transport, TRANSPORT_ANSWERED);
	send_guarded(&rig, &guard, "POST", "hooks.localhost");
	assert_int_equal(rig.seen[1].transport, TRANSPORT_FORBIDDEN_URL);
	assert_int_equal(scripted_server_requests(rig.server), 1);
	rig_down(&rig);
}

static void a_path_goes_out_as_it_is(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig, &quick, false);
	scripted_server_add(rig.server, (struct script_step){.reply = OK_REPLY});
	send_path(&rig, "GET", "/a/%2E%2E/../b", NULL);
	run_until(&rig, 1);
	assert_int_equal(scripted_server_count(rig.server, "GET /a/%2E%2E/../b HTTP/1.1"), 1);
	rig_down(&rig);
}

static void a_header_with_a_line_break_is_not_sent(void **state)
{
	static const char *const headers[] = {"If-Match: \"1\"\r\nX-Evil: 1", NULL};
	struct rig rig;
	struct http_request request = {.method = "GET", .headers = headers};

	(void)state;
	rig_up(&rig, &quick, false);
	request.url = scripted_server_url(rig.server);
	assert_int_equal(http_send(rig.http, &request, on_done, &rig, NULL), ERR_INVALID);
	rig_down(&rig);
}

/* ---- TLS ---- */

static void a_certificate_nobody_signed_is_a_tls_failure(void **state)
{
	struct rig rig;
	struct seen *seen;

	(void)state;
	rig_up(&rig, &quick, true);
	seen = exchange(&rig, "PUT", (struct script_step){.reply = OK_REPLY});
	assert_int_equal(seen->transport, TRANSPORT_TLS);
	assert_int_equal(seen->sent, 0);
	assert_non_null(strstr(seen->error, "certificate"));
	assert_int_equal(scripted_server_requests(rig.server), 0);
	rig_down(&rig);
}

static void a_ca_file_makes_it_trusted(void **state)
{
	struct rig rig;
	struct http_options trusting = quick;
	struct seen *seen;

	(void)state;
	rig_up(&rig, &quick, true);
	trusting.ca_file = rig.ca_file;
	http_free(&rig.http);
	assert_int_equal(http_new(rig.loop, &trusting, &rig.http, NULL), ERR_OK);
	seen = exchange(&rig, "PUT", (struct script_step){.reply = OK_REPLY});
	assert_int_equal(seen->transport, TRANSPORT_ANSWERED);
	assert_true(seen->times.tls > 0);
	rig_down(&rig);
}

/* ---- ending ---- */

static void a_cancelled_call_says_nothing(void **state)
{
	struct rig rig;
	struct http_call *call;

	(void)state;
	rig_up(&rig, &quick, false);
	scripted_server_add(rig.server, (struct script_step){
						.match = "GET /gone",
						.reply = OK_REPLY,
						.then = SCRIPT_HOLD,
					});
	scripted_server_add(rig.server, (struct script_step){.match = "GET /x", .reply = OK_REPLY});
	call = send_path(&rig, "GET", "/gone", NULL);
	while (scripted_server_requests(rig.server) == 0)
		assert_int_equal(loop_turn(rig.loop, TURN_US, NULL), ERR_OK);
	http_cancel(&call);
	assert_null(call);
	scripted_server_release(rig.server);
	send_path(&rig, "GET", "/x", NULL);
	run_until(&rig, 1);
	assert_int_equal(rig.seen[0].status, 200);
	rig_down(&rig);
}

static void http_may_be_freed_inside_a_callback(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig, &quick, false);
	scripted_server_add(rig.server, (struct script_step){.reply = OK_REPLY, .times = -1});
	rig.free_http = true;
	send_path(&rig, "GET", "/a", NULL);
	send_path(&rig, "GET", "/b", NULL);
	run_until(&rig, 1);
	assert_null(rig.http);
	rig_down(&rig);
}

static void on_alarm(void *context)
{
	*(bool *)context = true;
}

static void nothing_wakes_an_idle_engine(void **state)
{
	struct rig rig;
	uint64_t turns;
	bool rang = false;

	(void)state;
	rig_up(&rig, &quick, false);
	exchange(&rig, "GET", (struct script_step){.reply = OK_REPLY});
	/* Whatever curl still had to do is done in these turns. */
	for (int i = 0; i < 5; i++)
		assert_int_equal(loop_turn(rig.loop, 0, NULL), ERR_OK);
	turns = loop_turns(rig.loop);
	assert_int_equal(loop_timer_start(rig.loop, 50000, on_alarm, &rang, NULL), ERR_OK);
	while (!rang)
		assert_int_equal(loop_turn(rig.loop, -1, NULL), ERR_OK);
	assert_int_equal(loop_turns(rig.loop), turns + 1);
	rig_down(&rig);
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
		cmocka_unit_test(a_cancelled_call_says_nothing),
		cmocka_unit_test(http_may_be_freed_inside_a_callback),
		cmocka_unit_test(nothing_wakes_an_idle_engine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
