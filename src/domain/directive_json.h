/* Directives from JSON that was read already, within the domain alone. */
#ifndef DACACHE_SRC_DOMAIN_DIRECTIVE_JSON_H
#define DACACHE_SRC_DOMAIN_DIRECTIVE_JSON_H

#include "dacache/domain/directive.h"

struct json_object;

/* *out is overwritten; empty on failure (ERR_PARSE, ERR_LIMIT, ERR_NO_MEMORY). */
enum err_code directive_list_read(struct json_object *array, struct directive_list *out,
				  struct err *err);

#endif
