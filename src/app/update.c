/* One change of one action.
 *
 *   validate ── errors ──────────────────────────────> refused
 *      │ nothing to send ────────────────────────────> unchanged (local saved)
 *      v
 *     PUT ── 2xx, a document ── the members as sent ──> applied, verified
 *      │      │                └ other members ───────> applied, not verified
 *      │      └ 204 or unreadable ──> RE-READ
 *      │── conflict ────────────────> RE-READ
 *      │── answer lost, or a 5xx ───> RE-READ
 *      └── any other failure ──────────────────────────> refused | not applied
 *   RE-READ ── the wanted members there ───────────────> applied
 *      │        (after a conflict: only where an earlier attempt met 5xx)
 *      │── the old ETag still there ───────────────────> not applied
 *      │── else ───────────────────────────────────────> conflict
 *      └── failed ─────────────────────────────────────> unknown | conflict
 *
 * Nothing is ever sent a second time from here.
 * The end: local settings (applied, unchanged), audit, webhooks (applied), told.
 */
#include "dacache/app/update.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dacache/domain/diff.h"
#include "dacache/net/tenant.h"
#include "dacache/store/local.h"
#include "internal.h"

enum { PUT_BODY_MAX = 512000 };

struct update {
	struct session *session;
	struct action *base;
	struct local_settings local_before;
	struct proposal wanted;
	struct update_result result;
	struct action *now; /* as the server has it */
	char correlation_id[80];
	bool sent; /* a PUT left */
	bool was_conflict;
	bool earlier_5xx;
	const char *lost; /* why nobody saw what came of the PUT; NULL: it was seen */
	update_done_fn *fn;
	void *context;
	struct loop_timer *timer;
};

static void free_update(void *operation)
{
	struct update *update = operation;

	action_free(&update->base);
	action_free(&update->now);
	local_settings_clear(&update->local_before);
	proposal_clear(&update->wanted);
	free(update);
}

/* --- the end ---------------------------------------------------------------------- */

static bool took_effect(const struct update *update)
{
	return update->result.outcome == OUTCOME_APPLIED ||
	       update->result.outcome == OUTCOME_UNCHANGED;
}

static void save_local(struct update *update)
{
	const struct local_settings *local = &update->wanted.local;
	struct err err = {0};

	if (!took_effect(update) || local_settings_equal(local, &update->local_before))
		return;
	if (local_settings_save(session_store(update->session), update->base->id, local, &err)) {
		messages_add(session_messages(update->session), SEVERITY_ERROR, update->base->id,
			     "what is kept locally was not saved: %.200s", err.text);
		return;
	}
	update->result.local_saved = true;
	session_local_changed(update->session, update->base->id, &local->matrix);
}

static void write_audit(struct update *update)
{
	const struct update_result *result = &update->result;
	char action[] = "cache_update";
	char local_action[] = "local_update";
	struct audit_entry entry;
	struct err err = {0};

	if (result->outcome == OUTCOME_UNCHANGED && !result->local_saved)
		return;
	audit_entry_init(&entry);
	entry.action = result->outcome == OUTCOME_UNCHANGED ? local_action : action;
	entry.data_action_id = update->base->id;
	entry.name = update->base->name;
	entry.has_payload = true;
	entry.payload = update->wanted.members;
	entry.has_before = true;
	entry.before = update->base->members;
	cache_members_sha256(&entry.payload, entry.etag);
	entry.if_match = update->sent ? update->result.if_match : NULL;
	entry.status = result->status;
	entry.latency_ms = result->latency_ms;
	entry.outcome = result->outcome;
	entry.attempts = result->attempts;
	entry.correlation_id = update->correlation_id;
	entry.message = update->result.message;
	session_audit_append(update->session, &entry, &err);
}

static void send_webhooks(struct update *update)
{
	const struct directive_list *directives = &update->wanted.local.directives;
	size_t i;

	if (update->result.outcome != OUTCOME_APPLIED)
		return;
	for (i = 0; i < directives->len; i++) {
		if (webhook_deliver(update->session, update->base->id, &directives->items[i],
				    update->wanted.members.key ? update->wanted.members.key : "",
				    NULL, NULL))
			continue;
		update->result.webhooks += directives->items[i].action != DIRECTIVE_NOOP;
	}
}

static void tell_message(struct update *update)
{
	const struct update_result *result = &update->result;
	struct messages *messages = session_messages(update->session);

	if (result->failure.kind != FAILURE_NONE && !took_effect(update)) {
		session_report_failure(update->session, update->base->id, &result->failure);
		return;
	}
	messages_add(messages, result->verified || !update->sent ? SEVERITY_INFO : SEVERITY_WARNING,
		     update->base->id, "%s: %s", update->base->name, result->message);
}

