/* Time as an interface, so that tests can hold it. */
#ifndef DACACHE_BASE_CLOCK_H
#define DACACHE_BASE_CLOCK_H

#include <stdint.h>

#include "dacache/base/err.h"

enum { CLOCK_TEXT_SIZE = 32 };

/* Both in microseconds: monotonic from an unknown start, wall since
 * 1970-01-01T00:00:00Z. */
struct clock {
	int64_t (*monotonic_us)(void *context);
	int64_t (*wall_us)(void *context);
	void *context;
};

/* The system's clocks. */
struct clock clock_system(void);

/* A clock that stands still until its times are changed; *times is the
 * caller's and must outlive the clock. */
struct clock_manual {
	int64_t monotonic_us;
	int64_t wall_us;
};
struct clock clock_manual(struct clock_manual *times);

int64_t clock_monotonic_us(const struct clock *clock);
int64_t clock_wall_us(const struct clock *clock);

/* "2026-01-31T14:02:09.123Z" (RFC 3339, UTC, milliseconds). */
void clock_format_rfc3339(int64_t wall_us, char out[CLOCK_TEXT_SIZE]);
/* "14:02:09", UTC. */
void clock_format_time(int64_t wall_us, char out[CLOCK_TEXT_SIZE]);
/* RFC 3339 with any offset and fraction. ERR_PARSE otherwise. */
enum err_code clock_parse_rfc3339(const char *text, int64_t *wall_us);
/* A span as people read it: "850ms", "23s", "21m", "3h", "12d". */
void clock_format_span(int64_t span_us, char out[CLOCK_TEXT_SIZE]);

#endif
