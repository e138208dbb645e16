/* The three members from JSON that was read already, within the domain alone. */
#ifndef DACACHE_SRC_DOMAIN_MEMBERS_JSON_H
#define DACACHE_SRC_DOMAIN_MEMBERS_JSON_H

#include "dacache/domain/members.h"

struct json_object;

enum { CACHE_MEMBERS = 3 };
/* As the tenant names them, sorted. */
extern const char *const cache_member_names[CACHE_MEMBERS];

/* *out is overwritten. Anything but `true` is not enabled, anything but a string
 * no key; a NUL in the key shows as U+2400. ERR_NO_MEMORY alone. */
enum err_code cache_members_read(struct json_object *object, struct cache_members *out);

#endif
