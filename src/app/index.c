/* Reads the tenant page by page.
 *
 *   start -> first page (interactive) -> its totals known: the other pages, four
 *   at a time in the background, in order; pages near the cursor first
 *   -> all read, but the total moved meanwhile: the pages that were read before it did
 *   are read again; or ids are missing though it never moved: all pages, once
 *   -> two pages once more (index_probe.c): where they moved, all of them, anew
 *   -> whole; what still does not add up is said
 *   A page past the last one that is told of, and brings news: it counts. Twenty empty
 *   ones: no more are asked for
 *   No totals: one page after the other until a short one, or one without news.
 *   A page that failed for good ends the reading, and so does index_stop: index_start
 *   goes on from there with the pages that are missing.
 */
#include "dacache/app/index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/app/bulk.h"
#include "dacache/base/text.h"
#include "dacache/net/tenant.h"
#include "index_private.h"

enum {
	PAGES_AHEAD = 1,
	RESERVED_MAX = 1000000 /* entries of the map: a tenant may count wrongly */
};

/* One call for a page. */
struct page_call {
	struct index *index;
	struct tenant_call *tenant_call;
	size_t page; /* from 0 */
	uint32_t reading_number;
	bool is_probe; /* of a page that was read already */
};

enum err_code index_new(struct session *session, struct index **out)
{
	struct index *index = calloc(1, sizeof(*index));

	if (!index)
		return ERR_NO_MEMORY;
	index->session = session;
	vec_init(&index->pages, sizeof(struct page));
	index_keep_init(index);
	vec_init(&index->calls, sizeof(struct page_call *));
	if (rows_init(&index->rows)) {
		index_free(&index);
		return ERR_NO_MEMORY;
	}
	*out = index;
	return ERR_OK;
}

void index_free(struct index **index)
{
	size_t i;

	if (!*index)
		return;
	index_keep_free(*index);
	for (i = 0; i < (*index)->calls.len; i++)
		free(*(struct page_call **)vec_at(&(*index)->calls, i));
	vec_free(&(*index)->calls);
	rows_free(&(*index)->rows);
	vec_free(&(*index)->pages);
	free(*index);
	*index = NULL;
}

void index_changed(struct index *index, const char *action_id)
{
	index->version++;
	session_emit(index->session, EVENT_INDEX, action_id);
}

static int64_t now_us(const struct index *index)
{
	return clock_monotonic_us(loop_clock(session_loop(index->session)));
}

enum page_state index_page_state(const struct index *index, size_t page)
{
	if (page >= index->pages.len)
		return PAGE_UNREAD;
	return (enum page_state)((struct page *)vec_at(&index->pages, page))->state;
}

static void set_page_state(struct index *index, size_t page, enum page_state state)
{
	if (page >= index->pages.len && vec_resize(&index->pages, page + 1))
		return;
	((struct page *)vec_at(&index->pages, page))->state = (unsigned char)state;
}

void index_set_page_read(struct index *index, size_t page, uint32_t total)
{
	set_page_state(index, page, PAGE_READ);
	if (page < index->pages.len)
		((struct page *)vec_at(&index->pages, page))->total = total;
}

static void ask(struct index *index, size_t page, bool is_probe, enum lane lane);

/* --- a page's reply --- */

static void fail_reading(struct index *index, const struct failure *failure)
{
	index->reading = false;
	index->failed = true;
	index->failure = *failure;
	session_report_failure(index->session, NULL, failure);
	index_changed(index, NULL);
}

/* Somebody else may have changed it since the last reading; when they did before this
 * run, nobody knows. */
static void tell_difference(struct index *index, const struct row *known,
			    const struct action_row *now, const char *modified_by,
			    const char *date_modified)
{
	if (known && !known->shown.is_kept)
		session_changes_seen(index->session, &known->shown, &now->members, modified_by,
				     date_modified);
}

