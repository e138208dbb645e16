#define _DEFAULT_SOURCE /* arc4random, gethostname */

#include "dacache/app/session.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dacache/app/webhooks.h"
#include "dacache/domain/bundle.h"
#include "dacache/domain/net_allow.h"
#include "dacache/net/tenant.h"
#include "dacache/store/local.h"
#include "dacache/store/settings.h"
#include "dacache/store/store.h"
#include "outbox.h"
#include "session_internal.h"

struct subscriber {
	event_fn *fn;
	void *context;
};

/* --- events --- */

enum err_code session_subscribe(struct session *session, event_fn *fn, void *context)
{
	struct subscriber subscriber = {fn, context};

	return vec_push(&session->subscribers, &subscriber);
}

void session_emit(struct session *session, enum event_type type, const char *action_id)
{
	struct event event = {type, action_id};
	size_t i;

	for (i = 0; i < session->subscribers.len; i++) {
		struct subscriber *subscriber = vec_at(&session->subscribers, i);

		subscriber->fn(subscriber->context, &event);
	}
}

static void message_told(void *context)
{
	struct session *session = context;

	if (session->message_log)
		message_log_touch(session->message_log);
	session_emit(session, EVENT_MESSAGE, NULL);
}

void session_report_failure(struct session *session, const char *action_id,
			    const struct failure *failure)
{
	/* The messages are the bundle's; that it does not hold all is said where one looks. */
	if (failure->kind == FAILURE_REPLAY)
		return;
	messages_add_failure(session->messages, action_id, failure);
	if (action_id)
		index_count_error(session->index, action_id);
}

/* --- what the tenant tells --- */

void session_add_exchange(struct session *session, struct exchange *exchange)
{
	const struct exchange *newest;

	session->connected = exchange->transport == TRANSPORT_ANSWERED;
	live_add_call(session->live, exchange);
	header_hits_count(session, exchange);
	exchange_ring_add(&session->exchanges, exchange);
	newest = exchange_ring_at(&session->exchanges, 0);
	if (newest)
		request_log_touch(session->request_log, newest);
	session_emit(session, EVENT_EXCHANGE, NULL);
}

static void tenant_exchange(void *context, struct exchange *exchange)
{
	session_add_exchange(context, exchange);
}

/* Say it before anyone edits, once. */
static void tell_read_only(struct session *session)
{
	struct err err = {0};

	if (session->told_read_only || session_may_write(session, &err) == ERR_OK)
		return;
	session->told_read_only = true;
	messages_add(session->messages, SEVERITY_WARNING, NULL, "read-only: %s", err.text);
}

static void tenant_changed(void *context)
{
	tell_read_only(context);
	session_emit(context, EVENT_STATUS, NULL);
}

static void tenant_retried(void *context, const char *action_id, const struct failure *failure)
{
	struct session *session = context;

	messages_count_retry(session->messages, action_id, failure);
}

struct tenant_observer session_observer(struct session *session)
{
	return (struct tenant_observer){tenant_exchange, tenant_changed, session, tenant_retried};
}

static double next_random(void *context)
{
	(void)context;
	return (double)arc4random() / 4294967296.0;
}

/* --- another program wrote to the store --- */

static void store_audit(void *context)
{
	session_changes_elsewhere(context);
	session_emit(context, EVENT_AUDIT, NULL);
}

/* --- life --- */

static void set_who(struct session *session)
{
	const struct passwd *user = getpwuid(geteuid());
	char host[64] = "";

	if (gethostname(host, sizeof(host) - 1))
		host[0] = '\0';
	snprintf(session->who, sizeof(session->who), "%s@%s", user ? user->pw_name : "?", host);
}

/* Without it the program works, but does not see what others record meanwhile. */
static void watch_store(struct session *session, const char *path)
{
	struct err err = {0};

	if (store_watch_new(session->loop, session->store, path, session_hits_came, store_audit,
			    session, &session->store_watch, &err))
		messages_add(session->messages, SEVERITY_WARNING, NULL, "%s", err.text);
}

