#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench.h"

int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void samples_add(struct samples *samples, int64_t us)
{
	if (samples->len == samples->room) {
		samples->room = samples->room ? samples->room * 2 : 64;
		samples->us = realloc(samples->us, samples->room * sizeof(*samples->us));
		if (!samples->us)
			abort();
	}
	samples->us[samples->len++] = us;
}

void samples_free(struct samples *samples)
{
	free(samples->us);
	*samples = (struct samples){0};
}

static int compare(const void *a, const void *b)
{
	const int64_t *left = a;
	const int64_t *right = b;

	return (*left > *right) - (*left < *right);
}

int64_t samples_at(struct samples *samples, double share)
{
	size_t rank;

	if (samples->len == 0)
		return 0;
	qsort(samples->us, samples->len, sizeof(*samples->us), compare);
	rank = (size_t)(share * (double)samples->len);
	if ((double)rank < share * (double)samples->len)
		rank++;
	return samples->us[rank > 0 ? rank - 1 : 0];
}

static double ms(int64_t us)
{
	return (double)us / 1000;
}

void samples_print(struct samples *samples, const char *name)
{
	printf(",\"%s_p50_ms\":%.3f,\"%s_p99_ms\":%.3f,\"%s_min_ms\":%.3f,\"%s_max_ms\":%.3f", name,
	       ms(samples_at(samples, 0.5)), name, ms(samples_at(samples, 0.99)), name,
	       ms(samples_at(samples, 0)), name, ms(samples_at(samples, 1)));
}
