/* What stands before the first placeholder of a pattern, and behind its last one. */
#ifndef DACACHE_SRC_DOMAIN_OVERLAP_ENDS_H
#define DACACHE_SRC_DOMAIN_OVERLAP_ENDS_H

#include <stdbool.h>
#include <stddef.h>

struct pattern_ends {
	const char *head;
	size_t head_len;
	const char *tail;
	size_t tail_len;
	int placeholders; /* 0, 1, or 2: more than one. Without one both ends are the whole */
};
struct pattern_ends pattern_ends(const char *pattern);

/* The pattern has a placeholder, the key has none. */
bool pattern_matches(const char *pattern, const char *key);

#endif