/* As this reading sees it. NULL without memory. */
static struct row *put_row(struct index *index, struct row *known, const struct action_row *action,
			   size_t position)
{
	bool is_news = !known || known->reading != index->reading_number;
	bool was_kept = known && known->shown.is_kept;
	struct row *row = rows_put(&index->rows, known, action, position, index->reading_number);

	if (!row)
		return NULL;
	index->fresh += is_news;
	index->kept -= was_kept;
	row->shown.is_kept = false;
	row->shown.has_draft = session_has_draft(index->session, row->shown.id);
	return row;
}

static void take_rows(struct index *index, const struct action_page *page, size_t number)
{
	size_t i;

	for (i = 0; i < page->len; i++) {
		struct row *known = rows_find(&index->rows, page->rows[i].id);

		tell_difference(index, known, &page->rows[i], NULL, NULL);
		if (!put_row(index, known, &page->rows[i], number * index->page_size + i))
			break;
	}
	index->rows_read += page->len;
	index->broken += page->broken;
}

/* How large a page really is: as many as the first one has, where more follow. */
static void take_page_size(struct index *index, const struct action_page *page)
{
	size_t entries = page->len + page->broken;

	if (entries > index->page_size || (entries > 0 && page->total > (int64_t)entries))
		index->page_size = entries;
}

/* Each page tells how many there are. */
static void take_totals(struct index *index, const struct action_page *page, size_t number)
{
	size_t pages;

	if (number == 0)
		take_page_size(index, page);
	if (page->total < 0 || page->total > TOTAL_MAX)
		return;
	if (number == 0)
		index_keep_check_total(index, (size_t)page->total);
	index->total = (size_t)page->total;
	/* A total that counts too few would hide the rest. */
	index->page_count = page->page_count > 0 && page->page_count <= TOTAL_MAX / PAGE_SIZE_MAX
				    ? (size_t)page->page_count
				    : 0;
	index->total_known = true;
	pages = index_pages_expected(index);
	if (pages > index->pages.len)
		vec_resize(&index->pages, pages);
	if (index->total > index->rows.positions.len)
		vec_resize(&index->rows.positions, index->total);
	map_reserve(index->rows.by_id, index->total < RESERVED_MAX ? index->total : RESERVED_MAX);
}

/* Rows may have gone, and their marks with them. */
static void count_marked(struct index *index)
{
	size_t i;

	if (index->marked == 0)
		return;
	index->marked = 0;
	for (i = 0; i < index->rows.positions.len; i++) {
		const struct row *row = rows_at(&index->rows, i);

		index->marked += row && row->shown.marked;
	}
}

/* Pages that were read when the total was another one: a row may have slipped past them, and
 * what stands there may be gone. False: there are none. */
static bool unread_moved(struct index *index)
{
	bool any = false;
	size_t i;
	size_t page;

	for (page = 0; page < index_pages_expected(index) && page < index->pages.len; page++) {
		const struct page *known = vec_at(&index->pages, page);
		size_t first = page * index->page_size;

		if (known->state != PAGE_READ || known->total == index->total)
			continue;
		any = true;
		set_page_state(index, page, PAGE_UNREAD);
		for (i = first; i < first + index->page_size; i++) {
			struct row *row = rows_at(&index->rows, i);

			if (!row || row->reading != index->reading_number)
				continue;
			row->reading = 0;
			index->fresh--;
		}
	}
	return any;
}

/* Ids were missing or twice though the total stood still: all pages, once more. */
static bool unread_all(struct index *index)
{
	if (index->fresh + index->broken >= index->total || index->pass > 0)
		return false;
	index_unread_all(index);
	return true;
}

static bool read_once_more(struct index *index)
{
	if (!index->total_known || index->pass + 1 >= INDEX_PASSES_MAX ||
	    !(unread_moved(index) || unread_all(index)))
		return false;
	index_begin_pass(index);
	return true;
}

/* What could not be settled is said. */
static void tell_unsettled(struct index *index)
{
	size_t seen = index->fresh + index->broken;
	char *out = index->unsettled;
	char counted[32];
	char came[32];

	text_format_count((int64_t)index->total, counted);
	text_format_count((int64_t)seen, came);
	out[0] = '\0';
	if (index->moved)
		snprintf(out, sizeof(index->unsettled),
			 "the list changed each time it was read: an action may be missing, or "
			 "be gone");
	else if (index->total_known && seen != index->total)
		snprintf(out, sizeof(index->unsettled),
			 "the tenant counts %s Data Actions, but %s came%s", counted, came,
			 index->pass > 0 ? ", also when all was read again" : "");
	else if (index->broken > 0)
		snprintf(out, sizeof(index->unsettled),
			 "entries of the list without an id were left out: %zu", index->broken);
	if (out[0])
		messages_add(session_messages(index->session), SEVERITY_WARNING, NULL, "%s", out);
}

