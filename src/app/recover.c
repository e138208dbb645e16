/* An open intent of ours:
 *
 *   waiting ── its time came, or :recover ──> GET
 *      ^                                       │── read: applied | not applied |
 *      │                                       │   changed ──> closed, with its
 *      │                                       │ failed        audit entry, told
 *      └── back-off: 5 s, doubling, 5 min <──────┘
 *
 * Where the store does not take the end, the intent waits for another check too.
 */
#include "dacache/app/recover.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "closing.h"
#include "dacache/net/tenant.h"
#include "dacache/store/intents.h"
#include "dacache/store/local.h"
#include "internal.h"
#include "settle.h"

enum { FIRST_WAIT_S = 5, LONGEST_WAIT_S = 300, STORE_WAIT_S = 30 };
static const int64_t us_per_s = 1000000;

/* One intent being checked; owns its copy. */
struct check {
	struct session *session;
	int64_t intent_id;
	struct intent intent;
};

struct recovery {
	struct session *session;
	struct loop_timer *timer;
	size_t open;
	size_t busy;
	struct vec unclosed;   /* of int64_t: our updates whose end the store did not take */
	int64_t not_before_us; /* it refused the last time: no check before this */
};

static int64_t wall_us(struct session *session)
{
	return clock_wall_us(loop_clock(session_loop(session)));
}

static int64_t wait_us(int64_t checks)
{
	int64_t wait_s = FIRST_WAIT_S;

	for (; checks > 0 && wait_s < LONGEST_WAIT_S; checks--)
		wait_s *= 2;
	return (wait_s < LONGEST_WAIT_S ? wait_s : LONGEST_WAIT_S) * us_per_s;
}

/* --- life --- */

enum err_code recovery_new(struct session *session, struct recovery **out)
{
	struct recovery *recovery = calloc(1, sizeof(*recovery));

	if (!recovery)
		return ERR_NO_MEMORY;
	recovery->session = session;
	vec_init(&recovery->unclosed, sizeof(int64_t));
	*out = recovery;
	return ERR_OK;
}

void recovery_free(struct recovery **recovery)
{
	struct store *store;
	struct err err = {0};

	if (!*recovery)
		return;
	store = session_store((*recovery)->session);
	/* Where it fails the next program takes it for a crash's, and looks all the same. */
	if (store && !session_is_unrecorded((*recovery)->session))
		intent_leave_unknown(store, &err);
	loop_timer_stop(&(*recovery)->timer);
	vec_free(&(*recovery)->unclosed);
	free(*recovery);
	*recovery = NULL;
}

static void free_check(void *operation)
{
	struct check *check = operation;

	intent_clear(&check->intent);
	free(check);
}

/* --- the outcome --- */

/* What an intent and the action as it is now tell, with what they borrow. */
struct finding_out {
	struct put_facts facts;
	enum put_verdict verdict;
	const char *by;
	char now_tag[ETAG_SIZE];
};

/* Of an intent nobody knows whether it left, nor how it was answered. */
static void find_out(const struct intent *intent, const struct action *now, struct finding_out *out)
{
	out->facts = (struct put_facts){
		.may_have_applied = true,
		.base = {.members = &intent->base, .tag = intent->if_match, .version = -1},
		.wanted = &intent->wanted,
	};
	settle_state(now, out->now_tag, &out->facts.now);
	out->verdict = put_verdict(&out->facts);
	out->by = now->modified_by;
}

static bool was_applied(const struct finding_out *found)
{
	return found->verdict == PUT_APPLIED || found->verdict == PUT_OVERTAKEN;
}

static enum outcome outcome_of(const struct finding_out *found)
{
	if (was_applied(found))
		return OUTCOME_APPLIED;
	return found->verdict == PUT_STANDS ? OUTCOME_NOT_APPLIED : OUTCOME_CONFLICT;
}

static void put_words(const struct finding_out *found, char *out, size_t size)
{
	switch (found->verdict) {
	case PUT_APPLIED:
		snprintf(out, size, "the action holds what was sent");
		break;
	case PUT_STANDS:
		snprintf(out, size, "the action is as it was before");
		break;
	case PUT_WROTE_NOTHING:
		snprintf(out, size,
			 "someone else changed the action first; this request wrote nothing");
		break;
	default:
		put_verdict_words(found->verdict, &found->facts, found->by, out, size);
	}
}

/* Borrows every text. */
static void make_entry(const struct intent *intent, const struct finding_out *found, char *message,
		       size_t size, struct audit_entry *entry)
{
	static char action[] = "cache_update";
	char words[240];

	put_words(found, words, sizeof(words));
	snprintf(message, size, "%s %s: %s", outcome_name(outcome_of(found)),
		 intent->recovered ? "(resolved after a crash)" : "(resolved later)", words);
	audit_entry_init(entry);
	entry->action = action;
	entry->data_action_id = intent->action_id;
	entry->name = intent->name;
	entry->has_payload = true;
	entry->payload = intent->wanted;
	entry->has_before = true;
	entry->before = intent->base;
	cache_members_sha256(&entry->payload, entry->etag);
	entry->if_match = intent->if_match;
	entry->latency_ms = -1;
	entry->outcome = outcome_of(found);
	entry->attempts = intent->attempt;
	entry->message = message;
}