static void store_written(void *context)
{
	const struct session *session = context;

	store_watch_own(session->store_watch);
}

/* Once, before anyone edits. */
static void tell_unrecorded(struct session *session, const struct err *why)
{
	session->told_read_only = true;
	messages_add(session->messages, SEVERITY_WARNING, NULL,
		     "nothing is recorded, and nothing can be changed: %.230s", why->text);
}

static enum err_code open_store(struct session *session, const char *path, struct err *err)
{
	struct err why = {0};
	char *own_path = NULL;
	enum err_code code = ERR_OK;
	const char *tenant = session->profile.base_url;

	if (!path)
		code = settings_path(PATH_STORE, &own_path, err);
	if (!code)
		code = store_open_any(path ? path : own_path, tenant, &session->store, err);
	if (!code && store_is_read_only(session->store, &why))
		tell_unrecorded(session, &why);
	else if (!code)
		watch_store(session, path ? path : own_path);
	if (!code && session->is_screen &&
	    checkpoint_new(session->loop, session->store, store_written, session,
			   &session->checkpoint))
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
	free(own_path);
	return code;
}

static enum err_code open_net(struct session *session, struct err *err)
{
	struct tenant_observer observer = session_observer(session);
	struct http_options options = {
		.connect_timeout_ms = session->profile.connect_timeout_s * 1000,
		.call_timeout_ms = session->profile.call_timeout_s * 1000,
		.ca_file = session->profile.ca_file,
		.max_connections = TENANT_CALLS,
		.is_offline = session->replay != NULL,
	};
	enum err_code code = http_new(session->loop, &options, &session->http, err);

	if (code)
		return code;
	return tenant_new(session->loop, session->http, &session->profile, next_random, &observer,
			  &session->tenant, err);
}

static void matrix_from_store(void *context, const char *action_id,
			      const struct tier_matrix *matrix)
{
	index_set_matrix(context, action_id, matrix);
}

static void draft_from_store(void *context, const struct draft *draft)
{
	struct session *session = context;

	map_put(session->drafts, draft->action_id, session);
}

/* What the rows of the list need to know before the first page comes. */
static enum err_code load_local(struct session *session, struct err *err)
{
	enum err_code code =
		local_matrix_each(session->store, matrix_from_store, session->index, err);

	return code ? code : draft_each(session->store, draft_from_store, session, err);
}

static void history_failed(void *context, const char *why)
{
	struct session *session = context;

	if (!session_is_unrecorded(session))
		messages_add(session->messages, SEVERITY_WARNING, NULL,
			     "the history of look-ups: %.300s", why);
}

static enum err_code begin_history(struct session *session, struct err *err)
{
	const struct live_history_of of = {session->loop, session->store, history_failed, session};

	session_changes_begin(session);
	if (live_history_begin(session->live, &of))
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	return ERR_OK;
}

static enum err_code build(struct session *session, const struct session_options *options,
			   struct err *err)
{
	struct clock clock = *loop_clock(session->loop);
	struct clock live_clock = session->replay ? session_replay_clock(session) : clock;
	enum err_code code = profile_copy(options->profile, &session->profile);

	if (code || vec_reserve(&session->subscribers, 4) || map_new(&session->drafts) ||
	    messages_new(clock, message_told, session, &session->messages) ||
	    live_new(live_clock, &session->live) || index_new(session, &session->index) ||
	    recovery_new(session, &session->recovery) || outbox_new(session, &session->outbox) ||
	    request_log_new(session, &session->exchanges, options->command, &session->request_log))
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	if (session->profile.hit_header)
		live_set_header_source(session->live, session->profile.hit_header);
	code = net_allow_parse(session->profile.webhook_allow, &session->webhook_allow, err);
	if (!code)
		code = open_store(session, options->store_path, err);
	if (!code)
		code = load_local(session, err);
	if (!code && session->replay)
		code = session_replay_store(session, err);
	if (!code)
		code = begin_history(session, err);
	if (!code)
		code = open_net(session, err);
	if (!code && session->replay)
		session_replay_begin(session);
	else if (!code && !session_is_unrecorded(session) &&
		 message_log_new(session, session->request_log, &session->message_log))
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
	return code;
}

