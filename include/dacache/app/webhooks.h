/* Webhooks of applied changes: kept in the store's outbox until they are delivered
 * or given up; sent while the program runs, and at the next start. */
#ifndef DACACHE_APP_WEBHOOKS_H
#define DACACHE_APP_WEBHOOKS_H

#include <stddef.h>

#include "dacache/app/session.h"
#include "dacache/domain/delivery.h"

/* Send what is due, and go on as more becomes due. Once, when the session begins. */
void webhooks_start(struct session *session);

/* Deliveries under way now, of the outbox or by hand. */
size_t webhooks_busy(const struct session *session);

/* Every delivery, newest first; valid during the call alone, fn must not write. */
enum err_code webhooks_each(struct session *session,
			    void (*fn)(void *context, const struct outbox_item *item),
			    void *context, struct err *err);

/* Try one again from the beginning, now. ERR_NOT_FOUND, ERR_INVALID when it is
 * delivered already, ERR_CONFLICT while another program sends it, ERR_READ_ONLY. */
enum err_code webhooks_retry(struct session *session, const char *id, struct err *err);

#endif
