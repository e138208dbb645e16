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
 *   RE-READ: what came of it is put_verdict's (domain) to say ──
 *      │── applied, or applied and then changed by others ─> applied
 *      │── the old ETag still there ── attempts left ──> back off, then PUT with the
 *      │                             │                   same If-Match
 *      │                             └ none ───────────> not applied
 *      │── changed by others: it wrote nothing, or may have ─> conflict
 *      └── failed ─────────────────────────────────────> unknown | conflict
 *
 * An intent is on disk before the PUT leaves; the end closes it, in one transaction
 * with the audit entry, the local settings and the webhooks that follow (applied).
 * Unknown: it stays open, and recover.c goes on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dacache/app/recover.h"
#include "dacache/store/intents.h"
#include "settle.h"
#include "update_internal.h"

enum { PUT_BODY_MAX = 512000 };

static void put_done(void *context, const struct tenant_reply *reply);

static void tell_phase(const struct update *update, enum update_phase phase, const char *why)
{
	if (update->phase)
		update->phase(update->context, phase, why);
}

/* What was sent before waits a little, for the network or the tenant to come back. */
enum err_code update_send(struct update *update, struct err *err)
{
	int64_t earlier = update->result.attempts;
	bool fields_only = session_profile(update->session)->put_body == PUT_FIELDS;
	struct buf body;
	enum err_code code;

	buf_init(&body, PUT_BODY_MAX);
	code = action_put_body(update->base, &update->wanted.members, fields_only, &body);
	if (code) {
		err_set(err, code, "the body of the PUT is over %d bytes", PUT_BODY_MAX);
		goto done;
	}
	code = tenant_put(session_tenant(update->session), update->base->id,
			  update->result.if_match, body.data, body.len,
			  update->bulk ? LANE_BULK : LANE_INTERACTIVE, put_done, update,
			  &update->call);
	if (code)
		err_set(err, code, "the call could not be made");
	else if (earlier > 0)
		tenant_back_off(update->call, earlier);
done:
	buf_free(&body);
	return code;
}

/* --- the re-read --- */

static void ended(struct update *update, enum outcome outcome, const char *words)
{
	update->result.outcome = outcome;
	snprintf(update->result.message, sizeof(update->result.message), "%s: %s",
		 outcome_name(outcome), words);
	update_end(update);
}

static bool holds_wanted(const struct update *update)
{
	return update->now && cache_members_equal(&update->now->members, &update->wanted.members);
}

/* The facts and what they borrow. */
struct evidence {
	struct put_facts facts;
	char base_tag[ETAG_SIZE];
	char now_tag[ETAG_SIZE];
};

static enum put_verdict weigh(const struct update *update, struct evidence *out)
{
	out->facts = (struct put_facts){
		.may_have_applied = update->may_have_applied || update->lost,
		.wanted = &update->wanted.members,
	};
	settle_state(update->base, out->base_tag, &out->facts.base);
	settle_state(update->now, out->now_tag, &out->facts.now);
	return put_verdict(&out->facts);
}

static void verified(struct update *update, const char *words)
{
	update->result.verified = true;
	update->result.failure.kind = FAILURE_NONE;
	snprintf(update->result.etag, sizeof(update->result.etag), "%s", update->now->etag);
	ended(update, OUTCOME_APPLIED, words);
}

/* Where no ETag is sent, what was read again is told by the hash that would be sent. */
static void note_server_etag(struct update *update)
{
	struct failure *failure = &update->result.failure;
	char present[ETAG_SIZE];

	if (!update->now || action_if_match(update->now, present))
		return;
	snprintf(failure->server_etag, sizeof(failure->server_etag), "%s", present);
	failure->etag_is_ours = update->now->etag[0] == '\0';
}

static void note_story(struct update *update)
{
	struct conflict_story *story = &update->result.failure.conflict;

	story->told = true;
	action_sight(update->base, &story->base);
	if (update->now)
		action_sight(update->now, &story->server);
}

static void note_conflict(struct update *update, enum put_verdict verdict)
{
	note_server_etag(update);
	note_story(update);
	update->result.failure.conflict.may_have_written = put_verdict_may_have_written(verdict);
}

/* Applied, but what stands is another's. */
static void ended_overtaken(struct update *update, const struct evidence *evidence)
{
	char words[200];
	char whole[300];

	put_verdict_words(PUT_OVERTAKEN, &evidence->facts, update->now->modified_by, words,
			  sizeof(words));
	snprintf(whole, sizeof(whole), "seen by reading again; %s", words);
	update->result.failure.kind = FAILURE_NONE;
	snprintf(update->result.etag, sizeof(update->result.etag), "%s", update->now->etag);
	ended(update, OUTCOME_APPLIED, whole);
}