enum err_code session_new(struct loop *loop, const struct session_options *options,
			  struct session **out, struct err *err)
{
	struct session *session = calloc(1, sizeof(*session));
	enum err_code code;

	if (!session)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	session->loop = loop;
	session->read_only_flag = options->read_only;
	session->is_demo = options->is_demo;
	session->is_screen = !options->command;
	session->replay = options->replay;
	vec_init(&session->subscribers, sizeof(struct subscriber));
	operations_init(&session->operations);
	set_who(session);
	code = build(session, options, err);
	if (code)
		session_free(&session);
	*out = session;
	return code;
}

void session_free(struct session **out)
{
	struct session *session = *out;

	if (!session)
		return;
	vec_clear(&session->subscribers);
	if (session->request_log && session->store)
		request_log_flush(session->request_log, NULL);
	if (session->message_log && session->tenant)
		message_log_flush(session->message_log);
	feed_free(&session->feed);
	checkpoint_free(&session->checkpoint);
	store_watch_free(&session->store_watch);
	tenant_free(&session->tenant);
	http_free(&session->http);
	operations_free(&session->operations);
	recovery_free(&session->recovery);
	outbox_free(&session->outbox);
	index_free(&session->index);
	live_free(&session->live);
	message_log_free(&session->message_log);
	messages_free(&session->messages);
	request_log_free(&session->request_log);
	exchange_ring_free(&session->exchanges);
	map_free(&session->drafts);
	store_close(&session->store);
	vec_free(&session->subscribers);
	net_allow_free(&session->webhook_allow);
	profile_clear(&session->profile);
	free(session);
	*out = NULL;
}

/* --- parts --- */

struct loop *session_loop(struct session *session)
{
	return session->loop;
}

const struct profile *session_profile(const struct session *session)
{
	return &session->profile;
}

struct index *session_index(struct session *session)
{
	return session->index;
}

struct live *session_live(struct session *session)
{
	return session->live;
}

struct messages *session_messages(struct session *session)
{
	return session->messages;
}

const char *session_who(const struct session *session)
{
	return session->who;
}

struct tenant *session_tenant(struct session *session)
{
	return session->tenant;
}

struct http *session_http(struct session *session)
{
	return session->http;
}

struct store *session_store(struct session *session)
{
	return session->store;
}

struct recovery *session_recovery(const struct session *session)
{
	return session->recovery;
}

struct outbox *session_outbox(const struct session *session)
{
	return session->outbox;
}

struct operations *session_operations(struct session *session)
{
	return &session->operations;
}

void session_set_feed(struct session *session, struct feed *feed)
{
	feed_free(&session->feed);
	session->feed = feed;
}

void session_webhooks_busy(struct session *session, int change)
{
	session->webhooks += (size_t)change;
}

size_t webhooks_busy(const struct session *session)
{
	return session->webhooks;
}

/* --- state --- */

static void put_hold(const struct tenant_status *tenant, char *out, size_t size)
{
	switch (tenant->hold) {
	case HOLD_RATE_LIMIT:
		snprintf(out, size, "429 %s", limit_name(tenant->hold_limit));
		break;
	case HOLD_BACKOFF:
		snprintf(out, size, "back-off after a failure");
		break;
	case HOLD_QUOTA_RESERVE:
		snprintf(out, size, "quota kept for saving");
		break;
	default:
		out[0] = '\0';
		break;
	}
}

