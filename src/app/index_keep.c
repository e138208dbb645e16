/* The list is kept from one run to the next: shown at once as it was, then brought up to
 * date; and a reading that was interrupted goes on where it was.
 *
 * Coming in:  heads -> parts of the unfinished reading -> parts of the last whole list,
 *             a slice a turn of the loop; rows known already stay as they are.
 * Going out:  a part is wanted once all its pages were read, and all are at the end of the
 *             reading; one a turn is encoded, and written where it is another than last
 *             time -> head of what there is so far -> at the end the head of the whole ->
 *             parts that no head names are removed, some a turn. Nothing of it while keys
 *             come.
 */
#include <stdlib.h>
#include <string.h>

#include "dacache/domain/ttl_model.h"
#include "index_private.h"

enum {
	PART_ROWS = 500,
	PARTS_A_HEAD = 16,
	TIDY_A_TURN = 20,
	LOADS_A_TURN = 2,
	FLUSH_PARTS = 200,
	ROWS_MAX = 10000000,
	LATER_US = 1000000,
	QUIET_US = 300000 /* what may be lost waits for a pause between keys */
};
/* An older beginning is begun anew. */
static const int64_t resume_us = 3600 * INT64_C(1000000);

static struct store *store_of(const struct index *index)
{
	return session_store(index->session);
}

static int64_t wall_us(const struct index *index)
{
	return clock_wall_us(loop_clock(session_loop(index->session)));
}

static void write_soon(struct index *index, int64_t delay_us);

void index_keep(struct index *index)
{
	index->keep.is_on = true;
}

void index_keep_init(struct index *index)
{
	vec_init(&index->keep.parts, sizeof(struct snapshot_part));
	vec_init(&index->keep.wanted, 1);
}

/* Once: the list is of no less use for it. */
static void tell_failure(struct index *index, const struct err *err)
{
	if (!index->keep.told && !session_is_unrecorded(index->session))
		messages_add(session_messages(index->session), SEVERITY_WARNING, NULL,
			     "the list is not kept for the next start: %s", err->text);
	index->keep.told = true;
	index->keep.is_on = false;
}

/* ---- coming in ---- */

struct loading {
	struct index *index;
	size_t first;
	uint32_t reading;
};

static bool take_kept(void *context, size_t offset, const struct action_row *kept)
{
	struct loading *loading = context;
	struct index *index = loading->index;
	struct row *row =
		rows_put_kept(&index->rows, kept, loading->first + offset, loading->reading);

	if (!row)
		return true;
	row->shown.is_kept = loading->reading == 0;
	index->kept += row->shown.is_kept;
	index->fresh += !row->shown.is_kept;
	row->shown.has_draft = session_has_draft(index->session, row->shown.id);
	return true;
}

struct part_bytes {
	struct loading loading;
	bool ok;
};

static void read_part(void *context, const void *data, size_t len)
{
	struct part_bytes *part = context;

	part->ok = index_decode(data, len, take_kept, &part->loading);
}

static void load_part(struct index *index, enum snapshot_kind kind, size_t n)
{
	const struct snapshot_head *head = &index->keep.heads[kind];
	struct part_bytes part = {
		.loading = {index, n * PART_ROWS,
			    kind == SNAPSHOT_PARTIAL ? index->reading_number : 0}};
	struct err err;

	if (head->parts[n].id == 0)
		return;
	if (snapshot_part_read(store_of(index), head->parts[n].id, read_part, &part, &err) ||
	    !part.ok)
		return; /* its rows come from the tenant */
	if (kind == SNAPSHOT_PARTIAL)
		*(struct snapshot_part *)vec_at(&index->keep.parts, n) = head->parts[n];
}

/* All positions of the page are in parts that came in. */
static bool page_is_kept(const struct index *index, size_t page, size_t rows)
{
	size_t first = page * index->page_size;
	size_t last = first + index->page_size <= rows ? first + index->page_size - 1 : rows - 1;
	size_t n;

	for (n = first / PART_ROWS; n <= last / PART_ROWS; n++)
		if (n >= index->keep.parts.len ||
		    ((struct snapshot_part *)vec_at(&index->keep.parts, n))->id == 0)
			return false;
	return true;
}

