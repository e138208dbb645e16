/* Priority tiers and the TTL matrix of an action (tutorial, step 2). */
#ifndef DACACHE_DOMAIN_TIER_H
#define DACACHE_DOMAIN_TIER_H

#include <stdint.h>

#include "dacache/base/err.h"

enum tier {
	TIER_DEFAULT,
	TIER_HIGH_PRIORITY,
	TIER_STATIC_REFERENCE,
	TIER_COUNT,
	TIER_CUSTOM = TIER_COUNT /* a TTL that no tier of the matrix holds */
};

enum { TTL_MAX_S = 86400 };

/* Seconds, indexed by enum tier. */
struct tier_matrix {
	int64_t ttl_s[TIER_COUNT];
};

/* 300, 60, 3600 seconds. */
struct tier_matrix tier_matrix_default(void);

/* "default", "high_priority", "static_reference", "custom". */
const char *tier_name(enum tier tier);
/* Upper end of the range of a tier's TTL in seconds (the lower end is 0). */
int64_t tier_ttl_max_s(enum tier tier);

/* Exact names alone, "custom" among them. An unknown one is ERR_INVALID, and err
 * names the nearest. */
enum err_code tier_parse(const char *name, enum tier *out, struct err *err);

/* The first tier of the matrix that holds this TTL; TIER_CUSTOM when none. */
enum tier tier_of_ttl(const struct tier_matrix *matrix, int64_t ttl_s);

#endif