/* Whether what was read may have moved meanwhile: asked for at the end of each pass. */
static bool probe(struct index *index)
{
	size_t page;
	size_t i;

	/* Where ids are missing it has been read again, and is told of. */
	if (index->probed || index->fresh + index->broken < index->total)
		return false;
	index->probed = true;
	index->moved = false;
	for (i = 0; index_probe_page(index, i, &page); i++)
		ask(index, page, true, LANE_BACKGROUND);
	return index->calls.len > 0;
}

static void finish(struct index *index)
{
	if (read_once_more(index) || probe(index) || index_probe_read_again(index))
		return;
	/* As a rule there is nothing to be looked for. */
	if (index->fresh != map_count(index->rows.by_id) ||
	    index->fresh != index->rows.positions.len)
		rows_drop_unseen(&index->rows, index->reading_number);
	count_marked(index);
	index->kept = 0;
	index->reading = false;
	index->whole = true;
	index_keep_whole(index);
	tell_unsettled(index);
	index_changed(index, NULL);
}

static void take_page(struct index *index, size_t number, const struct action_page *page)
{
	bool is_last;
	bool is_news;

	take_totals(index, page, number);
	/* Past what totals tell, a page that was there already is the end, and moves nothing. */
	is_news = (index->total_known && number + 1 != index->pages_more) ||
		  index_has_news(index, page);
	is_last = !index->total_known && (!is_news || page->len + page->broken < index->page_size);
	if (index->total_known)
		index_take_next(index, page, number);
	if (is_news)
		take_rows(index, page, number);
	index_set_page_read(index, number, index->total_known ? (uint32_t)index->total : 0);
	if (index->total_known)
		index_take_end(index, number, page->len + page->broken == 0);
	index_keep_page(index, number);
	index_changed(index, NULL);
	if (is_last && index->reading)
		finish(index);
	else
		index_read_on(index);
}

static void broken_page(struct index *index, const struct tenant_reply *reply,
			const struct err *err)
{
	struct failure failure = reply->failure;

	failure.kind = FAILURE_BROKEN_REPLY;
	failure.status = reply->status;
	snprintf(failure.message, sizeof(failure.message), "%s", err->text);
	fail_reading(index, &failure);
}

/* Forget a call that ended; returns what it was. */
static struct page_call end_call(struct page_call *call)
{
	struct page_call copy = *call;
	struct vec *calls = &call->index->calls;
	size_t i;

	for (i = 0; i < calls->len; i++)
		if (*(struct page_call **)vec_at(calls, i) == call)
			break;
	vec_remove(calls, i);
	free(call);
	return copy;
}

static void take_probe(struct index *index, size_t number, const struct action_page *page)
{
	index_probe_take(index, page, number);
	if (index->calls.len == 0 && index->reading)
		finish(index);
}

static void page_done(void *context, const struct tenant_reply *reply)
{
	struct page_call call = end_call(context);
	struct index *index = call.index;
	struct action_page page = {0};
	struct err err = {0};

	if (call.reading_number != index->reading_number) {
		index_read_on(index);
		return;
	}
	if (!call.is_probe)
		set_page_state(index, call.page, PAGE_UNREAD);
	if (reply->failure.kind != FAILURE_NONE) {
		if (index->reading)
			fail_reading(index, &reply->failure);
		return;
	}
	if (action_page_parse(reply->body, reply->body_len, &page, &err))
		broken_page(index, reply, &err);
	else if (!call.is_probe)
		take_page(index, call.page, &page);
	else
		take_probe(index, call.page, &page);
	action_page_clear(&page);
}

/* --- asking --- */

