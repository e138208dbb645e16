/* The journal of many changes: what ended and what is to leave next share one commit.
 *
 * A PUT leaves only after its intent was committed. The end of one may wait for the next
 * commit, for its intent is there: should this program die before, the next start reads
 * the action again and tells what came of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bulk_internal.h"
#include "dacache/app/recover.h"
#include "dacache/store/intents.h"
#include "outbox.h"

/* One that ended, while its end is written. */
struct ending {
	struct update *update;
	struct audit_entry entry;
	struct closing closing;
	struct closing_parts parts;
};

struct turn {
	struct bulk *bulk;
	struct ending *endings;
	size_t endings_len;
	struct intent_closing *closings;
	struct vec beginnings; /* struct update * */
	struct vec intents;    /* struct intent, borrowing all */
	int64_t *ids;
	struct map *open; /* actions whose earlier change is not settled */
};

/* --- what begins --- */

bool bulk_has_next(const struct bulk *bulk)
{
	const struct bulk_item *item;

	if (bulk->stopping || bulk->next >= bulk->order_len)
		return false;
	item = &bulk->items[bulk->order[bulk->next]];
	return item->after == 0 || bulk->items[item->after - 1].ended;
}

static void find_open(void *context, const struct intent *intent)
{
	struct turn *turn = context;

	if (intent->owner != INTENT_OTHERS)
		map_put(turn->open, intent->action_id, turn);
}

static void end_unsent(struct update *update, enum outcome outcome, const char *words)
{
	update->result.outcome = outcome;
	snprintf(update->result.message, sizeof(update->result.message), "%s: %s",
		 outcome_name(outcome), words);
	vec_push(&((struct bulk_item *)update->context)->bulk->closed, &update);
}

/* Whose key it takes may have failed to give it away, or someone else took it. */
static const char *taken_by(const struct bulk_item *item)
{
	const char *before = item->before.members.key;
	const char *key = item->wanted.members.key;
	struct key_lookup keys = session_key_lookup(item->bulk->session);

	if (!key || (before && strcmp(before, key) == 0))
		return NULL;
	return keys.collision(keys.context, key, item->entry->id);
}

/* Into the beginnings, or, where no PUT is to leave, to those that ended. */
static enum err_code prepare(struct turn *turn, struct bulk_item *item, struct err *err)
{
	struct bulk *bulk = turn->bulk;
	struct update_request request = {
		.base = item->base, .local_before = &item->before.local, .wanted = &item->wanted};
	const char *other = taken_by(item);
	struct update *update;
	struct intent intent;
	char words[200];
	enum err_code code = update_new(bulk->session, &request, &update, err);

	if (code)
		return code;
	update->bulk = &bulk->journal;
	update->item = (size_t)(item - bulk->items);
	update->fn = bulk_update_done;
	update->context = item;
	if (update_changes_nothing(update)) {
		vec_push(&bulk->closed, &update);
		return ERR_OK;
	}
	if (other) {
		snprintf(words, sizeof(words), "Key collision detected: %.100s (the key of %.60s)",
			 item->wanted.members.key, other);
		end_unsent(update, OUTCOME_REFUSED, words);
		return ERR_OK;
	}
	if (map_has(turn->open, item->base->id)) {
		end_unsent(update, OUTCOME_NOT_APPLIED,
			   "what came of an earlier change of it is not on record yet");
		return ERR_OK;
	}
	code = update_make_intent(update, &intent, err);
	intent.plan_run = bulk->plan_run;
	if (!code && (vec_push(&turn->beginnings, &update) || vec_push(&turn->intents, &intent)))
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
	if (code)
		update_drop(update);
	return code;
}

static enum err_code prepare_next(struct turn *turn, size_t n, struct err *err)
{
	struct bulk *bulk = turn->bulk;
	enum err_code code = ERR_OK;

	if (n == 0 || !bulk_has_next(bulk))
		return ERR_OK;
	code = map_new(&turn->open);
	if (!code)
		code = recover_each(bulk->session, find_open, turn, err);
	while (!code && turn->beginnings.len < n && bulk_has_next(bulk)) {
		struct bulk_item *item = &bulk->items[bulk->order[bulk->next++]];

		if (!item->ended)
			code = prepare(turn, item, err);
	}
	return code;
}

static void drop_beginnings(struct turn *turn)
{
	size_t i;

	for (i = 0; i < turn->beginnings.len; i++)
		update_drop(*(struct update **)vec_at(&turn->beginnings, i));
	turn->beginnings.len = 0;
	turn->intents.len = 0;
}

/* --- what ended --- */

/* It stays open, and is checked by and by: that is written by itself. */
static void settle_unknown(struct update *update)
{
	struct audit_entry entry;
	struct closing closing;

	update_make_closing(update, &entry, &closing);
	recover_later(update->session, update->intent_id, update->result.message, &entry);
	update_settled(update);
}

static enum err_code take_endings(struct turn *turn)
{
	struct bulk *bulk = turn->bulk;
	size_t n = bulk->closed.len;
	size_t i;

	turn->endings = calloc(n + 1, sizeof(*turn->endings));
	turn->closings = calloc(n + 1, sizeof(*turn->closings));
	if (!turn->endings || !turn->closings)
		return ERR_NO_MEMORY;
	for (i = 0; i < n; i++) {
		struct ending *ending = &turn->endings[turn->endings_len];
		struct update *update = *(struct update **)vec_at(&bulk->closed, i);

		ending->update = update;
		update_make_closing(update, &ending->entry, &ending->closing);
		if (closing_parts_make(bulk->session, &ending->closing, &ending->parts)) {
			if (update->intent_id)
				recover_unclosed(bulk->session, update->intent_id);
			update_settled(update);
			continue;
		}
		turn->closings[turn->endings_len++] =
			(struct intent_closing){.id = update->intent_id,
						.plan_run = bulk->plan_run,
						.end = &ending->parts.end};
	}
	bulk->closed.len = 0;
	return ERR_OK;
}

