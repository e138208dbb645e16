/* http on a scripted server, on the clock of the system. */
#ifndef DACACHE_TESTS_HTTP_RIG_H
#define DACACHE_TESTS_HTTP_RIG_H

#include "dacache/net/http.h"
#include "scripted_server.h"

enum { HTTP_RIG_TURN_US = 100000, HTTP_RIG_TURNS_MAX = 300, HTTP_RIG_REPLIES_MAX = 8 };

#define HTTP_RIG_OK "HTTP/1.1 200 OK\r\nETag: \"7\"\r\nContent-Length: 2\r\n\r\n{}"

/* What a reply said, kept after its call is gone. */
struct http_seen {
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

struct http_rig {
	struct loop *loop;
	struct http *http;
	struct scripted_server *server;
	struct http_seen seen[HTTP_RIG_REPLIES_MAX];
	size_t replies;
	bool free_http; /* by the next callback */
	char ca_file[64];
};

/* 2 s to connect, 5 s a call. */
extern const struct http_options http_rig_quick;

/* tls: with a certificate nobody signed; ca_file holds it. */
void http_rig_up(struct http_rig *rig, const struct http_options *options, bool tls);
void http_rig_down(struct http_rig *rig);

/* An http_done_fn: its context is the rig. */
void http_rig_done(void *context, const struct http_reply *reply);
/* Turns until that many replies came in all. */
void http_rig_run(struct http_rig *rig, size_t replies);

struct http_call *http_rig_send(struct http_rig *rig, const char *method, const char *url,
				const char *body);
struct http_call *http_rig_send_path(struct http_rig *rig, const char *method, const char *path,
				     const char *body);
/* One request, one step; returns what the caller saw. */
struct http_seen *http_rig_exchange(struct http_rig *rig, const char *method,
				    struct script_step step);

#endif
