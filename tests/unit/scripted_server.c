/* A small HTTP server on the loop of the test. */
#include "scripted_server.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dacache/base/buf.h"
#include "dacache/base/vec.h"
#include "scripted_tls.h"

enum { BYTES_MAX = 64 * 1024 * 1024, CHUNK = 16 * 1024, BACKLOG = 64 };

struct connection {
	struct scripted_server *server;
	struct connection *next;
	int fd; /* -1: closed */
	int number;
	SSL *ssl;
	struct loop_watch *watch;
	struct buf in;
	struct buf out;
	struct buf held;
	enum script_then then;
	bool answered;
};

struct scripted_server {
	struct loop *loop;
	int fd;
	char url[64];
	SSL_CTX *tls;
	struct loop_watch *watch;
	struct connection *connections;
	int accepted;
	struct vec steps;    /* struct script_step */
	struct vec requests; /* struct scripted_request */
	size_t surprises;
};

static const char surprise[] = "HTTP/1.1 500 Unscripted\r\nContent-Length: 0\r\n\r\n";

/* ---- connections ---- */

static void connection_close(struct connection *connection)
{
	if (connection->fd < 0)
		return;
	loop_unwatch(&connection->watch);
	SSL_free(connection->ssl);
	connection->ssl = NULL;
	close(connection->fd);
	connection->fd = -1;
}

static void connection_reset(struct connection *connection)
{
	struct linger now = {.l_onoff = 1, .l_linger = 0};

	setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	connection_close(connection);
}

/* It stays until the server goes: closed with bytes unread it would be reset. */
static void connection_fin(struct connection *connection)
{
	shutdown(connection->fd, SHUT_WR);
	loop_unwatch(&connection->watch);
}

/* As read(2) and write(2): -1 with EAGAIN when it has to wait. */
static ssize_t connection_read(struct connection *connection, void *data, size_t len)
{
	int n;

	if (connection->ssl == NULL)
		return recv(connection->fd, data, len, 0);
	n = SSL_read(connection->ssl, data, (int)len);
	if (n > 0)
		return n;
	n = SSL_get_error(connection->ssl, n);
	errno = n == SSL_ERROR_WANT_READ || n == SSL_ERROR_WANT_WRITE ? EAGAIN : EPROTO;
	return -1;
}

static ssize_t connection_write(struct connection *connection, const void *data, size_t len)
{
	int n;

	if (connection->ssl == NULL)
		return send(connection->fd, data, len, MSG_NOSIGNAL);
	n = SSL_write(connection->ssl, data, (int)len);
	errno = EAGAIN;
	return n > 0 ? n : -1;
}

static void connection_flush(struct connection *connection)
{
	while (connection->out.len > 0) {
		ssize_t n = connection_write(connection, connection->out.data, connection->out.len);

		if (n < 0 && errno == EAGAIN) {
			loop_watch_events(connection->watch, LOOP_READ | LOOP_WRITE);
			return;
		}
		if (n < 0) {
			connection_close(connection);
			return;
		}
		buf_consume(&connection->out, (size_t)n);
	}
	loop_watch_events(connection->watch, LOOP_READ);
	if (connection->then == SCRIPT_CLOSE)
		connection_close(connection);
	else if (connection->then == SCRIPT_RESET)
		connection_reset(connection);
	else if (connection->then == SCRIPT_FIN)
		connection_fin(connection);
}

/* ---- the script ---- */

static bool head_matches(const char *head, const char *match)
{
	return match == NULL || strncmp(head, match, strlen(match)) == 0;
}

static const struct script_step *take_step(struct scripted_server *server, enum script_when when,
					   const char *head)
{
	for (size_t i = 0; i < server->steps.len; i++) {
		struct script_step *step = vec_at(&server->steps, i);

		if (step->times == 0 || step->when != when || !head_matches(head, step->match))
			continue;
		if (step->times > 0)
			step->times--;
		return step;
	}
	return NULL;
}

static void connection_answer(struct connection *connection, const char *head)
{
	const struct script_step *step = take_step(connection->server, SCRIPT_WHOLE, head);
	struct buf *out = &connection->out;

	connection->answered = true;
	if (step == NULL) {
		connection->server->surprises++;
		buf_puts(out, surprise);
	} else {
		connection->then = step->then;
		if (step->then == SCRIPT_HOLD)
			out = &connection->held;
		if (step->reply != NULL)
			buf_puts(out, step->reply);
	}
	connection_flush(connection);
}

static size_t content_length(const char *head)
{
	static const char name[] = "\r\nContent-Length:";

	for (const char *at = strchr(head, '\r'); at != NULL; at = strchr(at + 1, '\r')) {
		if (strncasecmp(at, name, sizeof(name) - 1) == 0)
			return strtoul(at + sizeof(name) - 1, NULL, 10);
	}
	return 0;
}

/* One whole request out of what was read; false while it is not there. */
static bool connection_serve(struct connection *connection)
{
	struct scripted_request request = {.connection = connection->number};
	const char *end = strstr(buf_str(&connection->in), "\r\n\r\n");
	size_t head_len;
	size_t body_len;

	if (end == NULL)
		return false;
	head_len = (size_t)(end - connection->in.data) + 4;
	request.head = strndup(connection->in.data, head_len);
	body_len = content_length(request.head);
	if (connection->in.len < head_len + body_len) {
		free(request.head);
		return false;
	}
	request.body = strndup(connection->in.data + head_len, body_len);
	assert(vec_push(&connection->server->requests, &request) == ERR_OK);
	buf_consume(&connection->in, head_len + body_len);
	connection_answer(connection, request.head);
	return true;
}

