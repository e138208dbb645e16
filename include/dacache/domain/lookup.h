/* One recorded cache look-up: a line of a feed. */
#ifndef DACACHE_DOMAIN_LOOKUP_H
#define DACACHE_DOMAIN_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/base/err.h"

enum { LOOKUP_ID_SIZE = 128 };

struct lookup {
	int64_t wall_us; /* -1 when the line has no ts */
	char action_id[LOOKUP_ID_SIZE];
	bool hit;
	bool expired; /* a miss of an entry that was there and had outlived its TTL */
	bool has_key;
	uint64_t key_hash;  /* ttl_model_hash of "key" */
	int64_t latency_us; /* -1 when absent */
};

/* {"ts": seconds or RFC 3339, "dataActionId", "hit", "key"?, "latencyMs"?,
 * "status"?, …}: status "expired" or "stale" on a miss is an expired entry; other
 * texts and numbers (an HTTP status) say nothing here. Unknown members are ignored; a missing or
 * mistyped one is ERR_PARSE and err says which. Must be fast: tens of thousands a second. */
enum err_code lookup_parse(const char *line, size_t len, struct lookup *out, struct err *err);

#endif
