/* One delivery of an invalidation directive. */
#include "dacache/net/webhook.h"

#include <stdio.h>
#include <stdlib.h>

#include "dacache/base/text.h"
#include "exchange_log.h"
#include "http_internal.h"
#include "url.h"

enum { WEBHOOK_TIMEOUT_MS = 5000, WEBHOOK_BODY_MAX = 1024 * 1024, WEBHOOK_REPLY_MAX = 256 * 1024 };

static const char *const webhook_headers[] = {"Content-Type: application/json", NULL};

struct webhook {
	struct http *http;
	struct tenant_observer observer;
	char *url;
	struct buf body;
	int64_t wall_us;
	webhook_done_fn *fn;
	void *context;
};

static void webhook_free(struct webhook *webhook)
{
	free(webhook->url);
	buf_free(&webhook->body);
	free(webhook);
}

static void on_dropped(void *context)
{
	webhook_free(context);
}

static struct http_request webhook_request(const struct webhook *webhook)
{
	return (struct http_request){
		.method = "POST",
		.url = webhook->url,
		.headers = webhook_headers,
		.body = buf_str(&webhook->body),
		.body_len = webhook->body.len,
		.body_max = WEBHOOK_REPLY_MAX,
		.timeout_ms = WEBHOOK_TIMEOUT_MS,
	};
}

static void fill_failure(struct failure *failure, const struct webhook *webhook,
			 const struct http_reply *reply)
{
	const char *path = net_url_path(webhook->url);

	failure_init(failure);
	failure->attempts = 1;
	failure->retry_reason = RETRY_NEVER;
	snprintf(failure->method, sizeof(failure->method), "POST");
	snprintf(failure->path, sizeof(failure->path), "%s", path);
	mask_fixed(NULL, failure->path, sizeof(failure->path));
	if (reply->transport != TRANSPORT_ANSWERED)
		failure_from_transport(failure, reply->transport, reply->error);
	else if (reply->status < 200 || reply->status > 299)
		failure_from_reply(failure, reply->status, reply->body, reply->body_len);
	else
		failure->retry_reason = RETRY_NOT_NEEDED;
}

static void on_done(void *context, const struct http_reply *reply)
{
	struct webhook *webhook = context;
	struct http_request request = webhook_request(webhook);
	struct exchange_facts facts = {
		.endpoint = ENDPOINT_WEBHOOK,
		.wall_us = webhook->wall_us,
		.attempt = 1,
		.request = &request,
	};
	struct webhook_reply answer = {
		.status = reply->status,
		.latency_us = reply->times.total,
	};

	fill_failure(&answer.failure, webhook, reply);
	exchange_log(webhook->http, &webhook->observer, &facts, reply, NULL);
	webhook->fn(webhook->context, &answer);
	webhook_free(webhook);
}

enum err_code webhook_send(struct http *http, struct loop *loop, const struct directive *directive,
			   const char *target_key, const struct tenant_observer *observer,
			   webhook_done_fn *fn, void *context)
{
	struct webhook *webhook = calloc(1, sizeof(*webhook));
	struct http_request request;
	struct http_call *call;
	enum err_code code;

	if (webhook == NULL)
		return ERR_NO_MEMORY;
	buf_init(&webhook->body, WEBHOOK_BODY_MAX);
	webhook->http = http;
	webhook->url = text_dup(directive->source);
	webhook->wall_us = clock_wall_us(loop_clock(loop));
	webhook->fn = fn;
	webhook->context = context;
	if (observer != NULL)
		webhook->observer = *observer;
	code = webhook->url != NULL ? directive_webhook_body(directive, target_key,
							     webhook->wall_us, &webhook->body)
				    : ERR_NO_MEMORY;
	if (code == ERR_OK) {
		request = webhook_request(webhook);
		code = http_send(http, &request, on_done, webhook, &call);
	}
	if (code == ERR_OK)
		http_on_drop(call, on_dropped);
	else
		webhook_free(webhook);
	return code;
}