static void ended_conflict(struct update *update, enum put_verdict verdict,
			   const struct evidence *evidence)
{
	char words[300];
	char told[200];

	update->result.failure.kind = FAILURE_CONFLICT;
	note_conflict(update, verdict);
	put_verdict_words(verdict, &evidence->facts, update->now ? update->now->modified_by : "",
			  told, sizeof(told));
	if (verdict == PUT_MAY_HAVE_APPLIED)
		snprintf(words, sizeof(words), "%s%s%s", update->lost ? update->lost : "",
			 update->lost ? "; " : "", told);
	else
		snprintf(words, sizeof(words), "%s; this request wrote nothing",
			 verdict == PUT_STANDS ? "the tenant did not take If-Match, though the "
						 "action is as it was read"
					       : "the action changed since it was read");
	ended(update, OUTCOME_CONFLICT, words);
}

static void judge_conflict(struct update *update)
{
	struct evidence evidence;
	enum put_verdict verdict = weigh(update, &evidence);

	note_conflict(update, verdict);
	switch (verdict) {
	case PUT_APPLIED:
		verified(update, "an earlier attempt took effect, seen by reading again");
		break;
	case PUT_OVERTAKEN:
		ended_overtaken(update, &evidence);
		break;
	case PUT_UNREAD:
		ended(update, OUTCOME_UNKNOWN,
		      "an earlier attempt may have taken effect, and reading again failed");
		break;
	default:
		ended_conflict(update, verdict, &evidence);
	}
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

/* The old ETag still stands: it may be sent again, with the same If-Match; but not what was
 * taken back, or refused for another reason meanwhile. */
static bool may_send_again(const struct update *update, int64_t attempt)
{
	return update->may_have_applied &&
	       attempt <= session_profile(update->session)->max_attempts &&
	       update->result.failure.kind != FAILURE_CANCELLED &&
	       failed_outcome(update) != OUTCOME_REFUSED;
}

static bool send_again(struct update *update)
{
	struct err err = {0};
	int64_t attempt = update->result.attempts + 1;

	if (!may_send_again(update, attempt))
		return false;
	if (intent_attempt(session_store(update->session), update->intent_id, attempt, &err))
		return false;
	tell_phase(update, UPDATE_SENDING_AGAIN, update->lost);
	update->lost = NULL;
	action_free(&update->now);
	return update_send(update, &err) == ERR_OK;
}

static void judge_stands(struct update *update)
{
	const char *lost = update->lost;

	if (send_again(update))
		return;
	update->lost = lost;
	ended_lost(update, failed_outcome(update), ", and the action is as it was before");
}

/* The answer was lost or unreadable, or the tenant failed in the middle. */
static void judge_lost(struct update *update)
{
	struct evidence evidence;
	enum put_verdict verdict = weigh(update, &evidence);
	char words[200];

	switch (verdict) {
	case PUT_UNREAD:
		ended_lost(update, OUTCOME_UNKNOWN, ", and reading again failed");
		break;
	case PUT_APPLIED:
		snprintf(words, sizeof(words), "%s; seen by reading again", update->lost);
		verified(update, words);
		break;
	case PUT_STANDS:
		judge_stands(update);
		break;
	case PUT_OVERTAKEN:
		ended_overtaken(update, &evidence);
		break;
	default:
		ended_conflict(update, verdict, &evidence);
	}
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
	if (!code)
		update->now->read_us = clock_wall_us(loop_clock(session_loop(update->session)));
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
	tell_phase(update, UPDATE_READING_AGAIN,
		   update->lost ? update->lost
				: (update->was_conflict ? "someone else changed it first"
							: "the answer has no document"));
	if (tenant_get(session_tenant(update->session), update->base->id, NULL, LANE_RECOVERY,
		       reread_done, update, NULL))
		judge(update);
}

/* --- the PUT --- */

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
	update->may_have_applied = update->may_have_applied || reply->lost_answer;
	if (reply->lost_answer)
		update->lost = "the answer was lost";
	else if (reply->failure.kind == FAILURE_SERVER || reply->earlier_5xx)
		update->lost = "the tenant failed";
	else if (update->may_have_applied && !update->was_conflict)
		update->lost = "the answer to an earlier attempt was lost";
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

	update->call = NULL;
	attempts_join(&update->timeline, &reply->failure.timeline);
	result->failure = reply->failure;
	result->failure.timeline = update->timeline;
	result->status = reply->status;
	result->attempts += reply->attempts;
	result->latency_ms = reply->latency_us >= 0 ? (double)reply->latency_us / 1000.0 : -1;
	update->may_have_applied = update->may_have_applied || reply->earlier_5xx;
	snprintf(update->correlation_id, sizeof(update->correlation_id), "%s",
		 reply->correlation_id);
	if (reply->failure.kind == FAILURE_NONE)
		put_succeeded(update, reply);
	else
		put_failed(update, reply);
}

