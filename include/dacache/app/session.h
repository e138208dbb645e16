/* One tenant, opened: what screens and shell stand on. It owns the HTTP stack,
 * the store, the list, the figures and the log of this run. */
#ifndef DACACHE_APP_SESSION_H
#define DACACHE_APP_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/app/event.h"
#include "dacache/app/index.h"
#include "dacache/app/live.h"
#include "dacache/app/messages.h"
#include "dacache/domain/action.h"
#include "dacache/domain/audit_entry.h"
#include "dacache/domain/audit_query.h"
#include "dacache/domain/audit_verdict.h"
#include "dacache/domain/exchange.h"
#include "dacache/domain/failure.h"
#include "dacache/domain/profile.h"
#include "dacache/domain/quota.h"
#include "dacache/domain/quota_ledger.h"
#include "dacache/domain/request_filter.h"
#include "dacache/domain/validate.h"
#include "dacache/loop/loop.h"

struct session;
struct http;
struct tenant;
struct store;
struct bundle;

struct session_options {
	const struct profile *profile; /* copied */
	bool read_only;                /* by flag; the profile may say so too */
	bool is_demo;
	const char *store_path; /* NULL: the XDG state directory */
	struct bundle *replay;  /* NULL, or what is shown again; it must outlive the session */
	const char *command;    /* of the shell; NULL: the screen. For the request log */
};

enum err_code session_new(struct loop *loop, const struct session_options *options,
			  struct session **out, struct err *err);
void session_free(struct session **session);

/* Called from the loop; several may subscribe, until the session ends. */
enum err_code session_subscribe(struct session *session, event_fn *fn, void *context);

struct loop *session_loop(struct session *session);
const struct profile *session_profile(const struct session *session);
struct index *session_index(struct session *session);
struct live *session_live(struct session *session);
struct messages *session_messages(struct session *session);
const char *session_who(const struct session *session); /* "user@host" */

struct session_status {
	bool is_demo;
	int64_t replay_of_us; /* when the replayed bundle was made, wall; 0: this is no replay */
	bool is_protected;
	bool read_only;
	char read_only_reason[160]; /* "the token lacks dataaction:write", … */
	struct quota quota;
	int64_t quota_reset_in_s; /* -1 unknown */
	bool has_token;
	int64_t token_expires_in_s;
	char scope[128];
	bool held;             /* the queue waits */
	char held_because[96]; /* "429 concurrency limit", "quota kept for saving" */
	int64_t held_for_ms;
	size_t in_flight;
	size_t puts_in_flight;
	size_t queued;
	size_t lane_in_flight[LANES];
	size_t lane_queued[LANES];
	int64_t pace_us; /* how far apart calls that can wait leave; 0: as they come */
	bool connected;  /* the last call got an answer */
};
void session_status(const struct session *session, struct session_status *out);
/* ERR_READ_ONLY with the reason when nothing may be written. */
enum err_code session_may_write(const struct session *session, struct err *err);

/* The store can't be written: nothing of this run is recorded, which a message said. */
bool session_is_unrecorded(const struct session *session);

/* New credentials, in memory alone: for a secret that was revoked meanwhile. Calls
 * that failed are their owners' to make again. */
enum err_code session_set_credentials(struct session *session, const char *client_id,
				      const char *client_secret, struct err *err);

/* Who spent the tenant's quota. Moves with every answer. */
const struct quota_ledger *session_quota_ledger(const struct session *session);

/* Esc: cancel what waits; returns how many calls ended. */
size_t session_cancel_waiting(struct session *session);

/* Turn the loop until *done, for the shell. */
enum err_code session_run_until(struct session *session, const bool *done, struct err *err);

/* --- the request log ---------------------------------------------------------
 * Of this run the newest are in memory, as many as the store keeps of all (see
 * store/exchanges.h). */
size_t session_exchange_count(const struct session *session);
/* i from 0, the newest. NULL past the end. Valid until the loop turns. */
const struct exchange *session_exchange(const struct session *session, size_t i);
const struct exchange *session_exchange_by_number(const struct session *session, uint64_t number);
/* Append the call as a curl command line with $TOKEN for the secret. ERR_LIMIT and
 * ERR_INVALID where the log does not have all of it, with words. */
enum err_code session_exchange_curl(const struct exchange *exchange, struct buf *out,
				    struct err *err);
/* What is not on disk yet goes there now. */
enum err_code session_requests_flush(struct session *session, struct err *err);

struct request_query {
	int64_t run;                         /* REQUESTS_LAST_RUN, REQUESTS_ALL_RUNS, or one */
	const struct request_filter *filter; /* NULL: all */
	size_t limit;                        /* the newest so many; 0: all */
};
#define REQUESTS_LAST_RUN INT64_C(0) /* of this tenant, by whatever program */
#define REQUESTS_ALL_RUNS INT64_C(-1)
/* From disk, the oldest first; fn returns an error to end with it. */
enum err_code session_requests_each(struct session *session, const struct request_query *query,
				    enum err_code (*fn)(void *context,
							const struct exchange *exchange,
							struct err *err),
				    void *context, struct err *err);
/* A HAR file of this run's calls that match (NULL: all); *n is how many. Mode 0600.
 * ERR_CONFLICT where the file is there and replace is false; ERR_NOT_FOUND where nothing
 * matches: no file is written then. */
