/* The log-linear histogram of histogram.h (the same buckets, the same bound of
 * error), of which only the buckets in use take room: 8 bytes each, for thousands
 * of actions and for the store. */
#ifndef DACACHE_DOMAIN_SPARSE_HISTOGRAM_H
#define DACACHE_DOMAIN_SPARSE_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "dacache/base/buf.h"
#include "dacache/base/err.h"
#include "dacache/domain/histogram.h"

struct sparse_bucket {
	uint32_t bucket;
	uint32_t count;
};

/* Start from zeroes. */
struct sparse_histogram {
	struct sparse_bucket *buckets; /* rising */
	uint32_t len;
	uint32_t cap;
	uint64_t total;
	int64_t min_us;
	int64_t max_us;
	double sum_us;
};

void sparse_histogram_clear(struct sparse_histogram *histogram); /* frees; zeroes again */
/* Without memory a value is left out. */
void sparse_histogram_add(struct sparse_histogram *histogram, int64_t us);
void sparse_histogram_merge(struct sparse_histogram *into, const struct sparse_histogram *from);
/* Add it to a whole histogram: to merge several, or to draw one. */
void sparse_histogram_expand(const struct sparse_histogram *from, struct histogram *into);
/* As histogram_quantile; -1 when empty. */
int64_t sparse_histogram_quantile(const struct sparse_histogram *histogram, double q);
/* Of both together, without merging them. */
int64_t sparse_histogram_pair_quantile(const struct sparse_histogram *a,
				       const struct sparse_histogram *b, double q);
size_t sparse_histogram_bytes(const struct sparse_histogram *histogram); /* of its buckets */

/* In few bytes (2 to 3 a bucket): for the store. Appends nothing when empty. */
enum err_code sparse_histogram_encode(const struct sparse_histogram *histogram, struct buf *out);
/* Back, added to *into. ERR_PARSE where the bytes are something else; *into then has
 * what was read until there. */
enum err_code sparse_histogram_decode(const void *data, size_t len, struct sparse_histogram *into);

#endif
