#include "server.h"

#include <errno.h>
#include <limits.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "exchange.h"
#include "gate.h"
#include "request.h"

enum { CONNECTIONS = 1000, CONNECTION_MEMORY = 128 * 1024, PEM_MAX = 1024 * 1024 };

struct server {
	struct sim *sim;
	struct MHD_Daemon *daemon;
	struct gate *gate;
	struct request *held; /* answers that wait for their time */
	struct buf cert;
	struct buf key;
	int signals;
};

/* ---- one request ---- */

static void *begin_request(void *context, const char *target, struct MHD_Connection *connection)
{
	struct server *server = context;

	return request_new(server->sim, connection, target);
}

static void end_request(void *context, struct MHD_Connection *connection, void **state,
			enum MHD_RequestTerminationCode how)
{
	struct request *request = *state;

	(void)context;
	(void)connection;
	(void)how;
	request_free(&request);
	*state = NULL;
}

/* The target is decoded by request_decode alone, which sees broken escapes. */
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *text)
{
	(void)context;
	(void)connection;
	return strlen(text);
}

struct cut_body {
	size_t sent;
	size_t len;
	char data[];
};

static ssize_t read_cut(void *context, uint64_t at, char *out, size_t max)
{
	struct cut_body *body = context;
	size_t left = at < body->len ? body->len - (size_t)at : 0;
	size_t n = left < max ? left : max;

	if (n == 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	memcpy(out, body->data + at, n);
	return (ssize_t)n;
}

/* A response that promises the whole body and breaks off. */
static struct MHD_Response *cut_response(const struct reply *reply)
{
	size_t len = (size_t)reply->truncate < reply->body.len ? (size_t)reply->truncate
							       : reply->body.len;
	struct cut_body *body = malloc(sizeof(*body) + len);

	if (!body)
		return NULL;
	body->len = len;
	if (len > 0)
		memcpy(body->data, reply->body.data, len);
	return MHD_create_response_from_callback(reply->body.len, 32768, read_cut, body, free);
}

static struct MHD_Response *whole_response(struct reply *reply)
{
	size_t len = reply->body.len;
	char *body = len > 0 ? buf_take(&reply->body) : NULL;

	if (len > 0 && !body)
		return NULL;
	return MHD_create_response_from_buffer(
		len, body, len > 0 ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result send_reply(struct request *request)
{
	struct reply *reply = &request->reply;
	bool cut = reply->truncate >= 0 && (size_t)reply->truncate < reply->body.len;
	struct MHD_Response *response;
	enum MHD_Result sent;

	if (reply->drop)
		return MHD_NO;
	response = cut ? cut_response(reply) : whole_response(reply);
	if (!response)
		return MHD_NO;
	for (size_t i = 0; i < reply->headers.len; i++) {
		const struct reply_header *header = vec_at(&reply->headers, i);
		MHD_add_response_header(response, header->name, header->value);
	}
	sent = MHD_queue_response(request->connection, reply->status, response);
	MHD_destroy_response(response);
	return sent;
}

static enum MHD_Result finish(struct server *server, struct request *request)
{
	if (!request->answered) {
		exchange_run(request);
		request->answered = true;
		if (request->due_us > clock_monotonic_us(&server->sim->clock)) {
			request->held = true;
			request->next_held = server->held;
			server->held = request;
			MHD_suspend_connection(request->connection);
			return MHD_YES;
		}
	}
	return request->held ? MHD_YES : send_reply(request);
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
			      const char *method, const char *version, const char *upload,
			      size_t *upload_size, void **state)
{
	struct request *request = *state;

	(void)connection;
	(void)url;
	(void)version;
	if (!request)
		return MHD_NO;
	if (!request->method) { /* the headers are there, the body is yet to come */
		request->method = strdup(method);
		return request->method ? MHD_YES : MHD_NO;
	}
	if (*upload_size > 0) { /* past the maximum body.failed tells it */
		buf_append(&request->body, upload, *upload_size);
		*upload_size = 0;
		return MHD_YES;
	}
	return finish(context, request);
}

/* ---- answers that wait ---- */

static void resume_due(struct server *server, int64_t now)
{
	struct request **link = &server->held;

	while (*link) {
		struct request *request = *link;
		if (request->due_us > now) {
			link = &request->next_held;
			continue;
		}
		*link = request->next_held;
		request->held = false;
		MHD_resume_connection(request->connection);
	}
}

/* The daemon must not stop with some suspended; they get no answer. */
static void drop_held(struct server *server)
{
	for (struct request *request = server->held; request; request = request->next_held)
		request->reply.drop = true;
	resume_due(server, INT64_MAX);
}

static int64_t next_due(const struct server *server)
{
	int64_t due = sim_due(server->sim);

	for (const struct request *request = server->held; request; request = request->next_held)
		if (request->due_us < due)
			due = request->due_us;
	return due;
}

/* ---- the loop ---- */

/* Milliseconds to poll for, rounded up; -1 for ever. */
static int poll_time(const struct server *server)
{
	MHD_UNSIGNED_LONG_LONG daemon_ms;
	int64_t due = next_due(server);
	int64_t wait = -1;

	if (due != INT64_MAX) {
		int64_t left = due - clock_monotonic_us(&server->sim->clock);
		wait = left <= 0 ? 0 : (left + 999) / 1000;
	}
	if (MHD_get_timeout(server->daemon, &daemon_ms) == MHD_YES &&
	    (wait < 0 || daemon_ms < (MHD_UNSIGNED_LONG_LONG)wait))
		wait = (int64_t)daemon_ms;
	return wait > INT_MAX ? INT_MAX : (int)wait;
}

enum err_code server_run(struct server *server, struct err *err)
{
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	struct pollfd fds[] = {{.fd = server->signals, .events = POLLIN},
			       {.fd = info->epoll_fd, .events = POLLIN},
			       {.fd = gate_fd(server->gate), .events = POLLIN}};

	while (fds[0].revents == 0) {
		if (poll(fds, 3, poll_time(server)) < 0 && errno != EINTR)
			return err_set(err, ERR_IO, "poll: %s", strerror(errno));
		resume_due(server, clock_monotonic_us(&server->sim->clock));
		sim_run(server->sim, clock_monotonic_us(&server->sim->clock));
		gate_run(server->gate);
		MHD_run(server->daemon);
	}
	return ERR_OK;
}

/* ---- start and stop ---- */

static enum err_code open_signals(int *out, struct err *err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == 0)
		*out = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return *out >= 0 ? ERR_OK : err_set(err, ERR_IO, "signals: %s", strerror(errno));
}

static enum err_code read_pem(const char *path, struct buf *out, struct err *err)
{
	char chunk[4096];
	size_t n;
	FILE *file = fopen(path, "rb");

	if (!file)
		return err_set(err, ERR_IO, "--tls %s: %s", path, strerror(errno));
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_append(out, chunk, n);
	if (ferror(file) || out->failed || out->len == 0)
		err_set(err, ERR_IO, "--tls %s: not a PEM file", path);
	fclose(file);
	return err->code;
}

static enum err_code read_tls(struct server *server, struct err *err)
{
	const struct options *options = &server->sim->options;
	enum err_code rc = ERR_OK;

	if (options->tls_cert)
		rc = read_pem(options->tls_cert, &server->cert, err);
	if (rc == ERR_OK && options->tls_key)
		rc = read_pem(options->tls_key, &server->key, err);
	return rc;
}

static enum err_code start_daemon(struct server *server, struct err *err)
{
	unsigned int flags = MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME;
	struct MHD_OptionItem tls[] = {
		{MHD_OPTION_HTTPS_MEM_CERT, 0, server->cert.data},
		{MHD_OPTION_HTTPS_MEM_KEY, 0, server->key.data},
		{MHD_OPTION_END, 0, NULL},
	};
	if (server->cert.len > 0)
		flags |= MHD_USE_TLS;
	else
		tls[0].option = MHD_OPTION_END;
	server->daemon = MHD_start_daemon(
		flags, 0, NULL, NULL, handle, server, MHD_OPTION_URI_LOG_CALLBACK, begin_request,
		server, MHD_OPTION_NOTIFY_COMPLETED, end_request, server,
		MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL, MHD_OPTION_CONNECTION_LIMIT,
		CONNECTIONS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
	if (server->daemon)
		return ERR_OK;
	return err_set(err, ERR_IO, "the HTTP server does not start%s",
		       server->cert.len > 0 ? ": certificate or key unusable" : "");
}

static void admit(void *context, int fd)
{
	struct server *server = context;
	struct sockaddr_in peer = {.sin_family = AF_INET};

	/* Closes the descriptor when it cannot take it. */
	MHD_add_connection(server->daemon, fd, (struct sockaddr *)&peer, sizeof(peer));
}

enum err_code server_new(struct sim *sim, struct server **out, struct err *err)
{
	struct server *server = calloc(1, sizeof(*server));
	enum err_code rc;

	if (!server)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	server->sim = sim;
	server->signals = -1;
	buf_init(&server->cert, PEM_MAX);
	buf_init(&server->key, PEM_MAX);
	rc = read_tls(server, err);
	if (rc == ERR_OK)
		rc = open_signals(&server->signals, err);
	if (rc == ERR_OK)
		rc = start_daemon(server, err);
	if (rc == ERR_OK)
		rc = gate_new((int)sim->options.port, server->cert.len == 0, &sim->random, admit,
			      server, &server->gate, err);
	if (rc != ERR_OK)
		server_free(&server);
	*out = server;
	return rc;
}

int server_port(const struct server *server)
{
	return gate_port(server->gate);
}

void server_free(struct server **server)
{
	if (!*server)
		return;
	gate_free(&(*server)->gate);
	if ((*server)->daemon) {
		drop_held(*server);
		MHD_run((*server)->daemon);
		MHD_stop_daemon((*server)->daemon);
	}
	if ((*server)->signals >= 0)
		close((*server)->signals);
	buf_free(&(*server)->cert);
	buf_free(&(*server)->key);
	free(*server);
	*server = NULL;
}