/* What an earlier run had read need not be read again. */
static void resume(struct index *index)
{
	size_t rows = (size_t)index->keep.heads[SNAPSHOT_PARTIAL].rows;
	size_t page;

	for (page = 1; page * index->page_size < rows; page++)
		if (index_page_state(index, page) == PAGE_UNREAD && page_is_kept(index, page, rows))
			index_set_page_read(index, page, (uint32_t)rows);
}

bool index_keep_is_loading_partial(const struct index *index)
{
	return index->keep.opened && index->keep.loading == SNAPSHOT_PARTIAL &&
	       index->keep.next_load < index->keep.heads[SNAPSHOT_PARTIAL].len;
}

/* False: all is there. */
static bool load_next(struct index *index)
{
	struct index_keep *keep = &index->keep;

	if (keep->next_load < keep->heads[keep->loading].len) {
		load_part(index, keep->loading, keep->next_load++);
		if (index_keep_is_loading_partial(index) ||
		    keep->next_load < keep->heads[keep->loading].len)
			return true;
	}
	if (keep->loading == SNAPSHOT_WHOLE)
		return false;
	resume(index);
	keep->loading = SNAPSHOT_WHOLE;
	keep->next_load = 0;
	return keep->heads[SNAPSHOT_WHOLE].len > 0;
}

static void load_some(void *context)
{
	struct index *index = context;
	bool was_partial = index_keep_is_loading_partial(index);
	bool more = true;
	int i;

	for (i = 0; i < LOADS_A_TURN && more; i++)
		more = load_next(index);
	if (more)
		loop_timer_start(session_loop(index->session), 0, load_some, index,
				 &index->keep.load_timer);
	index_changed(index, NULL);
	if (was_partial && !index_keep_is_loading_partial(index))
		index_read_on(index);
}

static bool is_usable(const struct index *index, enum snapshot_kind kind)
{
	const struct snapshot_head *head = &index->keep.heads[kind];

	if (head->part_rows != PART_ROWS || head->rows <= 0 || head->rows > ROWS_MAX ||
	    head->len > (size_t)head->rows / PART_ROWS + 1)
		return false;
	return kind == SNAPSHOT_WHOLE || wall_us(index) - head->as_of_us < resume_us;
}

static void load_head(struct index *index, enum snapshot_kind kind)
{
	struct snapshot_head *head = &index->keep.heads[kind];
	struct err err;

	if (snapshot_head_load(store_of(index), kind, head, &err) || !is_usable(index, kind))
		snapshot_head_clear(head);
	if ((size_t)head->rows > index->rows.positions.len)
		vec_resize(&index->rows.positions, (size_t)head->rows);
}

void index_keep_begin(struct index *index)
{
	struct index_keep *keep = &index->keep;

	if (!keep->is_on || keep->opened)
		return;
	load_head(index, SNAPSHOT_PARTIAL);
	load_head(index, SNAPSHOT_WHOLE);
	keep->opened = true;
	keep->loading = SNAPSHOT_PARTIAL;
	if (keep->heads[SNAPSHOT_PARTIAL].len > 0)
		keep->as_of_us = keep->heads[SNAPSHOT_PARTIAL].as_of_us;
	vec_resize(&keep->parts, keep->heads[SNAPSHOT_PARTIAL].len);
	load_some(index);
}

/* ---- going out ---- */

static void forget_written(struct index *index)
{
	vec_clear(&index->keep.parts);
	vec_clear(&index->keep.wanted);
	index->keep.n_wanted = 0;
	index->keep.next_wanted = 0;
	index->keep.unnamed = 0;
	index->keep.is_whole = false;
	index->keep.head_due = false;
}

void index_keep_anew(struct index *index)
{
	forget_written(index);
	index->keep.as_of_us = wall_us(index);
}

