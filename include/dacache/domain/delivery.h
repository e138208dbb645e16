/* One delivery of a directive as the outbox keeps it, and when it is tried again. */
#ifndef DACACHE_DOMAIN_DELIVERY_H
#define DACACHE_DOMAIN_DELIVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/domain/directive.h"

enum delivery_state {
	DELIVERY_PENDING,
	DELIVERY_DELIVERED, /* 2xx */
	DELIVERY_DEAD,      /* all tries failed */
	DELIVERY_STOPPED,   /* 410: the receiver wants no more */
	DELIVERY_STATES
};

/* "pending", "delivered", "dead", "stopped" */
const char *delivery_state_name(enum delivery_state state);
enum err_code delivery_state_parse(const char *name, enum delivery_state *out);

/* Strings are owned. The first part is what outbox_add takes. */
struct outbox_item {
	char *id;        /* "msg_…": the same in every try; the caller makes it, at random */
	char *action_id; /* of the Data Action */
	char *source;
	char *event_type;
	enum directive_action action;
	char *target_key;
	char *body; /* the same bytes in every try */
	int64_t created_us;

	enum delivery_state state;
	int64_t attempts; /* made and ended */
	int64_t next_us;  /* wall; when pending */
	int status;       /* HTTP, of the last try; 0: no answer */
	char *error;      /* of the last try, one line; NULL: none */
	bool is_sending;  /* a living process is at it */
};

void outbox_item_clear(struct outbox_item *item);

struct delivery_verdict {
	enum delivery_state state;
	int64_t delay_s; /* to the next try, when pending */
};

/* After a try: status 0 where there was no answer; attempts counts this one. 2xx
 * alone is success; 410 ends it; else again after 5 s, 5 min, 30 min, then dead. */
struct delivery_verdict delivery_judge(int status, int64_t attempts);

#endif
