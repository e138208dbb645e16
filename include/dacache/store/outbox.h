/* The outbox: webhooks that must leave, until they are delivered or given up. A row
 * that is being sent belongs to one process; a dead one's rows are free again. */
#ifndef DACACHE_STORE_OUTBOX_H
#define DACACHE_STORE_OUTBOX_H

#include <stddef.h>

#include "dacache/domain/audit_entry.h"
#include "dacache/domain/delivery.h"
#include "dacache/store/store.h"

/* A new row, pending and due at once (what intent_close does for those of a change
 * that was applied). The id must be new: ERR_STORE. Of the delivered rows the
 * newest 1,000 are kept, all others for good. */
enum err_code outbox_add(struct store *store, const struct outbox_item *item, struct err *err);

/* Take what is due and nobody's, oldest first, at most limit: from now on this
 * process's, until outbox_record or outbox_release. fn is called when that is on
 * disk; the item is valid during the call alone, fn may write to the store. */
enum err_code outbox_claim_due(struct store *store, int64_t now_us, size_t limit,
			       void (*fn)(void *context, const struct outbox_item *item),
			       void *context, struct err *err);

/* When the next row that is nobody's is due, wall; -1 when there is none. Rows of
 * living processes do not count, nor do this one's own. */
enum err_code outbox_next_due(struct store *store, int64_t *out, struct err *err);

/* How a try ended. */
struct outbox_result {
	int64_t wall_us;
	int status;                /* 0: no answer */
	const char *error;         /* one line; NULL: none */
	struct audit_entry *entry; /* appended in the same transaction; NULL: none */
};

/* Counts the try, and decides by delivery_judge (*verdict, may be NULL). ERR_CONFLICT
 * (nothing written) when this process has not claimed it. */
enum err_code outbox_record(struct store *store, const char *id, const struct outbox_result *result,
			    struct delivery_verdict *verdict, struct err *err);

/* Give a claimed row back; no try is counted. ERR_CONFLICT as above. */
enum err_code outbox_release(struct store *store, const char *id, struct err *err);

/* From the first try on again, due now: dead, stopped or pending. ERR_NOT_FOUND;
 * ERR_INVALID when it is delivered; ERR_CONFLICT while a living process sends it. */
enum err_code outbox_retry(struct store *store, const char *id, int64_t now_us, struct err *err);

/* Newest first; states is a bit (1 << state) each, 0: all; limit 0: all. fn must not
 * write to the store. */
enum err_code outbox_each(struct store *store, unsigned states, size_t limit,
			  void (*fn)(void *context, const struct outbox_item *item), void *context,
			  struct err *err);
/* How many rows there are of each state. */
enum err_code outbox_count(struct store *store, int64_t out[DELIVERY_STATES], struct err *err);

#endif
