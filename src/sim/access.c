#include "access.h"

#include <inttypes.h>
#include <stdio.h>
#include <strings.h>

#include "request.h"
#include "sim.h"

enum { AUTHORIZATION_MAX = 16 * 1024 };

static void refuse_token(struct request *request, const char *code, const char *challenge,
			 const char *message)
{
	reply_set_header(&request->reply, "WWW-Authenticate", challenge);
	request_fail(request, 401, code, message);
}

static const struct token *check_token(struct request *request, const char *header)
{
	struct sim *sim = request->sim;
	const struct token *token;

	if (strncasecmp(header, "Bearer ", 7) != 0) {
		refuse_token(request, "authentication.required", "Bearer realm=\"dacache-sim\"",
			     "No authentication bearer token was sent.");
		return NULL;
	}
	token = tokens_find(sim->tokens, header + 7);
	if (!token) {
		refuse_token(request, "bad.credentials",
			     "Bearer realm=\"dacache-sim\", error=\"invalid_token\"",
			     "Invalid login credentials.");
		return NULL;
	}
	if (clock_monotonic_us(&sim->clock) >= token->expires_us) {
		refuse_token(request, "credentials.expired",
			     "Bearer realm=\"dacache-sim\", error=\"invalid_token\", "
			     "error_description=\"expired\"",
			     "The token has expired.");
		return NULL;
	}
	return token;
}

/* Microseconds as seconds, rounded up. */
static int64_t seconds_up(int64_t us)
{
	return us <= 0 ? 0 : (us + 999999) / 1000000;
}

/* Counts a request; false when the window's quota is used up. */
static bool count_request(struct sim *sim, struct quota *quota)
{
	int64_t now = clock_monotonic_us(&sim->clock);

	if (sim->quota_allowed < 0)
		return true;
	if (now >= quota->window_end_us) {
		quota->window_end_us = now + sim->quota_seconds * 1000000;
		quota->count = 0;
	}
	if (quota->count >= sim->quota_allowed)
		return false;
	quota->count++;
	return true;
}

static void refuse_rate(struct request *request)
{
	struct sim *sim = request->sim;
	int64_t left = request->client->quota.window_end_us - clock_monotonic_us(&sim->clock);
	char wait[24];

	snprintf(wait, sizeof(wait), "%" PRId64, seconds_up(left));
	reply_set_header(&request->reply, "Retry-After", wait);
	reply_error(&request->reply, 429, "too.many.requests", request->correlation,
		    "Rate limit exceeded the maximum. Retry the request in [%s] seconds.", wait);
}

static void refuse_scope(struct request *request, enum scope needed)
{
	reply_error(&request->reply, 403, "missing.permissions", request->correlation,
		    "Unable to perform the requested action. You must have at least the following "
		    "permissions assigned: %s",
		    needed == SCOPE_WRITE ? "dataaction:write" : "dataaction:read");
}

void access_identify(struct request *request)
{
	struct buf header;
	const struct token *token = NULL;

	buf_init(&header, AUTHORIZATION_MAX);
	request_header(request, "Authorization", &header);
	if (strncasecmp(buf_str(&header), "Bearer ", 7) == 0)
		token = tokens_find(request->sim->tokens, buf_str(&header) + 7);
	if (token)
		request->client = token->client;
	buf_free(&header);
}

bool access_check(struct request *request, enum scope needed)
{
	struct buf header;
	const struct token *token;

	buf_init(&header, AUTHORIZATION_MAX);
	request_header(request, "Authorization", &header);
	token = check_token(request, buf_str(&header));
	buf_free(&header);
	if (!token)
		return false;
	request->client = token->client;
	token->client->requests++;
	if (!count_request(request->sim, &token->client->quota)) {
		refuse_rate(request);
		return false;
	}
	if (!(token->scopes & needed)) {
		refuse_scope(request, needed);
		return false;
	}
	return true;
}

static void add_number(struct reply *reply, const char *name, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, value);
	reply_set_header(reply, name, text);
}

void access_add_quota(struct request *request)
{
	struct sim *sim = request->sim;
	int64_t now = clock_monotonic_us(&sim->clock);
	struct quota none = {.window_end_us = now};
	const struct quota *quota = request->client ? &request->client->quota : &none;
	bool open = now < quota->window_end_us;

	if (sim->quota_allowed < 0)
		return;
	add_number(&request->reply, "inin-ratelimit-allowed", sim->quota_allowed);
	add_number(&request->reply, "inin-ratelimit-count", open ? quota->count : 0);
	add_number(&request->reply, "inin-ratelimit-reset",
		   open ? seconds_up(quota->window_end_us - now) : sim->quota_seconds);
}
