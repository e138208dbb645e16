/* The session's side of the store: audit, local settings, drafts, look-ups. */
#include <stdlib.h>

#include "dacache/store/audit.h"
#include "dacache/store/intents.h"
#include "dacache/store/local.h"
#include "session_internal.h"

/* --- the audit --- */

enum err_code session_audit_each(struct session *session, const char *action_id, int64_t before_seq,
				 size_t limit,
				 bool (*fn)(void *context, const struct audit_entry *entry),
				 void *context, struct err *err)
{
	struct audit_query query;

	audit_query_init(&query);
	query.data_action_id = action_id;
	query.before_seq = before_seq;
	return audit_each(session->store, &query, limit, fn, context, err);
}

enum err_code session_audit_query(struct session *session, const struct audit_query *query,
				  size_t limit,
				  bool (*fn)(void *context, const struct audit_entry *entry),
				  void *context, struct err *err)
{
	return audit_each(session->store, query, limit, fn, context, err);
}

enum err_code session_audit_verify(struct session *session, const char *head,
				   void (*fn)(void *context, const struct audit_fault *fault),
				   void *context, struct audit_verdict *out, struct err *err)
{
	return audit_verify(session->store, head, fn, context, out, err);
}

enum err_code session_audit_count(struct session *session, const char *action_id, int64_t *out,
				  struct err *err)
{
	struct audit_query query;

	audit_query_init(&query);
	query.data_action_id = action_id;
	return audit_count(session->store, &query, out, err);
}

enum err_code session_audit_count_of(struct session *session, const struct audit_query *query,
				     int64_t *out, struct err *err)
{
	return audit_count(session->store, query, out, err);
}

void session_complete_entry(struct session *session, struct audit_entry *entry)
{
	const struct index_row *row =
		entry->data_action_id ? index_find(session->index, entry->data_action_id) : NULL;

	if (!entry->name && row)
		entry->name = (char *)(uintptr_t)row->name;
	entry->wall_us = clock_wall_us(loop_clock(session->loop));
	entry->who = session->who;
}

/* The entry is safe, but its head is not where a cut-off end would be seen. Said once,
 * until it is well again. */
static void tell_head_problem(struct session *session)
{
	const char *problem = audit_head_problem(session->store);

	if (problem && !session->told_head_problem)
		messages_add(session->messages, SEVERITY_ERROR, NULL, "audit: %.300s", problem);
	session->told_head_problem = problem != NULL;
}

enum err_code session_tell_entry(struct session *session, const struct audit_entry *entry,
				 enum err_code code, const struct err *err)
{
	if (code) {
		request_log_give_way(session->request_log, err);
		messages_add(session->messages, SEVERITY_ERROR, entry->data_action_id,
			     "the audit entry was not written: %.200s", err->text);
		return code;
	}
	request_log_give_way(session->request_log, NULL);
	tell_head_problem(session);
	session_changes_entry(session, entry);
	session_emit(session, EVENT_AUDIT, entry->data_action_id);
	return ERR_OK;
}

enum err_code session_audit_append(struct session *session, struct audit_entry *entry,
				   struct err *err)
{
	session_complete_entry(session, entry);
	return session_tell_entry(session, entry, audit_append(session->store, entry, err), err);
}

enum err_code session_close_intent(struct session *session, int64_t intent_id,
				   const struct intent_end *end, struct err *err)
{
	session_complete_entry(session, end->entry);
	return session_tell_entry(session, end->entry,
				  intent_close(session->store, intent_id, end, err), err);
}

/* --- what is local --- */

enum err_code session_local_load(struct session *session, const char *action_id,
				 struct local_settings *out, struct err *err)
{
	return local_settings_load(session->store, action_id, out, err);
}

void session_local_changed(struct session *session, const char *action_id,
			   const struct tier_matrix *matrix)
{
	index_set_matrix(session->index, action_id, matrix);
}

static void draft_is_there(struct session *session, const char *action_id)
{
	map_put(session->drafts, action_id, session);
	index_set_draft(session->index, action_id, true);
	session_emit(session, EVENT_DRAFT, action_id);
}

