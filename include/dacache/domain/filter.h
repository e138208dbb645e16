/* The filter of the list: words ANDed, !word excludes, tier:, ttl:>300, key:,
 * err:, cat:, id:. The same words at the shell (list --filter). */
#ifndef DACACHE_DOMAIN_FILTER_H
#define DACACHE_DOMAIN_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/base/err.h"
#include "dacache/domain/tier.h"

struct filter;

/* What a row offers. Texts may be NULL. */
struct filter_subject {
	const char *id;
	const char *name;
	const char *category;
	const char *key;
	enum tier tier;
	int64_t ttl_s;
	uint64_t errors;
	bool enabled;
};

/* A plain word matches id, name, category or key, case ignored (Unicode).
 * "quoted words" hold blanks. ttl: and err: take =N, >N, >=N, <N, <=N, N; err:
 * alone means err:>0. key:none matches no key. enabled:yes|no. tier: takes a
 * tier's name or its beginning. An empty text matches all. ERR_USAGE says which
 * word is wrong; *out is then NULL. */
enum err_code filter_parse(const char *text, struct filter **out, struct err *err);
void filter_free(struct filter **filter);
bool filter_match(const struct filter *filter, const struct filter_subject *subject);
bool filter_is_empty(const struct filter *filter);

#endif
