/* One call: its curl handle, and what arrives for it. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dacache/base/text.h"
#include "http_internal.h"
#include "token.h"
#include "url.h"

/* A page of the list comes in one or two parts then, not in seven. */
enum { HEADERS_MAX_BYTES = 256 * 1024, PART_BYTES = 128 * 1024, ONCE_IDLE_S = 1 };

#define HTTP_USER_AGENT "dacache/" DACACHE_VERSION

/* ---- what arrives ---- */

/* The server's word for it is but a hint. */
static void expect_body(struct http_call *call)
{
	curl_off_t length = -1;

	curl_easy_getinfo(call->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	if (length > 0)
		buf_expect(&call->body, (size_t)length);
}

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
	struct http_call *call = context;
	enum err_code code;

	if (call->body.len == 0)
		expect_body(call);
	code = buf_append(&call->body, data, size * count);
	if (code == ERR_OK || (code == ERR_LIMIT && call->body_is_idle))
		return size * count;
	if (code == ERR_LIMIT)
		call->too_large = true;
	else
		call->no_memory = true;
	return 0;
}

static void headers_clear(struct http_call *call)
{
	for (size_t i = 0; i < call->headers.len; i++) {
		struct http_header *header = vec_at(&call->headers, i);

		free(header->name);
		free(header->value);
	}
	vec_clear(&call->headers);
}

static char *copy_trimmed(const char *from, size_t len)
{
	while (len > 0 && (*from == ' ' || *from == '\t')) {
		from++;
		len--;
	}
	while (len > 0 && strchr(" \t\r\n", from[len - 1]) != NULL)
		len--;
	return strndup(from, len);
}

static bool header_add(struct http_call *call, const char *line, size_t len, const char *colon)
{
	size_t name_len = (size_t)(colon - line);
	struct http_header header = {
		.name = copy_trimmed(line, name_len),
		.value = copy_trimmed(colon + 1, len - name_len - 1),
	};

	if (header.name != NULL && header.value != NULL &&
	    vec_push(&call->headers, &header) == ERR_OK)
		return true;
	free(header.name);
	free(header.value);
	call->no_memory = true;
	return false;
}

/* A status line begins a new block: those of 1xx replies are forgotten. */
static size_t on_header(char *data, size_t size, size_t count, void *context)
{
	struct http_call *call = context;
	size_t len = size * count;
	const char *colon;

	call->headers_bytes += len;
	if (call->headers_bytes > HEADERS_MAX_BYTES) {
		call->too_large = true;
		return 0;
	}
	if (len > 0 && (data[0] == '\r' || data[0] == '\n'))
		call->headers_whole = true;
	if (len >= 5 && strncmp(data, "HTTP/", 5) == 0) {
		call->headers_whole = false;
		headers_clear(call);
		return len;
	}
	colon = memchr(data, ':', len);
	if (colon != NULL && !header_add(call, data, len, colon))
		return 0;
	return len;
}

/* What goes to a proxy for it to open a tunnel, and not to the server. */
static bool is_for_proxy(const char *data, size_t len)
{
	static const char method[] = "CONNECT ";

	return len >= sizeof(method) - 1 && memcmp(data, method, sizeof(method) - 1) == 0;
}

/* It may come in pieces; and again, whole, where curl sends it once more. */
static void keep_head(struct http_call *call, const char *data, size_t len)
{
	struct buf *head = &call->sent_head;

	if (head->len >= 4 && memcmp(head->data + head->len - 4, "\r\n\r\n", 4) == 0)
		buf_reset(head);
	buf_append(head, data, len);
}

/* Curl's own counters leave out or count twice the body of small requests; and
 * whether anything left at all decides what a lost connection means. */
static int on_debug(CURL *easy, curl_infotype type, char *data, size_t len, void *context)
{
	struct http_call *call = context;

	(void)easy;
	if ((type == CURLINFO_HEADER_OUT && !is_for_proxy(data, len)) || type == CURLINFO_DATA_OUT)
		call->sent += (int64_t)len;
	if (type == CURLINFO_HEADER_OUT && !is_for_proxy(data, len))
		keep_head(call, data, len);
	return 0;
}

/* Something of it left, and no second time is wanted. */
static bool is_spent(const struct http_call *call)
{
	return call->once && call->sent > 0;
}

