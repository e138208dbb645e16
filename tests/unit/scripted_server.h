/* A small HTTP server on the loop of the test: it answers by a script, byte for
 * byte, and misbehaves as told. Loopback, a port the system picks. */
#ifndef DACACHE_TESTS_SCRIPTED_SERVER_H
#define DACACHE_TESTS_SCRIPTED_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "dacache/loop/loop.h"

enum script_then {
	SCRIPT_KEEP,  /* the connection stays open */
	SCRIPT_CLOSE, /* closed once the reply is out */
	SCRIPT_RESET, /* reset; a reply is sent before it */
	SCRIPT_FIN,   /* our side of it ends, and nothing more is read; no reply */
	SCRIPT_HOLD   /* the reply waits for scripted_server_release */
};

enum script_when {
	SCRIPT_WHOLE,   /* once the request was read */
	SCRIPT_AT_HEAD, /* once its headers were: it counts for none, match is for it alone */
	SCRIPT_UNREAD   /* as it comes, over a connection that answered before; of no match */
};

/* Strings must outlive the server. */
struct script_step {
	const char *match; /* beginning of the request line, NULL: any */
	const char *reply; /* raw: status line, headers, body; NULL: none */
	enum script_then then;
	enum script_when when;
	int times; /* 0 counts as 1, -1: for ever */
};

struct scripted_request {
	char *head; /* request line and headers, "\r\n" a line */
	char *body;
	int connection; /* from 1 */
};

struct scripted_server;

/* With TLS: a certificate for 127.0.0.1 that nobody signed, made on the spot;
 * *ca_file (of mkstemp, the caller removes it) holds it. NULL: plain. */
struct scripted_server *scripted_server_new(struct loop *loop, char *ca_file);
void scripted_server_free(struct scripted_server *server);
/* "http://127.0.0.1:PORT" */
const char *scripted_server_url(const struct scripted_server *server);

/* The first step that matches and is not used up answers. */
void scripted_server_add(struct scripted_server *server, struct script_step step);
void scripted_server_release(struct scripted_server *server);

size_t scripted_server_requests(const struct scripted_server *server);
size_t scripted_server_count(const struct scripted_server *server, const char *match);
/* The nth (from 0) request that matches; NULL when there is none. */
const struct scripted_request *scripted_server_request(const struct scripted_server *server,
						       const char *match, size_t nth);
/* Requests that no step wanted: they got a 500. */
size_t scripted_server_surprises(const struct scripted_server *server);

#endif
