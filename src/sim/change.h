/* Changing an action, whoever does it. */
#ifndef SIM_CHANGE_H
#define SIM_CHANGE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "dacache/base/err.h"

struct sim;

/* Put the members of `set` into the action, or (`replace`) instead of it. Its
 * version goes up by one, and who and when are noted; id and selfUri stay.
 * ERR_LIMIT when the document gets too long. */
enum err_code change_action(struct sim *sim, size_t slot, struct json_object *set, bool replace,
			    const char *who);

/* Another admin's change: {"id", "set", "by"}. The id may be left out where
 * `id` names one, set (another cacheTtl then) and by always. ERR_NOT_FOUND,
 * ERR_INVALID; *slot is the action's. */
enum err_code change_by_touch(struct sim *sim, struct json_object *touch, const char *id,
			      size_t *slot, struct err *err);

#endif
