/* A failure to JSON and back: for bundles. */
#ifndef DACACHE_SRC_DOMAIN_FAILURE_JSON_H
#define DACACHE_SRC_DOMAIN_FAILURE_JSON_H

#include <json-c/json.h>

#include "dacache/base/buf.h"
#include "dacache/domain/failure.h"

enum err_code failure_to_json(const struct failure *failure, struct buf *out);
/* Whatever stands there, *out is a failure that may be shown; FAILURE_LOCAL where its kind
 * is none. */
void failure_from_json(struct json_object *object, struct failure *out);

#endif
