#include "closing.h"

#include <stdlib.h>

#include "dacache/app/webhooks.h"
#include "dacache/store/intents.h"
#include "internal.h"
#include "outbox.h"

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

enum err_code closing_parts_make(struct session *session, const struct closing *closing,
				 struct closing_parts *out)
{
	const char *id = closing->entry->data_action_id;
	enum err_code code = ERR_OK;

	*out = (struct closing_parts){
		.end = {.entry = closing->entry,
			.local = closing->saves_local ? closing->wanted : NULL}};
	vec_init(&out->items, sizeof(struct outbox_item));
	vec_init(&out->notes, sizeof(struct audit_entry));
	session_complete_entry(session, closing->entry);
	if (closing->entry->outcome != OUTCOME_APPLIED)
		return ERR_OK;
	code = outbox_make_items(session, id, &closing->wanted->directives, closing->target_key,
				 &out->items);
	if (!code)
		code = make_notes(session, closing, &out->notes);
	if (code) {
		messages_add(session_messages(session), SEVERITY_ERROR, id,
			     "out of memory: the change is applied, its end is not written");
		closing_parts_free(out);
		return code;
	}
	out->end.items = out->items.items;
	out->end.items_len = out->items.len;
	out->end.notes = out->notes.items;
	out->end.notes_len = out->notes.len;
	return ERR_OK;
}

void closing_parts_free(struct closing_parts *parts)
{
	size_t i;

	for (i = 0; i < parts->notes.len; i++)
		free(((struct audit_entry *)vec_at(&parts->notes, i))->message);
	vec_free(&parts->notes);
	outbox_items_free(&parts->items);
}

enum err_code closing_write(struct session *session, const struct closing *closing,
			    size_t *webhooks)
{
	struct closing_parts parts;
	struct err err = {0};
	enum err_code code = closing_parts_make(session, closing, &parts);

	*webhooks = 0;
	if (code)
		return code;
	code = session_close_intent(session, closing->intent_id, &parts.end, &err);
	*webhooks = code ? 0 : parts.items.len;
	closing_parts_free(&parts);
	if (!code && closing->saves_local)
		session_local_changed(session, closing->entry->data_action_id,
				      &closing->wanted->matrix);
	if (*webhooks > 0)
		outbox_pump(session);
	return code;
}
