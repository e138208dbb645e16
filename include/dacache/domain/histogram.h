/* Log-linear histogram of durations: bounded relative error, constant memory,
 * mergeable. */
#ifndef DACACHE_DOMAIN_HISTOGRAM_H
#define DACACHE_DOMAIN_HISTOGRAM_H

#include <stdint.h>

/* 64 linear steps in every power of two: a value is known to 1/64, and told by
 * the middle of its step, at most 0.8 % off. Values from 0 us to about 38 hours;
 * over it clamps. Start from histogram_reset. */
enum { HISTOGRAM_STEPS = 64, HISTOGRAM_BUCKETS = 64 * 32 };

struct histogram {
	uint32_t counts[HISTOGRAM_BUCKETS];
	uint64_t total;
	int64_t max_us;
	int64_t min_us;
	double sum_us;
};

void histogram_reset(struct histogram *histogram);
void histogram_add(struct histogram *histogram, int64_t us);
void histogram_merge(struct histogram *into, const struct histogram *from);
/* The value at quantile q in [0,1] (nearest rank), microseconds; -1 when empty.
 * Never above max. */
int64_t histogram_quantile(const struct histogram *histogram, double q);
double histogram_mean_us(const struct histogram *histogram); /* -1 when empty */
/* Count of values in [from_us, to_us), ends rounded down to steps, so that
 * adjacent ranges count each value once: for drawing. */
uint64_t histogram_between(const struct histogram *histogram, int64_t from_us, int64_t to_us);

/* The bucket of a value, and the value that tells it (its middle), microseconds. */
int histogram_bucket(int64_t us);
int64_t histogram_bucket_us(int bucket);
/* The rank of quantile q among n values, from 1 (nearest rank). */
uint64_t histogram_rank(double q, uint64_t n);

#endif