void session_status(const struct session *session, struct session_status *out)
{
	struct tenant_status tenant;
	struct err err = {0};

	memset(out, 0, sizeof(*out));
	tenant_status(session->tenant, &tenant);
	out->is_demo = session->is_demo;
	out->replay_of_us = session->replay ? session->replay->made_us : 0;
	out->is_protected = session->profile.is_protected;
	out->read_only = session_may_write(session, &err) != ERR_OK;
	snprintf(out->read_only_reason, sizeof(out->read_only_reason), "%.150s", err.text);
	out->quota = tenant.quota;
	out->quota_reset_in_s =
		quota_reset_in_s(&tenant.quota, clock_monotonic_us(loop_clock(session->loop)));
	out->has_token = tenant.has_token;
	out->token_expires_in_s = tenant.token_expires_in_s;
	snprintf(out->scope, sizeof(out->scope), "%s", tenant.scope);
	out->held = tenant.hold != HOLD_NONE;
	put_hold(&tenant, out->held_because, sizeof(out->held_because));
	out->held_for_ms = tenant.hold_ends_in_ms;
	out->in_flight = tenant.in_flight;
	out->puts_in_flight = tenant.puts_in_flight;
	out->queued = tenant.queued;
	for (int lane = 0; lane < LANES; lane++) {
		out->lane_queued[lane] = tenant.lane_queued[lane];
		out->lane_in_flight[lane] = tenant.lane_in_flight[lane];
	}
	out->pace_us = tenant.pace_us;
	out->connected = session->connected;
}

bool session_is_unrecorded(const struct session *session)
{
	return store_is_read_only(session->store, NULL);
}

enum err_code session_may_write(const struct session *session, struct err *err)
{
	struct tenant_status tenant;

	if (session->replay)
		return err_set(err, ERR_READ_ONLY, "a bundle is replayed: nothing can be changed");
	if (session->read_only_flag)
		return err_set(err, ERR_READ_ONLY, "the program was started with --read-only");
	if (store_is_read_only(session->store, err))
		return ERR_READ_ONLY;
	if (session->profile.read_only)
		return err_set(err, ERR_READ_ONLY, "the profile '%s' says read_only",
			       session->profile.name);
	tenant_status(session->tenant, &tenant);
	if (!tenant.can_write)
		return err_set(err, ERR_READ_ONLY,
			       "the token lacks the scope dataaction:write (granted: %s)",
			       tenant.scope[0] ? tenant.scope : "none");
	return ERR_OK;
}

enum err_code session_set_credentials(struct session *session, const char *client_id,
				      const char *client_secret, struct err *err)
{
	if (!*client_id || !*client_secret)
		return err_set(err, ERR_INVALID, "both client id and secret are needed");
	if (profile_set_text(&session->profile.client_id, client_id) ||
	    profile_set_text(&session->profile.client_secret, client_secret))
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	session->told_read_only = false;
	tenant_forget_token(session->tenant);
	session_emit(session, EVENT_STATUS, NULL);
	return ERR_OK;
}

const struct quota_ledger *session_quota_ledger(const struct session *session)
{
	return tenant_ledger(session->tenant);
}

size_t session_cancel_waiting(struct session *session)
{
	return tenant_cancel_waiting(session->tenant);
}

enum err_code session_run_until(struct session *session, const bool *done, struct err *err)
{
	enum err_code code = ERR_OK;

	while (!*done && !code)
		code = loop_turn(session->loop, -1, err);
	return code;
}

/* --- other keys --- */

static const char *other_collision(void *context, const char *key, const char *exclude_id)
{
	return index_collision(context, key, exclude_id);
}

static const char *other_overlap(void *context, const char *key, const char *exclude_id,
				 const char **other_key, struct buf *example)
{
	return index_overlap(context, key, exclude_id, other_key, example);
}

struct key_lookup session_key_lookup(struct session *session)
{
	return (struct key_lookup){
		.collision = other_collision,
		.overlap = other_overlap,
		.context = session->index,
		.webhooks = session->webhook_allow,
	};
}
