/* The access token.
 *
 *   none --request--> in flight --2xx--> held --renew_us, 401--> none
 *                        |
 *                        +--429, 5xx, no connection--> none, not before …
 *                        +--else--> none, and what waited fails
 */
#include "token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "url.h"

enum { RENEW_BEFORE_S = 60, TOKEN_REPLY_MAX = 256 * 1024, US_PER_S = 1000000 };

void token_init(struct token *token, const struct token_use *use)
{
	*token = (struct token){.use = *use};
}

void token_drop(struct token *token)
{
	if (token->access == NULL)
		return;
	token_secret_free(&token->previous);
	token->previous = token->access;
	token->access = NULL;
	token->fresh = false;
}

void token_forget(struct token *token)
{
	http_cancel(&token->call);
	token_drop(token);
	free(token->scope);
	token->scope = NULL;
	token->attempts = 0;
	token->timeline = (struct attempts){0};
	token->not_before_us = 0;
}

void token_clear(struct token *token)
{
	token_forget(token);
	token_secret_free(&token->previous);
	token_secret_free(&token->body);
	token_secret_free(&token->basic);
	token_secret_free(&token->secret_encoded);
	free(token->url);
	token->url = NULL;
}

bool token_is_valid(const struct token *token, int64_t now_us)
{
	return token->access != NULL && (token->fresh || now_us < token->renew_us);
}

bool token_can_write(const struct token *token)
{
	static const char wanted[] = "dataaction:write";
	const char *at = token->scope;

	if (at == NULL)
		return true;
	while (*at != '\0') {
		size_t len;

		at += strspn(at, " \t");
		len = strcspn(at, " \t");
		if (len == strlen(wanted) && memcmp(at, wanted, len) == 0)
			return true;
		at += len;
	}
	return false;
}

void token_mask(const struct token *token, struct mask *out)
{
	*out = (struct mask){.len = 0};
	mask_add(out, token->use.profile->client_secret);
	mask_add(out, token->secret_encoded);
	mask_add(out, token->basic);
	mask_add(out, token->access);
	mask_add(out, token->previous);
}

/* ---- the request ---- */

enum { TOKEN_HEADERS = 4 };

static enum err_code authorization_line(const struct token *token, struct buf *out)
{
	buf_init(out, SIZE_MAX);
	return token->basic == NULL ? ERR_OK
				    : buf_printf(out, "Authorization: Basic %s", token->basic);
}

static struct http_request describe(const struct token *token, const struct buf *authorization,
				    const char *headers[TOKEN_HEADERS])
{
	headers[0] = "Content-Type: application/x-www-form-urlencoded";
	headers[1] = "Accept: application/json";
	headers[2] = authorization->len > 0 ? buf_str(authorization) : NULL;
	headers[3] = NULL;
	return (struct http_request){
		.method = "POST",
		.url = token->url,
		.headers = headers,
		.body = token->body,
		.body_len = strlen(token->body),
		.body_max = TOKEN_REPLY_MAX,
	};
}

static void log_exchange(const struct token *token, const struct http_reply *reply)
{
	const char *headers[TOKEN_HEADERS];
	struct buf authorization;
	struct http_request request;
	struct exchange_facts facts = {
		.endpoint = ENDPOINT_TOKEN,
		.wall_us = token->left_wall_us,
		.attempt = token->attempts,
		.request = &request,
	};
	struct mask mask;

	token_mask(token, &mask);
	if (authorization_line(token, &authorization) == ERR_OK) {
		request = describe(token, &authorization, headers);
		exchange_log(token->use.http, token->use.observer, &facts, reply, &mask);
	}
	token_secret_free(&authorization.data);
}

/* ---- the answer ---- */

static void hold(struct token *token, struct token_grant *grant)
{
	int64_t life_us = grant->expires_in_s * US_PER_S;
	int64_t early_us = life_us / 2;

	if (early_us > RENEW_BEFORE_S * (int64_t)US_PER_S)
		early_us = RENEW_BEFORE_S * (int64_t)US_PER_S;
	token_drop(token);
	token->access = grant->access;
	free(token->scope);
	token->scope = grant->scope;
	token->ends_us = token->left_us + life_us;
	token->renew_us = token->ends_us - early_us;
	token->generation++;
	token->fresh = true;
}

static void describe_failure(const struct token *token, const struct http_reply *reply,
			     struct failure *failure)
{
	const char *correlation = http_reply_header(reply, "ININ-Correlation-Id");

	failure->at_token = true;
	failure->attempts = token->attempts;
	snprintf(failure->method, sizeof(failure->method), "POST");
	snprintf(failure->path, sizeof(failure->path), "%s", exchange_url_path(token->url));
	if (correlation != NULL)
		snprintf(failure->correlation_id, sizeof(failure->correlation_id), "%s",
			 correlation);
}

static bool read_answer(struct token *token, const struct http_reply *reply,
			struct failure *failure)
{
	struct token_grant grant;
	struct err err;

	failure_init(failure);
	if (reply->transport != TRANSPORT_ANSWERED) {
		failure_from_transport(failure, reply->transport, reply->error);
		return false;
	}
	if (reply->status < 200 || reply->status > 299) {
		failure_from_reply(failure, reply->status, reply->body, reply->body_len);
		return false;
	}
	if (token_grant_parse(reply->body, reply->body_len, &grant, &err) == ERR_OK) {
		hold(token, &grant);
		return true;
	}
	failure->kind = err.code == ERR_PARSE ? FAILURE_BROKEN_REPLY : FAILURE_LOCAL;
	failure->status = reply->status;
	snprintf(failure->message, sizeof(failure->message), "%s", err.text);
	return false;
}

static void on_reply(void *context, const struct http_reply *reply)
{
	struct token *token = context;
	struct failure failure;
	struct mask mask;
	bool held;

	token->call = NULL;
	held = read_answer(token, reply, &failure);
	log_exchange(token, reply);
	if (!held) {
		token_mask(token, &mask);
		describe_failure(token, reply, &failure);
		mask_fixed(&mask, failure.message, sizeof(failure.message));
		mask_fixed(&mask, failure.path, sizeof(failure.path));
	}
	token->ended(token->context, held ? NULL : &failure, reply);
}

enum err_code token_request(struct token *token)
{
	const struct clock *clock = loop_clock(token->use.loop);
	const char *headers[TOKEN_HEADERS];
	struct buf authorization;
	struct http_request request;
	enum err_code code = token_credentials(token);

	if (code != ERR_OK)
		return code;
	code = authorization_line(token, &authorization);
	if (code == ERR_OK) {
		request = describe(token, &authorization, headers);
		token->left_us = clock_monotonic_us(clock);
		token->left_wall_us = clock_wall_us(clock);
		code = http_send(token->use.http, &request, on_reply, token, &token->call);
	}
	token_secret_free(&authorization.data);
	if (code == ERR_OK)
		token->attempts++;
	return code;
}
