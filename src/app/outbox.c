/* The outbox of the store, sent:
 *
 *   due ── claimed ──> POST ── 2xx ──> delivered
 *    ^                           │── 410 ──> stopped
 *    └── 5 s, 5 min, 30 min <────┘ else, in the end: dead
 *
 * Each try ends with its audit entry, in one transaction with the row.
 */
#define _DEFAULT_SOURCE /* arc4random */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/app/webhooks.h"
#include "dacache/base/text.h"
#include "dacache/store/outbox.h"
#include "internal.h"
#include "outbox.h"

enum { AT_ONCE = 8, BODY_MAX = 1 << 20, ID_SIZE = 40, STORE_WAIT_S = 30 };

struct outbox {
	struct session *session;
	struct loop_timer *timer;
	size_t sending;
	int64_t not_before_us; /* the store refused a claim: none before this */
};

/* One try; owns its copy of the row. */
struct
try {
	struct session *session;
	char *id;
	char *action_id;
	char *source;
	int64_t attempt;
	bool by_hand; /* somebody asked to send again what was given up, or waits */
	char *words;  /* for the audit: "data_refresh invalidate https://…" */
};

static void pump(struct session *session);

/* --- life --- */

enum err_code outbox_new(struct session *session, struct outbox **out)
{
	struct outbox *outbox = calloc(1, sizeof(*outbox));

	if (!outbox)
		return ERR_NO_MEMORY;
	outbox->session = session;
	*out = outbox;
	return ERR_OK;
}

void outbox_free(struct outbox **outbox)
{
	if (!*outbox)
		return;
	loop_timer_stop(&(*outbox)->timer);
	free(*outbox);
	*outbox = NULL;
}

static void free_try(void *operation)
{
	struct try *try = operation;

	free(try->id);
	free(try->action_id);
	free(try->source);
	free(try->words);
	free(try);
}

static int64_t wall_us(struct session *session)
{
	return clock_wall_us(loop_clock(session_loop(session)));
}

/* --- a change was applied: its deliveries --- */

static enum err_code make_item(struct session *session, const char *action_id,
			       const struct directive *directive, const char *target_key,
			       struct outbox_item *out)
{
	struct buf body;
	char id[ID_SIZE];
	enum err_code code;

	buf_init(&body, BODY_MAX);
	*out = (struct outbox_item){.action = directive->action, .created_us = wall_us(session)};
	code = directive_webhook_body(directive, target_key, out->created_us, &body);
	snprintf(id, sizeof(id), "msg_%08x%08x%08x%08x", arc4random(), arc4random(), arc4random(),
		 arc4random());
	out->id = text_dup(id);
	out->action_id = text_dup(action_id);
	out->source = text_dup(directive->source);
	out->event_type = text_dup(directive->event_type);
	out->target_key = text_dup(target_key);
	out->body = buf_take(&body);
	if (code || !out->id || !out->action_id || !out->source || !out->event_type ||
	    !out->target_key || !out->body) {
		outbox_item_clear(out);
		return ERR_NO_MEMORY;
	}
	return ERR_OK;
}

enum err_code outbox_make_items(struct session *session, const char *action_id,
				const struct directive_list *directives, const char *target_key,
				struct vec *out)
{
	size_t i;

	for (i = 0; i < directives->len; i++) {
		struct outbox_item item;

		if (directives->items[i].action == DIRECTIVE_NOOP)
			continue;
		if (make_item(session, action_id, &directives->items[i], target_key, &item))
			return ERR_NO_MEMORY;
		if (vec_push(out, &item)) {
			outbox_item_clear(&item);
			return ERR_NO_MEMORY;
		}
	}
	return ERR_OK;
}

void outbox_items_free(struct vec *items)
{
	size_t i;

	for (i = 0; i < items->len; i++)
		outbox_item_clear(vec_at(items, i));
	vec_free(items);
}

/* --- one try --- */

/* The first try follows the change at once: that it was applied is said with it. */
static const char *what_goes_before(const struct try *try)
{
	if (try->by_hand)
		return "sent again: ";
	return try->attempt == 1 ? "applied; " : "";
}

static void tell_failure(const struct try *try, const struct failure *failure,
			 const struct delivery_verdict *verdict)
{
	char span[CLOCK_TEXT_SIZE];
	char after[80] = "";

	clock_format_span(verdict->delay_s * 1000000, span);
	if (verdict->state == DELIVERY_PENDING)
		snprintf(after, sizeof(after), "; tried again in %s", span);
	else
		snprintf(after, sizeof(after), "; given up, webhooks lists it");
	webhook_tell_failure(try->session, try->action_id, try->source, failure,
			     what_goes_before(try), after);
}

