/* What the files of this layer share and nobody else may use. */
#ifndef DACACHE_SRC_APP_INTERNAL_H
#define DACACHE_SRC_APP_INTERNAL_H

#include "dacache/app/session.h"
#include "dacache/base/vec.h"
#include "dacache/domain/lookup.h"

/* --- messages.c: told runs after each message --- */
enum err_code messages_new(struct clock clock, void (*told)(void *context), void *context,
			   struct messages **out);
void messages_free(struct messages **messages);
/* One of a bundle, at its time, read. failure may be NULL. */
void messages_restore(struct messages *messages, int64_t wall_us, enum severity severity,
		      const char *action_id, const char *text, const struct failure *failure);

/* --- errors.c --- */
enum err_code errors_new(struct errors **out);
void errors_free(struct errors **errors);
/* action_id NULL: it concerns none. retried: the call goes on. */
void errors_add(struct errors *errors, const char *action_id, const struct failure *failure,
		int64_t wall_us, bool retried);

/* --- index.c --- */
enum err_code index_new(struct session *session, struct index **out);
void index_free(struct index **index);
void index_count_error(struct index *index, const char *id);
void index_set_draft(struct index *index, const char *id, bool has_draft);
/* The matrix of one action changed: its tier may be another now. */
void index_set_matrix(struct index *index, const char *id, const struct tier_matrix *matrix);
const char *index_collision(struct index *index, const char *key, const char *exclude_id);
const char *index_overlap(struct index *index, const char *key, const char *exclude_id,
			  const char **other_key, struct buf *example);

/* --- what index.c offers index_view.c --- */
/* Positions of the tenant's order, read or not. */
size_t index_positions(const struct index *index);
/* The row at a position; NULL with *unread true: not read yet, false: a hole. */
const struct index_row *index_at(const struct index *index, size_t position, bool *unread);
/* Position of a row, -1 when the id is not known. */
long index_position(const struct index *index, const char *id);
uint64_t index_version(const struct index *index); /* moves with every change */
struct session *index_session(const struct index *index);

/* --- live*.c --- */
enum err_code live_new(struct clock clock, struct live **out);
void live_free(struct live **live);
/* Of the feed, or of an answer to one of our own calls. */
void live_add_lookup(struct live *live, const struct lookup *lookup, bool from_feed);
/* n hits or misses at once, from `dacache hit`. */
void live_add_hits(struct live *live, const char *action_id, bool hit, int64_t n);
void live_add_call(struct live *live, const struct exchange *exchange);
void live_set_feed(struct live *live, const char *name);
void live_feed_ended(struct live *live);
void live_feed_line(struct live *live, bool good, const char *why);
void live_feed_dropped(struct live *live, uint64_t lines);
/* It waits for its file, in words; "": not any more. */
void live_feed_waits(struct live *live, const char *why);
/* A bundle is replayed: everything is of its time. Before its calls are added. */
void live_set_replay(struct live *live, int64_t made_us);
void live_set_header_source(struct live *live, const char *header);
/* What the history needs. tell: it could not be written or read, once until it can. */
struct live_history_of {
	struct loop *loop;
	struct store *store;
	void (*tell)(void *context, const char *why);
	void *context;
};
/* From now on; what waits is written when live ends, at last. */
enum err_code live_history_begin(struct live *live, const struct live_history_of *of);
/* What waits is written now. */
void live_history_flush(struct live *live);
/* The feed is a file: one program adds its look-ups to the history. */
void live_history_feed(struct live *live, const char *source);
/* Look-ups recorded by hand in this program: for the history alone. */
void live_history_hits(struct live *live, const char *action_id, bool hit, int64_t n);
void live_set_writers(struct live *live, unsigned writers); /* of the feed's socket */
/* A change of an action. False: it is known already, and not added again. */
bool live_add_change(struct live *live, const struct live_change *change);
/* What was before the change and what came after it, between its neighbours of this
 * list. */
struct change_list;
void live_effect_among(const struct live *live, const struct change_list *list,
		       const struct live_change *change, int span_s, struct live_effect *out);
void live_fill_side(const struct live *live, const char *action_id, struct live_side *side);
/* What the action's newest change since then made of it, of those that were told; NULL:
 * there is none. Valid until the next one. */
