/* What the files of the HAR writer share. */
#ifndef DACACHE_SRC_DOMAIN_HAR_PARTS_H
#define DACACHE_SRC_DOMAIN_HAR_PARTS_H

#include "dacache/base/buf.h"
#include "dacache/domain/exchange.h"

/* "name":"text" */
void har_text(struct buf *out, const char *name, const char *text, size_t len);
/* The members of request and of response, without the braces. */
void har_request(struct buf *out, const struct exchange *exchange);
void har_response(struct buf *out, const struct exchange *exchange);

#endif
