/* Errors and warnings of all runs: what a bundle that another program makes, or a later one,
 * would miss. The newest KEPT_MESSAGES_MAX of a store stay. */
#ifndef DACACHE_STORE_KEPT_MESSAGES_H
#define DACACHE_STORE_KEPT_MESSAGES_H

#include <stddef.h>
#include <stdint.h>

#include "dacache/store/store.h"

enum { KEPT_MESSAGES_MAX = 1000 };

/* Texts are borrowed. */
struct kept_message {
	const char *run; /* of which program: any words that no other has */
	uint64_t number; /* in that run */
	int64_t wall_us;
	const char *content; /* JSON, without secrets */
};

/* As may be lost (store_quick_begin): another program is waited for wait_ms at most,
 * ERR_TIMEOUT. All or nothing. */
enum err_code kept_messages_add(struct store *store, const struct kept_message *messages, size_t n,
				int wait_ms, struct err *err);
/* The newest `limit` not older than since_us, the newest first. Valid during the call alone. */
enum err_code kept_messages_each(struct store *store, int64_t since_us, size_t limit,
				 void (*fn)(void *context, const struct kept_message *message),
				 void *context, struct err *err);

#endif
