/* curl's multi interface on our loop: curl says which descriptors and which
 * moment it waits for, the loop tells it when they are there. */
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "http_internal.h"

enum { US_PER_MS = 1000, KEPT_CONNECTIONS = 16 };

/* ---- the list of calls, and the end of the engine ---- */

static void http_link(struct http *http, struct http_call *call)
{
	call->next = http->calls;
	if (call->next != NULL)
		call->next->prev = call;
	http->calls = call;
}

static void http_unlink(struct http_call *call)
{
	if (call->prev != NULL)
		call->prev->next = call->next;
	else
		call->http->calls = call->next;
	if (call->next != NULL)
		call->next->prev = call->prev;
	call->prev = NULL;
	call->next = NULL;
	if (call->in_multi)
		curl_multi_remove_handle(call->http->multi, call->easy);
	call->in_multi = false;
	loop_timer_stop(&call->refusal);
}

static void http_destroy(struct http *http)
{
	/* Its descriptors leave the loop in here. */
	curl_multi_cleanup(http->multi);
	curl_share_cleanup(http->share);
	loop_timer_stop(&http->timer);
	free(http->ca_file);
	free(http);
	curl_global_cleanup();
}

static void http_leave(struct http *http)
{
	http->depth--;
	if (http->depth == 0 && http->dead)
		http_destroy(http);
}

/* ---- calls that ended ---- */

static void http_deliver(struct http_call *call, enum transport transport, CURLcode code)
{
	struct http_reply reply;

	http_fill_reply(call, transport, code, &reply);
	http_unlink(call);
	call->delivering = true;
	call->fn(call->context, &reply);
	http_call_free(call);
}

static void http_collect(struct http *http)
{
	struct CURLMsg *message;
	int left;

	while (!http->dead && (message = curl_multi_info_read(http->multi, &left)) != NULL) {
		CURLcode code = message->data.result;
		struct http_call *call = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
		http_deliver(call, http_outcome(call, code), code);
	}
}

/* Curl is of no use any more (no memory for a watch): nobody is left waiting. */
static void http_give_up(struct http *http)
{
	while (!http->dead && http->calls != NULL) {
		struct http_call *call = http->calls;

		http_deliver(call, http_outcome(call, CURLE_OUT_OF_MEMORY), CURLE_OUT_OF_MEMORY);
	}
}

static void http_drive(struct http *http, curl_socket_t fd, int events)
{
	int running;
	CURLMcode code;

	http->depth++;
	code = curl_multi_socket_action(http->multi, fd, events, &running);
	http_collect(http);
	if (code != CURLM_OK)
		http_give_up(http);
	http_leave(http);
}

/* ---- curl and the loop ---- */

static void on_ready(void *context, int fd, int events)
{
	int bits = 0;

	if (events & LOOP_READ)
		bits |= CURL_CSELECT_IN;
	if (events & LOOP_WRITE)
		bits |= CURL_CSELECT_OUT;
	if (events & LOOP_HANGUP)
		bits |= CURL_CSELECT_ERR;
	http_drive(context, fd, bits);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *socket_context)
{
	struct http *http = context;
	struct loop_watch *watch = socket_context;
	int events = 0;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		loop_unwatch(&watch);
		return 0;
	}
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		events |= LOOP_READ;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		events |= LOOP_WRITE;
	if (watch != NULL) {
		loop_watch_events(watch, events);
		return 0;
	}
	if (loop_watch(http->loop, fd, events, on_ready, http, &watch) != ERR_OK)
		return -1;
	curl_multi_assign(http->multi, fd, watch);
	return 0;
}

static void on_due(void *context)
{
	http_drive(context, CURL_SOCKET_TIMEOUT, 0);
}

static int on_timer(CURLM *multi, long timeout_ms, void *context)
{
	struct http *http = context;

	(void)multi;
	loop_timer_stop(&http->timer);
	if (timeout_ms < 0)
		return 0;
	return loop_timer_start(http->loop, timeout_ms * US_PER_MS, on_due, http, &http->timer) ==
			       ERR_OK
		       ? 0
		       : -1;
}

/* ---- public ---- */

static bool http_set_up(struct http *http)
{
	CURLMcode bad = CURLM_OK;
	CURLSHcode bad_share;

	http->multi = curl_multi_init();
	http->share = curl_share_init();
	if (http->multi == NULL || http->share == NULL)
		return false;
	bad |= curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	bad |= curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
	bad |= curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	bad |= curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
	bad |= curl_multi_setopt(http->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
				 (long)http->options.max_connections);
	bad |= curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_CONNECTIONS);
	bad_share = curl_share_setopt(http->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
	return bad == CURLM_OK && bad_share == CURLSHE_OK;
}

enum err_code http_new(struct loop *loop, const struct http_options *options, struct http **out,
		       struct err *err)
{
	struct http *http;

	*out = NULL;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(err, ERR_NETWORK, "libcurl does not start");
	http = calloc(1, sizeof(*http));
	if (http == NULL) {
		curl_global_cleanup();
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	}
	http->loop = loop;
	http->options = *options;
	http->ca_file = text_dup(options->ca_file);
	http->options.ca_file = http->ca_file;
	if ((options->ca_file != NULL && http->ca_file == NULL) || !http_set_up(http)) {
		http_destroy(http);
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	}
	*out = http;
	return ERR_OK;
}

void http_free(struct http **http)
{
	struct http *gone = *http;

	if (gone == NULL)
		return;
	*http = NULL;
	while (gone->calls != NULL) {
		struct http_call *call = gone->calls;

		http_unlink(call);
		if (call->dropped != NULL)
			call->dropped(call->context);
		http_call_free(call);
	}
	gone->dead = true;
	if (gone->depth == 0)
		http_destroy(gone);
}

static void on_refusal(void *context)
{
	struct http_call *call = context;
	struct http *http = call->http;

	http->depth++;
	http_deliver(call, call->refused_as, CURLE_URL_MALFORMAT);
	http_leave(http);
}

enum err_code http_send(struct http *http, const struct http_request *request, http_done_fn *fn,
			void *context, struct http_call **out)
{
	struct http_call *call;
	enum err_code code = http_call_new(http, request, &call);

	if (out != NULL)
		*out = NULL;
	if (code != ERR_OK)
		return code;
	call->fn = fn;
	call->context = context;
	if (call->easy == NULL)
		code = loop_timer_start(http->loop, 0, on_refusal, call, &call->refusal);
	else if (curl_multi_add_handle(http->multi, call->easy) != CURLM_OK)
		code = ERR_NETWORK;
	if (code != ERR_OK) {
		http_call_free(call);
		return code;
	}
	call->in_multi = call->easy != NULL;
	http_link(http, call);
	if (out != NULL)
		*out = call;
	return ERR_OK;
}

void http_cancel(struct http_call **call)
{
	struct http_call *ended = *call;

	*call = NULL;
	if (ended == NULL || ended->delivering)
		return;
	http_unlink(ended);
	http_call_free(ended);
}

void http_on_drop(struct http_call *call, void (*fn)(void *context))
{
	call->dropped = fn;
}

uint64_t http_next_exchange(struct http *http)
{
	return ++http->exchanges;
}

const char *http_libraries(void)
{
	return curl_version();
}
