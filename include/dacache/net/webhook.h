/* One delivery of an invalidation directive: POST source (API.md). */
#ifndef DACACHE_NET_WEBHOOK_H
#define DACACHE_NET_WEBHOOK_H

#include "dacache/domain/directive.h"
#include "dacache/domain/exchange.h"
#include "dacache/domain/failure.h"
#include "dacache/loop/loop.h"
#include "dacache/net/http.h"
#include "dacache/net/tenant.h"

/* Valid during the callback alone. failure.kind FAILURE_NONE: 2xx. */
struct webhook_reply {
	struct failure failure;
	int status;
	int64_t latency_us;
};

typedef void webhook_done_fn(void *context, const struct webhook_reply *reply);

/* One POST, 5 s in all, nothing retried, redirects not followed. The caller
 * keeps noop from here. observer gets the exchange; may be NULL. http:// is
 * taken for loopback alone. */
enum err_code webhook_send(struct http *http, struct loop *loop, const struct directive *directive,
			   const char *target_key, const struct tenant_observer *observer,
			   webhook_done_fn *fn, void *context);

#endif
