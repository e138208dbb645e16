/* The filter of the list: words ANDed, !word excludes, tier:, ttl:>300, key:,
 * err:, cat:, id:. The same words at the shell (list --filter). */
#ifndef DACACHE_DOMAIN_FILTER_H
#define DACACHE_DOMAIN_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/base/buf.h"
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
	const char *lowered; /* by filter_lower; NULL: made each time */
	size_t lowered_len;  /* its bytes, 0: not known */
};

/* Append what matching needs of the subject's texts, its NULs with it: kept beside a
 * row it spares each match that work. */
enum err_code filter_lower(const struct filter_subject *subject, struct buf *out);

/* The parts of that: each ends at a NUL, "" where the subject has none. */
enum filter_part { FILTER_PART_NAME, FILTER_PART_CATEGORY, FILTER_PART_KEY, FILTER_PART_ID };
const char *filter_part(const char *lowered, enum filter_part part);

/* A plain word matches id, name, category or key, case ignored (Unicode).
 * "quoted words" hold blanks. ttl: and err: take =N, >N, >=N, <N, <=N, N; err:
 * alone means err:>0. key:none matches no key. enabled:yes|no. tier: takes a
 * tier's name or its beginning. An empty text matches all. ERR_USAGE says which
 * word is wrong; *out is then NULL. */
enum err_code filter_parse(const char *text, struct filter **out, struct err *err);
void filter_free(struct filter **filter);
bool filter_match(const struct filter *filter, const struct filter_subject *subject);
bool filter_is_empty(const struct filter *filter);
/* Whether all that matches `filter` matches `wider` too: a word made longer, another
 * one added. May miss it, never claims it wrongly. */
bool filter_narrows(const struct filter *filter, const struct filter *wider);

#endif
