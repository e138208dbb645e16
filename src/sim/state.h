/* The simulator's own account of itself. */
#ifndef SIM_STATE_H
#define SIM_STATE_H

#include <json-c/json.h>

struct sim;

/* Options, counts, clients, faults left, and the actions that were changed
 * (the first 1000). The caller puts it. */
struct json_object *state_to_json(struct sim *sim);

#endif
