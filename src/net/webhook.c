/* One delivery of an invalidation directive: its body, its headers, what became of it. */
#include "dacache/net/webhook.h"

#include <inttypes.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/domain/webhook_signature.h"
#include "exchange_log.h"
#include "http_internal.h"
#include "token.h"
#include "url.h"
#include "webhook_guard.h"

enum {
	WEBHOOK_TIMEOUT_MS = 5000,
	WEBHOOK_BODY_MAX = 1024 * 1024,
	WEBHOOK_REPLY_MAX = 256 * 1024,
	WEBHOOK_HEADERS = 5,
	NEW_ID_BYTES = 16,
	US_PER_S = 1000000,
	RETRY_AFTER_MAX_S = 366 * 86400
};

struct webhook {
	struct http *http;
	struct tenant_observer observer;
	struct webhook_guard guard;
	char *url;
	char *secret; /* NULL: none */
	struct buf body;
	/* Of Standard Webhooks; only with a secret. */
	struct buf id_line;
	char timestamp_line[48];
	char signature_line[32 + WEBHOOK_SIGNATURE_SIZE];
	struct err refusal; /* its code is ERR_OK when nothing on our side is wrong */
	int64_t attempt;
	int64_t wall_us;
	webhook_done_fn *fn;
	void *context;
};

static void webhook_free(struct webhook *webhook)
{
	webhook_guard_clear(&webhook->guard);
	free(webhook->url);
	token_secret_free(&webhook->secret);
	buf_free(&webhook->body);
	buf_free(&webhook->id_line);
	free(webhook);
}

static void on_dropped(void *context)
{
	webhook_free(context);
}

static struct http_request describe(struct webhook *webhook, const char *headers[WEBHOOK_HEADERS])
{
	size_t n = 0;

	headers[n++] = "Content-Type: application/json";
	if (webhook->id_line.len > 0) {
		headers[n++] = buf_str(&webhook->id_line);
		headers[n++] = webhook->timestamp_line;
		headers[n++] = webhook->signature_line;
	}
	headers[n] = NULL;
	return (struct http_request){
		.method = "POST",
		.url = webhook->url,
		.headers = headers,
		.body = buf_str(&webhook->body),
		.body_len = webhook->body.len,
		.body_max = WEBHOOK_REPLY_MAX,
		.body_is_idle = true, /* its status alone says whether it was delivered */
		.timeout_ms = WEBHOOK_TIMEOUT_MS,
		.may_connect = webhook_guard_may_connect,
		.connect_context = &webhook->guard,
	};
}

/* ---- what became of it ---- */

static void tell_redirect(const struct http_reply *reply, struct failure *failure)
{
	const char *location = http_reply_header(reply, "Location");

	snprintf(failure->message, sizeof(failure->message), "redirects are not followed%s%.400s",
		 location != NULL ? ": it names " : "", location != NULL ? location : "");
}

static void tell_failure(const struct webhook *webhook, const struct http_reply *reply,
			 struct failure *failure)
{
	char words[sizeof(failure->message)];

	if (reply->transport == TRANSPORT_ANSWERED) {
		failure_from_reply(failure, reply->status, reply->body, reply->body_len);
		if (reply->status >= 300 && reply->status < 400)
			tell_redirect(reply, failure);
		return;
	}
	failure_from_transport(failure, reply->transport, reply->error);
	webhook_guard_words(&webhook->guard, words, sizeof(words));
	if (webhook->refusal.code != ERR_OK)
		snprintf(failure->message, sizeof(failure->message), "%s", webhook->refusal.text);
	else if (reply->transport == TRANSPORT_FORBIDDEN_URL && words[0] != '\0')
		snprintf(failure->message, sizeof(failure->message), "%s", words);
}

/* -1: none. */
static int64_t retry_after_s(const struct webhook *webhook, const struct http_reply *reply)
{
	const char *value = http_reply_header(reply, "Retry-After");
	int64_t now_s = (webhook->wall_us + reply->times.total) / US_PER_S;
	int64_t seconds;

	if (value == NULL || retry_after_parse(value, now_s, RETRY_AFTER_MAX_S, &seconds) != ERR_OK)
		return -1;
	return seconds;
}

static void fill_failure(const struct webhook *webhook, const struct http_reply *reply,
			 const struct mask *mask, struct failure *failure)
{
	bool ok = reply->transport == TRANSPORT_ANSWERED && reply->status >= 200 &&
		  reply->status <= 299;

	failure_init(failure);
	failure->attempts = webhook->attempt;
	failure->retry_reason = ok ? RETRY_NOT_NEEDED : RETRY_NEVER;
	snprintf(failure->method, sizeof(failure->method), "POST");
	snprintf(failure->path, sizeof(failure->path), "%s", exchange_url_path(webhook->url));
	if (!ok) {
		tell_failure(webhook, reply, failure);
		failure->retry_after_s = retry_after_s(webhook, reply);
	}
	mask_fixed(mask, failure->path, sizeof(failure->path));
	mask_fixed(mask, failure->message, sizeof(failure->message));
}

