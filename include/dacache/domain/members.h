/* The three members of a Data Action that this program changes. */
#ifndef DACACHE_DOMAIN_MEMBERS_H
#define DACACHE_DOMAIN_MEMBERS_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/base/buf.h"
#include "dacache/base/err.h"

enum {
	CACHE_TTL_ABSENT = -1,
	CACHE_TTL_INVALID = -2 /* the server sent something else than an integer 0-86400 */
};

/* key is owned; NULL when the server has none (absent or null). */
struct cache_members {
	bool enabled;
	char *key;
	int64_t ttl_s; /* seconds, or CACHE_TTL_ABSENT / CACHE_TTL_INVALID */
};

enum err_code cache_members_set(struct cache_members *members, bool enabled, const char *key,
				int64_t ttl_s); /* copies key, frees the old one */
/* *to is overwritten, not cleared first. */
enum err_code cache_members_copy(const struct cache_members *from, struct cache_members *to);
void cache_members_clear(struct cache_members *members);
/* Byte for byte; no key equals no key alone. */
bool cache_members_equal(const struct cache_members *a, const struct cache_members *b);

/* {"cacheEnabled":…,"cacheKey":…,"cacheTtl":…}: canonical JSON (sorted, no
 * blanks, ASCII). No key: null; an absent or invalid TTL: null. */
enum err_code cache_members_to_json(const struct cache_members *members, struct buf *out);
/* "name":{…} of a larger object, null where they are not known (json_member.h). */
void cache_members_to_member(struct buf *out, const char *name, bool known,
			     const struct cache_members *members);
/* Back, from the server's words or our own: only `true` enables, only a string is
 * a key (a NUL in it becomes U+2400), and a TTL that is no integer of 0-86400 is
 * CACHE_TTL_INVALID. ERR_PARSE where it is no JSON object. *out is overwritten,
 * not cleared first. */
enum err_code cache_members_from_json(const char *json, struct cache_members *out, struct err *err);

enum { ETAG_HEX_SIZE = 65 };
/* Hex SHA-256 of cache_members_to_json (tutorial, step 4; vectors/etag.json). */
enum err_code cache_members_sha256(const struct cache_members *members, char out[ETAG_HEX_SIZE]);

#endif
