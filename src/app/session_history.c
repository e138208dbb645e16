/* What the history of look-ups tells, for reports. */
#include <string.h>

#include "live_internal.h"
#include "session_internal.h"

bool session_lookups_between(struct session *session, const char *action_id, int64_t from_us,
			     int64_t to_us, struct live_side *out)
{
	*out = (struct live_side){.from_us = from_us, .to_us = to_us};
	live_fill_side(session->live, action_id, out);
	return hit_count_n(out->count) > 0;
}

bool session_lookups_each(struct session *session, const char *action_id, int64_t from_us,
			  int64_t to_us, int64_t step_us,
			  void (*fn)(void *context, const struct live_side *column), void *context)
{
	bool any = false;

	for (; from_us < to_us; from_us += step_us) {
		struct live_side column;
		int64_t end_us = to_us - from_us < step_us ? to_us : from_us + step_us;

		any = session_lookups_between(session, action_id, from_us, end_us, &column) || any;
		fn(context, &column);
	}
	return any;
}

/* --- around an entry of the audit --- */

struct neighbour {
	const struct audit_entry *of;
	int64_t wall_us;
};

static bool is_neighbour(void *context, const struct audit_entry *entry)
{
	struct neighbour *neighbour = context;

	if (entry->seq == neighbour->of->seq || strcmp(entry->action, "cache_update") != 0)
		return true;
	neighbour->wall_us = entry->wall_us;
	return false;
}

/* The change of the same action before or after this one; 0: there is none. */
static enum err_code find_neighbour(struct session *session, const struct audit_entry *entry,
				    bool later, int64_t *wall_us, struct err *err)
{
	struct neighbour neighbour = {.of = entry};
	struct audit_query query;
	enum err_code code;

	audit_query_init(&query);
	query.data_action_id = entry->data_action_id;
	query.outcome = OUTCOME_APPLIED;
	query.oldest_first = later;
	if (later)
		query.after_seq = entry->seq;
	else
		query.before_seq = entry->seq;
	code = session_audit_query(session, &query, 0, is_neighbour, &neighbour, err);
	*wall_us = neighbour.wall_us;
	return code;
}

enum err_code session_entry_effect(struct session *session, const struct audit_entry *entry,
				   int span_s, struct live_effect *out, struct err *err)
{
	int64_t earlier_us = 0;
	int64_t later_us = 0;
	enum err_code code = find_neighbour(session, entry, false, &earlier_us, err);

	if (!code)
		code = find_neighbour(session, entry, true, &later_us, err);
	if (code)
		return code;
	live_place_sides(session->live, entry->wall_us, earlier_us, later_us, span_s, out);
	live_fill_side(session->live, entry->data_action_id, &out->before);
	live_fill_side(session->live, entry->data_action_id, &out->after);
	return ERR_OK;
}
