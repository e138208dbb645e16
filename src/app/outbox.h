/* What a change hands to the outbox, and how one POST is made. */
#ifndef DACACHE_SRC_APP_OUTBOX_H
#define DACACHE_SRC_APP_OUTBOX_H

#include "dacache/base/vec.h"
#include "dacache/domain/audit_entry.h"
#include "dacache/domain/delivery.h"
#include "dacache/net/webhook.h"

struct outbox;
struct session;

enum err_code outbox_new(struct session *session, struct outbox **out);
void outbox_free(struct outbox **outbox);
struct outbox *session_outbox(const struct session *session);

/* A struct outbox_item for each directive but noop; *out is initialised by the
 * caller and freed by outbox_items_free, on failure too. */
enum err_code outbox_make_items(struct session *session, const char *action_id,
				const struct directive_list *directives, const char *target_key,
				struct vec *out);
void outbox_items_free(struct vec *items);
/* Items were committed: send what is due. */
void outbox_pump(struct session *session);

/* Tells the session of each exchange. */
struct tenant_observer session_observer(struct session *session);

/* The audit entry of one try; borrows every text. reply NULL: a noop. */
void webhook_entry(const char *action_id, const char *words, const struct webhook_reply *reply,
		   char *message, size_t size, struct audit_entry *entry);

#endif
