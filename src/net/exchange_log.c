/* Makes the log's record of one exchange, secrets masked, and hands it over. */
#include "exchange_log.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "url.h"

enum {
	REQUEST_KEPT = 64 * 1024,
	RESPONSE_KEPT = 16 * 1024,
	PAGE_KEPT = 4 * 1024 /* a tenant is read by the page, and 500 exchanges are kept */
};

/* How much of it is shown: up to max, or to a NUL. A cut never goes through a
 * character. */
static size_t shown_len(const char *text, size_t len, size_t max)
{
	if (len <= max)
		return strnlen(text, len);
	len = max;
	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	return strnlen(text, len);
}

/* A copy of the right size: the buffer may be twice as long. */
static char *take_or_empty(struct buf *buf)
{
	char *text = text_dup(buf->failed == ERR_OK ? buf_str(buf) : "");

	buf_free(buf);
	return text;
}

static char *keep_body(const struct mask *mask, const char *body, size_t len, size_t max)
{
	struct buf kept;
	size_t shown;

	if (body == NULL)
		return text_dup("");
	shown = shown_len(body, len, max);
	buf_init(&kept, SIZE_MAX);
	mask_head(mask, body, len, shown, &kept);
	if (shown < len)
		buf_printf(&kept, "\n[cut here: %zu bytes in all]", len);
	return take_or_empty(&kept);
}

static char *keep_request_headers(const struct mask *mask, const char *const *headers)
{
	struct buf kept;

	buf_init(&kept, SIZE_MAX);
	for (; headers != NULL && *headers != NULL; headers++) {
		const char *colon = strchr(*headers, ':');
		char name[64];

		if (colon == NULL || (size_t)(colon - *headers) >= sizeof(name))
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)(colon - *headers), *headers);
		mask_header(mask, name, colon + 1 + strspn(colon + 1, " "), &kept);
	}
	return take_or_empty(&kept);
}

static char *keep_response_headers(const struct mask *mask, const struct http_reply *reply)
{
	struct buf kept;

	buf_init(&kept, SIZE_MAX);
	for (size_t i = 0; i < reply->headers_len; i++)
		mask_header(mask, reply->headers[i].name, reply->headers[i].value, &kept);
	return take_or_empty(&kept);
}

static char *keep_url(const struct mask *mask, const char *url)
{
	struct buf kept;

	buf_init(&kept, SIZE_MAX);
	mask_text(mask, url, strlen(url), &kept);
	return take_or_empty(&kept);
}

static bool fill_texts(struct exchange *out, const struct exchange_facts *facts,
		       const struct http_reply *reply, const struct mask *mask)
{
	const struct http_request *request = facts->request;
	size_t kept = facts->endpoint == ENDPOINT_LIST ? PAGE_KEPT : RESPONSE_KEPT;

	out->url = keep_url(mask, request->url);
	out->path = out->url != NULL ? text_dup(net_url_path(out->url)) : NULL;
	out->action_id = text_dup(facts->action_id != NULL ? facts->action_id : "");
	out->request_headers = keep_request_headers(mask, request->headers);
	out->request_body = keep_body(mask, request->body, request->body_len, REQUEST_KEPT);
	out->response_headers = keep_response_headers(mask, reply);
	out->response_body = keep_body(mask, reply->body, reply->body_len, kept);
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
