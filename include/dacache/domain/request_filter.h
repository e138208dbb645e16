/* The filter of the requests: words over the path, ANDed, !word excludes; status:, path:,
 * action:, method:. The same words on the screen and at the shell. */
#ifndef DACACHE_DOMAIN_REQUEST_FILTER_H
#define DACACHE_DOMAIN_REQUEST_FILTER_H

#include <stdbool.h>

#include "dacache/base/buf.h"
#include "dacache/base/err.h"
#include "dacache/domain/exchange.h"

struct request_filter;

/* Case is ignored, "quoted words" hold blanks. status: takes 429, 4xx, >=400, >, <, <=, or
 * none (no answer). path: and method: take a part of it; action: a part of its id or
 * its name, and none. An empty text matches all. ERR_USAGE says which word is wrong; *out is then
 * NULL. */
enum err_code request_filter_parse(const char *text, struct request_filter **out, struct err *err);
void request_filter_free(struct request_filter **filter); /* *filter may be NULL */
/* name: of its action, which plain words and action: may be about; NULL: not known. A NULL
 * filter matches all. */
bool request_filter_match(const struct request_filter *filter, const struct exchange *exchange,
			  const char *name);
bool request_filter_is_empty(const struct request_filter *filter);

/* Append `name:"value"`, as a word of a filter: for values that come apart from it. A quote
 * in value is left out, for no word can hold one. */
enum err_code request_filter_add(struct buf *out, const char *name, const char *value);

#endif
