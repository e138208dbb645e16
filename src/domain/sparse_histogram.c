#include "dacache/domain/sparse_histogram.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS_FIRST = 4, VARINT_MAX = 10, ENCODING = 1 };

void sparse_histogram_clear(struct sparse_histogram *histogram)
{
	free(histogram->buckets);
	*histogram = (struct sparse_histogram){0};
}

size_t sparse_histogram_bytes(const struct sparse_histogram *histogram)
{
	return histogram->cap * sizeof(*histogram->buckets);
}

/* --- counting --- */

/* The first bucket that is not before this one. */
static uint32_t place_of(const struct sparse_histogram *histogram, uint32_t bucket)
{
	uint32_t low = 0;
	uint32_t high = histogram->len;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (histogram->buckets[middle].bucket < bucket)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool make_room(struct sparse_histogram *histogram)
{
	uint32_t cap = histogram->cap ? histogram->cap * 2 : BUCKETS_FIRST;
	struct sparse_bucket *buckets;

	if (histogram->len < histogram->cap)
		return true;
	buckets = realloc(histogram->buckets, cap * sizeof(*buckets));
	if (!buckets)
		return false;
	histogram->buckets = buckets;
	histogram->cap = cap;
	return true;
}

/* How many of them were counted. */
static uint32_t count_in(struct sparse_histogram *histogram, uint32_t bucket, uint32_t n)
{
	uint32_t i = place_of(histogram, bucket);
	uint32_t room;

	if (i == histogram->len || histogram->buckets[i].bucket != bucket) {
		if (!make_room(histogram))
			return 0;
		memmove(&histogram->buckets[i + 1], &histogram->buckets[i],
			(histogram->len - i) * sizeof(*histogram->buckets));
		histogram->buckets[i] = (struct sparse_bucket){.bucket = bucket};
		histogram->len++;
	}
	room = UINT32_MAX - histogram->buckets[i].count;
	n = n < room ? n : room;
	histogram->buckets[i].count += n;
	return n;
}

static void note_extremes(struct sparse_histogram *histogram, int64_t min_us, int64_t max_us)
{
	if (histogram->total == 0 || min_us < histogram->min_us)
		histogram->min_us = min_us;
	if (histogram->total == 0 || max_us > histogram->max_us)
		histogram->max_us = max_us;
}

void sparse_histogram_add(struct sparse_histogram *histogram, int64_t us)
{
	if (us < 0)
		us = 0;
	if (count_in(histogram, (uint32_t)histogram_bucket(us), 1) == 0)
		return;
	note_extremes(histogram, us, us);
	histogram->total++;
	histogram->sum_us += (double)us;
}

void sparse_histogram_merge(struct sparse_histogram *into, const struct sparse_histogram *from)
{
	if (from->total == 0)
		return;
	note_extremes(into, from->min_us, from->max_us);
	for (uint32_t i = 0; i < from->len; i++)
		into->total += count_in(into, from->buckets[i].bucket, from->buckets[i].count);
	into->sum_us += from->sum_us;
}

void sparse_histogram_expand(const struct sparse_histogram *from, struct histogram *into)
{
	if (from->total == 0)
		return;
	if (into->total == 0 || from->min_us < into->min_us)
		into->min_us = from->min_us;
	if (into->total == 0 || from->max_us > into->max_us)
		into->max_us = from->max_us;
	for (uint32_t i = 0; i < from->len; i++) {
		uint32_t *count = &into->counts[from->buckets[i].bucket];
		uint32_t room = UINT32_MAX - *count;
		uint32_t n = from->buckets[i].count < room ? from->buckets[i].count : room;

		*count += n;
		into->total += n;
	}
	into->sum_us += from->sum_us;
}

static int64_t lesser(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t greater(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* The bucket of a rank (from 1), walking both in step. */
static uint32_t bucket_of_rank(const struct sparse_histogram *a, const struct sparse_histogram *b,
			       uint64_t rank)
{
	uint32_t bucket = 0;
	uint64_t seen = 0;
	uint32_t i = 0;
	uint32_t k = 0;

	while (seen < rank && (i < a->len || k < b->len)) {
		bool from_a =
			k >= b->len || (i < a->len && a->buckets[i].bucket <= b->buckets[k].bucket);
		const struct sparse_bucket *next = from_a ? &a->buckets[i++] : &b->buckets[k++];

		bucket = next->bucket;
		seen += next->count;
	}
	return bucket;
}

int64_t sparse_histogram_pair_quantile(const struct sparse_histogram *a,
				       const struct sparse_histogram *b, double q)
{
	uint64_t total = a->total + b->total;
	uint64_t rank = histogram_rank(q, total);
	int64_t min_us;
	int64_t max_us;
	int64_t us;

	if (total == 0)
		return -1;
	if (a->total == 0 || b->total == 0) {
		const struct sparse_histogram *one = a->total ? a : b;

		min_us = one->min_us;
		max_us = one->max_us;
	} else {
		min_us = lesser(a->min_us, b->min_us);
		max_us = greater(a->max_us, b->max_us);
	}
	if (rank == total)
		return max_us;
	if (rank == 1)
		return min_us;
	us = histogram_bucket_us((int)bucket_of_rank(a, b, rank));
	return greater(min_us, lesser(us, max_us));
}

int64_t sparse_histogram_quantile(const struct sparse_histogram *histogram, double q)
{
	const struct sparse_histogram none = {0};

	return sparse_histogram_pair_quantile(histogram, &none, q);
}

/* --- in few bytes: ENCODING, min, max - min, sum, then for each bucket its distance
 * from the one before it and its count, all as LEB128 --- */

static void put_number(struct buf *out, uint64_t value)
{
	char bytes[VARINT_MAX];
	size_t n = 0;

	do {
		bytes[n] = (char)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
		value >>= 7;
	} while (bytes[n++] & 0x80);
	buf_append(out, bytes, n);
}

struct reader {
	const unsigned char *at;
	const unsigned char *end;
};

static bool get_number(struct reader *reader, uint64_t *out)
{
	int shift = 0;

	*out = 0;
	while (reader->at < reader->end && shift < 64) {
		unsigned char byte = *reader->at++;

		*out |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return true;
		shift += 7;
	}
	return false;
}

enum err_code sparse_histogram_encode(const struct sparse_histogram *histogram, struct buf *out)
{
	uint32_t before = 0;

	if (histogram->total == 0)
		return ERR_OK;
	put_number(out, ENCODING);
	put_number(out, (uint64_t)histogram->min_us);
	put_number(out, (uint64_t)(histogram->max_us - histogram->min_us));
	put_number(out, (uint64_t)histogram->sum_us);
	for (uint32_t i = 0; i < histogram->len; i++) {
		put_number(out, histogram->buckets[i].bucket - before);
		put_number(out, histogram->buckets[i].count);
		before = histogram->buckets[i].bucket;
	}
	return out->failed;
}

static enum err_code decode_buckets(struct reader *reader, struct sparse_histogram *into)
{
	uint64_t bucket = 0;
	uint64_t step;
	uint64_t count;

	while (reader->at < reader->end) {
		if (!get_number(reader, &step) || !get_number(reader, &count))
			return ERR_PARSE;
		if (step >= HISTOGRAM_BUCKETS || (bucket += step) >= HISTOGRAM_BUCKETS ||
		    count == 0 || count > UINT32_MAX)
			return ERR_PARSE;
		into->total += count_in(into, (uint32_t)bucket, (uint32_t)count);
	}
	return ERR_OK;
}

enum err_code sparse_histogram_decode(const void *data, size_t len, struct sparse_histogram *into)
{
	struct reader reader = {data, (const unsigned char *)data + len};
	uint64_t encoding;
	uint64_t min;
	uint64_t range;
	uint64_t sum;

	if (len == 0)
		return ERR_OK;
	if (!get_number(&reader, &encoding) || encoding != ENCODING || !get_number(&reader, &min) ||
	    !get_number(&reader, &range) || !get_number(&reader, &sum) || min > INT64_MAX ||
	    range > INT64_MAX - min)
		return ERR_PARSE;
	note_extremes(into, (int64_t)min, (int64_t)(min + range));
	into->sum_us += (double)sum;
	return decode_buckets(&reader, into);
}
