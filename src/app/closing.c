#include "closing.h"

#include <stdlib.h>

#include "dacache/app/webhooks.h"
#include "dacache/store/intents.h"
#include "internal.h"
#include "outbox.h"

/* What follows from an applied change: deliveries, and notes of the noops. */
struct following {
	struct vec items; /* struct outbox_item */
	struct vec notes; /* struct audit_entry, whose messages are owned */
};

static enum err_code make_notes(struct session *session, const struct closing *closing,
				struct vec *out)
{
	const struct directive_list *directives = &closing->wanted->directives;
	enum err_code code = ERR_OK;
	size_t i;

	for (i = 0; !code && i < directives->len; i++) {
		struct audit_entry note = {0};

		if (directives->items[i].action != DIRECTIVE_NOOP)
			continue;
		code = webhook_noop_entry(session, closing->entry->data_action_id,
					  &directives->items[i], &note);
		if (!code)
			code = vec_push(out, &note);
		if (code)
			free(note.message);
	}
	return code;
}

static enum err_code make_following(struct session *session, const struct closing *closing,
				    struct following *out)
{
	const char *id = closing->entry->data_action_id;
	enum err_code code;

	vec_init(&out->items, sizeof(struct outbox_item));
	vec_init(&out->notes, sizeof(struct audit_entry));
	if (closing->entry->outcome != OUTCOME_APPLIED)
		return ERR_OK;
	code = outbox_make_items(session, id, &closing->wanted->directives, closing->target_key,
				 &out->items);
	if (!code)
		code = make_notes(session, closing, &out->notes);
	if (code)
		messages_add(session_messages(session), SEVERITY_ERROR, id,
			     "out of memory: the change is applied, its end is not written");
	return code;
}

static void free_following(struct following *following)
{
	size_t i;

	for (i = 0; i < following->notes.len; i++)
		free(((struct audit_entry *)vec_at(&following->notes, i))->message);
	vec_free(&following->notes);
	outbox_items_free(&following->items);
}

enum err_code closing_write(struct session *session, const struct closing *closing,
			    size_t *webhooks)
{
	const char *id = closing->entry->data_action_id;
	struct following following;
	struct intent_end end = {.entry = closing->entry,
				 .local = closing->saves_local ? closing->wanted : NULL};
	struct err err = {0};
	enum err_code code = make_following(session, closing, &following);

	end.items = following.items.items;
	end.items_len = following.items.len;
	end.notes = following.notes.items;
	end.notes_len = following.notes.len;
	if (!code)
		code = session_close_intent(session, closing->intent_id, &end, &err);
	*webhooks = code ? 0 : following.items.len;
	free_following(&following);
	if (!code && closing->saves_local)
		session_local_changed(session, id, &closing->wanted->matrix);
	if (*webhooks > 0)
		outbox_pump(session);
	return code;
}
