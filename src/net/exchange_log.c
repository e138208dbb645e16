/* Makes the log's record of one exchange, secrets masked, and hands it over. */
#include "exchange_log.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "token.h"

/* A tenant is read by the page, and thousands of exchanges are kept; a page that
 * failed is worth its room. */
enum { PAGE_KEPT = 1024 };

/* Up to max; a cut never goes through a character. */
static size_t shown_len(const char *text, size_t len, size_t max)
{
	if (len <= max)
		return len;
	len = max;
	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	return len;
}

/* A copy of the right size: the buffer may be twice as long. */
static char *take_or_empty(struct buf *buf)
{
	char *text = buf->failed == ERR_OK ? realloc(buf->data, buf->len + 1) : NULL;

	if (text == NULL) {
		buf_free(buf);
		return text_dup("");
	}
	text[buf->len] = '\0';
	buf_init(buf, SIZE_MAX);
	return text;
}

/* A body as it is kept. */
struct kept {
	char *text;
	size_t len;
	bool cut;
	bool masked;
};

static struct kept keep_body(const struct mask *mask, const char *body, size_t len, size_t max)
{
	struct kept out = {0};
	struct buf kept;
	size_t shown;

	buf_init(&kept, SIZE_MAX);
	if (body != NULL && len > 0) {
		shown = shown_len(body, len, max);
		buf_expect(&kept, shown);
		mask_head(mask, body, len, shown, &kept);
		out.cut = shown < len || kept.failed != ERR_OK;
		out.masked = kept.len != shown || memcmp(buf_str(&kept), body, shown) != 0;
		out.len = kept.failed == ERR_OK ? kept.len : 0;
	}
	out.text = take_or_empty(&kept);
	return out;
}

/* "Name: value", len bytes of it. */
static void keep_header_line(const struct mask *mask, const char *line, size_t len,
			     struct buf *kept)
{
	const char *colon = memchr(line, ':', len);
	char *name;
	char *value;

	if (colon == NULL)
		return;
	name = strndup(line, (size_t)(colon - line));
	colon += 1 + strspn(colon + 1, " ");
	value = strndup(colon, (size_t)(line + len - colon));
	if (name != NULL && value != NULL)
		mask_header(mask, name, value, kept);
	free(name);
	token_secret_free(&value);
}

/* As they left; those that we gave where nothing did. */
static char *keep_request_headers(const struct mask *mask, const char *const *headers,
				  const char *sent_head)
{
	struct buf kept;

	buf_init(&kept, SIZE_MAX);
	buf_expect(&kept, strlen(sent_head));
	sent_head += strcspn(sent_head, "\n"); /* the request line */
	for (; *sent_head != '\0'; sent_head += strcspn(sent_head, "\n")) {
		sent_head++;
		keep_header_line(mask, sent_head, strcspn(sent_head, "\r\n"), &kept);
	}
	if (kept.len > 0)
		headers = NULL;
	for (; headers != NULL && *headers != NULL; headers++)
		keep_header_line(mask, *headers, strlen(*headers), &kept);
	return take_or_empty(&kept);
}

static char *keep_response_headers(const struct mask *mask, const struct http_reply *reply)
{
	struct buf kept;

	buf_init(&kept, SIZE_MAX);
	buf_expect(&kept, (size_t)reply->header_bytes_received);
	for (size_t i = 0; i < reply->headers_len; i++)
		mask_header(mask, reply->headers[i].name, reply->headers[i].value, &kept);
	return take_or_empty(&kept);
}

static char *keep_url(const struct mask *mask, const char *url)
{
	struct buf kept;

	buf_init(&kept, SIZE_MAX);
	buf_expect(&kept, strlen(url));
	mask_text(mask, url, strlen(url), &kept);
	return take_or_empty(&kept);
}

static void fill_bodies(struct exchange *out, const struct exchange_facts *facts,
			const struct http_reply *reply, const struct mask *mask)
{
	bool page = facts->endpoint == ENDPOINT_LIST && reply->status == 200;
	size_t max = page ? (size_t)PAGE_KEPT : EXCHANGE_BODY_KEPT;
	struct kept request =
		keep_body(mask, facts->request->body, facts->request->body_len, EXCHANGE_BODY_KEPT);
	struct kept response = keep_body(mask, reply->body, reply->body_len, max);

	out->request_body = request.text;
	out->request_body_len = request.len;
	out->request_size = facts->request->body != NULL ? (int64_t)facts->request->body_len : 0;
	out->response_body = response.text;
	out->response_body_len = response.len;
	out->response_size = (int64_t)reply->body_len;
	out->flags = (request.cut ? EXCHANGE_REQUEST_CUT : 0U) |
		     (request.masked ? EXCHANGE_REQUEST_MASKED : 0U) |
		     (response.cut ? EXCHANGE_RESPONSE_CUT : 0U) |
		     (response.masked ? EXCHANGE_RESPONSE_MASKED : 0U);
}

static bool fill_texts(struct exchange *out, const struct exchange_facts *facts,
		       const struct http_reply *reply, const struct mask *mask)
{
	out->url = keep_url(mask, facts->request->url);
	out->path = out->url != NULL ? text_dup(exchange_url_path(out->url)) : NULL;
	out->action_id = text_dup(facts->action_id != NULL ? facts->action_id : "");
	out->request_headers =
		keep_request_headers(mask, facts->request->headers, reply->sent_head);
	out->response_headers = keep_response_headers(mask, reply);
	fill_bodies(out, facts, reply, mask);
	snprintf(out->error, sizeof(out->error), "%s", reply->error);
	mask_fixed(mask, out->error, sizeof(out->error));
	return out->url != NULL && out->path != NULL && out->action_id != NULL &&
	       out->request_headers != NULL && out->request_body != NULL &&
	       out->response_headers != NULL && out->response_body != NULL;
}

void exchange_log(struct http *http, const struct tenant_observer *observer,
		  const struct exchange_facts *facts, const struct http_reply *reply,
		  const struct mask *mask)
{
	struct exchange exchange = {
		.wall_us = facts->wall_us,
		.endpoint = facts->endpoint,
		.status = reply->status,
		.transport = reply->transport,
		.attempt = facts->attempt,
		.times = reply->times,
		.bytes_sent = reply->bytes_sent,
		.bytes_received = reply->bytes_received,
		.header_bytes_received = reply->header_bytes_received,
	};

	if (observer == NULL || observer->exchange == NULL)
		return;
	exchange.number = http_next_exchange(http);
	exchange.times.queue = facts->queue_us;
	snprintf(exchange.method, sizeof(exchange.method), "%s", facts->request->method);
	snprintf(exchange.http_version, sizeof(exchange.http_version), "%s", reply->http_version);
	if (fill_texts(&exchange, facts, reply, mask))
		observer->exchange(observer->context, &exchange);
	else
		exchange_clear(&exchange);
}