const struct cache_members *live_changed_to(const struct live *live, const char *action_id,
					    int64_t since_us);
/* load is called once, when changes are first asked for. */
void live_on_changes(struct live *live, void (*load)(void *context), void *context);

/* --- session_changes.c --- */
/* How old a change may be for a read that shows its outcome to be known as its own. */
#define CHANGES_KNOWN_US (7 * 86400 * INT64_C(1000000))
struct seen_change;
/* Its texts are borrowed. False: it is no change of an action that took effect. */
bool session_change_of_entry(const struct audit_entry *entry, enum live_change_by by,
			     struct live_change *out);
void session_change_of_seen(const struct seen_change *seen, struct live_change *out);
/* Tell live of what the audit holds, now and from now on. */
void session_changes_begin(struct session *session);
void session_changes_entry(struct session *session, const struct audit_entry *entry);
void session_changes_elsewhere(struct session *session); /* another program wrote */
/* A read: perhaps the action is another than the list's row says. modified_by and
 * date_modified as the tenant sent them, NULL where the read has none. */
void session_changes_seen(struct session *session, const struct index_row *row,
			  const struct cache_members *now, const char *modified_by,
			  const char *date_modified);

/* --- header_hits.c --- */
void header_hits_count(struct session *session, const struct exchange *exchange);

/* --- feed.c --- */
struct feed;
void feed_free(struct feed **feed);

/* --- webhooks.c --- */
/* Deliver one directive; noop is noted in the audit alone. done may be NULL. */
enum err_code webhook_deliver(struct session *session, const char *action_id,
			      const struct directive *directive, const char *target_key,
			      void (*done)(void *context, const struct failure *failure),
			      void *context);

/* "sent again: webhook delivered to HOST (200)" */
void webhook_tell_delivered(struct session *session, const char *action_id, const char *source,
			    int status);
/* "BEFOREwebhook not delivered to HOST: why AFTER", with its card. */
void webhook_tell_failure(struct session *session, const char *action_id, const char *source,
			  const struct failure *failure, const char *before, const char *after);

/* --- operations.c --- */
/* What is under way: when the session ends, calls end without their callbacks, and
 * free_fn frees what they were for. */
struct operations {
	struct vec items;
};
void operations_init(struct operations *operations);
void operations_free(struct operations *operations);
enum err_code session_operation_begin(struct session *session, void *operation,
				      void (*free_fn)(void *operation));
void session_operation_end(struct session *session, const void *operation);
struct operations *session_operations(struct session *session);

/* The entry of a noop, which posts nothing, completed; its message is the caller's to
 * free, on failure too, the other texts are borrowed. */
enum err_code webhook_noop_entry(struct session *session, const char *action_id,
				 const struct directive *directive, struct audit_entry *out);

/* --- recover.c --- */
struct recovery;
enum err_code recovery_new(struct session *session, struct recovery **out);
void recovery_free(struct recovery **recovery);

/* --- session_replay.c: what a bundle holds, for a session that has one --- */
/* For the figures of Live: it stands where the bundle was made. */
struct clock session_replay_clock(struct session *session);
/* Audit, others' changes and history into the store; before they are looked at. */
enum err_code session_replay_store(struct session *session, struct err *err);
/* Requests, messages; and the tenant answers from the bundle. */
void session_replay_begin(struct session *session);

/* --- session.c --- */
struct recovery *session_recovery(const struct session *session);
/* Fill in when and who. */
void session_complete_entry(struct session *session, struct audit_entry *entry);
/* What every writer of an entry says: that it could not be written (code, err), or that
 * there is a new one. Returns code. */
enum err_code session_tell_entry(struct session *session, const struct audit_entry *entry,
				 enum err_code code, const struct err *err);
/* intent_close with a completed entry; a failure becomes a message, and the intent
 * stays open: the next start settles it. */
struct intent_end;
enum err_code session_close_intent(struct session *session, int64_t intent_id,
				   const struct intent_end *end, struct err *err);
void session_webhooks_busy(struct session *session, int change);
void session_set_feed(struct session *session, struct feed *feed);
void session_local_changed(struct session *session, const char *action_id,
			   const struct tier_matrix *matrix);

#endif
