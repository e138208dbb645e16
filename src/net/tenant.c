/* The tenant's API: its public side. */
#include "dacache/net/tenant.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "tenant_internal.h"
#include "url.h"

enum { URL_MAX = 64 * 1024, US_PER_S = 1000000, US_PER_MS = 1000 };

enum err_code tenant_new(struct loop *loop, struct http *http, const struct profile *profile,
			 double (*random)(void *context), const struct tenant_observer *observer,
			 struct tenant **out, struct err *err)
{
	struct tenant *tenant = calloc(1, sizeof(*tenant));
	struct token_use use = {.loop = loop, .http = http, .profile = profile};

	*out = NULL;
	if (tenant == NULL)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	tenant->loop = loop;
	tenant->http = http;
	tenant->profile = profile;
	tenant->random = random;
	if (observer != NULL)
		tenant->observer = *observer;
	tenant->quota = quota_none();
	quota_ledger_init(&tenant->ledger);
	use.observer = &tenant->observer;
	token_init(&tenant->token, &use);
	tenant->token.ended = token_ended;
	tenant->token.context = tenant;
	*out = tenant;
	return ERR_OK;
}

static void drop_calls(struct call_list *list)
{
	while (list->first != NULL) {
		struct tenant_call *call = list->first;

		http_cancel(&call->http);
		call_unlink(call);
		call_free(call);
	}
}

void tenant_free(struct tenant **tenant)
{
	struct tenant *gone = *tenant;

	if (gone == NULL)
		return;
	*tenant = NULL;
	for (int lane = 0; lane < LANES; lane++)
		drop_calls(&gone->lanes[lane]);
	drop_calls(&gone->flying);
	drop_calls(&gone->ended);
	loop_timer_stop(&gone->wake);
	token_clear(&gone->token);
	gone->dead = true;
	if (gone->depth == 0)
		free(gone);
}

/* ---- calls ---- */

char *tenant_action_url(const struct profile *profile, const char *id)
{
	struct buf url;

	buf_init(&url, URL_MAX);
	buf_printf(&url, "%s/api/v2/dataactions/", profile->base_url);
	if (net_url_encode(&url, id) == ERR_OK)
		return buf_take(&url);
	buf_free(&url);
	return NULL;
}

static char *list_url(const struct profile *profile, int64_t page, int64_t page_size)
{
	struct buf url;

	buf_init(&url, URL_MAX);
	if (buf_printf(&url, "%s/api/v2/dataactions?page=%" PRId64 "&pageSize=%" PRId64,
		       profile->base_url, page, page_size) == ERR_OK)
		return buf_take(&url);
	buf_free(&url);
	return NULL;
}

/* Takes url, which may be NULL without memory. */
static struct tenant_call *call_new(struct tenant *tenant, enum endpoint endpoint, enum lane lane,
				    char *url)
{
	struct tenant_call *call = calloc(1, sizeof(*call));

	if (call == NULL || url == NULL) {
		free(call);
		free(url);
		return NULL;
	}
	call->tenant = tenant;
	call->endpoint = endpoint;
	call->lane = lane;
	call->asked_in = lane;
	call->url = url;
	call->method = endpoint == ENDPOINT_PUT ? "PUT" : "GET";
	call->state = CALL_QUEUED;
	return call;
}

static enum err_code call_queue(struct tenant_call *call, tenant_done_fn *fn, void *context,
				struct tenant_call **out)
{
	struct tenant *tenant = call->tenant;

	call->fn = fn;
	call->context = context;
	call->waits_since_us = tenant_now_us(tenant);
	call_list_push(&tenant->lanes[call->lane], call);
	tenant->moved = true;
	queue_wake_at(tenant, call->waits_since_us);
	if (out != NULL)
		*out = call;
	return ERR_OK;
}

enum err_code tenant_list(struct tenant *tenant, int64_t page, int64_t page_size, enum lane lane,
			  tenant_done_fn *fn, void *context, struct tenant_call **out)
{
	struct tenant_call *call =
		call_new(tenant, ENDPOINT_LIST, lane, list_url(tenant->profile, page, page_size));

	if (call == NULL)
		return ERR_NO_MEMORY;
	return call_queue(call, fn, context, out);
}

