/* Which changes of actions became known: our own and other programs' by the audit, and
 * those of others by what a read shows. */
#include <string.h>

#include "dacache/domain/bundle.h"
#include "dacache/store/audit.h"
#include "dacache/store/seen_changes.h"
#include "session_internal.h"

enum { LOADED_MAX = 2000 };
#define AHEAD_MAX_US 5000000

static bool is_change(const struct audit_entry *entry)
{
	return entry->outcome == OUTCOME_APPLIED && entry->has_payload && entry->data_action_id &&
	       strcmp(entry->action, "cache_update") == 0;
}

bool session_change_of_entry(const struct audit_entry *entry, enum live_change_by by,
			     struct live_change *out)
{
	*out = (struct live_change){
		.seq = entry->seq,
		.wall_us = entry->wall_us,
		.action_id = entry->data_action_id,
		.name = entry->name,
		.who = entry->who,
		.by = by,
		.has_before = entry->has_before,
		.before = entry->before,
		.after = entry->payload,
	};
	return is_change(entry);
}

static void add_entry(struct session *session, const struct audit_entry *entry,
		      enum live_change_by by)
{
	struct live_change change;

	if (session_change_of_entry(entry, by, &change))
		live_add_change(session->live, &change);
}

void session_changes_entry(struct session *session, const struct audit_entry *entry)
{
	add_entry(session, entry, LIVE_CHANGE_HERE);
}

static bool add_elsewhere(void *context, const struct audit_entry *entry)
{
	struct session *session = context;

	add_entry(session, entry, LIVE_CHANGE_ELSEWHERE);
	if (entry->seq > session->changes_seq)
		session->changes_seq = entry->seq;
	return true;
}

void session_changes_elsewhere(struct session *session)
{
	struct audit_query query;
	struct err err = {0};

	audit_query_init(&query);
	query.oldest_first = true;
	query.after_seq = session->changes_seq;
	audit_each(session->store, &query, 0, add_elsewhere, session, &err);
}

void session_change_of_seen(const struct seen_change *seen, struct live_change *out)
{
	*out = (struct live_change){
		.wall_us = seen->wall_us,
		.action_id = seen->action_id,
		.name = seen->name,
		.who = seen->who,
		.by = LIVE_CHANGE_SEEN,
		.has_before = true,
		.before = seen->before,
		.after = seen->after,
	};
}

static void add_seen(void *context, const struct seen_change *seen)
{
	struct session *session = context;
	struct live_change change;

	session_change_of_seen(seen, &change);
	live_add_change(session->live, &change);
}

static int64_t now_us(const struct session *session)
{
	return session->replay ? session->replay->made_us
			       : clock_wall_us(loop_clock(session->loop));
}

/* In the order of time, so that one change that two tell is known as one. */
static void load(void *context)
{
	struct session *session = context;
	struct audit_query query;
	struct err err = {0};

	audit_query_init(&query);
	query.since_us = now_us(session) - CHANGES_KNOWN_US;
	query.outcome = OUTCOME_APPLIED;
	audit_each(session->store, &query, LOADED_MAX, add_elsewhere, session, &err);
	seen_change_each(session->store, query.since_us, add_seen, session, &err);
}

void session_changes_begin(struct session *session)
{
	struct err err = {0};

	session->started_us = now_us(session);
	audit_newest(session->store, &session->changes_seq, &err);
	live_on_changes(session->live, load, session);
}

/* When it was changed, as far as the tenant tells. */
static int64_t time_of(const struct session *session, const char *date_modified)
{
	int64_t now_us = clock_wall_us(loop_clock(session->loop));
	int64_t wall_us;

	if (!date_modified || clock_parse_rfc3339(date_modified, &wall_us) ||
	    wall_us > now_us + AHEAD_MAX_US)
		return now_us;
	return wall_us;
}

/* The audit has nothing of it: another run would not know. */
static void keep_seen(struct session *session, const struct live_change *change)
{
	const struct seen_change seen = {
		.wall_us = change->wall_us,
		.action_id = change->action_id,
		.name = change->name,
		.who = change->who,
		.before = change->before,
		.after = change->after,
	};
	struct err err = {0};

	if (!session_is_unrecorded(session) && seen_change_add(session->store, &seen, &err))
		messages_add(session->messages, SEVERITY_WARNING, change->action_id,
			     "a change that somebody made was not kept: %.200s", err.text);
}

void session_changes_seen(struct session *session, const struct index_row *row,
			  const struct cache_members *now, const char *modified_by,
			  const char *date_modified)
{
	struct live_change change = {
		.action_id = row->id,
		.name = row->name,
		.who = modified_by,
		.by = LIVE_CHANGE_SEEN,
		.has_before = true,
		.before = {.enabled = row->enabled,
			   .key = (char *)(uintptr_t)row->key,
			   .ttl_s = row->ttl_s},
		.after = *now,
	};

	const struct cache_members *changed =
		live_changed_to(session->live, row->id, session->started_us);

	if (cache_members_equal(&change.before, &change.after))
		return;
	/* The row may be older than what another program told of. */
	if (changed)
		change.before = *changed;
	change.wall_us = time_of(session, date_modified);
	if (live_add_change(session->live, &change))
		keep_seen(session, &change);
}