static void try_ended(struct try *try, const struct webhook_reply *reply)
{
	struct session *session = try->session;
	bool ok = reply->failure.kind == FAILURE_NONE;
	struct outbox_result result = {.wall_us = wall_us(session), .status = reply->status};
	struct delivery_verdict verdict = {0};
	struct audit_entry entry;
	char message[512];
	struct err err = {0};

	webhook_entry(try->action_id, try->words, reply, message, sizeof(message), &entry);
	session_complete_entry(session, &entry);
	result.entry = &entry;
	result.error = ok ? NULL : reply->failure.message;
	session_tell_entry(session, &entry,
			   outbox_record(session_store(session), try->id, &result, &verdict, &err),
			   &err);
	if (!ok)
		tell_failure(try, &reply->failure, &verdict);
	else if (try->by_hand)
		webhook_tell_delivered(session, try->action_id, try->source, reply->status);
}

static void answered(void *context, const struct webhook_reply *reply)
{
	struct try *try = context;
	struct session *session = try->session;

	session_webhooks_busy(session, -1);
	session_outbox(session)->sending--;
	try_ended(try, reply);
	session_operation_end(session, try);
	free_try(try);
	pump(session);
}

static struct try *new_try(struct session *session, const struct outbox_item *item)
{
	struct try *try = calloc(1, sizeof(*try));
	size_t size = strlen(item->event_type) + strlen(item->source) + 32;

	if (!try)
		return NULL;
	try->session = session;
	try->id = text_dup(item->id);
	try->action_id = text_dup(item->action_id);
	try->source = text_dup(item->source);
	try->attempt = item->attempts + 1;
	/* A retry counts from one again, but what came of the tries before it is known. */
	try->by_hand = item->attempts == 0 && (item->status || item->error);
	try->words = malloc(size);
	if (!try->id || !try->action_id || !try->source || !try->words ||
	    session_operation_begin(session, try, free_try)) {
		free_try(try);
		return NULL;
	}
	snprintf(try->words, size, "%s %s %s", item->event_type,
		 directive_action_name(item->action), item->source);
	return try;
}

static enum err_code post(struct session *session, const struct outbox_item *item, struct try *try)
{
	struct tenant_observer observer = session_observer(session);
	struct directive directive = {item->source, item->event_type, item->action};
	struct webhook_options options = {
		.id = item->id,
		.attempt = item->attempts + 1,
		.body = item->body,
		.body_len = strlen(item->body),
		.secret = session_profile(session)->webhook_secret,
		.allow = session_profile(session)->webhook_allow,
	};

	return webhook_send(session_http(session), session_loop(session), &directive,
			    item->target_key, &options, &observer, answered, try);
}

static void send_item(void *context, const struct outbox_item *item)
{
	struct session *session = context;
	struct try *try = new_try(session, item);
	struct err err = {0};

	if (try && post(session, item, try) == ERR_OK) {
		session_webhooks_busy(session, 1);
		session_outbox(session)->sending++;
		return;
	}
	if (try) {
		session_operation_end(session, try);
		free_try(try);
	}
	outbox_release(session_store(session), item->id, &err);
}

/* --- all of them --- */

static void its_time(void *context)
{
	pump(context);
}

static void plan_next(struct session *session)
{
	struct outbox *outbox = session_outbox(session);
	int64_t now_us = wall_us(session);
	struct err err = {0};
	int64_t next_us = -1;

	loop_timer_stop(&outbox->timer);
	if (outbox_next_due(session_store(session), &next_us, &err) || next_us < 0)
		return;
	if (next_us < outbox->not_before_us)
		next_us = outbox->not_before_us;
	loop_timer_start(session_loop(session), next_us > now_us ? next_us - now_us : 0, its_time,
			 session, &outbox->timer);
}

static void pump(struct session *session)
{
	struct outbox *outbox = session_outbox(session);
	struct err err = {0};
	struct err may = {0};

	/* What changes production elsewhere is not done in a session that may not write. */
	if (session_may_write(session, &may) || outbox->sending >= AT_ONCE)
		return;
	if (outbox_claim_due(session_store(session), wall_us(session), AT_ONCE - outbox->sending,
			     send_item, session, &err)) {
		outbox->not_before_us = wall_us(session) + STORE_WAIT_S * INT64_C(1000000);
		messages_add(session_messages(session), SEVERITY_ERROR, NULL, "%.300s", err.text);
	}
	if (outbox->sending < AT_ONCE)
		plan_next(session);
}

void outbox_pump(struct session *session)
{
	pump(session);
}

/* --- public --- */

void webhooks_start(struct session *session)
{
	pump(session);
}

enum err_code webhooks_each(struct session *session,
			    void (*fn)(void *context, const struct outbox_item *item),
			    void *context, struct err *err)
{
	return outbox_each(session_store(session), 0, 0, fn, context, err);
}

enum err_code webhooks_retry(struct session *session, const char *id, struct err *err)
{
	enum err_code code = session_may_write(session, err);

	if (!code)
		code = outbox_retry(session_store(session), id, wall_us(session), err);
	if (!code)
		pump(session);
	return code;
}
