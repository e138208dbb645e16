/* Many changes at once: the entries of a plan, or one change of many marked actions.
 * Read, judged, reviewed, applied; each PUT as safe as one by itself.
 *
 *   bulk_new -> bulk_read -> bulk_judge -> (review) -> bulk_apply -> (bulk_apply again:
 *   what is left)
 */
#ifndef DACACHE_APP_BULK_H
#define DACACHE_APP_BULK_H

#include "dacache/app/session.h"
#include "dacache/domain/bulk_edit.h"
#include "dacache/domain/plan.h"

enum { BULK_PARALLEL = 4, BULK_PARALLEL_MAX = 8 };

enum bulk_verdict {
	BULK_UNREAD,
	BULK_SAME,       /* the tenant, and what is kept here, have it so already */
	BULK_CHANGE,     /* this is what will be applied */
	BULK_REFUSED,    /* by validation */
	BULK_CONFLICT,   /* the entry was made of another state */
	BULK_MISSING,    /* the tenant has no such action */
	BULK_UNREADABLE, /* reading failed */
	BULK_DONE,       /* an earlier run of the same file did it */
	BULK_VERDICTS
};

/* How a change ended. Strings are owned; NULL: none. */
struct bulk_end {
	enum outcome outcome;
	int status; /* HTTP; 0: no PUT, or no answer */
	double latency_ms;
	int64_t attempts;
	char *message; /* of a conflict: who changed what, too, where that is known */
	char *if_match;
	char *etag;
	char *correlation_id;
	bool verified;
	bool local_saved; /* what is kept here */
	size_t webhooks;
};

struct bulk;

struct bulk_item {
	struct bulk *bulk;
	const struct plan_entry *entry; /* borrowed from the plan */
	bool hidden;                    /* by the filter of the list; for the review's words */
	enum bulk_verdict verdict;
	char *name;          /* as the tenant has it; NULL: not known */
	struct action *base; /* what was read; NULL unless it is to be changed */
	char *present;       /* what would go into If-Match; NULL: not read */
	struct proposal before;
	struct proposal wanted;
	char *refusal;   /* why beside validation; NULL */
	char *collision; /* with whom its key collides, in words: "line 3 of this plan wants it
			  * too, for ID", "the key of ID, NAME"; NULL */
	size_t errors;   /* of validation */
	size_t warnings;
	size_t after;            /* 1 + the item whose key it takes over; 0: none */
	struct fetch *fetch;     /* it is being read */
	struct failure *failure; /* of reading, or of the PUT; NULL: none */
	bool ended;              /* applied, or tried */
	struct bulk_end end;
};

/* plan is borrowed: it must outlive the bulk. */
enum err_code bulk_new(struct session *session, const struct plan *plan, struct bulk **out);
/* What is wanted of each is this, on what it is when it is read, not what the entries
 * say; edit is borrowed. Before bulk_read. */
void bulk_set_edit(struct bulk *bulk, const struct bulk_edit *edit);
/* Not while it reads or applies, unless the session ended. */
void bulk_free(struct bulk **bulk);
size_t bulk_len(const struct bulk *bulk);
struct bulk_item *bulk_item(const struct bulk *bulk, size_t i);

/* Called from the loop; NULL: nobody listens. */
struct bulk_listener {
	void (*item)(void *context, size_t i); /* it was read, or it ended */
	void (*done)(void *context);           /* nothing of this stage is under way */
	void *context;
};

/* --- reading --- */
/* Reads every item that is not BULK_DONE, `parallel` at once, within the quota. What
 * concerns them all (the tenant cannot be reached, the credentials are refused) ends it
 * early: the others stay BULK_UNREAD, and bulk_progress tells why. */
enum err_code bulk_read(struct bulk *bulk, size_t parallel, const struct bulk_listener *listener,
			struct err *err);

/* True when a key changes: the tenant's list has to be known for bulk_judge. */
bool bulk_changes_keys(const struct bulk *bulk);
/* Verdicts, collisions, and the order in which keys change hands. */
enum err_code bulk_judge(struct bulk *bulk, struct err *err);

/* What validation says of it, with collisions in the plan and with the tenant: errors,
 * and warnings of what it changes. */
void bulk_findings(struct bulk *bulk, size_t i, struct findings *out);

