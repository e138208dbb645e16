/* Three-way compare of a Data Action's whole document: what it was when it was read
 * (base), what the server has now, and what is wanted (mine). */
#ifndef DACACHE_DOMAIN_MERGE_H
#define DACACHE_DOMAIN_MERGE_H

#include <stdbool.h>
#include <stddef.h>

#include "dacache/base/buf.h"
#include "dacache/domain/members.h"

enum merge_state {
	MERGE_UNCHANGED, /* the same everywhere */
	MERGE_AUTO,      /* one side changed it, or both did alike; or the server's own */
	MERGE_OPEN       /* both changed it, differently: the user chooses */
};

enum merge_choice { MERGE_UNCHOSEN, MERGE_MINE, MERGE_SERVER, MERGE_BY_HAND };

/* One top-level member. Values are JSON text byte for byte as it came, NULL where
 * the member is absent. All owned by the merge. */
struct merge_row {
	char *name; /* as text; a NUL in it shows as U+2400 */
	char *base;
	char *server;
	char *mine;
	enum merge_state state;
	enum merge_choice choice;
	/* The server moves it by itself with every change (version, dateModified,
	 * modifiedBy, selfUri): always the server's, never open, no choice. */
	bool bookkeeping;
	char *by_hand; /* of MERGE_BY_HAND, NULL: absent */
	/* The merge's own. */
	char *quoted; /* the name as canonical JSON */
	bool takes_mine;
};

/* Rows: cacheEnabled, cacheKey, cacheTtl (always there), then the others in the
 * order of base, then those that only the server, then only mine has. */
struct merge {
	struct merge_row *rows;
	size_t len;
};

/* Each text is one JSON object (ERR_PARSE, names which one). Values are the same when
 * they mean the same: order of members, blanks and escapes do not count; a number
 * that a double cannot hold counts by its digits. For the three cache members null
 * and absent are the same. *out is the caller's, empty on failure. */
enum err_code merge_documents(const char *base, const char *server, const char *mine,
			      struct merge *out, struct err *err);
void merge_clear(struct merge *merge);

/* The row of that name, or NULL. */
struct merge_row *merge_find(const struct merge *merge, const char *name);

/* Choose for a row (rows that are not open may be overridden too; MERGE_UNCHOSEN takes
 * it back). json is for MERGE_BY_HAND: one JSON value, NULL: the member goes.
 * ERR_PARSE when it is none, ERR_INVALID for a bookkeeping row. */
enum err_code merge_choose(struct merge_row *row, enum merge_choice choice, const char *json,
			   struct err *err);

/* True when the row has a result: it is not open, or was chosen. */
bool merge_is_resolved(const struct merge_row *row);
/* JSON text, NULL: absent; an open row's is the server's. */
const char *merge_result(const struct merge_row *row);
/* A value as it came, without the blanks between its tokens: what is the same then looks
 * the same. */
void merge_put_compact(struct buf *out, const char *json);
/* Rows that still wait for a choice. */
size_t merge_open_count(const struct merge *merge);

/* The three members of the result, for the next PUT, which goes out with the server's
 * ETag. ERR_CONFLICT while a row is open. *out is overwritten. */
enum err_code merge_result_members(const struct merge *merge, struct cache_members *out);
/* The whole result as one JSON object. ERR_CONFLICT while a row is open. */
enum err_code merge_result_document(const struct merge *merge, struct buf *out);

#endif
