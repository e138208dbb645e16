/* Reads the tenant page by page.
 *
 *   start -> first page (interactive) -> its totals known: the other pages, four
 *   at a time in the background, in order; pages near the cursor first
 *   -> all read, but ids missing (pages moved): once more -> whole
 *   No totals: one page after the other until a short one, or one without news.
 *   A page that failed for good ends the reading, and so does index_stop: index_start
 *   goes on from there with the pages that are missing.
 */
#include "dacache/app/index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/net/tenant.h"
#include "index_rows.h"
#include "internal.h"

enum {
	PASSES_MAX = 2,
	PAGES_AHEAD = 1,
	PAGE_SIZE_MAX = 100,
	TOTAL_MAX = 10000000 /* a larger one is no total: memory is taken by it */
};
enum page_state { PAGE_UNREAD, PAGE_ASKED, PAGE_READ };

struct index {
	struct session *session;
	struct rows rows;
	struct vec pages; /* of unsigned char: enum page_state */
	uint64_t version;
	size_t page_size;
	size_t total; /* by the tenant's word, 0 when unknown */
	bool total_known;
	bool reading;
	bool whole;
	bool stopped;
	bool failed;
	struct failure failure;
	uint32_t reading_number;
	int pass;
	size_t next_page; /* in the background, from 0 */
	struct vec calls; /* of struct page_call *, under way */
	size_t broken;
	size_t rows_read; /* of this reading */
	size_t marked;
	int64_t started_us;
};

/* One call for a page. */
struct page_call {
	struct index *index;
	struct tenant_call *tenant_call;
	size_t page; /* from 0 */
	uint32_t reading_number;
};

static void read_on(struct index *index);

enum err_code index_new(struct session *session, struct index **out)
{
	struct index *index = calloc(1, sizeof(*index));

	if (!index)
		return ERR_NO_MEMORY;
	index->session = session;
	vec_init(&index->pages, 1);
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
	for (i = 0; i < (*index)->calls.len; i++)
		free(*(struct page_call **)vec_at(&(*index)->calls, i));
	vec_free(&(*index)->calls);
	rows_free(&(*index)->rows);
	vec_free(&(*index)->pages);
	free(*index);
	*index = NULL;
}

static void changed(struct index *index, const char *action_id)
{
	index->version++;
	session_emit(index->session, EVENT_INDEX, action_id);
}

static int64_t now_us(const struct index *index)
{
	return clock_monotonic_us(loop_clock(session_loop(index->session)));
}

static enum page_state page_state(const struct index *index, size_t page)
{
	if (page >= index->pages.len)
		return PAGE_UNREAD;
	return (enum page_state)(*(unsigned char *)vec_at(&index->pages, page));
}

static void set_page_state(struct index *index, size_t page, enum page_state state)
{
	if (page >= index->pages.len && vec_resize(&index->pages, page + 1))
		return;
	*(unsigned char *)vec_at(&index->pages, page) = (unsigned char)state;
}

/* --- a page's reply --- */

static void fail_reading(struct index *index, const struct failure *failure)
{
	index->reading = false;
	index->failed = true;
	index->failure = *failure;
	session_report_failure(index->session, NULL, failure);
	changed(index, NULL);
}

/* Whether this reading had not seen one of them yet. */
static bool has_news(const struct index *index, const struct action_page *page)
{
	size_t i;

	for (i = 0; i < page->len; i++) {
		const struct row *known = rows_find(&index->rows, page->rows[i].id);

		if (!known || known->reading != index->reading_number)
			return true;
	}
	return false;
}

/* Somebody else may have changed it since the last reading. */
static void tell_difference(struct index *index, const struct action_row *now,
			    const char *modified_by, const char *date_modified)
{
	const struct row *known =
		map_count(index->rows.by_id) > 0 ? rows_find(&index->rows, now->id) : NULL;

	if (known)
		session_changes_seen(index->session, &known->shown, &now->members, modified_by,
				     date_modified);
}

