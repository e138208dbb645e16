/* What a reply's header says of the cache nearest the client (RFC 9211). */
#ifndef DACACHE_DOMAIN_CACHE_HEADER_H
#define DACACHE_DOMAIN_CACHE_HEADER_H

enum cache_says { CACHE_SAYS_NONE, CACHE_SAYS_HIT, CACHE_SAYS_MISS };

/* name "Cache-Status" or "X-Cache" (any case); the last cache listed counts
 * (vectors/cache_header.json). */
enum cache_says cache_header_says(const char *name, const char *value);

#endif