static void on_done(void *context, const struct http_reply *reply)
{
	struct webhook *webhook = context;
	const char *headers[WEBHOOK_HEADERS];
	struct http_request request = describe(webhook, headers);
	struct exchange_facts facts = {
		.endpoint = ENDPOINT_WEBHOOK,
		.wall_us = webhook->wall_us,
		.attempt = webhook->attempt,
		.request = &request,
	};
	struct webhook_reply answer = {
		.status = reply->status,
		.latency_us = reply->times.total,
	};
	struct mask mask = {.len = 0};

	mask_add(&mask, webhook->secret);
	fill_failure(webhook, reply, &mask, &answer.failure);
	exchange_log(webhook->http, &webhook->observer, &facts, reply, &mask);
	webhook->fn(webhook->context, &answer);
	webhook_free(webhook);
}

/* ---- sending ---- */

static enum err_code new_id(struct buf *out)
{
	unsigned char bytes[NEW_ID_BYTES];

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return ERR_IO;
	buf_puts(out, "msg_");
	for (size_t i = 0; i < sizeof(bytes); i++)
		buf_printf(out, "%02x", bytes[i]);
	return out->failed;
}

static enum err_code make_body(struct webhook *webhook, const struct directive *directive,
			       const char *target_key, const struct webhook_options *options)
{
	if (options->body != NULL)
		return buf_append(&webhook->body, options->body, options->body_len);
	return directive_webhook_body(directive, target_key, webhook->wall_us, &webhook->body);
}

static enum err_code sign(struct webhook *webhook, const char *given_id)
{
	static const char name[] = "webhook-id: ";
	int64_t now_s = webhook->wall_us / US_PER_S;
	char signature[WEBHOOK_SIGNATURE_SIZE];
	enum err_code code = buf_puts(&webhook->id_line, name);

	if (code == ERR_OK)
		code = given_id != NULL ? buf_puts(&webhook->id_line, given_id)
					: new_id(&webhook->id_line);
	if (code != ERR_OK)
		return code;
	code = webhook_sign(webhook->secret, buf_str(&webhook->id_line) + sizeof(name) - 1, now_s,
			    buf_str(&webhook->body), webhook->body.len, signature,
			    &webhook->refusal);
	snprintf(webhook->timestamp_line, sizeof(webhook->timestamp_line),
		 "webhook-timestamp: %" PRId64, now_s);
	snprintf(webhook->signature_line, sizeof(webhook->signature_line), "webhook-signature: %s",
		 signature);
	/* Told by the callback, as all that is wrong with a delivery. */
	return code == ERR_INVALID ? ERR_OK : code;
}

static enum err_code fill(struct webhook *webhook, const struct directive *directive,
			  const char *target_key, const struct webhook_options *options)
{
	enum err_code code;

	webhook->url = text_dup(directive->source);
	webhook->secret = text_dup(options->secret);
	if (webhook->url == NULL || (options->secret != NULL && webhook->secret == NULL))
		return ERR_NO_MEMORY;
	code = webhook_guard_init(&webhook->guard, webhook->url, options->allow, &webhook->refusal);
	if (code == ERR_OK || code == ERR_INVALID)
		code = make_body(webhook, directive, target_key, options);
	if (code == ERR_OK && webhook->secret != NULL && webhook->refusal.code == ERR_OK)
		code = sign(webhook, options->id);
	return code;
}

static enum err_code post(struct webhook *webhook)
{
	const char *headers[WEBHOOK_HEADERS];
	struct http_request request = describe(webhook, headers);
	char words[512];
	struct http_call *call;
	enum err_code code;

	webhook_guard_words(&webhook->guard, words, sizeof(words));
	if (webhook->refusal.code != ERR_OK) {
		request.refusal = webhook->refusal.text;
		request.refused_as = TRANSPORT_INTERNAL;
	} else if (words[0] != '\0') {
		request.refusal = words;
		request.refused_as = TRANSPORT_FORBIDDEN_URL;
	}
	code = http_send(webhook->http, &request, on_done, webhook, &call);
	if (code == ERR_OK)
		http_on_drop(call, on_dropped);
	return code;
}

enum err_code webhook_send(struct http *http, struct loop *loop, const struct directive *directive,
			   const char *target_key, const struct webhook_options *options,
			   const struct tenant_observer *observer, webhook_done_fn *fn,
			   void *context)
{
	struct webhook *webhook = calloc(1, sizeof(*webhook));
	enum err_code code;

	if (webhook == NULL)
		return ERR_NO_MEMORY;
	buf_init(&webhook->body, WEBHOOK_BODY_MAX);
	buf_init(&webhook->id_line, SIZE_MAX);
	webhook->http = http;
	webhook->attempt = options->attempt > 0 ? options->attempt : 1;
	webhook->wall_us = clock_wall_us(loop_clock(loop));
	webhook->fn = fn;
	webhook->context = context;
	if (observer != NULL)
		webhook->observer = *observer;
	code = fill(webhook, directive, target_key, options);
	if (code == ERR_OK)
		code = post(webhook);
	if (code != ERR_OK)
		webhook_free(webhook);
	return code;
}