void index_keep_check_total(struct index *index, size_t total)
{
	struct index_keep *keep = &index->keep;
	size_t i;

	if (!keep->opened || keep->total_checked)
		return;
	keep->total_checked = true;
	if (keep->heads[SNAPSHOT_PARTIAL].len == 0 ||
	    ((size_t)keep->heads[SNAPSHOT_PARTIAL].rows == total &&
	     index->page_size == (size_t)session_profile(index->session)->page_size))
		return;
	for (i = 0; i < index->rows.positions.len; i++)
		if (rows_at(&index->rows, i))
			rows_at(&index->rows, i)->reading = 0;
	index->fresh = 0;
	vec_clear(&index->pages);
	index_keep_anew(index);
	snapshot_head_clear(&keep->heads[SNAPSHOT_PARTIAL]);
	if (keep->loading == SNAPSHOT_PARTIAL)
		keep->next_load = 0;
	keep->loading = SNAPSHOT_WHOLE;
}

static size_t list_len(const struct index *index)
{
	return index->keep.is_whole || !index->total_known ? index->rows.positions.len
							   : index->total;
}

static void want(struct index *index, size_t n)
{
	struct index_keep *keep = &index->keep;
	unsigned char *wanted;

	if (n >= keep->wanted.len && vec_resize(&keep->wanted, n + 1))
		return;
	if (n >= keep->parts.len && vec_resize(&keep->parts, n + 1))
		return;
	wanted = vec_at(&keep->wanted, n);
	keep->n_wanted += !*wanted;
	*wanted = 1;
}

static bool part_was_read(const struct index *index, size_t n)
{
	size_t end = (n + 1) * PART_ROWS < index->total ? (n + 1) * PART_ROWS : index->total;
	size_t page = n * PART_ROWS / index->page_size;

	for (; page * index->page_size < end; page++)
		if (index_page_state(index, page) != PAGE_READ)
			return false;
	return true;
}

void index_keep_page(struct index *index, size_t page)
{
	size_t first = page * index->page_size;
	size_t n;

	if (!index->keep.is_on || !index->total_known || index->total == 0)
		return;
	for (n = first / PART_ROWS; n <= (first + index->page_size - 1) / PART_ROWS; n++)
		if (n * PART_ROWS < index->total && part_was_read(index, n))
			want(index, n);
	write_soon(index, 0);
}

void index_keep_row(struct index *index, size_t position)
{
	if (!index->keep.is_on || !index->keep.is_whole)
		return;
	want(index, position / PART_ROWS);
	index->keep.head_due = true;
	write_soon(index, LATER_US);
}

void index_keep_whole(struct index *index)
{
	struct index_keep *keep = &index->keep;
	size_t n;

	if (!keep->is_on)
		return;
	keep->is_whole = true;
	keep->head_due = true;
	for (n = 0; n * PART_ROWS < index->rows.positions.len; n++)
		want(index, n);
	vec_resize(&keep->parts, n);
	write_soon(index, 0);
}

static bool is_as_kept(const struct snapshot_head *head, size_t n, uint64_t hash,
		       struct snapshot_part *part)
{
	if (n >= head->len || head->parts[n].id == 0 || head->parts[n].hash != hash)
		return false;
	*part = head->parts[n];
	return true;
}

static enum err_code write_part(struct index *index, size_t n, struct err *err)
{
	struct index_keep *keep = &index->keep;
	struct snapshot_part *part = vec_at(&keep->parts, n);
	size_t end = (n + 1) * PART_ROWS;
	enum err_code code = ERR_OK;
	struct buf bytes;
	uint64_t hash;

	if (end > list_len(index))
		end = list_len(index);
	if (end > index->rows.positions.len)
		end = index->rows.positions.len;
	buf_init(&bytes, SIZE_MAX);
	if (index_encode(&index->rows, n * PART_ROWS, end, &bytes)) {
		buf_free(&bytes);
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	}
	hash = ttl_model_hash_add(TTL_MODEL_HASH_START, bytes.data, bytes.len);
	if (part->id == 0 || part->hash != hash) {
		if (!is_as_kept(&keep->heads[SNAPSHOT_WHOLE], n, hash, part)) {
			code = snapshot_part_add(store_of(index), bytes.data, bytes.len, &part->id,
						 err);
			part->hash = hash;
		}
		keep->unnamed++;
	}
	buf_free(&bytes);
	return code;
}

/* The next part that is wanted. */
static enum err_code write_next(struct index *index, struct err *err)
{
	struct index_keep *keep = &index->keep;
	unsigned char *wanted = keep->wanted.items;

