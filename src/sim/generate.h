/* Data Actions made from a seed: the same seed and index always give the same
 * document, so that a tenant of a million need not be kept in memory. */
#ifndef SIM_GENERATE_H
#define SIM_GENERATE_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/base/buf.h"

enum { ID_SIZE = 64 };

struct generator {
	uint64_t seed;
	uint64_t count; /* indexes run from 0 to count - 1 */
};

enum key_kind { KEY_ABSENT, KEY_NULL, KEY_TEXT };

/* What a cache and an ETag need to know of an action. */
struct cache_facts {
	int64_t version;
	int64_t ttl; /* seconds */
	bool enabled;
	enum key_kind key_kind;
};

void generate_id(const struct generator *generator, uint64_t index, char out[ID_SIZE]);
/* The index of an id this generator made; false for any other id. */
bool generate_find(const struct generator *generator, const char *id, uint64_t *index);

/* The facts; the cache key, where there is one, is appended to key. */
struct cache_facts generate_facts(const struct generator *generator, uint64_t index,
				  struct buf *key);

/* Append the whole document as JSON text. */
void generate_document(const struct generator *generator, uint64_t index, struct buf *out);

#endif
