/* Where one webhook may go: its URL, and each address its host resolves to. */
#ifndef DACACHE_SRC_NET_WEBHOOK_GUARD_H
#define DACACHE_SRC_NET_WEBHOOK_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "dacache/base/err.h"
#include "dacache/domain/net_allow.h"

struct webhook_guard {
	struct net_allow *allow;
	char *host;          /* of the URL; NULL where it has none */
	bool refuses_scheme; /* http://, and the list does not name the host */
	bool refuses_address;
	struct net_address refused; /* the first one that was */
};

/* ERR_INVALID when the list cannot be read. A URL that is none is left to http. */
enum err_code webhook_guard_init(struct webhook_guard *guard, const char *url, const char *allow,
				 struct err *err);
void webhook_guard_clear(struct webhook_guard *guard);

/* An http_connect_fn; context is the guard. */
bool webhook_guard_may_connect(void *context, const struct sockaddr *address);

/* What was refused, and how to allow it; "" when nothing was. */
void webhook_guard_words(const struct webhook_guard *guard, char *out, size_t size);

#endif
