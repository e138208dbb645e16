/* What differs between two states of an action, in words. */
#ifndef UI_CHANGES_H
#define UI_CHANGES_H

#include "dacache/base/buf.h"
#include "dacache/domain/members.h"

/* Append "cacheTtl 300 → 60, cacheKey a → b"; names alone where brief. Long values are
 * cut. Nothing where nothing differs. */
void changes_tell(struct buf *out, const struct cache_members *before,
		  const struct cache_members *after, bool brief, bool ascii);

#endif
