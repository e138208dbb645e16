/* Write-ahead intents: what a PUT is about to do is on disk before it leaves. An
 * intent is open until its outcome is known; it belongs to one process, and a
 * living one's is never touched by another. */
#ifndef DACACHE_STORE_INTENTS_H
#define DACACHE_STORE_INTENTS_H

#include <stddef.h>

#include "dacache/domain/audit_entry.h"
#include "dacache/domain/delivery.h"
#include "dacache/domain/intent.h"
#include "dacache/store/store.h"

/* On disk when it returns ERR_OK, owned by this process. *id is never used again.
 * On failure nothing is kept, and the PUT must not be sent. */
enum err_code intent_open(struct store *store, const struct intent *intent, int64_t *id,
			  struct err *err);

/* Before a further attempt leaves; on disk when it returns ERR_OK. ERR_CONFLICT
 * when the intent is no longer this process's. */
enum err_code intent_attempt(struct store *store, int64_t id, int64_t attempt, struct err *err);

/* What becomes of an intent. */
struct intent_end {
	struct audit_entry *entry; /* its seq and hashes are set */
	struct audit_entry *notes; /* entries behind it, of what follows from it */
	size_t notes_len;
	const struct local_settings *local; /* saved; NULL: left as they are */
	const struct outbox_item *items;    /* webhooks of a change that was applied */
	size_t items_len;
};

/* Audit entries, local settings and webhooks are written and the intent closed, all
 * of it or nothing. ERR_CONFLICT (nothing written) when the intent was closed already, or
 * is another process's. */
enum err_code intent_close(struct store *store, int64_t id, const struct intent_end *end,
			   struct err *err);

/* One of many: an intent that ends, or (id 0) what ends without one. plan_run: see
 * plans.h; 0 none, and where there is an intent its own counts. */
struct intent_closing {
	int64_t id;
	int64_t plan_run;
	const struct intent_end *end;
};

/* A turn of the journal: what ended is written and what begins is opened in one
 * transaction, all of it or nothing. *ids takes openings_len ids. ERR_CONFLICT as for
 * intent_close, of any of them. */
struct intent_turn {
	const struct intent_closing *closings;
	size_t closings_len;
	const struct intent *openings;
	size_t openings_len;
	int64_t *ids;
};
enum err_code intent_write_turn(struct store *store, const struct intent_turn *turn,
				struct err *err);

/* Intents of this process whose PUT never left: gone without an entry. */
enum err_code intent_withdraw(struct store *store, const int64_t *ids, size_t n, struct err *err);

/* The intent stays open; to be looked at again at next_check_us (wall). message is
 * one line, may be NULL; entry is appended to the audit in the same transaction,
 * NULL: none. ERR_CONFLICT as above. */
enum err_code intent_mark_unknown(struct store *store, int64_t id, int64_t next_check_us,
				  const char *message, struct audit_entry *entry, struct err *err);

/* How many were taken over. */
struct intent_claimed {
	size_t dead; /* of processes that died: `recovered` */
	size_t left; /* left by intent_leave_unknown */
};
/* Take over, at once and for good, what processes that are dead have left open;
 * intent_each_open then shows them as INTENT_OURS. Nothing is written where there is nothing to
 * claim. A process is dead when its pid is gone or another's by now (start time, boot), or when it
 * is a zombie; one in another pid namespace of this boot cannot be seen and counts as living. */
enum err_code intent_claim_dead(struct store *store, struct intent_claimed *claimed,
				struct err *err);
/* This process ends as it should: what it knows to be unknown is for the next one to
 * take, which then does not speak of a crash. */
enum err_code intent_leave_unknown(struct store *store, struct err *err);

/* Every open intent of this tenant, whoever's, oldest first. fn must not write to
 * the store; the intent is valid during the call alone. */
enum err_code intent_each_open(struct store *store,
			       void (*fn)(void *context, const struct intent *intent),
			       void *context, struct err *err);

#endif