enum err_code session_har_write(struct session *session, const struct request_filter *filter,
				const char *path, bool replace, size_t *n, struct err *err);

/* --- the audit --------------------------------------------------------------- */
/* Newest first, at most limit, older than before_seq (0: from the newest);
 * action_id NULL: all. */
enum err_code session_audit_each(struct session *session, const char *action_id, int64_t before_seq,
				 size_t limit,
				 bool (*fn)(void *context, const struct audit_entry *entry),
				 void *context, struct err *err);
enum err_code session_audit_count(struct session *session, const char *action_id, int64_t *out,
				  struct err *err);

/* The same by any filter; at most limit (0: all). */
enum err_code session_audit_query(struct session *session, const struct audit_query *query,
				  size_t limit,
				  bool (*fn)(void *context, const struct audit_entry *entry),
				  void *context, struct err *err);
enum err_code session_audit_count_of(struct session *session, const struct audit_query *query,
				     int64_t *out, struct err *err);
/* Hold the audit against its chain of hashes and against a head: "SEQ:HASH", NULL: the
 * head file's. fn gets each fault. ERR_USAGE when head is no head. */
enum err_code session_audit_verify(struct session *session, const char *head,
				   void (*fn)(void *context, const struct audit_fault *fault),
				   void *context, struct audit_verdict *out, struct err *err);

/* --- what is local ------------------------------------------------------------ */
enum err_code session_local_load(struct session *session, const char *action_id,
				 struct local_settings *out, struct err *err);
/* Drafts: form is the screen's own text (see store/local.h). quick: after
 * each key, by draft_keep; EVENT_DRAFT then comes for a new draft alone. */
enum err_code session_draft_save(struct session *session, const char *action_id, const char *name,
				 const char *form, const char *base_etag,
				 const struct proposal *base, bool quick, struct err *err);
enum err_code session_draft_load(struct session *session, const char *action_id, char **form,
				 char **base_etag, struct proposal *base, int64_t *wall_us,
				 struct err *err); /* ERR_NOT_FOUND: none */
enum err_code session_draft_delete(struct session *session, const char *action_id, struct err *err);
enum err_code session_draft_each(struct session *session,
				 void (*fn)(void *context, const char *action_id, const char *name,
					    int64_t wall_us),
				 void *context, struct err *err);
bool session_has_draft(const struct session *session, const char *action_id);

/* How validate_proposal asks about other keys, of those that are known yet, and about
 * where webhooks may go. Valid as long as the session. */
struct key_lookup session_key_lookup(struct session *session);

/* Record a look-up by hand (`hit`). */
enum err_code session_hit(struct session *session, const char *action_id, bool hit, int64_t n,
			  struct err *err);

/* Look-ups recorded by hand, ever; action_id NULL: the whole tenant. */
enum err_code session_recorded_hits(struct session *session, const char *action_id,
				    struct hit_count *out, struct err *err);

/* --- look-ups kept (store/history.h): of any source, also of earlier runs and of other
 * programs, by the minute for a week, by the hour for 90 days ------------------------ */
/* Look-ups in [from_us, to_us), wall: the slices that begin in it (a slice is a minute or
 * an hour, and begins anew at each change of the action). action_id NULL: of all. False:
 * none is known. */
bool session_lookups_between(struct session *session, const char *action_id, int64_t from_us,
			     int64_t to_us, struct live_side *out);
/* The same for each step of step_us, oldest first, also where there is none. */
bool session_lookups_each(struct session *session, const char *action_id, int64_t from_us,
			  int64_t to_us, int64_t step_us,
			  void (*fn)(void *context, const struct live_side *column), void *context);
/* All that is kept of [from_us, to_us), 0: without a bound; from_us and to_us of *out are
 * the time that it covers, to the minute. Without latencies. False: none is known. */
bool session_lookups_total(struct session *session, const char *action_id, int64_t from_us,
			   int64_t to_us, struct live_side *out);

struct change_query {
	const char *action_id; /* NULL: of all */
	int64_t since_us;      /* wall, both included; 0: no bound */
	int64_t until_us;
	int span_s; /* what to look at on each side, as in live_change_effect */
};
/* The applied changes that the audit has (LIVE_CHANGE_HERE), and those of others that reads
 * showed, the newest first, each with what it did: as live_change_effect, with whatever
 * neighbours, asked for or not. fn returns an error to end with it. */
enum err_code session_changes_each(struct session *session, const struct change_query *query,
				   enum err_code (*fn)(void *context,
						       const struct live_change *change,
						       const struct live_effect *effect),
				   void *context, struct err *err);

/* --- for the operations of this layer alone ------------------------------------ */
struct tenant *session_tenant(struct session *session);
struct http *session_http(struct session *session);
struct store *session_store(struct session *session);
void session_emit(struct session *session, enum event_type type, const char *action_id);
/* Log a failed call: message with its card, and the action's error count. */
void session_report_failure(struct session *session, const char *action_id,
			    const struct failure *failure);
enum err_code session_audit_append(struct session *session, struct audit_entry *entry,
				   struct err *err);
/* Takes over *exchange. */
void session_add_exchange(struct session *session, struct exchange *exchange);

#endif