/* Curl asks before each time that it would send the request, over a kept connection
 * or a new one. It does so a second time by itself: when a kept connection ends
 * before the first byte of an answer, or HTTP/2 tells it to. */
static int on_begin(void *context, char *peer, char *own, int peer_port, int own_port)
{
	(void)peer;
	(void)own;
	(void)peer_port;
	(void)own_port;
	return is_spent(context) ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

/* Curl asks for a socket for each address it tries. What must not be sent again
 * needs none. */
static curl_socket_t on_open(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct http_call *call = context;
	int fd;

	(void)purpose;
	if (is_spent(call))
		return CURL_SOCKET_BAD;
	if (call->may_connect != NULL &&
	    !call->may_connect(call->connect_context, &address->addr)) {
		call->refused = true;
		return CURL_SOCKET_BAD;
	}
	fd = socket(address->family, address->socktype, address->protocol);
	if (fd < 0)
		return CURL_SOCKET_BAD;
	call->opened = true;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	return fd;
}

/* ---- set up ---- */

static bool header_is_clean(const char *line)
{
	for (const char *at = line; *at != '\0'; at++) {
		if (((unsigned char)*at < ' ' && *at != '\t') || *at == 0x7f)
			return false;
	}
	return true;
}

static enum err_code copy_headers(struct http_call *call, const char *const *headers)
{
	static const char *const none[] = {NULL};
	/* Nobody waits for a 100 here. */
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");

	for (headers = headers != NULL ? headers : none; *headers != NULL && list != NULL;
	     headers++) {
		struct curl_slist *longer;

		if (!header_is_clean(*headers)) {
			curl_slist_free_all(list);
			return ERR_INVALID;
		}
		longer = curl_slist_append(list, *headers);
		if (longer == NULL)
			curl_slist_free_all(list);
		list = longer;
	}
	call->request_headers = list;
	return list != NULL ? ERR_OK : ERR_NO_MEMORY;
}

static void refuse(struct http_call *call, const char *words)
{
	strncpy(call->error, words, sizeof(call->error) - 1);
}

/* Curl gets the URL as it was parsed here: what was checked is what is used. */
static enum err_code read_url(struct http_call *call, const char *text, bool *loopback)
{
	char *scheme = NULL;
	char *host = NULL;
	CURLUcode code;

	call->url = curl_url();
	if (call->url == NULL)
		return ERR_NO_MEMORY;
	code = curl_url_set(call->url, CURLUPART_URL, text, CURLU_PATH_AS_IS);
	if (code == CURLUE_OK)
		code = curl_url_get(call->url, CURLUPART_SCHEME, &scheme, 0);
	if (code == CURLUE_OK)
		code = curl_url_get(call->url, CURLUPART_HOST, &host, 0);
	if (code != CURLUE_OK) {
		refuse(call, curl_url_strerror(code));
	} else {
		*loopback = net_url_host_is_loopback(host);
		if (strcasecmp(scheme, "https") != 0 && strcasecmp(scheme, "http") != 0)
			refuse(call, "only https:// and http:// are spoken");
		else if (strcasecmp(scheme, "http") == 0 && !*loopback && call->may_connect == NULL)
			refuse(call, "http:// is refused but on loopback: use https://");
	}
	curl_free(scheme);
	curl_free(host);
	return code == CURLUE_OUT_OF_MEMORY ? ERR_NO_MEMORY : ERR_OK;
}

static bool set_connection(const struct http_call *call, const struct http_request *request,
			   bool loopback)
{
	const struct http_options *options = &call->http->options;
	int64_t timeout_ms =
		request->timeout_ms > 0 ? request->timeout_ms : options->call_timeout_ms;
	CURL *easy = call->easy;
	CURLcode bad = CURLE_OK;

	bad |= curl_easy_setopt(easy, CURLOPT_CURLU, call->url);
	bad |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	bad |= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	bad |= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	bad |= curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	bad |= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_timeout_ms);
	bad |= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	bad |= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	bad |= curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
	bad |= curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	bad |= curl_easy_setopt(easy, CURLOPT_SHARE, call->http->share);
	bad |= curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	if (loopback || call->may_connect != NULL)
		bad |= curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	if (call->once || call->may_connect != NULL) {
		bad |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
		bad |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, call);
	}
	if (call->http->ca_file != NULL)
		bad |= curl_easy_setopt(easy, CURLOPT_CAINFO, call->http->ca_file);
	return bad == CURLE_OK;
}

