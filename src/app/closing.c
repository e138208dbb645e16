#include "closing.h"

#include "dacache/app/webhooks.h"
#include "dacache/store/intents.h"
#include "internal.h"
#include "outbox.h"

/* A noop posts nothing; the audit notes it. */
static void note_noops(struct session *session, const struct closing *closing)
{
	const struct directive_list *directives = &closing->wanted->directives;
	size_t i;

	for (i = 0; i < directives->len; i++)
		if (directives->items[i].action == DIRECTIVE_NOOP)
			webhook_note_noop(session, closing->entry->data_action_id,
					  &directives->items[i]);
}

enum err_code closing_write(struct session *session, const struct closing *closing,
			    size_t *webhooks)
{
	bool applied = closing->entry->outcome == OUTCOME_APPLIED;
	struct intent_end end = {.entry = closing->entry,
				 .local = closing->saves_local ? closing->wanted : NULL};
	const char *id = closing->entry->data_action_id;
	struct vec items;
	struct err err = {0};
	enum err_code code = ERR_OK;

	*webhooks = 0;
	vec_init(&items, sizeof(struct outbox_item));
	if (applied)
		code = outbox_make_items(session, id, &closing->wanted->directives,
					 closing->target_key, &items);
	if (code)
		messages_add(session_messages(session), SEVERITY_ERROR, id,
			     "out of memory: the change is applied, its end is not written");
	end.items = items.items;
	end.items_len = items.len;
	if (!code)
		code = session_close_intent(session, closing->intent_id, &end, &err);
	*webhooks = code ? 0 : items.len;
	outbox_items_free(&items);
	if (code)
		return code;
	if (closing->saves_local)
		session_local_changed(session, id, &closing->wanted->matrix);
	if (applied)
		note_noops(session, closing);
	if (*webhooks > 0)
		outbox_pump(session);
	return ERR_OK;
}
