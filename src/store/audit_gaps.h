/* Seqs that no entry has. All tenants' entries are numbered without a gap: a missing one was
 * removed. audit_hour, which no removal touches, remembers whose seqs lay about there. */
#ifndef DACACHE_SRC_STORE_AUDIT_GAPS_H
#define DACACHE_SRC_STORE_AUDIT_GAPS_H

#include "dacache/base/vec.h"
#include "statement.h"

struct audit_gap {
	int64_t first;
	int64_t last;
	bool is_shared; /* another tenant wrote at that time, too: it may have been its */
};

/* Appends the gaps between `after` and `before` (neither included) to *out, of struct
 * audit_gap, rising: those parts of them that may have been this tenant's. all: whosever. */
enum err_code audit_gaps_find(struct store *store, int64_t after, int64_t before, bool all,
			      struct vec *out, struct err *err);

#endif
