/* Runs of plans: which file was applied, and what came of each of its actions. An
 * outcome is written in the transaction that ends its intent, also where another
 * start settles it. */
#ifndef DACACHE_STORE_PLANS_H
#define DACACHE_STORE_PLANS_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/base/buf.h"
#include "dacache/domain/audit_entry.h"
#include "dacache/store/store.h"

struct plan_run {
	int64_t id;
	int64_t started_us; /* wall */
	int64_t ended_us;   /* wall; 0: interrupted, or under way */
	int64_t total;      /* actions that were to be changed */
	int64_t done;       /* of them applied or unchanged */
};

/* sha256: hex, of the file's bytes. plan: its text, kept until the run ends, for one
 * that has to go on without its file; NULL: it is not kept. */
struct plan_run_request {
	const char *sha256;
	const char *file; /* or how a person would call it */
	const char *plan;
	int64_t total;
	int64_t wall_us;
};
enum err_code plan_run_begin(struct store *store, const struct plan_run_request *request,
			     int64_t *id, struct err *err);
/* Nothing of it is left to be done. */
enum err_code plan_run_end(struct store *store, int64_t id, int64_t wall_us, struct err *err);

/* The newest run of a file with these bytes; *found false: this tenant has none. */
enum err_code plan_run_find(struct store *store, const char *sha256, struct plan_run *out,
			    bool *found, struct err *err);
/* The newest run of this tenant whose plan is kept, that has not ended and that no other
 * program has under way. *file is owned, NULL when there is none. */
enum err_code plan_run_left(struct store *store, struct plan_run *out, char **file, bool *found,
			    struct err *err);
/* Its plan, and from now on it is this program's. ERR_NOT_FOUND: it is not kept. */
enum err_code plan_run_take(struct store *store, int64_t id, struct buf *plan, struct err *err);

/* The actions it has an outcome of, in no particular order; fn must not write to the
 * store. */
enum err_code plan_run_each(struct store *store, int64_t id,
			    void (*fn)(void *context, const char *action_id, enum outcome outcome),
			    void *context, struct err *err);

/* For the journal: the outcome of one action, the last one counts. */
enum err_code plan_item_record(struct store *store, int64_t run_id, const char *action_id,
			       enum outcome outcome, int64_t wall_us, struct err *err);

#endif
