/* What the lower layers tell whoever subscribed: screens, or the shell. */
#ifndef DACACHE_APP_EVENT_H
#define DACACHE_APP_EVENT_H

enum event_type {
	EVENT_STATUS,   /* token, scope, quota, hold, calls in flight or queued */
	EVENT_INDEX,    /* rows of the list came or changed */
	EVENT_ACTION,   /* one action was read or changed: action_id */
	EVENT_EXCHANGE, /* the request log grew */
	EVENT_AUDIT,    /* the audit grew */
	EVENT_LIVE,     /* look-ups or latencies came */
	EVENT_MESSAGE,  /* a new message or error */
	EVENT_DRAFT     /* a draft was saved or deleted: action_id */
};

struct event {
	enum event_type type;
	const char *action_id; /* NULL where it concerns none; valid during the call */
};

typedef void event_fn(void *context, const struct event *event);

#endif