/* A full disk is not asked again at once, nor the tenant for its sake. */
static void store_refused(struct session *session)
{
	session_recovery(session)->not_before_us = wall_us(session) + STORE_WAIT_S * us_per_s;
}

/* A draft that nobody touched since the change left has done its work. */
static void forget_draft(struct session *session, const struct intent *intent)
{
	struct draft draft = {0};
	struct err err = {0};

	if (draft_load(session_store(session), intent->action_id, &draft, &err) == ERR_OK &&
	    draft.wall_us <= intent->wall_us)
		session_draft_delete(session, intent->action_id, &err);
	draft_clear(&draft);
}

static void resolve(struct check *check, const struct action *now)
{
	const struct intent *intent = &check->intent;
	struct closing closing = {.intent_id = check->intent_id,
				  .wanted = &intent->local,
				  .target_key = intent->wanted.key ? intent->wanted.key : ""};
	struct finding_out found;
	struct audit_entry entry;
	char message[320];
	size_t webhooks;

	find_out(intent, now, &found);
	closing.saves_local = was_applied(&found) && intent->local_changed;
	make_entry(intent, &found, message, sizeof(message), &entry);
	closing.entry = &entry;
	if (closing_write(check->session, &closing, &webhooks)) {
		store_refused(check->session);
		return;
	}
	if (was_applied(&found))
		forget_draft(check->session, intent);
	messages_add(session_messages(check->session), SEVERITY_WARNING, intent->action_id,
		     "%s: %s", intent->name ? intent->name : intent->action_id, message);
	index_update(session_index(check->session), now);
	session_emit(check->session, EVENT_ACTION, intent->action_id);
}

/* --- the check --- */

static void plan_next(struct session *session);

static void stay_unknown(struct check *check, const char *why)
{
	int64_t next_us = wall_us(check->session) + wait_us(check->intent.checks);
	struct err err = {0};

	if (!intent_mark_unknown(session_store(check->session), check->intent_id, next_us, why,
				 NULL, &err))
		return;
	store_refused(check->session);
	messages_add(session_messages(check->session), SEVERITY_ERROR, check->intent.action_id,
		     "%.300s", err.text);
}

static void check_read(void *context, const struct tenant_reply *reply)
{
	struct check *check = context;
	struct session *session = check->session;
	struct action *now = NULL;
	struct err err = {0};
	char line[256];

	session_recovery(session)->busy--;
	if (reply->failure.kind != FAILURE_NONE) {
		failure_line(&reply->failure, line, sizeof(line));
		stay_unknown(check, line);
	} else if (action_parse(reply->body, reply->body_len, reply->etag, &now, &err)) {
		stay_unknown(check, err.text);
	} else {
		resolve(check, now);
	}
	action_free(&now);
	session_operation_end(session, check);
	free_check(check);
	plan_next(session);
	session_emit(session, EVENT_STATUS, NULL);
}

static void begin_check(struct session *session, const struct intent *intent)
{
	struct check *check = calloc(1, sizeof(*check));

	if (!check)
		return;
	check->session = session;
	check->intent_id = intent->id;
	if (intent_copy(intent, &check->intent) ||
	    session_operation_begin(session, check, free_check)) {
		free_check(check);
		return;
	}
	if (tenant_get(session_tenant(session), intent->action_id, NULL, LANE_RECOVERY, check_read,
		       check, NULL)) {
		session_operation_end(session, check);
		free_check(check);
		return;
	}
	session_recovery(session)->busy++;
}

/* --- what is open --- */

/* Our own intents that wait for a check: of dead processes, unknown, or not closed. An
 * update under way has an intent too, which is its own business. */
struct gathering {
	struct session *session;
	struct vec due; /* of struct intent, owned */
	int64_t now_us;
	int64_t next_us; /* the earliest that is not due; INT64_MAX: none */
	size_t open;
};

static bool is_unclosed(const struct recovery *recovery, int64_t intent_id)
{
	size_t i;

	for (i = 0; i < recovery->unclosed.len; i++)
		if (*(const int64_t *)vec_at(&recovery->unclosed, i) == intent_id)
			return true;
	return false;
}

static bool waits_for_check(const struct session *session, const struct intent *intent)
{
	return intent->owner == INTENT_OURS && (intent->recovered || intent->unknown ||
						is_unclosed(session_recovery(session), intent->id));
}

static void gather(void *context, const struct intent *intent)
{
	struct gathering *gathering = context;
	struct intent copy;

	if (!waits_for_check(gathering->session, intent))
		return;
	gathering->open++;
	if (intent->next_check_us > gathering->now_us) {
		if (intent->next_check_us < gathering->next_us)
			gathering->next_us = intent->next_check_us;
		return;
	}
	if (intent_copy(intent, &copy) == ERR_OK && vec_push(&gathering->due, &copy))
		intent_clear(&copy);
}

