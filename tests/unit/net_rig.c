/* A tenant on a scripted server, on a clock that the test moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <stdio.h>

#include "net_rig.h"

enum { TURN_US = 100000, TURNS_MAX = 300, SETTLE_TURNS = 12, SETTLE_US = 2000 };

static const struct http_options options = {
	.connect_timeout_ms = 5000,
	.call_timeout_ms = 30000,
	.max_connections = 16,
};

static double rig_random(void *context)
{
	return ((struct rig *)context)->random;
}

static void on_exchange(void *context, struct exchange *exchange)
{
	struct rig *rig = context;

	assert_true(rig->exchanges_len < RIG_EXCHANGES);
	rig->exchanges[rig->exchanges_len++] = *exchange;
}

static void on_changed(void *context)
{
	((struct rig *)context)->changes++;
}

static void on_retried(void *context, const char *action_id, const struct failure *failure)
{
	struct rig *rig = context;

	(void)action_id;
	rig->retried = *failure;
	rig->retries++;
}

void rig_up(struct rig *rig)
{
	memset(rig, 0, sizeof(*rig));
	rig->times.monotonic_us = 1000000;
	rig->times.wall_us = 1767225600000000; /* 2026-01-01T00:00:00Z */
	rig->random = 0.5;
	rig->observer = (struct tenant_observer){on_exchange, on_changed, rig, on_retried};
	assert_int_equal(loop_new(clock_manual(&rig->times), &rig->loop, NULL), ERR_OK);
	rig->server = scripted_server_new(rig->loop, NULL);
	assert_int_equal(http_new(rig->loop, &options, &rig->http, NULL), ERR_OK);
	assert_int_equal(profile_init(&rig->profile, "test"), ERR_OK);
	profile_set_text(&rig->profile.base_url, scripted_server_url(rig->server));
	profile_set_text(&rig->profile.client_id, "demo");
	profile_set_text(&rig->profile.client_secret, "s3cret&more");
	assert_int_equal(tenant_new(rig->loop, rig->http, &rig->profile, rig_random, &rig->observer,
				    &rig->tenant, NULL),
			 ERR_OK);
}

void rig_down(struct rig *rig)
{
	tenant_free(&rig->tenant);
	http_free(&rig->http);
	assert_int_equal(scripted_server_surprises(rig->server), 0);
	scripted_server_free(rig->server);
	loop_free(&rig->loop);
	profile_clear(&rig->profile);
	for (size_t i = 0; i < rig->exchanges_len; i++)
		exchange_clear(&rig->exchanges[i]);
	for (size_t i = 0; i < rig->texts_len; i++)
		free(rig->texts[i]);
}

void rig_grant(struct rig *rig)
{
	rig_script(rig, RIG_TOKEN, RIG_GRANT, -1);
}

const char *rig_text(struct rig *rig, const char *status, const char *headers, const char *body)
{
	struct buf text;

	assert_true(rig->texts_len < RIG_TEXTS);
	buf_init(&text, SIZE_MAX);
	assert_int_equal(buf_printf(&text, "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n%s", status,
				    headers, strlen(body), body),
			 ERR_OK);
	rig->texts[rig->texts_len] = buf_take(&text);
	return rig->texts[rig->texts_len++];
}

void rig_script(struct rig *rig, const char *match, const char *reply, int times)
{
	scripted_server_add(rig->server,
			    (struct script_step){.match = match, .reply = reply, .times = times});
}

/* ---- calls ---- */

static void on_reply(void *context, const struct tenant_reply *reply)
{
	struct rig_ask *ask = context;
	struct rig *rig = ask->rig;
	struct rig_reply *kept = &rig->replies[rig->replies_len++];

	assert_true(rig->replies_len <= RIG_REPLIES);
	assert_int_equal(strlen(reply->body), reply->body_len);
	kept->reply = *reply;
	kept->reply.body = NULL;
	kept->reply.etag = NULL;
	kept->number = ask->number;
	snprintf(kept->body, sizeof(kept->body), "%s", reply->body);
	snprintf(kept->etag, sizeof(kept->etag), "%s", reply->etag);
	if (rig->free_tenant)
		tenant_free(&rig->tenant);
}

static struct rig_ask *ask_new(struct rig *rig, int number)
{
	struct rig_ask *ask = &rig->asks[rig->asks_len++];

	assert_true(rig->asks_len <= RIG_TEXTS);
	*ask = (struct rig_ask){rig, number};
	return ask;
}

struct tenant_call *rig_get(struct rig *rig, const char *id, enum lane lane, int number)
{
	struct tenant_call *call;

	assert_int_equal(
		tenant_get(rig->tenant, id, NULL, lane, on_reply, ask_new(rig, number), &call),
		ERR_OK);
	return call;
}

struct tenant_call *rig_read(struct rig *rig, const char *id, const char *etag, enum lane lane,
			     int number)
{
	struct tenant_call *call;

	assert_int_equal(
		tenant_read(rig->tenant, id, etag, lane, on_reply, ask_new(rig, number), &call),
		ERR_OK);
	return call;
}

struct tenant_call *rig_put(struct rig *rig, const char *id, int number)
{
	struct tenant_call *call;

	assert_int_equal(tenant_put(rig->tenant, id, "\"7\"", "{\"cacheTtl\":60}", 15,
				    LANE_INTERACTIVE, on_reply, ask_new(rig, number), &call),
			 ERR_OK);
	return call;
}

struct tenant_call *rig_login(struct rig *rig, int number)
{
	struct tenant_call *call;

	assert_int_equal(tenant_login(rig->tenant, on_reply, ask_new(rig, number), &call), ERR_OK);
	return call;
}

/* ---- turns ---- */

void rig_run_replies(struct rig *rig, size_t n)
{
	for (int i = 0; i < TURNS_MAX && rig->replies_len < n; i++)
		assert_int_equal(loop_turn(rig->loop, TURN_US, NULL), ERR_OK);
	assert_int_equal(rig->replies_len, n);
}

void rig_run_requests(struct rig *rig, size_t n)
{
	for (int i = 0; i < TURNS_MAX && scripted_server_requests(rig->server) < n; i++)
		assert_int_equal(loop_turn(rig->loop, TURN_US, NULL), ERR_OK);
	assert_int_equal(scripted_server_requests(rig->server), n);
}

void rig_settle(struct rig *rig)
{
	for (int i = 0; i < SETTLE_TURNS; i++)
		assert_int_equal(loop_turn(rig->loop, SETTLE_US, NULL), ERR_OK);
}

void rig_pass(struct rig *rig, int64_t ms)
{
	rig->times.monotonic_us += ms * 1000;
	rig->times.wall_us += ms * 1000;
}

const struct tenant_reply *rig_last(const struct rig *rig)
{
	assert_true(rig->replies_len > 0);
	return &rig->replies[rig->replies_len - 1].reply;
}

struct tenant_status rig_status(const struct rig *rig)
{
	struct tenant_status status;

	tenant_status(rig->tenant, &status);
	return status;
}

size_t rig_sent(const struct rig *rig, const char *match)
{
	return scripted_server_count(rig->server, match);
}