static void end(void *context)
{
	struct update *update = context;

	save_local(update);
	write_audit(update);
	send_webhooks(update);
	if (update->now)
		index_update(session_index(update->session), update->now);
	update->result.action = update->now;
	if (update->result.outcome != OUTCOME_REFUSED || update->sent)
		tell_message(update);
	session_emit(update->session, EVENT_ACTION, update->base->id);
	session_operation_end(update->session, update);
	update->fn(update->context, &update->result);
	free_update(update);
}

static void ended(struct update *update, enum outcome outcome, const char *words)
{
	update->result.outcome = outcome;
	snprintf(update->result.message, sizeof(update->result.message), "%s: %s",
		 outcome_name(outcome), words);
	end(update);
}

/* --- the re-read --------------------------------------------------------------------- */

static bool holds_wanted(const struct update *update)
{
	return update->now && cache_members_equal(&update->now->members, &update->wanted.members);
}

static void verified(struct update *update, const char *words)
{
	update->result.verified = true;
	update->result.failure.kind = FAILURE_NONE;
	snprintf(update->result.etag, sizeof(update->result.etag), "%s", update->now->etag);
	ended(update, OUTCOME_APPLIED, words);
}

static void judge_conflict(struct update *update)
{
	if (update->now)
		snprintf(update->result.failure.server_etag,
			 sizeof(update->result.failure.server_etag), "%s", update->now->etag);
	if (update->earlier_5xx && holds_wanted(update)) {
		verified(update, "an earlier attempt took effect, seen by reading again");
		return;
	}
	ended(update, OUTCOME_CONFLICT,
	      "the action changed since it was read; this request wrote nothing");
}

static void ended_lost(struct update *update, enum outcome outcome, const char *words)
{
	char whole[200];

	snprintf(whole, sizeof(whole), "%s%s", update->lost, words);
	ended(update, outcome, whole);
}

static enum outcome failed_outcome(const struct update *update)
{
	int status = update->result.status;

	return status >= 400 && status < 500 && status != 429 ? OUTCOME_REFUSED
							      : OUTCOME_NOT_APPLIED;
}

/* It was taken, but the answer has no document (204). */
static void judge_taken(struct update *update)
{
	if (!update->now)
		ended(update, OUTCOME_APPLIED, "the server took it, but reading it again failed");
	else if (holds_wanted(update))
		verified(update, "seen by reading again");
	else
		ended(update, OUTCOME_APPLIED, "but the server holds other values than were sent");
}

/* The answer was lost or unreadable, or the tenant failed in the middle. */
static void judge_lost(struct update *update)
{
	char old_etag[ETAG_SIZE];

	if (!update->now) {
		ended_lost(update, OUTCOME_UNKNOWN, ", and reading again failed");
		return;
	}
	if (holds_wanted(update)) {
		char words[200];

		snprintf(words, sizeof(words), "%s; seen by reading again", update->lost);
		verified(update, words);
		return;
	}
	action_if_match(update->now, old_etag);
	if (strcmp(old_etag, update->result.if_match) == 0) {
		ended_lost(update, failed_outcome(update), ", and the action is as it was before");
		return;
	}
	update->result.failure.kind = FAILURE_CONFLICT;
	judge_conflict(update);
}

static void judge(struct update *update)
{
	if (update->was_conflict)
		judge_conflict(update);
	else if (update->lost)
		judge_lost(update);
	else
		judge_taken(update);
}

/* Of another action it would be no reply at all. */
static enum err_code parse_own(struct update *update, const struct tenant_reply *reply,
			       struct err *err)
{
	enum err_code code =
		action_parse(reply->body, reply->body_len, reply->etag, &update->now, err);

	if (!code && strcasecmp(update->now->id, update->base->id) != 0) {
		action_free(&update->now);
		code = err_set(err, ERR_PARSE, "the reply is another Data Action");
	}
	return code;
}

static void reread_done(void *context, const struct tenant_reply *reply)
{
	struct update *update = context;
	struct err err = {0};

	if (reply->failure.kind == FAILURE_NONE)
		parse_own(update, reply, &err);
	judge(update);
}

static void reread(struct update *update)
{
	if (tenant_get(session_tenant(update->session), update->base->id, NULL, LANE_RECOVERY,
		       reread_done, update, NULL))
		judge(update);
}

/* --- the PUT --------------------------------------------------------------------------- */

static void put_succeeded(struct update *update, const struct tenant_reply *reply)
{
	struct err err = {0};

	if (reply->body_len == 0) {
		reread(update);
		return;
	}
	if (parse_own(update, reply, &err)) {
		update->lost = "the answer could not be read";
		update->result.failure.kind = FAILURE_BROKEN_REPLY;
		update->result.failure.status = reply->status;
		snprintf(update->result.failure.message, sizeof(update->result.failure.message),
			 "%s", err.text);
		reread(update);
		return;
	}
	if (holds_wanted(update)) {
		verified(update, "the server's document holds what was sent");
		return;
	}
	snprintf(update->result.etag, sizeof(update->result.etag), "%s", update->now->etag);
	ended(update, OUTCOME_APPLIED, "but the server holds other values than were sent");
}

