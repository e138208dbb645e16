/* What the files of http share: the engine (http.c), one call (http_call.c),
 * how it ended (http_outcome.c). */
#ifndef DACACHE_SRC_NET_HTTP_INTERNAL_H
#define DACACHE_SRC_NET_HTTP_INTERNAL_H

#include <curl/curl.h>

#include "dacache/base/vec.h"
#include "dacache/net/http.h"

struct http {
	struct loop *loop;
	CURLM *multi;
	CURLSH *share; /* TLS sessions: a fresh connection need not begin from nothing */
	struct loop_timer *timer;
	struct http_options options;
	char *ca_file;
	struct http_call *calls;
	uint64_t exchanges;
	int depth; /* of callbacks into the callers */
	bool dead; /* freed inside a callback: goes when the last one returned */
};

struct http_call {
	struct http *http;
	struct http_call *prev;
	struct http_call *next;
	CURL *easy;
	CURLU *url;
	struct curl_slist *request_headers;
	http_done_fn *fn;
	void *context;
	void (*dropped)(void *context);
	http_connect_fn *may_connect;
	void *connect_context;
	struct loop_timer *refusal; /* set when it ends before anything is sent */
	enum transport refused_as;
	bool once; /* no GET: it must not leave a second time */
	bool in_multi;
	bool refused;       /* an address was, by may_connect */
	bool opened;        /* a socket was */
	bool headers_whole; /* the empty line after them was seen */
	bool delivering;
	bool body_is_idle;
	bool too_large;
	bool no_memory;
	size_t headers_bytes;
	int64_t sent;
	struct buf sent_head; /* request line and headers as they left; holds the secrets */
	struct buf body;
	struct vec headers; /* struct http_header */
	char error[CURL_ERROR_SIZE];
};

/* fn(context) is called when http_free ends the call: the owner is gone by then,
 * and what the context holds would be lost. */
void http_on_drop(struct http_call *call, void (*fn)(void *context));

/* A call with all its curl options. An unacceptable URL gives a call without
 * `easy`, its words in `error`. */
enum err_code http_call_new(struct http *http, const struct http_request *request,
			    struct http_call **out);
void http_call_free(struct http_call *call);

enum transport http_outcome(const struct http_call *call, CURLcode code);
/* Status, times, sizes and words of a call that ended. */
void http_fill_reply(struct http_call *call, enum transport transport, CURLcode code,
		     struct http_reply *out);

#endif
