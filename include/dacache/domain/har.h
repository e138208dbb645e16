/* Exchanges as a HAR 1.2 file (HTTP Archive; http://www.softwareishard.com/blog/har-12-spec/).
 * Nothing is masked here: exchanges come without secrets. */
#ifndef DACACHE_DOMAIN_HAR_H
#define DACACHE_DOMAIN_HAR_H

#include <stddef.h>

#include "dacache/base/buf.h"
#include "dacache/base/err.h"
#include "dacache/domain/exchange.h"

/* One after the other, into a buffer that the caller may empty between any two calls:
 *     har_begin, har_add for each exchange (the oldest first), har_end.
 * Errors stay in out->failed, which is also what each call returns. */
struct har {
	struct buf *out;
	size_t entries;
};

/* version: of this program. comment may be NULL. */
enum err_code har_begin(struct har *har, struct buf *out, const char *version, const char *comment);
/* Times are in milliseconds: blocked is our own queue, connect holds the part of TLS,
 * send is part of wait (-1: the kind that did not happen, or is not known). What HAR has no
 * place for stands in _dacache: number, run, endpoint, actionId, attempt, transport and
 * error, and in _error the words of a call without an answer, whose status is 0. A body
 * that is not UTF-8 is in base64. */
enum err_code har_add(struct har *har, const struct exchange *exchange);
enum err_code har_end(struct har *har);

/* Back: fn takes each exchange over, in their order; what it returns ends the reading. Of
 * files that others wrote what is ours (_dacache) is guessed. ERR_PARSE where it is no HAR. */
enum err_code har_read(const char *text, size_t len,
		       enum err_code (*fn)(void *context, struct exchange *exchange), void *context,
		       struct err *err);

#endif
