/* What an open session is made of: for session*.c alone. */
#ifndef DACACHE_SRC_APP_SESSION_INTERNAL_H
#define DACACHE_SRC_APP_SESSION_INTERNAL_H

#include "checkpoint.h"
#include "dacache/base/map.h"
#include "dacache/base/vec.h"
#include "exchange_ring.h"
#include "internal.h"
#include "message_log.h"
#include "request_log.h"
#include "store_watch.h"

struct session {
	struct loop *loop;
	struct profile profile;
	bool read_only_flag;
	bool is_demo;
	bool is_screen;
	struct bundle *replay; /* NULL: a real tenant */
	struct store *store;
	struct http *http;
	struct tenant *tenant;
	struct index *index;
	struct live *live;
	struct messages *messages;
	struct exchange_ring exchanges;
	int64_t started_us;  /* wall */
	int64_t changes_seq; /* the newest entry of the audit that was looked at */
	struct request_log *request_log;
	struct message_log *message_log;  /* NULL: a replay keeps none */
	struct clock_manual replay_times; /* the clock of the figures of a replay */
	struct vec subscribers;           /* of struct subscriber */
	struct map *drafts;               /* ids that have one */
	struct feed *feed;
	struct store_watch *store_watch;
	struct checkpoint *checkpoint; /* of a screen; NULL: commits do it */
	struct operations operations;
	struct recovery *recovery;
	struct outbox *outbox;
	struct net_allow *webhook_allow;
	size_t webhooks;
	bool connected;
	bool told_read_only;
	bool told_head_problem;
	char who[128];
};

/* hits from the store: `dacache hit`, here or elsewhere */
void session_hits_came(void *session, const char *action_id, bool hit, int64_t n);

#endif
