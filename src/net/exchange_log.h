/* Makes the log's record of one exchange, secrets masked, and hands it over. */
#ifndef DACACHE_SRC_NET_EXCHANGE_LOG_H
#define DACACHE_SRC_NET_EXCHANGE_LOG_H

#include "dacache/net/http.h"
#include "dacache/net/tenant.h"
#include "mask.h"

struct exchange_facts {
	enum endpoint endpoint;
	int64_t wall_us; /* when it left */
	int64_t attempt;
	int64_t queue_us;
	const char *action_id; /* NULL: none */
	const struct http_request *request;
};

/* Nothing happens without an observer (may be NULL), or without memory. */
void exchange_log(struct http *http, const struct tenant_observer *observer,
		  const struct exchange_facts *facts, const struct http_reply *reply,
		  const struct mask *mask);

#endif
