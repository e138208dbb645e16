/* The change between two proposals, member by member, for review. */
#ifndef DACACHE_DOMAIN_DIFF_H
#define DACACHE_DOMAIN_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "dacache/domain/proposal.h"

enum diff_mark { DIFF_SAME, DIFF_CHANGED, DIFF_ADDED, DIFF_REMOVED };

struct diff_line {
	enum diff_mark mark;
	bool local;    /* not the server's: matrix, payload size, directives */
	char name[48]; /* "cacheTtl", "ttl.high_priority", "payload_kb", "directive" */
	char *before;  /* owned; "" where there is none */
	char *after;
};

struct diff {
	struct diff_line *lines;
	size_t len;
};

/* Every member, unchanged ones as DIFF_SAME; the three members first. */
enum err_code diff_proposals(const struct proposal *before, const struct proposal *after,
			     struct diff *out);
void diff_clear(struct diff *diff);
/* Changes of the three members / of what is local. */
size_t diff_server_changes(const struct diff *diff);
size_t diff_local_changes(const struct diff *diff);

#endif
