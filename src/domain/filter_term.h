/* One word of a filter. */
#ifndef DACACHE_SRC_DOMAIN_FILTER_TERM_H
#define DACACHE_SRC_DOMAIN_FILTER_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/domain/filter.h"

enum filter_field {
	FILTER_ANY, /* id, name, category or key */
	FILTER_ID,
	FILTER_CATEGORY,
	FILTER_KEY,
	FILTER_NO_KEY,
	FILTER_TIER,
	FILTER_TTL,
	FILTER_ERRORS,
	FILTER_ENABLED
};

enum filter_op { OP_EQUAL, OP_ABOVE, OP_AT_LEAST, OP_BELOW, OP_AT_MOST };

struct filter_term {
	enum filter_field field;
	bool negated;
	enum filter_op op;
	int64_t number;
	enum tier tier;
	bool enabled;
	char *text; /* owned, lower case; NULL where no text is compared */
};

struct filter {
	struct filter_term *terms;
	size_t len;
};

#endif
