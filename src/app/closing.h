/* The end of a change whose intent is on disk, in one transaction: outcome, audit
 * entry, local settings, and the webhooks that follow. */
#ifndef DACACHE_SRC_APP_CLOSING_H
#define DACACHE_SRC_APP_CLOSING_H

#include "dacache/app/session.h"

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

#endif
