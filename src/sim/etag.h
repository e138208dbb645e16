/* Entity tags of the actions, and the comparison a change asks for. */
#ifndef SIM_ETAG_H
#define SIM_ETAG_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "dacache/base/buf.h"

struct sim;

enum { ETAG_SIZE = 72 };

/* The entity tag of the action's state, quotes and all. Where the tenant
 * sends none, it is the hash of the three cache members. */
enum err_code etag_of_state(const struct sim *sim, size_t slot, char out[ETAG_SIZE]);

/* The hash of the cache members that are there, in quotes. */
enum err_code etag_of_members(struct json_object *document, char out[ETAG_SIZE]);

/* If-Match: strong comparison, byte for byte, of "*" or a list of tags. */
bool etag_list_matches(const char *list, const char *etag);
/* If-None-Match: weak comparison. */
bool etag_list_matches_weakly(const char *list, const char *etag);

#endif
