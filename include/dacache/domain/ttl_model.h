/* What a TTL would do: a fixed-TTL cache replayed over look-ups. */
#ifndef DACACHE_DOMAIN_TTL_MODEL_H
#define DACACHE_DOMAIN_TTL_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "dacache/base/err.h"
#include "dacache/domain/hits.h"

struct ttl_event {
	int64_t at_us;
	uint64_t key_hash;
};

/* Replay events (sorted by time) through a cache whose timer starts at the miss
 * and where t == expiry is a miss (vectors/ttl_replay.json). TTL 0: all misses. */
enum err_code ttl_model_replay(const struct ttl_event *events, size_t n, int64_t ttl_s,
			       struct hit_count *out);
/* 64-bit hash of a key for struct ttl_event (FNV-1a), whole or piece by piece. */
uint64_t ttl_model_hash(const char *key);
#define TTL_MODEL_HASH_START UINT64_C(14695981039346656037)
uint64_t ttl_model_hash_add(uint64_t hash, const void *data, size_t len);

#endif
