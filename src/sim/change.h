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

#endif
