/* Exchanges from a HAR file that this program wrote. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/clock.h"
#include "dacache/base/text.h"
#include "dacache/domain/har.h"
#include "dacache/domain/plain.h"
#include "json_read.h"

enum { US_PER_MS = 1000 };
static const double time_most_ms = 1e9;

/* --- values --- */

static int64_t get_int(struct json_object *object, const char *name, int64_t otherwise)
{
	int64_t value;

	if (!json_get_int(json_member(object, name), &value) || value < 0 ||
	    value > INT64_C(1) << 40)
		return otherwise;
	return value;
}

static void get_text(struct json_object *object, const char *name, char *out, size_t size)
{
	struct json_object *value = json_member(object, name);

	if (json_object_is_type(value, json_type_string))
		plain_copy(out, size, json_object_get_string(value));
}

/* -1 and what is no number: it did not happen. */
static int64_t get_us(struct json_object *timings, const char *name)
{
	double ms = json_object_get_double(json_member(timings, name));

	return ms > 0 && ms < time_most_ms ? (int64_t)(ms * US_PER_MS + 0.5) : 0;
}

static bool is_true(struct json_object *object, const char *name)
{
	return json_object_get_boolean(json_member(object, name));
}

/* --- bodies --- */

static int base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Up to the first byte that is none of base64. */
static void put_base64(struct buf *out, const char *text)
{
	unsigned bits = 0;
	int held = 0;

	for (; base64_value(*text) >= 0; text++) {
		bits = bits << 6 | (unsigned)base64_value(*text);
		held += 6;
		if (held >= 8) {
			held -= 8;
			buf_putc(out, (char)(bits >> held & 0xff));
		}
	}
}

/* malloc'd; "" when there is none. */
static char *get_body(struct json_object *content, const char *encoding_name, size_t *len)
{
	struct json_object *text = json_member(content, "text");
	struct json_object *encoding = json_member(content, encoding_name);
	struct buf body;

	buf_init(&body, EXCHANGE_BODY_KEPT * 2);
	if (json_object_is_type(text, json_type_string) && encoding)
		put_base64(&body, json_object_get_string(text));
	else if (json_object_is_type(text, json_type_string))
		buf_append(&body, json_object_get_string(text),
			   (size_t)json_object_get_string_len(text));
	*len = body.len;
	return body.len > 0 ? buf_take(&body) : text_dup("");
}

/* A line a header; a break inside of one would make two of it. */
static char *get_headers(struct json_object *list)
{
	size_t n = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
	struct buf lines;

	buf_init(&lines, 1024 * 1024);
	for (size_t i = 0; i < n; i++) {
		struct json_object *header = json_object_array_get_idx(list, i);
		char name[256] = "";
		char value[8192] = "";

		get_text(header, "name", name, sizeof(name));
		get_text(header, "value", value, sizeof(value));
		if (name[0] && !strchr(name, ':'))
			buf_printf(&lines, "%s: %s\n", name, value);
	}
	return lines.len > 0 ? buf_take(&lines) : text_dup("");
}

/* --- an entry --- */

static void get_version(struct json_object *half, char *out, size_t size)
{
	char version[16] = "";

	get_text(half, "httpVersion", version, sizeof(version));
	if (strncmp(version, "HTTP/", 5) == 0)
		snprintf(out, size, "%.7s", version + 5);
}

static void get_request(struct json_object *request, struct exchange *out)
{
	struct json_object *body = json_member(request, "postData");
	int64_t header_bytes = get_int(request, "headersSize", 0);

	get_text(request, "method", out->method, sizeof(out->method));
	get_version(request, out->http_version, sizeof(out->http_version));
	out->url = json_dup_member(request, "url");
	out->path = out->url ? text_dup(exchange_url_path(out->url)) : NULL;
	out->request_headers = get_headers(json_member(request, "headers"));
	out->request_body = get_body(body, "_encoding", &out->request_body_len);
	out->request_size = get_int(request, "bodySize", 0);
	out->bytes_sent = header_bytes + out->request_size;
}

