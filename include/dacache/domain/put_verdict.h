/* What became of a PUT, told from how its attempts were answered and from reading the
 * action again (API.md "Conflicts and lost answers"). */
#ifndef DACACHE_DOMAIN_PUT_VERDICT_H
#define DACACHE_DOMAIN_PUT_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/domain/members.h"

enum put_verdict {
	PUT_APPLIED,          /* what was sent stands */
	PUT_STANDS,           /* the old state stands: no attempt wrote */
	PUT_OVERTAKEN,        /* an attempt was applied, and then changed by someone else */
	PUT_MAY_HAVE_APPLIED, /* changed by someone else; whether one was applied before
			       * can't be known */
	PUT_WROTE_NOTHING,    /* changed by someone else; no attempt wrote */
	PUT_UNREAD,           /* an attempt may have been applied; reading again failed */
	PUT_VERDICTS
};

/* A state of the action. Borrows all. */
struct put_state {
	const struct cache_members *members; /* NULL: it was not read */
	const char *tag;                     /* what its If-Match is, never NULL */
	int64_t version;                     /* -1: not told */
};

struct put_facts {
	/* An attempt met a 5xx, or its answer was lost: it may have been applied unseen.
	 * Else every attempt was refused. All had the same If-Match, that of the base: a
	 * refusal of a later one says nothing of an earlier one, it may be due to it. */
	bool may_have_applied;
	struct put_state base;
	struct put_state now;
	const struct cache_members *wanted;
};

/* A tenant that numbers versions tells more: one change since the base that is not ours
 * leaves no room for ours; a tag that is a quoted number is taken for the version where
 * one of the states came without. What holds our key, or all that we changed, after more
 * than one change is taken for ours, as what holds all three members is. */
enum put_verdict put_verdict(const struct put_facts *facts);

/* Whether an attempt wrote, or may have. */
bool put_verdict_may_have_written(enum put_verdict verdict);

/* Of what was overtaken or can't be known, in words behind an outcome: "…; then changed by
 * j.doe, and is now at version 31: cacheTtl is not as it was sent". by: who changed it last,
 * "" unknown. Cut at size. "" for other verdicts. */
void put_verdict_words(enum put_verdict verdict, const struct put_facts *facts, const char *by,
		       char *out, size_t size);

#endif
