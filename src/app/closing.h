/* The end of a change whose intent is on disk, in one transaction: outcome, audit
 * entry, local settings, and the webhooks that follow. */
#ifndef DACACHE_SRC_APP_CLOSING_H
#define DACACHE_SRC_APP_CLOSING_H

#include "dacache/app/session.h"
#include "dacache/base/vec.h"
#include "dacache/store/intents.h"

/* Texts and lists are borrowed. */
struct closing {
	int64_t intent_id;
	struct audit_entry *entry;
	const struct local_settings *wanted; /* its directives are sent when applied */
	bool saves_local;
	const char *target_key;
};

/* What goes wrong is said in a message; the intent then stays open, and the next
 * start settles it. *webhooks: deliveries that follow. */
enum err_code closing_write(struct session *session, const struct closing *closing,
			    size_t *webhooks);

/* For those who write many ends at once: what closing_write would hand to the store.
 * ERR_NO_MEMORY, which was said, leaves it empty. */
struct closing_parts {
	struct intent_end end;
	struct vec items; /* struct outbox_item */
	struct vec notes; /* struct audit_entry, whose messages are owned */
};
enum err_code closing_parts_make(struct session *session, const struct closing *closing,
				 struct closing_parts *out);
void closing_parts_free(struct closing_parts *parts);

#endif