/* Webhooks are checked where they connect to; tokens are rare. All else may take a
 * connection that is kept; what must leave once takes one that was used just now,
 * for a server ends those that idle. */
static bool set_reuse(const struct http_call *call, const struct http_request *request)
{
	bool may_reuse = call->may_connect == NULL && strcmp(request->method, "POST") != 0;
	CURL *easy = call->easy;
	CURLcode bad = CURLE_OK;

	bad |= curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, may_reuse ? 0L : 1L);
	if (call->once)
		bad |= curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long)ONCE_IDLE_S);
	return bad == CURLE_OK;
}

static bool set_request(const struct http_call *call, const struct http_request *request)
{
	CURL *easy = call->easy;
	CURLcode bad = CURLE_OK;

	bad |= curl_easy_setopt(easy, CURLOPT_USERAGENT, HTTP_USER_AGENT);
	bad |= curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	bad |= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->request_headers);
	if (request->body != NULL) {
		bad |= curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
					(curl_off_t)request->body_len);
		bad |= curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, request->body);
	}
	bad |= curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
	return bad == CURLE_OK && set_reuse(call, request);
}

static bool set_callbacks(struct http_call *call)
{
	CURL *easy = call->easy;
	CURLcode bad = CURLE_OK;

	bad |= curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
	bad |= curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->error);
	bad |= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	bad |= curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	bad |= curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)PART_BYTES);
	bad |= curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	bad |= curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
	bad |= curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_begin);
	bad |= curl_easy_setopt(easy, CURLOPT_PREREQDATA, call);
	bad |= curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_debug);
	bad |= curl_easy_setopt(easy, CURLOPT_DEBUGDATA, call);
	bad |= curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
	return bad == CURLE_OK;
}

static enum err_code fill_call(struct http_call *call, const struct http_request *request)
{
	const struct http *http = call->http;
	bool loopback = false;
	enum err_code code = ERR_OK;

	call->refused_as = TRANSPORT_FORBIDDEN_URL;
	if (http->options.is_offline) {
		refuse(call, "a bundle is replayed: nothing is sent");
	} else if (request->refusal != NULL) {
		call->refused_as = request->refused_as;
		refuse(call, request->refusal);
	} else {
		code = read_url(call, request->url, &loopback);
	}
	if (code == ERR_OK)
		code = copy_headers(call, request->headers);
	if (code != ERR_OK || call->error[0] != '\0')
		return code;
	call->easy = curl_easy_init();
	if (call->easy == NULL || !set_callbacks(call) ||
	    !set_connection(call, request, loopback) || !set_request(call, request))
		return ERR_NO_MEMORY;
	return ERR_OK;
}

enum err_code http_call_new(struct http *http, const struct http_request *request,
			    struct http_call **out)
{
	struct http_call *call = calloc(1, sizeof(*call));
	enum err_code code;

	*out = NULL;
	if (call == NULL)
		return ERR_NO_MEMORY;
	call->http = http;
	call->body_is_idle = request->body_is_idle;
	call->once = strcmp(request->method, "GET") != 0;
	call->may_connect = request->may_connect;
	call->connect_context = request->connect_context;
	buf_init(&call->sent_head, HEADERS_MAX_BYTES);
	buf_init(&call->body, request->body_max > 0 ? request->body_max : HTTP_BODY_MAX);
	vec_init(&call->headers, sizeof(struct http_header));
	code = fill_call(call, request);
	if (code != ERR_OK) {
		http_call_free(call);
		return code;
	}
	*out = call;
	return ERR_OK;
}

void http_call_free(struct http_call *call)
{
	loop_timer_stop(&call->refusal);
	curl_easy_cleanup(call->easy);
	curl_url_cleanup(call->url);
	curl_slist_free_all(call->request_headers);
	headers_clear(call);
	vec_free(&call->headers);
	buf_free(&call->body);
	token_secret_free(&call->sent_head.data);
	free(call);
}

const char *http_reply_header(const struct http_reply *reply, const char *name)
{
	for (size_t i = 0; i < reply->headers_len; i++) {
		if (strcasecmp(reply->headers[i].name, name) == 0)
			return reply->headers[i].value;
	}
	return NULL;
}
