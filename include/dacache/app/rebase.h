/* A change that met a conflict, brought together with what the server has now. */
#ifndef DACACHE_APP_REBASE_H
#define DACACHE_APP_REBASE_H

#include "dacache/domain/action.h"
#include "dacache/domain/merge.h"
#include "dacache/domain/proposal.h"

/* base: as it was read before the change; now: as the server has it; wanted: the
 * change. *out is the caller's (merge_clear), empty on failure. */
enum err_code rebase_compare(const struct action *base, const struct action *now,
			     const struct proposal *wanted, struct merge *out, struct err *err);

/* The change anew, on `now`: the merge's three members, and what is local as it was
 * wanted. The tier is the wanted one while the TTL is, else the one that holds the
 * merged TTL. ERR_CONFLICT while a row is open. *out is overwritten. */
enum err_code rebase_proposal(const struct merge *merge, const struct proposal *wanted,
			      struct proposal *out, struct err *err);

#endif
