/* What a report tells, counted: for the report_*.c files. */
#ifndef DACACHE_SRC_DOMAIN_REPORT_FIGURES_H
#define DACACHE_SRC_DOMAIN_REPORT_FIGURES_H

#include "dacache/base/vec.h"
#include "dacache/domain/report.h"

/* Of n values, exact (nearest rank), milliseconds; -1 each when n is 0. */
struct report_latency {
	size_t n;
	double mean, p50, p95, p99, max;
};

/* The changes of one action, or by one person. */
struct report_group {
	const char *key;  /* id or who; "" for what nobody knows */
	const char *name; /* of an action, the newest; may be NULL */
	uint64_t changes; /* tried */
	uint64_t outcomes[OUTCOMES];
	uint64_t webhooks;
	uint64_t webhooks_failed;
	uint64_t by_others; /* changes that took effect, not by this tool */
	int64_t newest_us;
};

struct report_error {
	char cause[64];
	uint64_t count;
	int64_t first_us;
	int64_t last_us;
	const char *newest; /* its message, may be NULL */
};

struct report_endpoint {
	enum endpoint endpoint;
	size_t calls;
	size_t failed;
	struct report_latency latency;
};

/* Vectors of these structs; what they point to is the report's. */
struct report_figures {
	struct vec sorted_ms; /* of double: latencies of the entries, rising */
	struct report_latency latency;
	uint64_t outcomes[OUTCOMES]; /* of the changes tried */
	uint64_t changes;
	uint64_t applied;     /* changes that took effect, by this tool */
	uint64_t by_others;   /* and by others */
	struct vec actions;   /* struct report_group, most changes first */
	struct vec people;    /* struct report_group */
	struct vec errors;    /* struct report_error, most frequent first */
	struct vec endpoints; /* struct report_endpoint */
};

enum err_code report_figures_make(const struct report *report, struct report_figures *out);
void report_figures_clear(struct report_figures *figures);

/* A try to change something, applied or not; not a webhook. */
bool report_is_change(const struct audit_entry *entry);
/* It did not do what it was to do. */
bool report_is_error(const struct audit_entry *entry);
/* Name of an entry's action, or its id; "-" for none. */
const char *report_name_of(const struct audit_entry *entry);
/* The same of a change. */
const char *report_name_of_change(const struct report_change *change);
/* "cacheTtl 300 -> 60, cacheKey a -> b", with that arrow; "" when nothing is known. */
enum err_code report_put_what(struct buf *out, const struct report_change *change,
			      const char *arrow);
bool report_is_by_others(const struct report_change *change);

#endif