static void ask(struct index *index, size_t page, bool is_probe, enum lane lane)
{
	struct page_call *call = calloc(1, sizeof(*call));
	size_t size = index->page_size < PAGE_SIZE_MAX ? index->page_size : PAGE_SIZE_MAX;

	if (!call)
		return;
	call->index = index;
	call->page = page;
	call->is_probe = is_probe;
	call->reading_number = index->reading_number;
	if (vec_push(&index->calls, &call)) {
		free(call);
		return;
	}
	if (tenant_list(session_tenant(index->session), (int64_t)page + 1, (int64_t)size, lane,
			page_done, call, &call->tenant_call)) {
		end_call(call);
		return;
	}
	if (!is_probe)
		set_page_state(index, page, PAGE_ASKED);
}

static void ask_without_totals(struct index *index)
{
	while (index_page_state(index, index->next_page) == PAGE_READ)
		index->next_page++;
	if (index->calls.len == 0)
		ask(index, index->next_page, false, LANE_BACKGROUND);
}

void index_read_on(struct index *index)
{
	size_t parallel = (size_t)session_profile(index->session)->parallel;
	size_t pages;

	if (!index->reading || index_keep_is_loading_partial(index))
		return;
	if (!index->total_known) {
		ask_without_totals(index);
		return;
	}
	pages = index_pages_expected(index);
	while (index->calls.len < parallel && index->next_page < pages) {
		if (index_page_state(index, index->next_page) == PAGE_UNREAD)
			ask(index, index->next_page, false, LANE_BACKGROUND);
		index->next_page++;
	}
	if (index->calls.len == 0 && index->next_page >= pages)
		finish(index);
}

static void begin(struct index *index)
{
	index->reading_number++;
	index->page_size = (size_t)session_profile(index->session)->page_size;
	index->whole = false;
	index->total_known = false;
	index->pages_more = 0;
	index->pages_end = 0;
	index->pass = 0;
	index->broken = 0;
	index->fresh = 0;
	vec_clear(&index->pages);
	index_keep_anew(index);
}

static void drop_calls(struct index *index)
{
	while (index->calls.len > 0) {
		struct page_call *call = *(struct page_call **)vec_at(&index->calls, 0);

		tenant_cancel(&call->tenant_call);
		if (call->reading_number == index->reading_number)
			set_page_state(index, call->page, PAGE_UNREAD);
		end_call(call);
	}
}

void index_start(struct index *index)
{
	/* Its first page is asked for already: what came of asking once more would be the same. */
	if (index->reading && !index->total_known && index->calls.len > 0 &&
	    index_page_state(index, 0) == PAGE_ASKED)
		return;
	if (!index->stopped && !index->failed) {
		drop_calls(index);
		begin(index);
	}
	index->reading = true;
	index->probed = false;
	index->moved = false;
	index->stopped = false;
	index->failed = false;
	index->next_page = 0;
	index->rows_read = 0;
	index->started_us = now_us(index);
	if (index_page_state(index, 0) == PAGE_UNREAD)
		ask(index, 0, false, LANE_INTERACTIVE);
	else
		index_read_on(index);
	index_keep_begin(index);
	index_changed(index, NULL);
}

bool index_stop(struct index *index)
{
	if (!index->reading)
		return false;
	drop_calls(index);
	index->reading = false;
	index->stopped = true;
	index_changed(index, NULL);
	return true;
}

void index_want(struct index *index, size_t position)
{
	size_t page = index->page_size ? position / index->page_size : 0;
	size_t last = page + PAGES_AHEAD;

	if (!index->reading || !index->total_known)
		return;
	for (; page <= last && page < index_pages_expected(index); page++)
		if (index_page_state(index, page) == PAGE_UNREAD)
			ask(index, page, false, LANE_INTERACTIVE);
}

/* --- looking --- */

