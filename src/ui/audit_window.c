#include "audit_window.h"

#include <stdio.h>
#include <string.h>

#include "dacache/app/session.h"

enum {
	PART = 200,
	MOST = 2000,    /* entries in memory */
	COUNTED = 5000, /* seqs of one look at the index: a millisecond at most */
};

/* --- entries ------------------------------------------------------------------------ */

static bool take(void *context, const struct audit_entry *entry)
{
	struct vec *entries = context;
	struct audit_entry copy;

	audit_entry_init(&copy);
	if (audit_entry_copy(entry, &copy) != ERR_OK)
		return false;
	if (vec_push(entries, &copy) != ERR_OK) {
		audit_entry_clear(&copy);
		return false;
	}
	return true;
}

const struct audit_entry *audit_window_at(const struct audit_window *window, size_t i)
{
	return i < window->entries.len ? vec_at(&window->entries, i) : NULL;
}

static void clear(struct vec *entries, size_t from)
{
	for (size_t i = from; i < entries->len; i++)
		audit_entry_clear(vec_at(entries, i));
	entries->len = from;
}

static void drop_first(struct vec *entries, size_t n)
{
	for (size_t i = 0; i < n; i++)
		audit_entry_clear(vec_at(entries, i));
	vec_drop(entries, n);
}

static void fail(struct audit_window *window, const struct err *err)
{
	snprintf(window->failed, sizeof window->failed, "%s", err->text);
}

static void query_init(const struct audit_window *window, struct audit_query *query)
{
	audit_query_init(query);
	query->data_action_id = window->action_id;
}

/* How many came. */
static size_t read_some(struct audit_window *window, const struct audit_query *query, size_t limit,
			struct vec *out)
{
	size_t had = out->len;
	struct err err;

	if (session_audit_query(window->session, query, limit, take, out, &err) != ERR_OK)
		fail(window, &err);
	return out->len - had;
}

static void read_older(struct audit_window *window)
{
	const struct audit_entry *last = audit_window_at(window, window->entries.len - 1);
	struct audit_query query;

	query_init(window, &query);
	query.before_seq = last ? last->seq : 0;
	window->has_older = read_some(window, &query, PART, &window->entries) == PART;
}

/* rows: the oldest first. They go before the others, the newest first. */
static void put_before(struct audit_window *window, struct vec *rows)
{
	struct vec all;
	bool ok;

	vec_init(&all, sizeof(struct audit_entry));
	ok = vec_reserve(&all, rows->len + window->entries.len) == ERR_OK;
	for (size_t i = rows->len; ok && i > 0; i--)
		vec_push(&all, vec_at(rows, i - 1));
	for (size_t i = 0; ok && i < window->entries.len; i++)
		vec_push(&all, vec_at(&window->entries, i));
	if (!ok) {
		clear(rows, 0);
		vec_free(rows);
		return;
	}
	vec_free(rows);
	vec_free(&window->entries);
	window->entries = all;
}

static void read_newer(struct audit_window *window)
{
	const struct audit_entry *first = audit_window_at(window, 0);
	struct audit_query query;
	struct vec rows;

	vec_init(&rows, sizeof(struct audit_entry));
	query_init(window, &query);
	query.after_seq = first ? first->seq : 0;
	query.oldest_first = true;
	window->has_newer = read_some(window, &query, PART, &rows) == PART;
	put_before(window, &rows);
}

bool audit_window_reach(struct audit_window *window, size_t cursor, size_t rows)
{
	if (window->has_older && cursor + 2 * rows >= window->entries.len) {
		read_older(window);
		if (window->entries.len <= MOST)
			return false;
		drop_first(&window->entries, window->entries.len - MOST);
		window->has_newer = true;
		return true;
	}
	if (window->has_newer && cursor < 2 * rows) {
		read_newer(window);
		window->has_older = window->has_older || window->entries.len > MOST;
		if (window->entries.len > MOST)
			clear(&window->entries, MOST);
		return true;
	}
	return false;
}

void audit_window_first(struct audit_window *window)
{
	if (!window->has_newer)
		return;
	clear(&window->entries, 0);
	window->has_newer = false;
	read_older(window);
}

void audit_window_last(struct audit_window *window)
{
	if (!window->has_older)
		return;
	clear(&window->entries, 0);
	read_newer(window);
	window->has_older = false;
}

/* --- how many ----------------------------------------------------------------------- */

static void count_some(void *context);

static void count_later(struct audit_window *window)
{
	if (window->count_below > 0)
		loop_timer_start(session_loop(window->session), 0, count_some, window,
				 &window->timer);
}

static int64_t count(struct audit_window *window, const struct audit_query *query)
{
	int64_t n = 0;
	struct err err;

	if (session_audit_count_of(window->session, query, &n, &err) != ERR_OK) {
		fail(window, &err);
		window->count_below = 0;
	}
	return n;
}

static void count_part(struct audit_window *window)
{
	int64_t below = window->count_below;
	struct audit_query query;

	query_init(window, &query);
	query.before_seq = below;
	query.after_seq = below > COUNTED + 1 ? below - COUNTED - 1 : 0;
	window->count_below = query.after_seq > 0 ? query.after_seq + 1 : 0;
	window->total += count(window, &query);
}

static void count_some(void *context)
{
	struct audit_window *window = context;

	count_part(window);
	count_later(window);
	window->counted(window->context);
}

/* --- life --------------------------------------------------------------------------- */

void audit_window_init(struct audit_window *window, struct session *session,
		       void (*counted)(void *context), void *context)
{
	*window = (struct audit_window){.session = session, .counted = counted, .context = context};
	vec_init(&window->entries, sizeof(struct audit_entry));
}

void audit_window_close(struct audit_window *window)
{
	loop_timer_stop(&window->timer);
	clear(&window->entries, 0);
	window->has_newer = window->has_older = false;
	window->newest = window->total = window->count_below = 0;
	window->failed[0] = '\0';
}

void audit_window_free(struct audit_window *window)
{
	audit_window_close(window);
	vec_free(&window->entries);
}

void audit_window_open(struct audit_window *window, const char *action_id)
{
	audit_window_close(window);
	window->action_id = action_id;
	read_older(window);
	if (window->entries.len == 0)
		return;
	window->newest = audit_window_at(window, 0)->seq;
	window->count_below = window->newest + 1;
	count_part(window);
	count_later(window);
}

static void take_new(struct audit_window *window)
{
	struct audit_query query;
	struct vec rows;
	size_t n;

	vec_init(&rows, sizeof(struct audit_entry));
	query_init(window, &query);
	query.after_seq = window->newest;
	query.oldest_first = true;
	n = read_some(window, &query, PART, &rows);
	put_before(window, &rows);
	/* So many at once: what stands between is read when somebody comes near. */
	if (n == PART) {
		window->has_newer = true;
		audit_window_first(window);
	}
}

static void find_newest(struct audit_window *window)
{
	struct audit_query query;
	struct vec rows;

	vec_init(&rows, sizeof(struct audit_entry));
	query_init(window, &query);
	if (read_some(window, &query, 1, &rows) > 0)
		window->newest = ((struct audit_entry *)vec_at(&rows, 0))->seq;
	clear(&rows, 0);
	vec_free(&rows);
}

void audit_window_update(struct audit_window *window)
{
	struct audit_query query;

	if (window->newest == 0) {
		audit_window_open(window, window->action_id);
		return;
	}
	query_init(window, &query);
	query.after_seq = window->newest;
	window->failed[0] = '\0';
	window->total += count(window, &query);
	if (!window->has_newer)
		take_new(window);
	find_newest(window);
}
