/* One delivery of an invalidation directive: POST source (API.md). */
#ifndef DACACHE_NET_WEBHOOK_H
#define DACACHE_NET_WEBHOOK_H

#include "dacache/domain/directive.h"
#include "dacache/domain/exchange.h"
#include "dacache/domain/failure.h"
#include "dacache/loop/loop.h"
#include "dacache/net/http.h"
#include "dacache/net/tenant.h"

/* Valid during the callback alone. failure.kind FAILURE_NONE: 2xx, and nothing else.
 * A redirect is FAILURE_STATUS, status 410 says that the receiver wants no more, and
 * an address that is not allowed is FAILURE_FORBIDDEN_URL, its message tells which
 * and how to allow it. */
struct webhook_reply {
	struct failure failure;
	int status;
	int64_t latency_us;
};

typedef void webhook_done_fn(void *context, const struct webhook_reply *reply);

/* How one try leaves. All copied. */
struct webhook_options {
	const char *id;   /* of the delivery, the same in every try; NULL: a new one */
	int64_t attempt;  /* from 1; 0 counts as 1 */
	const char *body; /* the same bytes in every try; NULL: made from the directive, now */
	size_t body_len;
	const char *secret; /* the profile's webhook_secret: signed as Standard Webhooks has it,
			     * the timestamp is the try's; NULL: without such headers */
	const char *allow;  /* the profile's webhook_allow; may be NULL */
};

/* One POST, 5 s in all, nothing retried, redirects not followed, no proxy used: the
 * address that was checked (see net_allow.h) is the one connected to. http:// is taken
 * where allow names the host. A secret or an allow that cannot be read is
 * FAILURE_LOCAL, and nothing is sent. The caller keeps noop from here. target_key may
 * be NULL beside a body. observer gets the exchange; may be NULL. */
enum err_code webhook_send(struct http *http, struct loop *loop, const struct directive *directive,
			   const char *target_key, const struct webhook_options *options,
			   const struct tenant_observer *observer, webhook_done_fn *fn,
			   void *context);

#endif
