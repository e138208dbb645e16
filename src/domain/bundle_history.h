/* What others changed and what was looked up, out of a bundle. */
#ifndef DACACHE_SRC_DOMAIN_BUNDLE_HISTORY_H
#define DACACHE_SRC_DOMAIN_BUNDLE_HISTORY_H

#include <json-c/json.h>

#include "dacache/domain/bundle.h"

/* One item of the file's list; why tells what is wrong (ERR_PARSE). */
enum err_code bundle_add_change(struct bundle *bundle, struct json_object *object,
				const char **why);
enum err_code bundle_add_slices(struct bundle *bundle, struct json_object *object,
				const char **why);
void bundle_free_history(struct bundle *bundle);

#endif
