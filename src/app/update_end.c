/* The end of a change: one transaction closes the intent with its audit entry and
 * the local settings; then webhooks, messages, and who asked is told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "closing.h"
#include "dacache/app/recover.h"
#include "dacache/store/local.h"
#include "update_internal.h"

void update_free(void *operation)
{
	struct update *update = operation;

	action_free(&update->base);
	action_free(&update->now);
	local_settings_clear(&update->local_before);
	proposal_clear(&update->wanted);
	free(update);
}

static bool took_effect(const struct update *update)
{
	return update->result.outcome == OUTCOME_APPLIED ||
	       update->result.outcome == OUTCOME_UNCHANGED;
}

static bool saves_local(const struct update *update)
{
	return took_effect(update) &&
	       !local_settings_equal(&update->wanted.local, &update->local_before);
}

/* Borrows every text. */
static void make_entry(struct update *update, struct audit_entry *entry)
{
	static char action[] = "cache_update";
	static char local_action[] = "local_update";
	const struct update_result *result = &update->result;

	audit_entry_init(entry);
	entry->action = result->outcome == OUTCOME_UNCHANGED ? local_action : action;
	entry->data_action_id = update->base->id;
	entry->name = update->base->name;
	entry->has_payload = true;
	entry->payload = update->wanted.members;
	entry->has_before = true;
	entry->before = update->base->members;
	cache_members_sha256(&entry->payload, entry->etag);
	entry->if_match = update->intent_id ? update->result.if_match : NULL;
	entry->status = result->status;
	entry->latency_ms = result->latency_ms;
	entry->outcome = result->outcome;
	entry->attempts = result->attempts;
	entry->correlation_id = update->correlation_id[0] ? update->correlation_id : NULL;
	entry->message = update->result.message;
}

void update_make_closing(struct update *update, struct audit_entry *entry, struct closing *out)
{
	const char *key = update->wanted.members.key;

	make_entry(update, entry);
	*out = (struct closing){.intent_id = update->intent_id,
				.entry = entry,
				.wanted = &update->wanted.local,
				.saves_local = saves_local(update),
				.target_key = key ? key : ""};
}

/* No PUT was to be sent: refused by validation, or local settings alone. */
static void end_without_intent(struct update *update)
{
	const struct local_settings *local = &update->wanted.local;
	bool saves = saves_local(update);
	struct audit_entry entry;
	struct err err = {0};

	make_entry(update, &entry);
	if (saves &&
	    local_settings_save(session_store(update->session), update->base->id, local, &err)) {
		update->result.unrecorded = true;
		messages_add(session_messages(update->session), SEVERITY_ERROR, update->base->id,
			     "what is kept locally was not saved: %.200s", err.text);
		return;
	}
	update->result.local_saved = saves;
	if (saves)
		session_local_changed(update->session, update->base->id, &local->matrix);
	if (saves || update->result.outcome != OUTCOME_UNCHANGED)
		update->result.unrecorded =
			session_audit_append(update->session, &entry, &err) != ERR_OK;
}

static void close_intent(struct update *update)
{
	struct audit_entry entry;
	struct closing closing;

	update_make_closing(update, &entry, &closing);
	if (update->result.outcome == OUTCOME_UNKNOWN)
		recover_later(update->session, update->intent_id, update->result.message, &entry);
	else if (closing_write(update->session, &closing, &update->result.webhooks) == ERR_OK)
		update->result.local_saved = closing.saves_local;
	else {
		update->result.unrecorded = true;
		recover_unclosed(update->session, update->intent_id);
	}
}

static void tell_effect(struct update *update, bool calm)
{
	const struct update_result *result = &update->result;
	struct messages *messages = session_messages(update->session);
	enum severity severity = calm ? SEVERITY_INFO : SEVERITY_WARNING;
	const char *name = update->base->name;
	const char *id = update->correlation_id;

	if (result->status < 200 || result->status > 299)
		messages_add(messages, severity, update->base->id, "%s (%.100s)", result->message,
			     name);
	else
		messages_add(messages, severity, update->base->id,
			     "%s: %.100s: %d in %.1f ms, %lld attempt%s%s%s",
			     calm ? outcome_name(result->outcome) : result->message, name,
			     result->status, result->latency_ms, (long long)result->attempts,
			     result->attempts == 1 ? "" : "s", *id ? ", correlation id " : "", id);
}

static void tell_message(struct update *update)
{
	const struct update_result *result = &update->result;

	if (result->failure.kind != FAILURE_NONE && !took_effect(update)) {
		if (result->failure.kind != FAILURE_CANCELLED || !update->bulk) {
			messages_add_card(session_messages(update->session), update->base->id,
					  &result->failure, result->message);
			index_count_error(session_index(update->session), update->base->id);
		}
		return;
	}
	/* Of many, a line for each that went well would hide the others. */
	if (!update->bulk || !(result->verified || !update->intent_id))
		tell_effect(update, result->verified || !update->intent_id);
}

void update_settled(struct update *update)
{
	if (update->now)
		index_update(session_index(update->session), update->now);
	update->result.action = update->now;
	if (update->result.outcome != OUTCOME_REFUSED || update->intent_id)
		tell_message(update);
	session_emit(update->session, EVENT_ACTION, update->base->id);
	session_operation_end(update->session, update);
	update->fn(update->context, &update->result);
	update_free(update);
}

void update_end(void *operation)
{
	struct update *update = operation;

	if (update->bulk) {
		update->bulk->ended(update->bulk->context, update);
		return;
	}
	if (update->intent_id)
		close_intent(update);
	else
		end_without_intent(update);
	update_settled(update);
}