/* --- the beginning --- */

static enum err_code copy_request(struct update *update, const struct update_request *request)
{
	enum err_code code = action_copy(request->base, &update->base);

	if (!code)
		code = local_settings_copy(request->local_before, &update->local_before);
	return code ? code : proposal_copy(request->wanted, &update->wanted);
}

static enum err_code end_soon(struct update *update)
{
	return loop_timer_start(session_loop(update->session), 0, update_end, update,
				&update->timer);
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

enum err_code update_make_intent(struct update *update, struct intent *out, struct err *err)
{
	enum err_code code = action_if_match(update->base, update->result.if_match);

	if (code)
		return err_set(err, code, "no If-Match can be made of the action");
	intent_init(out);
	out->action_id = update->base->id;
	out->name = update->base->name;
	out->base = update->base->members;
	out->base_etag = update->base->etag[0] ? update->base->etag : NULL;
	out->if_match = update->result.if_match;
	out->wanted = update->wanted.members;
	out->attempt = 1;
	out->who = (char *)(uintptr_t)session_who(update->session);
	out->wall_us = clock_wall_us(loop_clock(session_loop(update->session)));
	out->local = update->wanted.local;
	out->local_changed = !local_settings_equal(&update->wanted.local, &update->local_before);
	return ERR_OK;
}

/* On disk before anything leaves: what a crash would leave unknown. */
static enum err_code open_intent(struct update *update, struct err *err)
{
	struct intent intent; /* borrows every text */
	enum err_code code = update_make_intent(update, &intent, err);

	if (code)
		return code;
	code = recover_none_of(update->session, update->base->id, err);
	if (!code)
		code = intent_open(session_store(update->session), &intent, &update->intent_id,
				   err);
	if (code)
		err_prefix(err, "nothing was sent");
	return code;
}

bool update_changes_nothing(struct update *update)
{
	if (!cache_members_equal(&update->base->members, &update->wanted.members))
		return false;
	update->result.outcome = OUTCOME_UNCHANGED;
	snprintf(update->result.message, sizeof(update->result.message), "%s",
		 local_settings_equal(&update->local_before, &update->wanted.local)
			 ? "unchanged: nothing to send"
			 : "unchanged on the server; what is local was saved");
	return true;
}

static enum err_code begin(struct update *update, struct err *err)
{
	struct key_lookup keys = session_key_lookup(update->session);
	enum err_code code;

	validate_proposal(&update->wanted, update->base, &keys, &update->result.findings);
	if (findings_errors(&update->result.findings) > 0)
		return refuse(update);
	if (update_changes_nothing(update))
		return end_soon(update);
	code = open_intent(update, err);
	return code ? code : update_send(update, err);
}

/* The PUT could not even be queued. */
static void drop_intent(struct update *update)
{
	struct audit_entry entry;
	struct intent_end end = {.entry = &entry};
	char message[] = "not applied: nothing was sent";
	char action[] = "cache_update";
	struct err err = {0};

	if (update->intent_id == 0)
		return;
	audit_entry_init(&entry);
	entry.action = action;
	entry.data_action_id = update->base->id;
	entry.outcome = OUTCOME_NOT_APPLIED;
	entry.message = message;
	session_close_intent(update->session, update->intent_id, &end, &err);
}

enum err_code update_new(struct session *session, const struct update_request *request,
			 struct update **out, struct err *err)
{
	struct update *update = calloc(1, sizeof(*update));
	enum err_code code;

	*out = NULL;
	if (!update)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	update->session = session;
	update->result.latency_ms = -1;
	failure_init(&update->result.failure);
	code = session_operation_begin(session, update, update_free);
	if (!code)
		code = copy_request(update, request);
	if (code) {
		update_drop(update);
		return err_set(err, code, "out of memory");
	}
	*out = update;
	return ERR_OK;
}

void update_drop(struct update *update)
{
	session_operation_end(update->session, update);
	update_free(update);
}

enum err_code update_start(struct session *session, const struct update_request *request,
			   update_done_fn *fn, void *context, struct err *err)
{
	struct update *update;
	enum err_code code = session_may_write(session, err);

	if (!code)
		code = update_new(session, request, &update, err);
	if (code)
		return code;
	update->phase = request->phase;
	update->fn = fn;
	update->context = context;
	code = begin(update, err);
	if (code) {
		drop_intent(update);
		update_drop(update);
	}
	return code;
}
