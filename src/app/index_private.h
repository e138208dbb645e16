/* The inside of the index, for its own files. */
#ifndef DACACHE_SRC_APP_INDEX_PRIVATE_H
#define DACACHE_SRC_APP_INDEX_PRIVATE_H

#include "dacache/store/snapshot.h"
#include "index_rows.h"
#include "internal.h"

enum page_state { PAGE_UNREAD, PAGE_ASKED, PAGE_READ };

/* A page of the tenant's list, as far as it was read. */
struct page {
	uint32_t total; /* what its reply said, UINT32_MAX: nothing */
	unsigned char state;
	bool is_empty;
};

/* --- index_keep.c: the list is kept from one run to the next --- */
struct index_keep {
	bool is_on;
	bool opened;
	bool total_checked;
	bool is_whole; /* this reading */
	bool told;     /* that keeping failed */
	/* As it was kept, by enum snapshot_kind; what is shown of it comes in slices. */
	struct snapshot_head heads[2];
	enum snapshot_kind loading;
	size_t next_load;
	struct loop_timer *load_timer;
	/* As it is kept now. */
	int64_t as_of_us;
	struct vec parts;  /* of struct snapshot_part */
	struct vec wanted; /* of unsigned char: that part is to be written */
	size_t n_wanted;
	size_t next_wanted;
	size_t unnamed; /* parts written that the head does not name yet */
	bool head_due;
	bool tidy_due;
	struct loop_timer *write_timer;
};

enum { INDEX_PASSES_MAX = 3 };

struct index {
	struct session *session;
	struct rows rows;
	struct vec pages; /* of struct page */
	struct index_keep keep;
	uint64_t version;
	size_t page_size;
	size_t total;      /* by the tenant's word, 0 when unknown */
	size_t page_count; /* the same; 0: unknown, or no sane one */
	size_t pages_more; /* there are so many at least, by a page's word of a next one */
	size_t pages_end;  /* from here on they are empty; 0: nobody knows */
	bool total_known;
	bool reading;
	bool whole;
	bool stopped;
	bool failed;
	struct failure failure;
	uint32_t reading_number;
	bool probed; /* this pass: index_probe.c */
	bool moved;  /* and the list was another one */
	int pass;
	size_t next_page; /* in the background, from 0 */
	struct vec calls; /* of struct page_call *, under way */
	size_t broken;
	size_t fresh;     /* rows that this reading saw */
	size_t kept;      /* rows that are as they were kept */
	size_t rows_read; /* since it began or went on */
	size_t marked;
	char unsettled[160];
	int64_t started_us;
};

enum page_state index_page_state(const struct index *index, size_t page);
void index_set_page_read(struct index *index, size_t page, uint32_t total);
void index_changed(struct index *index, const char *action_id);
/* Keep the background busy; notice the end. */
void index_read_on(struct index *index);

/* --- index_ends.c: where the list ends --- */
enum {
	PAGE_SIZE_MAX = 100,
	TOTAL_MAX = 10000000 /* a larger one is no total: memory is taken by it */
};

/* Whether this reading had not seen one of them yet. */
bool index_has_news(const struct index *index, const struct action_page *page);
/* By all that is known so far. */
size_t index_pages_expected(const struct index *index);
/* Before its rows are taken, and once it counts as read. */
void index_take_next(struct index *index, const struct action_page *page, size_t number);
void index_take_end(struct index *index, size_t number, bool is_empty);

/* --- index_probe.c: whether the list moved while its total stood still --- */
/* The i-th page to be read once more at the end of a pass; false: no more. */
bool index_probe_page(const struct index *index, size_t i, size_t *page);
/* A page that was read once more: index->moved where it is not as it was. */
void index_probe_take(struct index *index, const struct action_page *page, size_t number);
void index_unread_all(struct index *index);
/* One more pass, of INDEX_PASSES_MAX: it reads the pages that are unread. */
void index_begin_pass(struct index *index);
/* Begin one over all pages; false: there were enough. */
bool index_probe_read_again(struct index *index);

void index_keep_init(struct index *index);
/* What there is to write is written, if it is not too much. */
void index_keep_free(struct index *index);
/* A reading begins, or goes on: show what was kept, once. */
void index_keep_begin(struct index *index);
/* A reading begins anew. */
void index_keep_anew(struct index *index);
/* What an earlier run had begun to read is still coming in: wait for it. */
bool index_keep_is_loading_partial(const struct index *index);
/* The tenant says it has so many: what an earlier run had read of another list is no
 * part of this reading. */
void index_keep_check_total(struct index *index, size_t total);
void index_keep_page(struct index *index, size_t page);
void index_keep_row(struct index *index, size_t position);
void index_keep_whole(struct index *index);

/* --- index_codec.c: rows as bytes --- */
enum err_code index_encode(const struct rows *rows, size_t first, size_t end, struct buf *out);
/* Each row of the bytes; false: they are broken. */
bool index_decode(const void *data, size_t len,
		  bool (*fn)(void *context, size_t offset, const struct action_row *row),
		  void *context);

#endif
