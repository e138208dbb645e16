/* Log-linear histogram of durations. */
#include "dacache/domain/histogram.h"

#include <string.h>

enum { STEP_BITS = 6 };

_Static_assert(HISTOGRAM_STEPS == 1 << STEP_BITS, "the steps are a power of two");

/* The first microsecond past the last bucket. */
static const int64_t past_end_us = (int64_t)1
				   << (HISTOGRAM_BUCKETS / HISTOGRAM_STEPS + STEP_BITS - 1);

static int floor_log2(int64_t value)
{
	int power = 0;

	for (uint64_t rest = (uint64_t)value; rest > 1; rest >>= 1)
		power++;
	return power;
}

/* Below 64 us a bucket a microsecond; from there 64 buckets a power of two. */
int histogram_bucket(int64_t us)
{
	int shift;

	if (us < 0)
		return 0;
	if (us >= past_end_us)
		return HISTOGRAM_BUCKETS - 1;
	if (us < HISTOGRAM_STEPS)
		return (int)us;
	shift = floor_log2(us) - STEP_BITS;
	return (shift + 1) * HISTOGRAM_STEPS + (int)((us >> shift) - HISTOGRAM_STEPS);
}

int64_t histogram_bucket_us(int bucket)
{
	int shift = bucket / HISTOGRAM_STEPS - 1;
	int64_t low;

	if (shift < 0)
		return bucket;
	low = (int64_t)(bucket % HISTOGRAM_STEPS + HISTOGRAM_STEPS) << shift;
	return low + (((int64_t)1 << shift) - 1) / 2;
}

void histogram_reset(struct histogram *histogram)
{
	memset(histogram, 0, sizeof(*histogram));
}

static void note_extremes(struct histogram *histogram, int64_t min_us, int64_t max_us)
{
	if (histogram->total == 0 || min_us < histogram->min_us)
		histogram->min_us = min_us;
	if (histogram->total == 0 || max_us > histogram->max_us)
		histogram->max_us = max_us;
}

void histogram_add(struct histogram *histogram, int64_t us)
{
	uint32_t *count;

	if (us < 0)
		us = 0;
	count = &histogram->counts[histogram_bucket(us)];
	if (*count == UINT32_MAX)
		return;
	(*count)++;
	note_extremes(histogram, us, us);
	histogram->total++;
	histogram->sum_us += (double)us;
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
	if (from->total == 0)
		return;
	note_extremes(into, from->min_us, from->max_us);
	for (int i = 0; i < HISTOGRAM_BUCKETS; i++) {
		uint32_t room = UINT32_MAX - into->counts[i];
		uint32_t added = from->counts[i] < room ? from->counts[i] : room;

		into->counts[i] += added;
		into->total += added;
	}
	into->sum_us += from->sum_us;
}

/* ceil(q * n) */
uint64_t histogram_rank(double q, uint64_t n)
{
	double exact = q * (double)n;
	uint64_t rank = exact > 0 ? (uint64_t)exact : 0;

	/* 0.07 * 5000 is a little over 350, though it is not. */
	if (exact - (double)rank > 1e-9 * exact)
		rank++;
	if (rank < 1)
		return 1;
	return rank > n ? n : rank;
}

int64_t histogram_quantile(const struct histogram *histogram, double q)
{
	uint64_t rank;
	uint64_t seen = 0;
	int64_t us = 0;

	if (histogram->total == 0)
		return -1;
	rank = histogram_rank(q, histogram->total);
	if (rank == histogram->total)
		return histogram->max_us;
	if (rank == 1)
		return histogram->min_us;
	for (int i = 0; i < HISTOGRAM_BUCKETS && seen < rank; i++) {
		seen += histogram->counts[i];
		us = histogram_bucket_us(i);
	}
	if (us < histogram->min_us)
		return histogram->min_us;
	return us > histogram->max_us ? histogram->max_us : us;
}

double histogram_mean_us(const struct histogram *histogram)
{
	if (histogram->total == 0)
		return -1;
	return histogram->sum_us / (double)histogram->total;
}

uint64_t histogram_between(const struct histogram *histogram, int64_t from_us, int64_t to_us)
{
	int end = to_us >= past_end_us ? HISTOGRAM_BUCKETS : histogram_bucket(to_us);
	uint64_t sum = 0;

	for (int i = histogram_bucket(from_us); i < end; i++)
		sum += histogram->counts[i];
	return sum;
}