/* Those whose outcome nobody knows are not ended. */
static void settle_all_unknown(struct bulk *bulk)
{
	size_t i = 0;

	while (i < bulk->closed.len) {
		struct update *update = *(struct update **)vec_at(&bulk->closed, i);

		if (update->result.outcome != OUTCOME_UNKNOWN || !update->intent_id) {
			i++;
			continue;
		}
		vec_remove(&bulk->closed, i);
		settle_unknown(update);
	}
}

static void end_written(struct ending *ending)
{
	struct update *update = ending->update;
	struct err none = {0};

	update->result.webhooks = ending->parts.items.len;
	update->result.local_saved = ending->closing.saves_local;
	if (ending->closing.saves_local)
		session_local_changed(update->session, update->base->id,
				      &update->wanted.local.matrix);
	session_tell_entry(update->session, &ending->entry, ERR_OK, &none);
}

static void end_unwritten(struct ending *ending, enum err_code code, const struct err *err)
{
	struct update *update = ending->update;

	session_tell_entry(update->session, &ending->entry, code, err);
	if (update->intent_id) {
		recover_unclosed(update->session, update->intent_id);
		return;
	}
	update->result.outcome = OUTCOME_NOT_APPLIED;
	snprintf(update->result.message, sizeof(update->result.message),
		 "not applied: what is kept here was not saved: %.200s", err->text);
}

/* Those that went before are told first. */
static void tell_endings(struct turn *turn, enum err_code code, const struct err *err)
{
	size_t webhooks = 0;
	size_t i;

	for (i = 0; i < turn->endings_len; i++) {
		struct ending *ending = &turn->endings[i];

		webhooks += code ? 0 : ending->parts.items.len;
		if (code)
			end_unwritten(ending, code, err);
		else
			end_written(ending);
		closing_parts_free(&ending->parts);
		update_settled(ending->update);
	}
	if (webhooks > 0)
		outbox_pump(turn->bulk->session);
}

/* --- one turn --- */

static enum err_code write_turn(struct turn *turn, struct err *err)
{
	struct intent_turn rows = {.closings = turn->closings,
				   .closings_len = turn->endings_len,
				   .openings = turn->intents.items,
				   .openings_len = turn->intents.len};

	turn->ids = calloc(turn->intents.len + 1, sizeof(*turn->ids));
	if (!turn->ids)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	rows.ids = turn->ids;
	if (rows.closings_len + rows.openings_len == 0)
		return ERR_OK;
	return intent_write_turn(session_store(turn->bulk->session), &rows, err);
}

static void take_beginnings(struct turn *turn)
{
	size_t i;

	for (i = 0; i < turn->beginnings.len; i++) {
		struct update *update = *(struct update **)vec_at(&turn->beginnings, i);

		update->intent_id = turn->ids[i];
		vec_push(&turn->bulk->ready, &update);
	}
}

/* Room for what is pushed where failing would lose it. */
static enum err_code reserve(struct bulk *bulk, size_t n)
{
	size_t most = bulk->ready.len + bulk->sent.len + bulk->closed.len + n + bulk->len / 8 + 64;

	if (vec_reserve(&bulk->ready, most) || vec_reserve(&bulk->sent, most) ||
	    vec_reserve(&bulk->closed, bulk->len + most))
		return ERR_NO_MEMORY;
	return ERR_OK;
}

void bulk_journal_turn(struct bulk *bulk, size_t n)
{
	struct turn turn = {.bulk = bulk};
	struct err err = {0};
	enum err_code code = reserve(bulk, n);

	vec_init(&turn.beginnings, sizeof(struct update *));
	vec_init(&turn.intents, sizeof(struct intent));
	settle_all_unknown(bulk);
	if (!code)
		code = prepare_next(&turn, n, &err);
	if (!code)
		code = take_endings(&turn);
	if (!code)
		code = write_turn(&turn, &err);
	if (code && !err.text[0])
		err_set(&err, code, "out of memory");
	if (code)
		bulk_stop_because(bulk, err.text, NULL);
	if (code)
		drop_beginnings(&turn);
	else
		take_beginnings(&turn);
	tell_endings(&turn, code, &err);
	map_free(&turn.open);
	vec_free(&turn.beginnings);
	vec_free(&turn.intents);
	free(turn.endings);
	free(turn.closings);
	free(turn.ids);
}

void bulk_journal_withdraw(struct bulk *bulk)
{
	int64_t *ids = calloc(bulk->ready.len + 1, sizeof(*ids));
	struct err err = {0};
	size_t n = bulk->ready.len;
	size_t i;

	for (i = 0; ids && i < n; i++)
		ids[i] = (*(struct update **)vec_at(&bulk->ready, i))->intent_id;
	/* Where it fails the next start finds them: as they were before. */
	if (n > 0 && (!ids || intent_withdraw(session_store(bulk->session), ids, n, &err)))
		for (i = 0; ids && i < n; i++)
			recover_unclosed(bulk->session, ids[i]);
	for (i = 0; i < n; i++)
		update_drop(*(struct update **)vec_at(&bulk->ready, i));
	bulk->ready.len = 0;
	free(ids);
}
