/* HTTP by libcurl's multi interface on our loop. One reply for each request,
 * whatever happens; no retries here. */
#ifndef DACACHE_NET_HTTP_H
#define DACACHE_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "dacache/base/buf.h"
#include "dacache/base/err.h"
#include "dacache/domain/exchange.h"
#include "dacache/loop/loop.h"

enum { HTTP_BODY_MAX = 8 * 1024 * 1024 };

struct http;
struct http_call;

struct http_options {
	int64_t connect_timeout_ms; /* 5000 */
	int64_t call_timeout_ms;    /* 30000, the whole call */
	int64_t max_connections;    /* to one host */
	const char *ca_file;        /* trusted besides the system's; NULL: none */
	bool is_offline;            /* every call is refused, TRANSPORT_FORBIDDEN_URL */
};

/* Keep-alive, compression, HTTP/2 where TLS offers it, TLS 1.2 at least and
 * verified, redirects never followed, proxy environment honoured (never for
 * loopback), user agent "dacache/VERSION", http:// on loopback alone. All but a
 * GET leaves once: where a kept connection ends before the answer, the call ends
 * too (TRANSPORT_RESET). A POST has a connection of its own. The caller ignores
 * SIGPIPE. */
enum err_code http_new(struct loop *loop, const struct http_options *options, struct http **out,
		       struct err *err);
/* Calls in flight end without their callback. May be called inside one. */
void http_free(struct http **http);

/* Whether a connection may be made to that address (IPv4 or IPv6, with its port). */
typedef bool http_connect_fn(void *context, const struct sockaddr *address);

/* All copied before http_send returns. */
struct http_request {
	const char *method;
	const char *url;
	const char *const *headers; /* "Name: value", NULL at the end; may be NULL */
	const char *body;           /* NULL: none */
	size_t body_len;
	size_t body_max;    /* of the reply; 0: HTTP_BODY_MAX */
	bool body_is_idle;  /* nobody reads it whole: over body_max it is cut, no failure */
	int64_t timeout_ms; /* 0: the options' */
	/* NULL: any address. Else it is asked, until the call ends, right before a socket
	 * is made for each address that the name has: what was checked is what is
	 * connected to. No proxy is used then, which would look the name up by itself, nor
	 * a kept connection; http:// is taken for any host. A call whose addresses were
	 * all refused ends with TRANSPORT_FORBIDDEN_URL. */
	http_connect_fn *may_connect;
	void *connect_context;
	/* NULL. Else nothing is sent, and the call ends as refused_as with these words. */
	const char *refusal;
	enum transport refused_as;
};

struct http_header {
	char *name;
	char *value;
};

/* Belongs to the call; valid during the callback alone. */
struct http_reply {
	enum transport transport;
	int status; /* 0 unless answered */
	/* The request's line and headers as they left, with secrets; "": none left. */
	const char *sent_head;
	const struct http_header *headers;
	size_t headers_len;
	const char *body; /* NUL-terminated, never NULL */
	size_t body_len;
	struct exchange_times times; /* queue is 0 here */
	int64_t bytes_sent;
	int64_t bytes_received;
	int64_t header_bytes_received; /* of these, status line and headers */
	char http_version[8];
	char error[128]; /* the library's words, "" */
};

typedef void http_done_fn(void *context, const struct http_reply *reply);

/* fn is called once, from the loop, never before http_send returned. An
 * unacceptable URL is reported that way too. */
enum err_code http_send(struct http *http, const struct http_request *request, http_done_fn *fn,
			void *context, struct http_call **out);
/* Ends the call without its callback; *call is nulled. NULL is fine, and so is
 * the call whose callback is running. */
void http_cancel(struct http_call **call);

/* Numbers for the exchange log: 1, 2, 3 … */
uint64_t http_next_exchange(struct http *http);

/* "libcurl/7.88.1 OpenSSL/3.0.15 …" */
const char *http_libraries(void);

/* First header of that name, any case; NULL when absent. */
const char *http_reply_header(const struct http_reply *reply, const char *name);

#endif
