/* The rows of a merge from three texts, within the domain alone. */
#ifndef DACACHE_SRC_DOMAIN_MERGE_ROWS_H
#define DACACHE_SRC_DOMAIN_MERGE_ROWS_H

#include <stdbool.h>

#include "dacache/domain/merge.h"

enum { MERGE_TEXT_MAX = 64 << 20 };

/* Names and values alone; *out is what there is of them on failure too. */
enum err_code merge_rows_read(const char *base, const char *server, const char *mine,
			      struct merge *out, struct err *err);

struct json_object;

/* One JSON value of any kind, as the only item of *out (json_object_put): json-c alone
 * takes neither a bare number nor null. ERR_PARSE. */
enum err_code merge_read_value(const char *json, struct json_object **out, struct err *err);

/* Whether two JSON values mean the same; in doubt they do not. */
bool merge_same_json(const char *a, const char *b);

#endif