static void gather_all(struct session *session, int64_t now_us, struct gathering *out)
{
	struct err err = {0};

	*out = (struct gathering){
		.session = session, .now_us = now_us, .next_us = INT64_MAX, .open = 0};
	vec_init(&out->due, sizeof(struct intent));
	if (intent_each_open(session_store(session), gather, out, &err))
		messages_add(session_messages(session), SEVERITY_ERROR, NULL, "%.300s", err.text);
	session_recovery(session)->open = out->open;
}

static void gathering_free(struct gathering *gathering)
{
	size_t i;

	for (i = 0; i < gathering->due.len; i++)
		intent_clear(vec_at(&gathering->due, i));
	vec_free(&gathering->due);
}

static size_t check_due(struct session *session, int64_t now_us)
{
	struct recovery *recovery = session_recovery(session);
	struct gathering gathering;
	size_t began;
	size_t i;

	/* One round at a time: what is being read now is settled when that answer came. */
	if (recovery->busy > 0)
		return 0;
	gather_all(session, now_us, &gathering);
	for (i = 0; i < gathering.due.len; i++)
		begin_check(session, vec_at(&gathering.due, i));
	began = recovery->busy;
	gathering_free(&gathering);
	return began;
}

static void its_time(void *context)
{
	struct session *session = context;

	if (check_due(session, wall_us(session)) == 0)
		plan_next(session);
}

static void plan_next(struct session *session)
{
	struct recovery *recovery = session_recovery(session);
	struct gathering gathering;
	int64_t now_us = wall_us(session);

	loop_timer_stop(&recovery->timer);
	if (recovery->busy > 0)
		return;
	gather_all(session, now_us, &gathering);
	if (gathering.due.len > 0)
		gathering.next_us = now_us;
	if (gathering.next_us < recovery->not_before_us)
		gathering.next_us = recovery->not_before_us;
	if (gathering.next_us != INT64_MAX)
		loop_timer_start(session_loop(session), gathering.next_us - now_us, its_time,
				 session, &recovery->timer);
	gathering_free(&gathering);
}

/* --- public --- */

static void say_claimed(struct session *session, size_t n, const char *whose)
{
	if (n > 0)
		messages_add(session_messages(session), SEVERITY_WARNING, NULL,
			     "%zu change%s %s: reading again to see what came of %s", n,
			     n == 1 ? "" : "s", whose, n == 1 ? "it" : "them");
}

static void claim_dead(struct session *session)
{
	struct err err = {0};
	struct intent_claimed claimed;

	if (intent_claim_dead(session_store(session), &claimed, &err))
		messages_add(session_messages(session), SEVERITY_ERROR, NULL, "%.300s", err.text);
	say_claimed(session, claimed.dead, "of a program that ended too early");
	say_claimed(session, claimed.left, "of unknown outcome");
}

void recover_start(struct session *session)
{
	recover_now(session);
}

size_t recover_open(const struct session *session)
{
	return session_recovery(session)->open;
}

size_t recover_busy(const struct session *session)
{
	return session_recovery(session)->busy;
}

size_t recover_now(struct session *session)
{
	if (session_is_unrecorded(session))
		return 0;
	claim_dead(session);
	return check_due(session, INT64_MAX);
}

enum err_code recover_each(struct session *session,
			   void (*fn)(void *context, const struct intent *intent), void *context,
			   struct err *err)
{
	return intent_each_open(session_store(session), fn, context, err);
}

struct search {
	const char *action_id;
	bool found;
};

static void look_at(void *context, const struct intent *intent)
{
	struct search *search = context;

	if (intent->owner != INTENT_OTHERS && strcmp(intent->action_id, search->action_id) == 0)
		search->found = true;
}

enum err_code recover_none_of(struct session *session, const char *action_id, struct err *err)
{
	struct search search = {.action_id = action_id};
	enum err_code code = intent_each_open(session_store(session), look_at, &search, err);

	if (!code && search.found)
		code = err_set(err, ERR_STORE,
			       "what came of an earlier change of this action is not on record "
			       "yet; the next start, or :recover, looks again");
	return code;
}

void recover_later(struct session *session, int64_t intent_id, const char *message,
		   struct audit_entry *entry)
{
	int64_t next_us = wall_us(session) + wait_us(0);
	struct err err = {0};
	enum err_code code;

	session_complete_entry(session, entry);
	code = intent_mark_unknown(session_store(session), intent_id, next_us, message, entry,
				   &err);
	if (session_tell_entry(session, entry, code, &err))
		recover_unclosed(session, intent_id);
	else
		plan_next(session);
}

void recover_unclosed(struct session *session, int64_t intent_id)
{
	/* Without memory for it the next start settles it. */
	vec_push(&session_recovery(session)->unclosed, &intent_id);
	store_refused(session);
	plan_next(session);
}
