/* Which of a tenant's limits a 429 comes from, as far as that can be told. */
#ifndef DACACHE_DOMAIN_LIMIT_H
#define DACACHE_DOMAIN_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum limit_kind {
	LIMIT_NOT_TOLD,
	LIMIT_RATE,        /* calls in a window of time */
	LIMIT_CONCURRENCY, /* calls at the same time */
	LIMIT_TOKEN        /* calls for a token, or calls with one token */
};

/* What was known when the 429 came. A value: copy by assignment. */
struct limit_evidence {
	char policy[96];   /* RateLimit-Policy as it was sent, "" */
	bool quota_is_own; /* the quota's headers came with this very answer */
	int32_t in_flight; /* calls of ours under way then, this one too; 0: not known */
	int64_t ours;      /* calls of ours in the tenant's present window; -1: not known */
	int64_t others;    /* calls of that window that are not ours; -1: not known */
	int64_t hold_ms;   /* how long nothing leaves from then on; -1: not known */
	int64_t tokens;    /* calls for a token in this run, this one too; -1: not asked for one */
	enum limit_kind met_before; /* not sent: what the 429 that began the wait told of */
};

enum { LIMIT_BECAUSE_SIZE = 160 };

struct failure;
/* Writes why into because (size bytes). */
enum limit_kind limit_of(const struct failure *failure, char *because, size_t size);
/* What such a 429 is called: "rate limit", "concurrency limit", "token limit", and "too
 * many requests" where nobody told which. */
const char *limit_name(enum limit_kind kind);

#endif
