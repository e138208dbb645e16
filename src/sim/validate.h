/* What a PUT's body must be for the tenant to take it. */
#ifndef SIM_VALIDATE_H
#define SIM_VALIDATE_H

#include <json-c/json.h>
#include <stdbool.h>

#include "request.h"

/* False when the refusal, with a detail for every member that is off, is the
 * answer. */
bool validate_put(struct request *request, struct json_object *body, const char *id);

/* What is wrong with a cache key, or NULL. */
const char *validate_key(const char *key, size_t len);

#endif