void index_progress(const struct index *index, struct index_progress *out)
{
	double seconds = (double)(now_us(index) - index->started_us) / 1e6;

	memset(out, 0, sizeof(*out));
	out->loaded = map_count(index->rows.by_id);
	out->total =
		index->total_known ? index->total : (size_t)index->keep.heads[SNAPSHOT_WHOLE].rows;
	if (out->total < out->loaded)
		out->total = out->loaded;
	out->total_known = index->total_known;
	out->whole = index->whole;
	out->reading = index->reading;
	out->stopped = index->stopped;
	out->failed = index->failed;
	if (index->failed)
		out->failure = index->failure;
	out->broken = index->broken;
	snprintf(out->unsettled, sizeof(out->unsettled), "%s",
		 index->whole ? index->unsettled : "");
	out->fresh = index->fresh;
	out->kept = index->kept;
	out->kept_as_of_us = index->keep.heads[SNAPSHOT_WHOLE].as_of_us;
	out->left_s = -1;
	if (index->reading && seconds > 0)
		out->rows_per_s = (double)index->rows_read / seconds;
	if (out->rows_per_s > 0 && index->total_known && index->total >= index->fresh)
		out->left_s = bulk_estimate_s(index->session,
					      (index->total - index->fresh + index->page_size - 1) /
						      index->page_size,
					      out->rows_per_s / (double)index->page_size);
}

const struct index_row *index_find(const struct index *index, const char *id)
{
	struct row *row = rows_find(&index->rows, id);

	return row ? &row->shown : NULL;
}

size_t index_positions(const struct index *index)
{
	return index->rows.positions.len;
}

const struct index_row *index_at(const struct index *index, size_t position, bool *unread)
{
	struct row *row = rows_at(&index->rows, position);
	size_t page = index->page_size ? position / index->page_size : 0;

	*unread = !row && index->reading && index_page_state(index, page) != PAGE_READ;
	return row ? &row->shown : NULL;
}

long index_position(const struct index *index, const char *id)
{
	struct row *row = rows_find(&index->rows, id);

	return row ? (long)row->position : -1;
}

uint64_t index_version(const struct index *index)
{
	return index->version;
}

struct session *index_session(const struct index *index)
{
	return index->session;
}

/* --- changes from elsewhere --- */

void index_mark(struct index *index, const char *id, bool marked)
{
	struct row *row = rows_find(&index->rows, id);

	if (!row || row->shown.marked == marked)
		return;
	row->shown.marked = marked;
	index->marked += marked ? 1 : (size_t)-1;
	index_changed(index, id);
}

void index_mark_none(struct index *index)
{
	size_t i;

	for (i = 0; i < index->rows.positions.len; i++) {
		struct row *row = rows_at(&index->rows, i);

		if (row)
			row->shown.marked = false;
	}
	index->marked = 0;
	index_changed(index, NULL);
}

size_t index_marked(const struct index *index)
{
	return index->marked;
}

void index_update(struct index *index, const struct action *action)
{
	struct row *row = rows_find(&index->rows, action->id);
	const struct action_row now = {action->id, action->name, action->category, action->members};

	/* An action outside the list (not read yet) gets its row with its page. */
	if (!row)
		return;
	tell_difference(index, row, &now, action->modified_by, action->date_modified);
	index->kept -= row->shown.is_kept;
	row->shown.is_kept = false;
	rows_put(&index->rows, row, &now, row->position, row->reading);
	index_keep_row(index, row->position);
	index_changed(index, action->id);
}

void index_count_error(struct index *index, const char *id)
{
	struct row *row = rows_find(&index->rows, id);

	if (!row)
		return;
	row->shown.errors++;
	index_changed(index, id);
}

void index_set_draft(struct index *index, const char *id, bool has_draft)
{
	struct row *row = rows_find(&index->rows, id);

	if (!row || row->shown.has_draft == has_draft)
		return;
	row->shown.has_draft = has_draft;
	index_changed(index, id);
}

void index_set_matrix(struct index *index, const char *id, const struct tier_matrix *matrix)
{
	rows_set_matrix(&index->rows, id, matrix);
	index_changed(index, id);
}

const char *index_collision(struct index *index, const char *key, const char *exclude_id)
{
	return rows_collision(&index->rows, key, exclude_id);
}

const char *index_overlap(struct index *index, const char *key, const char *exclude_id,
			  const char **other_key, struct buf *example)
{
	return rows_overlap(&index->rows, key, exclude_id, other_key, example);
}