struct bulk_totals {
	size_t verdicts[BULK_VERDICTS];
	size_t puts;       /* of BULK_CHANGE: those that send one */
	size_t local_only; /* of BULK_CHANGE: those that do not */
	size_t webhooks;   /* that will be sent */
	size_t old_keys;   /* that nobody reads any more */
	size_t warnings;
};
void bulk_totals(const struct bulk *bulk, struct bulk_totals *out);
/* Entries for which a plan file is not applied: refused by validation, of no action, or no
 * entries at all. */
size_t bulk_refusals(const struct bulk *bulk);
/* Seconds, rounded up, that so many calls take under the quota, at calls_per_s (0: not
 * known). -1 where nothing is known. */
int64_t bulk_estimate_s(struct session *session, size_t calls, double calls_per_s);
/* Seconds of a window of the tenant's limit, as far as it was seen; 60 before that. */
int64_t bulk_window_s(const struct session *session);
/* The GETs of an apply in a program of its own: each action, and the list where a key
 * changes. */
size_t bulk_reads(const struct bulk *bulk);

/* --- earlier runs of a file --- */
struct bulk_past {
	bool found;
	bool ended; /* nothing of it was left */
	int64_t started_us;
	int64_t total;
	int64_t done;
};
/* The newest run of a file with this SHA-256 (hex) on this tenant. */
enum err_code bulk_past(struct session *session, const char *sha256, struct bulk_past *out,
			struct err *err);
/* Go on with it: what it applied becomes BULK_DONE. ERR_NOT_FOUND: there is none. */
enum err_code bulk_resume(struct bulk *bulk, const char *sha256, struct err *err);
/* Put the run on record, so that it can be gone on with. Once, before bulk_apply; after
 * bulk_resume it does nothing. */
enum err_code bulk_record(struct bulk *bulk, const char *sha256, const char *file, struct err *err);
/* The same, with the plan of what will be changed: for a run without a file, which any
 * later start can go on with. sha256 NULL: of that plan. */
enum err_code bulk_record_kept(struct bulk *bulk, const char *sha256, const char *file,
			       struct err *err);
/* Puts on record that nothing of the run is left, where that is so; bulk_apply does it
 * by itself. */
void bulk_end_run(struct bulk *bulk);

/* The newest of the kept ones that ended early, in this program or in one that is gone. */
struct bulk_left {
	bool found;
	int64_t run;
	int64_t total; /* actions that were to be changed */
	int64_t done;
	char title[200];
};
enum err_code bulk_left(struct session *session, struct bulk_left *out, struct err *err);
/* Its plan, as it was reviewed; from now on the run is this program's. ERR_NOT_FOUND. */
enum err_code bulk_left_plan(struct session *session, int64_t run, struct plan *out,
			     struct err *err);
/* Go on with it, after bulk_new of its plan: what it applied becomes BULK_DONE. */
enum err_code bulk_go_on(struct bulk *bulk, int64_t run, struct err *err);
/* It is not to be gone on with. What it applied stays applied. */
enum err_code bulk_left_drop(struct session *session, int64_t run, struct err *err);

/* --- applying --- */
struct bulk_apply_options {
	size_t parallel;    /* 1 to BULK_PARALLEL_MAX */
	bool stop_on_error; /* whatever is neither applied nor unchanged ends it */
};
/* Applies every BULK_CHANGE that has not ended. ERR_READ_ONLY. */
enum err_code bulk_apply(struct bulk *bulk, const struct bulk_apply_options *options,
			 const struct bulk_listener *listener, struct err *err);
/* Nothing further leaves; what is in flight is waited for, what waits in the queue is
 * taken back. Reading ends too. */
void bulk_stop(struct bulk *bulk);

struct bulk_progress {
	bool reading;
	bool applying;
	bool stopping;
	size_t total; /* of this stage */
	size_t ended;
	size_t in_flight;
	size_t outcomes[OUTCOMES]; /* of what was applied, all runs of this bulk */
	size_t only_here;          /* of the unchanged: what is kept here was saved */
	size_t left;               /* to be applied, and not ended */
	double per_s;              /* 0: not known */
	int64_t left_s;            /* -1: not known */
	const char *stopped;       /* why it ended early, in words; NULL: it did not */
	const struct failure *why; /* the failure behind that; NULL */
};
void bulk_progress(const struct bulk *bulk, struct bulk_progress *out);

#endif