static void get_response(struct json_object *response, struct exchange *out)
{
	struct json_object *content = json_member(response, "content");

	out->status = (int)get_int(response, "status", 0);
	if (out->status > 999)
		out->status = 0;
	out->response_headers = get_headers(json_member(response, "headers"));
	out->response_body = get_body(content, "encoding", &out->response_body_len);
	out->response_size = get_int(content, "size", 0);
	out->header_bytes_received = get_int(response, "headersSize", 0);
	out->bytes_received = out->header_bytes_received + get_int(response, "bodySize", 0);
}

static void get_times(struct json_object *entry, struct exchange *out)
{
	struct json_object *timings = json_member(entry, "timings");
	struct exchange_times *times = &out->times;
	char when[CLOCK_TEXT_SIZE] = "";

	times->queue = get_us(timings, "blocked");
	times->name = get_us(timings, "dns");
	times->tls = get_us(timings, "ssl");
	times->connect = get_us(timings, "connect");
	times->connect -= times->tls < times->connect ? times->tls : times->connect;
	times->wait = get_us(timings, "wait");
	times->transfer = get_us(timings, "receive");
	times->total = times->name + times->connect + times->tls + times->wait + times->transfer;
	get_text(entry, "startedDateTime", when, sizeof(when));
	if (clock_parse_rfc3339(when, &out->wall_us) == ERR_OK)
		out->wall_us += times->queue;
}

static void get_own(struct json_object *own, struct exchange *out)
{
	char name[32] = "";

	out->number = (uint64_t)get_int(own, "number", 0);
	out->run = get_int(own, "run", 0);
	out->attempt = get_int(own, "attempt", 1);
	out->action_id = json_dup_member(own, "actionId");
	get_text(own, "error", out->error, sizeof(out->error));
	get_text(own, "endpoint", name, sizeof(name));
	if (endpoint_parse(name, &out->endpoint))
		out->endpoint = ENDPOINT_GET;
	get_text(own, "transport", name, sizeof(name));
	if (transport_parse(name, &out->transport))
		out->transport = out->status ? TRANSPORT_ANSWERED : TRANSPORT_INTERNAL;
	out->flags = (is_true(own, "requestCut") ? EXCHANGE_REQUEST_CUT : 0U) |
		     (is_true(own, "requestMasked") ? EXCHANGE_REQUEST_MASKED : 0U) |
		     (is_true(own, "responseCut") ? EXCHANGE_RESPONSE_CUT : 0U) |
		     (is_true(own, "responseMasked") ? EXCHANGE_RESPONSE_MASKED : 0U);
}

static enum err_code get_exchange(struct json_object *entry, struct exchange *out)
{
	*out = (struct exchange){0};
	get_request(json_member(entry, "request"), out);
	get_response(json_member(entry, "response"), out);
	get_times(entry, out);
	get_own(json_member(entry, "_dacache"), out);
	if (out->url && out->path && out->action_id && out->request_headers && out->request_body &&
	    out->response_headers && out->response_body)
		return ERR_OK;
	exchange_clear(out);
	return ERR_NO_MEMORY;
}

enum err_code har_read(const char *text, size_t len,
		       enum err_code (*fn)(void *context, struct exchange *exchange), void *context,
		       struct err *err)
{
	struct json_object *root = NULL;
	enum err_code code = json_read(text, len, &root, err);
	struct json_object *entries;
	size_t n;

	if (code)
		return code;
	entries = json_member(json_member(root, "log"), "entries");
	if (!json_object_is_type(entries, json_type_array))
		code = err_set(err, ERR_PARSE, "no HAR: it has no log.entries");
	n = code ? 0 : json_object_array_length(entries);
	for (size_t i = 0; i < n && !code; i++) {
		struct exchange exchange;

		code = get_exchange(json_object_array_get_idx(entries, i), &exchange);
		if (!code)
			code = fn(context, &exchange);
		if (code)
			err_set(err, code, "out of memory");
	}
	json_object_put(root);
	return code;
}