	while (!wanted[keep->next_wanted])
		keep->next_wanted = (keep->next_wanted + 1) % keep->wanted.len;
	wanted[keep->next_wanted] = 0;
	keep->n_wanted--;
	return write_part(index, keep->next_wanted, err);
}

/* A copy of what was written is what the next reading is held against. */
static void remember_whole(struct index *index, const struct snapshot_head *head)
{
	struct snapshot_head *kept = &index->keep.heads[SNAPSHOT_WHOLE];
	struct snapshot_part *parts = calloc(head->len > 0 ? head->len : 1, sizeof(*parts));

	snapshot_head_clear(kept);
	if (!parts)
		return;
	memcpy(parts, head->parts, head->len * sizeof(*parts));
	*kept = *head;
	kept->parts = parts;
}

static enum err_code write_head(struct index *index, struct err *err)
{
	struct index_keep *keep = &index->keep;
	bool whole = keep->is_whole && keep->n_wanted == 0;
	const struct snapshot_head head = {
		.as_of_us = keep->as_of_us,
		.rows = (int64_t)list_len(index),
		.part_rows = PART_ROWS,
		.parts = keep->parts.items,
		.len = keep->parts.len,
	};
	enum err_code code = snapshot_head_save(
		store_of(index), whole ? SNAPSHOT_WHOLE : SNAPSHOT_PARTIAL, &head, err);

	if (code == ERR_OK && whole) {
		remember_whole(index, &head);
		keep->head_due = false;
		keep->tidy_due = true;
	}
	keep->unnamed = 0;
	return code;
}

/* Another program tidied away what no head named yet. */
static void begin_again(struct index *index)
{
	struct index_keep *keep = &index->keep;
	bool whole = keep->is_whole;

	snapshot_head_clear(&keep->heads[SNAPSHOT_WHOLE]);
	forget_written(index);
	if (whole)
		index_keep_whole(index);
}

static bool is_busy(const struct index_keep *keep)
{
	return keep->n_wanted > 0 || keep->unnamed > 0 || keep->head_due || keep->tidy_due;
}

static void write_some(void *context)
{
	struct index *index = context;
	struct index_keep *keep = &index->keep;
	int64_t busy_us = loop_until_quiet_us(session_loop(index->session), QUIET_US);
	enum err_code code = ERR_OK;
	struct err err;

	if (busy_us > 0) {
		write_soon(index, busy_us);
		return;
	}
	if (keep->n_wanted > 0 && keep->unnamed < PARTS_A_HEAD)
		code = write_next(index, &err);
	else if (keep->unnamed > 0 || keep->head_due)
		code = write_head(index, &err);
	else if (keep->tidy_due)
		code = snapshot_tidy(store_of(index), TIDY_A_TURN, &keep->tidy_due, &err);
	if (code == ERR_NOT_FOUND)
		begin_again(index);
	else if (code)
		tell_failure(index, &err);
	if (keep->is_on && is_busy(keep))
		write_soon(index, 0);
}

static void write_soon(struct index *index, int64_t delay_us)
{
	if (is_busy(&index->keep) && !index->keep.write_timer)
		loop_timer_start(session_loop(index->session), delay_us, write_some, index,
				 &index->keep.write_timer);
}

/* ---- the end ---- */

static void write_rest(struct index *index)
{
	struct index_keep *keep = &index->keep;
	enum err_code code = ERR_OK;
	struct err err;
	int i;

	for (i = 0; i < FLUSH_PARTS && keep->n_wanted > 0 && code == ERR_OK; i++)
		code = write_next(index, &err);
	if (code == ERR_OK && (keep->unnamed > 0 || keep->head_due))
		write_head(index, &err);
}

void index_keep_free(struct index *index)
{
	struct index_keep *keep = &index->keep;

	loop_timer_stop(&keep->load_timer);
	loop_timer_stop(&keep->write_timer);
	if (keep->is_on)
		write_rest(index);
	snapshot_head_clear(&keep->heads[SNAPSHOT_WHOLE]);
	snapshot_head_clear(&keep->heads[SNAPSHOT_PARTIAL]);
	vec_free(&keep->parts);
	vec_free(&keep->wanted);
}
