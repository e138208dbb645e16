/* Which entries of the audit are wanted. */
#ifndef DACACHE_DOMAIN_AUDIT_QUERY_H
#define DACACHE_DOMAIN_AUDIT_QUERY_H

#include <stdbool.h>
#include <stdint.h>

/* audit_query_init: all, newest first. */
struct audit_query {
	const char *data_action_id; /* NULL: all */
	int64_t before_seq;         /* entries older than this; 0: from the newest */
	int64_t since_us;           /* wall; 0: no bound */
	int64_t until_us;           /* 0: no bound */
	int outcome;                /* enum outcome, -1: any */
	int status;                 /* -1: any; 0: without an answer */
	bool oldest_first;
	int64_t after_seq; /* with oldest_first: entries newer than this */
};

static inline void audit_query_init(struct audit_query *query)
{
	*query = (struct audit_query){.outcome = -1, .status = -1};
}

#endif