/* A call that concerns one action. Without an id it would be the list. */
static enum err_code action_call(struct tenant *tenant, enum endpoint endpoint, enum lane lane,
				 const char *id, const char *condition, struct tenant_call **out)
{
	struct tenant_call *call;

	*out = NULL;
	if (id == NULL || *id == '\0')
		return ERR_USAGE;
	call = call_new(tenant, endpoint, lane, tenant_action_url(tenant->profile, id));
	if (call == NULL)
		return ERR_NO_MEMORY;
	call->action_id = text_dup(id);
	call->condition = text_dup(condition);
	if (call->action_id == NULL || (condition != NULL && call->condition == NULL)) {
		call_free(call);
		return ERR_NO_MEMORY;
	}
	*out = call;
	return ERR_OK;
}

enum err_code tenant_get(struct tenant *tenant, const char *id, const char *if_none_match,
			 enum lane lane, tenant_done_fn *fn, void *context,
			 struct tenant_call **out)
{
	struct tenant_call *call;
	enum err_code code = action_call(tenant, ENDPOINT_GET, lane, id, if_none_match, &call);

	return code == ERR_OK ? call_queue(call, fn, context, out) : code;
}

enum err_code tenant_read(struct tenant *tenant, const char *id, const char *if_none_match,
			  enum lane lane, tenant_done_fn *fn, void *context,
			  struct tenant_call **out)
{
	struct tenant_call *read = id != NULL ? call_find_read(tenant, id, if_none_match) : NULL;
	struct tenant_call *call;
	enum err_code code;

	if (read == NULL)
		return tenant_get(tenant, id, if_none_match, lane, fn, context, out);
	code = action_call(tenant, ENDPOINT_GET, lane, id, if_none_match, &call);
	if (code != ERR_OK)
		return code;
	call->fn = fn;
	call->context = context;
	call_join(call, read);
	if (out != NULL)
		*out = call;
	return ERR_OK;
}

enum err_code tenant_put(struct tenant *tenant, const char *id, const char *if_match,
			 const char *body, size_t body_len, enum lane lane, tenant_done_fn *fn,
			 void *context, struct tenant_call **out)
{
	struct tenant_call *call;
	enum err_code code;

	if (if_match == NULL || *if_match == '\0')
		return ERR_USAGE;
	code = action_call(tenant, ENDPOINT_PUT, lane, id, if_match, &call);
	if (code != ERR_OK)
		return code;
	call->body = malloc(body_len + 1);
	if (call->body == NULL) {
		call_free(call);
		return ERR_NO_MEMORY;
	}
	memcpy(call->body, body, body_len);
	call->body[body_len] = '\0';
	call->body_len = body_len;
	return call_queue(call, fn, context, out);
}

void tenant_back_off(struct tenant_call *put, int64_t attempts)
{
	struct tenant *tenant = put->tenant;
	struct retry_policy policy = tenant_policy(tenant);
	struct retry_input input = {
		.transport = TRANSPORT_RESET,
		.attempt = attempts,
		.retry_after_s = -1,
		.random = tenant->random(tenant->observer.context),
		.may_resend = true,
	};

	policy.max_attempts = attempts + 1;
	put->not_before_us = tenant_now_us(tenant) + retry_decide(&policy, &input).delay_ms * 1000;
}

enum err_code tenant_login(struct tenant *tenant, tenant_done_fn *fn, void *context,
			   struct tenant_call **out)
{
	struct tenant_call *call = call_new(tenant, ENDPOINT_TOKEN, LANE_INTERACTIVE, text_dup(""));

	if (call == NULL)
		return ERR_NO_MEMORY;
	call->method = "POST";
	return call_queue(call, fn, context, out);
}

/* ---- ending calls ---- */

static void end_silently(struct tenant_call *call)
{
	struct tenant *tenant = call->tenant;

	if (call->state == CALL_IN_FLIGHT)
		tenant->lane_flying[call->lane]--;
	tenant->moved = true;
	queue_wake_at(tenant, tenant_now_us(tenant));
	http_cancel(&call->http);
	call_unlink(call);
	call_free(call);
}

bool tenant_cancel(struct tenant_call **call)
{
	struct tenant_call *ended = *call;

	if (ended == NULL)
		return true;
	if (ended->state == CALL_IN_FLIGHT && ended->endpoint == ENDPOINT_PUT)
		return false;
	*call = NULL;
	if (ended->delivering)
		return true;
	if (ended->joined.len > 0) {
		ended->unwanted = true;
		return true;
	}
	if (ended->state == CALL_JOINED)
		ended = call_leave(ended);
	if (ended != NULL)
		end_silently(ended);
	return true;
}

