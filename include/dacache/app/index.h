/* The tenant's Data Actions as far as they are known, and views of them. */
#ifndef DACACHE_APP_INDEX_H
#define DACACHE_APP_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/base/err.h"
#include "dacache/domain/action.h"
#include "dacache/domain/failure.h"
#include "dacache/domain/filter.h"
#include "dacache/domain/tier.h"

struct index;

/* Texts belong to the index and stay while it lives or the row changes. */
struct index_row {
	const char *id;
	const char *name;
	const char *category;
	const char *key;     /* NULL: none */
	const char *lowered; /* by filter_lower: for filter and sort */
	int32_t ttl_s;       /* seconds, or CACHE_TTL_ABSENT / CACHE_TTL_INVALID */
	uint8_t tier;        /* enum tier, by the action's own matrix */
	bool enabled;
	bool marked;
	bool has_draft;
	bool is_kept;         /* as it was when the list was last read: no action to change */
	uint32_t lowered_len; /* bytes, with its NULs */
	uint32_t errors;      /* failed calls that concerned it, this run */
};

struct index_progress {
	size_t loaded;
	size_t total; /* as the tenant says; at least loaded */
	bool total_known;
	bool whole; /* every page was read */
	bool reading;
	bool stopped; /* by index_stop */
	bool failed;  /* reading ended; failure tells why */
	struct failure failure;
	double rows_per_s; /* of this reading, 0 when unknown */
	int64_t left_s;    /* at that rate, -1: unknown */
	size_t fresh;      /* rows that this reading saw */
	size_t kept;       /* rows shown as they were kept, at kept_as_of_us (wall clock) */
	int64_t kept_as_of_us;
	size_t broken; /* entries the tenant sent without an id */
	/* What of a reading that ended does not add up, in words; "": nothing. */
	char unsettled[160];
};

/* From now on what is read is kept in the store, and the next index_start shows first what
 * was kept. For screens: it costs the shell time. */
void index_keep(struct index *index);

/* Begin to read the tenant: the first page at once, the rest in the background. Rows
 * known stay until they are read again. Once more (R) begins anew; but where reading
 * ended too early, by index_stop or a failure, it goes on with the pages that are
 * missing. */
void index_start(struct index *index);
/* No more pages: those asked for are cancelled, what is there stays. False when
 * nothing was being read. */
bool index_stop(struct index *index);
void index_progress(const struct index *index, struct index_progress *out);
/* The cursor nears position i of the tenant's own order: fetch its page and the
 * next one now, if they are not there. */
void index_want(struct index *index, size_t position);

const struct index_row *index_find(const struct index *index, const char *id); /* NULL */
void index_mark(struct index *index, const char *id, bool marked);
void index_mark_none(struct index *index);
size_t index_marked(const struct index *index);
/* An action was read or written: bring its row up to date. */
void index_update(struct index *index, const struct action *action);

enum index_column {
	INDEX_BY_NONE, /* the tenant's order */
	INDEX_BY_NAME,
	INDEX_BY_CATEGORY,
	INDEX_BY_TIER,
	INDEX_BY_TTL,
	INDEX_BY_HIT_RATE,
	INDEX_BY_P95,
	INDEX_BY_ERRORS,
	INDEX_BY_KEY,
	INDEX_COLUMNS
};
const char *index_column_name(enum index_column column);

/* A filtered, sorted view. Without filter and sort it has every position of the
 * tenant, known or not. */
struct index_view;
enum err_code index_view_new(struct index *index, struct index_view **out);
void index_view_free(struct index_view **view);
/* ERR_USAGE with the word that is wrong; the old filter then stays. */
enum err_code index_view_filter(struct index_view *view, const char *text, struct err *err);
const char *index_view_filter_text(const struct index_view *view);
void index_view_sort(struct index_view *view, enum index_column column, bool reverse);
enum index_column index_view_sorted_by(const struct index_view *view, bool *reverse);
/* Take in what came since; cheap when nothing did. Call before drawing. */
void index_view_refresh(struct index_view *view);
size_t index_view_len(const struct index_view *view);
/* NULL: that row is not read yet (call index_want). */
const struct index_row *index_view_row(const struct index_view *view, size_t i);
/* Position of the id in the view, -1 when it is not in it. */
long index_view_find(const struct index_view *view, const char *id);

#endif
