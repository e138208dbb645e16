/* What failures have in common: the same kind, status, code and endpoint are one cause; of
 * a 429 the same limit, too. */
#ifndef DACACHE_DOMAIN_CAUSE_H
#define DACACHE_DOMAIN_CAUSE_H

#include <stdbool.h>
#include <stddef.h>

#include "dacache/domain/failure.h"

/* A value: copy by assignment. */
struct cause {
	enum failure_kind kind;
	int status;            /* 0: no answer */
	enum limit_kind limit; /* of a 429 */
	char code[64];         /* the tenant's, "" */
	char place[24];        /* "GET action", "PUT action", "GET list", "token", "webhook" */
};

void cause_of(const struct failure *failure, struct cause *out);
bool cause_equal(const struct cause *a, const struct cause *b);
/* "429 concurrency limit  GET action", "connection refused  GET list" */
void cause_text(const struct cause *cause, char *out, size_t size);

#endif