/* true when the script ended the connection before the request was whole. */
static bool connection_ends_early(struct connection *connection)
{
	const char *head = buf_str(&connection->in);
	const struct script_step *step = NULL;

	if (connection->answered && connection->in.len == 0)
		step = take_step(connection->server, SCRIPT_UNREAD, "");
	else if (strstr(head, "\r\n\r\n") != NULL)
		step = take_step(connection->server, SCRIPT_AT_HEAD, head);
	if (step == NULL)
		return false;
	connection->then = step->then;
	connection_flush(connection);
	return true;
}

static void connection_on_ready(void *context, int fd, int events)
{
	struct connection *connection = context;
	char chunk[CHUNK];
	ssize_t n;

	(void)fd;
	if (events & LOOP_WRITE && connection->out.len > 0)
		connection_flush(connection);
	while (connection->fd >= 0) {
		if (connection_ends_early(connection))
			return;
		n = connection_read(connection, chunk, sizeof(chunk));
		if (n < 0 && errno == EAGAIN)
			break;
		if (n <= 0) {
			connection_close(connection);
			break;
		}
		buf_append(&connection->in, chunk, (size_t)n);
	}
	while (connection->fd >= 0 && connection_serve(connection))
		;
}

static void server_on_ready(void *context, int fd, int events)
{
	struct scripted_server *server = context;
	struct connection *connection = calloc(1, sizeof(*connection));

	(void)events;
	assert(connection != NULL);
	connection->server = server;
	connection->fd = accept(fd, NULL, NULL);
	assert(connection->fd >= 0);
	fcntl(connection->fd, F_SETFL, O_NONBLOCK);
	connection->number = ++server->accepted;
	buf_init(&connection->in, BYTES_MAX);
	buf_init(&connection->out, BYTES_MAX);
	buf_init(&connection->held, BYTES_MAX);
	if (server->tls != NULL) {
		connection->ssl = SSL_new(server->tls);
		SSL_set_fd(connection->ssl, connection->fd);
		SSL_set_accept_state(connection->ssl);
	}
	connection->next = server->connections;
	server->connections = connection;
	assert(loop_watch(server->loop, connection->fd, LOOP_READ, connection_on_ready, connection,
			  &connection->watch) == ERR_OK);
}

/* ---- public ---- */

struct scripted_server *scripted_server_new(struct loop *loop, char *ca_file)
{
	struct scripted_server *server = calloc(1, sizeof(*server));
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t len = sizeof(address);

	assert(server != NULL);
	server->loop = loop;
	if (ca_file != NULL)
		server->tls = scripted_tls_new(ca_file);
	vec_init(&server->steps, sizeof(struct script_step));
	vec_init(&server->requests, sizeof(struct scripted_request));
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server->fd = socket(AF_INET, SOCK_STREAM, 0);
	assert(bind(server->fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	assert(listen(server->fd, BACKLOG) == 0);
	assert(getsockname(server->fd, (struct sockaddr *)&address, &len) == 0);
	snprintf(server->url, sizeof(server->url), "%s://127.0.0.1:%u",
		 server->tls != NULL ? "https" : "http", (unsigned int)ntohs(address.sin_port));
	assert(loop_watch(loop, server->fd, LOOP_READ, server_on_ready, server, &server->watch) ==
	       ERR_OK);
	return server;
}

void scripted_server_free(struct scripted_server *server)
{
	while (server->connections != NULL) {
		struct connection *connection = server->connections;

		server->connections = connection->next;
		connection_close(connection);
		buf_free(&connection->in);
		buf_free(&connection->out);
		buf_free(&connection->held);
		free(connection);
	}
	for (size_t i = 0; i < server->requests.len; i++) {
		struct scripted_request *request = vec_at(&server->requests, i);

		free(request->head);
		free(request->body);
	}
	vec_free(&server->requests);
	vec_free(&server->steps);
	loop_unwatch(&server->watch);
	close(server->fd);
	SSL_CTX_free(server->tls);
	free(server);
}

const char *scripted_server_url(const struct scripted_server *server)
{
	return server->url;
}

void scripted_server_add(struct scripted_server *server, struct script_step step)
{
	if (step.times == 0)
		step.times = 1;
	assert(vec_push(&server->steps, &step) == ERR_OK);
}

void scripted_server_release(struct scripted_server *server)
{
	for (struct connection *at = server->connections; at != NULL; at = at->next) {
		if (at->fd < 0 || at->held.len == 0)
			continue;
		buf_append(&at->out, at->held.data, at->held.len);
		buf_reset(&at->held);
		connection_flush(at);
	}
}

size_t scripted_server_requests(const struct scripted_server *server)
{
	return server->requests.len;
}

size_t scripted_server_count(const struct scripted_server *server, const char *match)
{
	size_t n = 0;

	while (scripted_server_request(server, match, n) != NULL)
		n++;
	return n;
}

const struct scripted_request *scripted_server_request(const struct scripted_server *server,
						       const char *match, size_t nth)
{
	for (size_t i = 0; i < server->requests.len; i++) {
		const struct scripted_request *request = vec_at(&server->requests, i);

		if (head_matches(request->head, match) && nth-- == 0)
			return request;
	}
	return NULL;
}

size_t scripted_server_surprises(const struct scripted_server *server)
{
	return server->surprises;
}