/* A 5xx may come from in front of the tenant, after it took effect. */
static void put_failed(struct update *update, const struct tenant_reply *reply)
{
	char line[256];

	update->was_conflict = reply->failure.kind == FAILURE_CONFLICT;
	if (reply->lost_answer)
		update->lost = "the answer was lost";
	else if (reply->failure.kind == FAILURE_SERVER || reply->earlier_5xx)
		update->lost = "the tenant failed";
	if (update->lost || update->was_conflict) {
		reread(update);
		return;
	}
	failure_line(&reply->failure, line, sizeof(line));
	ended(update, failed_outcome(update), line);
}

static void put_done(void *context, const struct tenant_reply *reply)
{
	struct update *update = context;
	struct update_result *result = &update->result;

	result->failure = reply->failure;
	result->status = reply->status;
	result->attempts = reply->attempts;
	result->latency_ms = reply->latency_us >= 0 ? (double)reply->latency_us / 1000.0 : -1;
	update->earlier_5xx = reply->earlier_5xx;
	snprintf(update->correlation_id, sizeof(update->correlation_id), "%s",
		 reply->correlation_id);
	if (reply->failure.kind == FAILURE_NONE)
		put_succeeded(update, reply);
	else
		put_failed(update, reply);
}

static enum err_code send_put(struct update *update, struct err *err)
{
	bool fields_only = session_profile(update->session)->put_body == PUT_FIELDS;
	struct buf body;
	enum err_code code;

	buf_init(&body, PUT_BODY_MAX);
	code = action_put_body(update->base, &update->wanted.members, fields_only, &body);
	if (!code)
		code = action_if_match(update->base, update->result.if_match);
	if (code) {
		err_set(err, code, "the body of the PUT is over %d bytes", PUT_BODY_MAX);
		goto done;
	}
	code = tenant_put(session_tenant(update->session), update->base->id,
			  update->result.if_match, body.data, body.len, put_done, update, NULL);
	if (code)
		err_set(err, code, "the call could not be made");
	update->sent = !code;
done:
	buf_free(&body);
	return code;
}

/* --- the beginning ------------------------------------------------------------------------ */

static enum err_code copy_request(struct update *update, const struct update_request *request)
{
	enum err_code code = action_copy(request->base, &update->base);

	if (!code)
		code = local_settings_copy(request->local_before, &update->local_before);
	return code ? code : proposal_copy(request->wanted, &update->wanted);
}

static enum err_code end_soon(struct update *update)
{
	return loop_timer_start(session_loop(update->session), 0, end, update, &update->timer);
}

static enum err_code refuse(struct update *update)
{
	struct buf words;

	buf_init(&words, sizeof(update->result.message) * 8);
	findings_refusal(&update->result.findings, &words);
	update->result.outcome = OUTCOME_REFUSED;
	snprintf(update->result.message, sizeof(update->result.message), "refused: %.300s",
		 buf_str(&words));
	buf_free(&words);
	return end_soon(update);
}

static enum err_code begin(struct update *update, struct err *err)
{
	struct key_lookup keys = session_key_lookup(update->session);

	validate_proposal(&update->wanted, update->base, &keys, &update->result.findings);
	if (findings_errors(&update->result.findings) > 0)
		return refuse(update);
	if (cache_members_equal(&update->base->members, &update->wanted.members)) {
		update->result.outcome = OUTCOME_UNCHANGED;
		snprintf(update->result.message, sizeof(update->result.message), "%s",
			 local_settings_equal(&update->local_before, &update->wanted.local)
				 ? "unchanged: nothing to send"
				 : "unchanged on the server; what is local was saved");
		return end_soon(update);
	}
	return send_put(update, err);
}

enum err_code update_start(struct session *session, const struct update_request *request,
			   update_done_fn *fn, void *context, struct err *err)
{
	struct update *update;
	enum err_code code = session_may_write(session, err);

	if (code)
		return code;
	update = calloc(1, sizeof(*update));
	if (!update)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	update->session = session;
	update->fn = fn;
	update->context = context;
	update->result.latency_ms = -1;
	failure_init(&update->result.failure);
	code = session_operation_begin(session, update, free_update);
	if (!code)
		code = copy_request(update, request);
	if (code)
		err_set(err, code, "out of memory");
	else
		code = begin(update, err);
	if (code) {
		session_operation_end(session, update);
		free_update(update);
	}
	return code;
}