enum err_code session_draft_save(struct session *session, const char *action_id, const char *name,
				 const char *form, const char *base_etag,
				 const struct proposal *base, bool quick, struct err *err)
{
	struct buf base_json;
	struct draft draft;
	enum err_code code;

	buf_init(&base_json, 1024 * 1024);
	code = proposal_to_json(base, &base_json);
	if (code) {
		err_set(err, code, "the draft is too large");
		goto done;
	}
	draft = (struct draft){
		.action_id = (char *)(uintptr_t)action_id,
		.name = (char *)(uintptr_t)name,
		.form = (char *)(uintptr_t)form,
		.base_etag = (char *)(uintptr_t)base_etag,
		.base = base_json.data,
		.wall_us = clock_wall_us(loop_clock(session->loop)),
	};
	code = quick ? draft_keep(session->store, &draft, err)
		     : draft_save(session->store, &draft, err);
	if (!code && !(quick && session_has_draft(session, action_id)))
		draft_is_there(session, action_id);
done:
	buf_free(&base_json);
	return code;
}

enum err_code session_draft_load(struct session *session, const char *action_id, char **form,
				 char **base_etag, struct proposal *base, int64_t *wall_us,
				 struct err *err)
{
	struct draft draft = {0};
	enum err_code code = draft_load(session->store, action_id, &draft, err);

	if (!code)
		code = proposal_from_json(draft.base, base, err);
	if (!code) {
		*form = draft.form;
		*base_etag = draft.base_etag;
		*wall_us = draft.wall_us;
		draft.form = NULL;
		draft.base_etag = NULL;
	}
	draft_clear(&draft);
	return code;
}

enum err_code session_draft_delete(struct session *session, const char *action_id, struct err *err)
{
	enum err_code code = draft_delete(session->store, action_id, err);

	if (code)
		return code;
	map_remove(session->drafts, action_id);
	index_set_draft(session->index, action_id, false);
	session_emit(session, EVENT_DRAFT, action_id);
	return ERR_OK;
}

struct draft_walk {
	void (*fn)(void *context, const char *action_id, const char *name, int64_t wall_us);
	void *context;
};

static void tell_draft(void *context, const struct draft *draft)
{
	struct draft_walk *walk = context;

	walk->fn(walk->context, draft->action_id, draft->name, draft->wall_us);
}

enum err_code session_draft_each(struct session *session,
				 void (*fn)(void *context, const char *action_id, const char *name,
					    int64_t wall_us),
				 void *context, struct err *err)
{
	struct draft_walk walk = {fn, context};

	return draft_each(session->store, tell_draft, &walk, err);
}

bool session_has_draft(const struct session *session, const char *action_id)
{
	return map_has(session->drafts, action_id);
}

/* --- look-ups --- */

void session_hits_came(void *context, const char *action_id, bool hit, int64_t n)
{
	struct session *session = context;

	live_add_hits(session->live, action_id, hit, n);
	session_emit(session, EVENT_LIVE, action_id);
}

enum err_code session_hit(struct session *session, const char *action_id, bool hit, int64_t n,
			  struct err *err)
{
	int64_t now_us = clock_wall_us(loop_clock(session->loop));
	enum err_code code;

	if (session->replay)
		return session_may_write(session, err);
	/* What earlier runs changed begins a slice of its own: they must be known by now. */
	live_changes(session->live, action_id, now_us, NULL, 0);
	code = hit_record(session->store, action_id, hit, n, now_us, err);
	if (!code)
		live_history_hits(session->live, action_id, hit, n);
	/* With a watch on the store this record comes back from there, like any other's. */
	if (!code && session->store_watch)
		store_watch_soon(session->store_watch);
	else if (!code)
		session_hits_came(session, action_id, hit, n);
	return code;
}

enum err_code session_recorded_hits(struct session *session, const char *action_id,
				    struct hit_count *out, struct err *err)
{
	return hit_load(session->store, action_id, out, err);
}
