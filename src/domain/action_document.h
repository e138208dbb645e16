/* The JSON of an action byte for byte, within the domain alone. */
#ifndef DACACHE_SRC_DOMAIN_ACTION_DOCUMENT_H
#define DACACHE_SRC_DOMAIN_ACTION_DOCUMENT_H

#include <stddef.h>

#include "dacache/base/err.h"

/* text has passed json_read and holds an object. */
struct action_document {
	size_t len;
	char text[];
};

struct json_object;

/* NULL without memory. */
struct action_document *action_document_new(const char *text, size_t len);
/* The caller's (json_object_put). An empty object where document is NULL. */
enum err_code action_document_read(const struct action_document *document,
				   struct json_object **out);

#endif
