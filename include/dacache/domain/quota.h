/* The tenant's rate limit as its headers tell it. */
#ifndef DACACHE_DOMAIN_QUOTA_H
#define DACACHE_DOMAIN_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

/* known: at least `allowed` or `remaining` was seen. -1 for what was not. */
struct quota {
	bool known;
	int64_t allowed;
	int64_t used;      /* from the header, or allowed - remaining */
	int64_t remaining; /* from the header alone */
	int64_t reset_s;   /* seconds until the window ends, at seen_us */
	int64_t seen_us;   /* monotonic; set by who read the headers */
};

/* Feed every header of a reply: inin-ratelimit-*, RateLimit (both the list and
 * the older three-header form), RateLimit-Policy, X-RateLimit-*. Names in any
 * case. Start from quota_none() at each reply. Of several limits the one with the
 * least left counts; a reset given as a time of day (epoch) stays unknown. */
struct quota quota_none(void);
void quota_read_header(struct quota *quota, const char *name, const char *value);

/* Calls left now; INT64_MAX when unknown; allowed again once the window ended. */
int64_t quota_left(const struct quota *quota, int64_t now_us);
/* Seconds until the window ends, 0 when it has, -1 when unknown. */
int64_t quota_reset_in_s(const struct quota *quota, int64_t now_us);

#endif