bool tenant_cancel_queued(struct tenant_call *call)
{
	if (call->state != CALL_QUEUED)
		return false;
	call_end_kind(call, FAILURE_CANCELLED, TRANSPORT_CANCELLED, "cancelled while it waited");
	return true;
}

size_t tenant_cancel_waiting(struct tenant *tenant)
{
	struct call_list *lane = &tenant->lanes[LANE_INTERACTIVE];
	size_t n = lane->len;

	while (lane->first != NULL)
		call_end_kind(lane->first, FAILURE_CANCELLED, TRANSPORT_CANCELLED,
			      "while it waited for its turn");
	return n;
}

void tenant_forget_token(struct tenant *tenant)
{
	token_forget(&tenant->token);
	tenant->refused.kind = FAILURE_NONE;
	tenant->quota = quota_none();
	quota_ledger_init(&tenant->ledger);
	tenant->hold_until_us = 0;
	tenant->moved = true;
	queue_wake_at(tenant, tenant_now_us(tenant));
}

/* ---- status ---- */

static int64_t first_backoff_us(const struct tenant *tenant, int64_t now_us)
{
	int64_t first = 0;

	for (int lane = 0; lane < LANES; lane++) {
		const struct tenant_call *call = tenant->lanes[lane].first;

		for (; call != NULL; call = call->next) {
			if (call->not_before_us > now_us &&
			    (first == 0 || call->not_before_us < first))
				first = call->not_before_us;
		}
	}
	return first;
}

static void fill_hold(const struct tenant *tenant, int64_t now_us, struct tenant_status *out)
{
	const struct token *token = &tenant->token;
	int64_t until_us = first_backoff_us(tenant, now_us);

	if (out->queued > 0 && token->access == NULL && token->not_before_us > now_us)
		until_us = token->not_before_us;
	if (tenant->hold_until_us > now_us) {
		out->hold = HOLD_RATE_LIMIT;
		out->hold_limit = tenant->hold_limit;
		until_us = tenant->hold_until_us;
	} else if (until_us > 0) {
		out->hold = HOLD_BACKOFF;
	} else if (tenant->lanes[LANE_BULK].len + tenant->lanes[LANE_WATCH].len +
			   tenant->lanes[LANE_BACKGROUND].len >
		   0) {
		until_us = queue_reserve_until_us(tenant, now_us);
		out->hold = until_us > 0 ? HOLD_QUOTA_RESERVE : HOLD_NONE;
	}
	if (out->hold != HOLD_NONE)
		out->hold_ends_in_ms = (until_us - now_us + US_PER_MS - 1) / US_PER_MS;
}

void tenant_status(const struct tenant *tenant, struct tenant_status *out)
{
	const struct token *token = &tenant->token;
	int64_t now_us = tenant_now_us(tenant);

	*out = (struct tenant_status){
		.has_token = token->access != NULL && now_us < token->ends_us,
		.can_write = token_can_write(token),
		.quota = tenant->quota,
		.in_flight = tenant->flying.len,
		.puts_in_flight = tenant->puts_flying,
		.pace_us = queue_pace_us(tenant, now_us),
	};
	if (out->has_token)
		out->token_expires_in_s = (token->ends_us - now_us) / US_PER_S;
	if (token->scope != NULL)
		snprintf(out->scope, sizeof(out->scope), "%s", token->scope);
	for (int lane = 0; lane < LANES; lane++) {
		out->lane_in_flight[lane] = tenant->lane_flying[lane];
		out->lane_queued[lane] = tenant->lanes[lane].len;
		out->queued += tenant->lanes[lane].len;
	}
	fill_hold(tenant, now_us, out);
}

const struct quota_ledger *tenant_ledger(const struct tenant *tenant)
{
	return &tenant->ledger;
}

/* ---- what leaves this machine in other ways ---- */

enum err_code tenant_mask(const struct tenant *tenant, const char *text, size_t len,
			  struct buf *out)
{
	struct mask mask;

	token_mask(&tenant->token, &mask);
	mask_add(&mask, tenant->profile->webhook_secret);
	return mask_text(&mask, text, len, out);
}