static void take_rows(struct index *index, const struct action_page *page, size_t number)
{
	size_t i;

	for (i = 0; i < page->len; i++) {
		const struct action_row *now = &page->rows[i];
		struct row *row;

		tell_difference(index, now, NULL, NULL);
		row = rows_put(&index->rows, now, number * index->page_size + i,
			       index->reading_number);
		if (!row)
			break;
		row->shown.has_draft = session_has_draft(index->session, row->shown.id);
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
	index->total = (size_t)page->total;
	index->total_known = true;
	pages = (index->total + index->page_size - 1) / index->page_size;
	if (pages > index->pages.len)
		vec_resize(&index->pages, pages);
	if (index->total > index->rows.positions.len)
		vec_resize(&index->rows.positions, index->total);
}

static size_t pages_expected(const struct index *index)
{
	return (index->total + index->page_size - 1) / index->page_size;
}

/* Rows may have gone, and their marks with them. */
static void count_marked(struct index *index)
{
	size_t i;

	index->marked = 0;
	for (i = 0; i < index->rows.positions.len; i++) {
		const struct row *row = rows_at(&index->rows, i);

		index->marked += row && row->shown.marked;
	}
}

static void finish(struct index *index)
{
	size_t seen;

	rows_drop_unseen(&index->rows, index->reading_number,
			 index->total_known ? index->total : index->rows.positions.len);
	count_marked(index);
	seen = map_count(index->rows.by_id);
	if (index->total_known && seen + index->broken < index->total &&
	    ++index->pass < PASSES_MAX) {
		/* Pages moved under us: what slipped between two is found the second time. */
		index->broken = 0;
		index->next_page = 0;
		vec_clear(&index->pages);
		vec_resize(&index->pages, pages_expected(index));
		read_on(index);
		return;
	}
	index->reading = false;
	index->whole = true;
	changed(index, NULL);
}

static void take_page(struct index *index, size_t number, const struct action_page *page)
{
	bool is_last;
	bool is_news;

	take_totals(index, page, number);
	/* Without totals a page that was there already is the end, and moves nothing. */
	is_news = index->total_known || has_news(index, page);
	is_last = !index->total_known && (!is_news || page->len + page->broken < index->page_size);
	if (is_news)
		take_rows(index, page, number);
	set_page_state(index, number, PAGE_READ);
	changed(index, NULL);
	if (is_last && index->reading)
		finish(index);
	else
		read_on(index);
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

static void page_done(void *context, const struct tenant_reply *reply)
{
	struct page_call call = end_call(context);
	struct index *index = call.index;
	struct action_page page = {0};
	struct err err = {0};

	if (call.reading_number != index->reading_number) {
		read_on(index);
		return;
	}
	set_page_state(index, call.page, PAGE_UNREAD);
	if (reply->failure.kind != FAILURE_NONE) {
		if (index->reading)
			fail_reading(index, &reply->failure);
		return;
	}
	if (action_page_parse(reply->body, reply->body_len, &page, &err))
		broken_page(index, reply, &err);
	else
		take_page(index, call.page, &page);
	action_page_clear(&page);
}

/* --- asking --- */

static void ask(struct index *index, size_t page, enum lane lane)
{
	struct page_call *call = calloc(1, sizeof(*call));
	size_t size = index->page_size < PAGE_SIZE_MAX ? index->page_size : PAGE_SIZE_MAX;

	if (!call)
		return;
	call->index = index;
	call->page = page;
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
	set_page_state(index, page, PAGE_ASKED);
}

static void ask_without_totals(struct index *index)
{
	while (page_state(index, index->next_page) == PAGE_READ)
		index->next_page++;
	if (index->calls.len == 0)
		ask(index, index->next_page, LANE_BACKGROUND);
}

/* Keep the background busy; notice the end. */
static void read_on(struct index *index)
{
	size_t parallel = (size_t)session_profile(index->session)->parallel;
	size_t pages;

	if (!index->reading)
		return;
	if (!index->total_known) {
		ask_without_totals(index);
		return;
	}
	pages = pages_expected(index);
	while (index->calls.len < parallel && index->next_page < pages) {
		if (page_state(index, index->next_page) == PAGE_UNREAD)
			ask(index, index->next_page, LANE_BACKGROUND);
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
	index->pass = 0;
	index->broken = 0;
	vec_clear(&index->pages);
}

void index_start(struct index *index)
{
	if (!index->stopped && !index->failed)
		begin(index);
	index->reading = true;
	index->stopped = false;
	index->failed = false;
	index->next_page = 0;
	index->rows_read = 0;
	index->started_us = now_us(index);
	if (page_state(index, 0) == PAGE_UNREAD)
		ask(index, 0, LANE_INTERACTIVE);
	else
		read_on(index);
	changed(index, NULL);
}

bool index_stop(struct index *index)
{
	if (!index->reading)
		return false;
	while (index->calls.len > 0) {
		struct page_call *call = *(struct page_call **)vec_at(&index->calls, 0);

		tenant_cancel(&call->tenant_call);
		if (call->reading_number == index->reading_number)
			set_page_state(index, call->page, PAGE_UNREAD);
		end_call(call);
	}
	index->reading = false;
	index->stopped = true;
	changed(index, NULL);
	return true;
}

void index_want(struct index *index, size_t position)
{
	size_t page = index->page_size ? position / index->page_size : 0;
	size_t last = page + PAGES_AHEAD;

	if (!index->reading || !index->total_known)
		return;
	for (; page <= last && page < pages_expected(index); page++)
		if (page_state(index, page) == PAGE_UNREAD)
			ask(index, page, LANE_INTERACTIVE);
}

/* --- looking --- */

void index_progress(const struct index *index, struct index_progress *out)
{
	double seconds = (double)(now_us(index) - index->started_us) / 1e6;

	memset(out, 0, sizeof(*out));
	out->loaded = map_count(index->rows.by_id);
	out->total = index->total_known && index->total > out->loaded ? index->total : out->loaded;
	out->total_known = index->total_known;
	out->whole = index->whole;
	out->reading = index->reading;
	out->stopped = index->stopped;
	out->failed = index->failed;
	if (index->failed)
		out->failure = index->failure;
	out->broken = index->broken;
	if (index->reading && seconds > 0)
		out->rows_per_s = (double)index->rows_read / seconds;
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

	*unread = !row && index->reading && page_state(index, page) != PAGE_READ;
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
	changed(index, id);
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
	changed(index, NULL);
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
	tell_difference(index, &now, action->modified_by, action->date_modified);
	rows_put(&index->rows, &now, row->position, row->reading);
	changed(index, action->id);
}

void index_count_error(struct index *index, const char *id)
{
	struct row *row = rows_find(&index->rows, id);

	if (!row)
		return;
	row->shown.errors++;
	changed(index, id);
}

void index_set_draft(struct index *index, const char *id, bool has_draft)
{
	struct row *row = rows_find(&index->rows, id);

	if (!row || row->shown.has_draft == has_draft)
		return;
	row->shown.has_draft = has_draft;
	changed(index, id);
}

void index_set_matrix(struct index *index, const char *id, const struct tier_matrix *matrix)
{
	rows_set_matrix(&index->rows, id, matrix);
	changed(index, id);
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
