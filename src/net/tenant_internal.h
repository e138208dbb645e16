/* What the files of the tenant share: the public side (tenant.c), the queue
 * (queue.c), one call (call.c) and its answer (call_reply.c). */
#ifndef DACACHE_SRC_NET_TENANT_INTERNAL_H
#define DACACHE_SRC_NET_TENANT_INTERNAL_H

#include "dacache/net/tenant.h"
#include "token.h"

enum call_state { CALL_QUEUED, CALL_IN_FLIGHT, CALL_ENDED, CALL_JOINED };

struct call_list {
	struct tenant_call *first;
	struct tenant_call *last;
	size_t len;
};

struct tenant {
	struct loop *loop;
	struct http *http;
	const struct profile *profile;
	double (*random)(void *context);
	struct tenant_observer observer;
	struct token token;
	struct failure refused; /* the credentials were, kind NONE: they were not */
	struct quota quota;
	struct quota_ledger ledger;
	int64_t changed_us;            /* when the newest PUT left or was answered; monotonic */
	int64_t paced_us;              /* when the newest call that can wait left; monotonic */
	struct call_list lanes[LANES]; /* waiting */
	struct call_list flying;
	struct call_list ended; /* their owners are to be told by the next pump */
	size_t lane_flying[LANES];
	size_t puts_flying;
	int64_t hold_until_us;      /* a 429's; monotonic */
	enum limit_kind hold_limit; /* which limit it told of */
	struct loop_timer *wake;
	int64_t wake_us; /* when it is due */
	bool moved;      /* the observer is to be told */
	int depth;       /* of callbacks from the loop */
	bool is_replay;
	struct tenant_replay replay;
	bool dead; /* freed inside one: goes when the last one returned */
};

struct tenant_call {
	struct tenant *tenant;
	struct call_list *list; /* the one it is in; NULL: none */
	struct tenant_call *prev;
	struct tenant_call *next;
	enum endpoint endpoint; /* ENDPOINT_TOKEN: a log-in */
	enum lane lane;
	enum lane asked_in; /* lane, before another who joined was in more of a hurry */
	enum call_state state;
	const char *method;
	char *url;
	char *action_id; /* NULL: none */
	char *condition; /* If-Match of a PUT, If-None-Match of a GET; NULL: none */
	char *body;
	size_t body_len;
	tenant_done_fn *fn;
	void *context;

	struct call_list joined;  /* who wants the answer as well */
	struct tenant_call *read; /* that of CALL_JOINED */
	bool unwanted;            /* its owner went; those who joined have not */

	struct http_call *http;
	int64_t waits_since_us;
	int64_t not_before_us; /* back-off */
	int64_t queue_us;      /* all its waiting */
	int64_t last_queue_us; /* before the attempt in flight */
	int64_t left_wall_us;
	int64_t left_us;  /* monotonic */
	int64_t attempts; /* sent */
	int64_t tries;    /* the same, without the replay after a 401: what the policy counts */
	uint64_t token_generation;
	bool replayed;
	bool earlier_5xx;
	bool delivering;
	struct attempts timeline;
	enum transport end_transport; /* of a call that ended without an answer */
	struct failure failure;
};

/* ---- queue.c ---- */
void call_list_push(struct call_list *list, struct tenant_call *call);
void call_list_push_front(struct call_list *list, struct tenant_call *call);
void call_unlink(struct tenant_call *call);

int64_t tenant_now_us(const struct tenant *tenant);
/* Every callback from the loop runs between these two. */
void tenant_enter(struct tenant *tenant);
void tenant_leave(struct tenant *tenant);
/* Have the queue looked at, at that moment or before. */
void queue_wake_at(struct tenant *tenant, int64_t at_us);
/* Send what may go now, tell the owners of what ended, arm the next wake-up. */
void queue_pump(struct tenant *tenant);
/* A 429: nothing leaves for failure->limit.hold_ms from now on. */
void queue_hold(struct tenant *tenant, const struct failure *failure);
/* Moment until which watch and background wait for the quota; 0: they may go. */
int64_t queue_reserve_until_us(const struct tenant *tenant, int64_t now_us);
/* How far apart those of them leave now; 0: as they come. */
int64_t queue_pace_us(const struct tenant *tenant, int64_t now_us);
void token_ended(void *context, struct failure *failure, const struct http_reply *reply);

/* ---- replay.c ---- */
/* Answer all that waits. */
void replay_serve(struct tenant *tenant);

/* ---- call.c ---- */
void call_start(struct tenant_call *call, int64_t now_us);
/* Back to the front of its lane. */
void call_wait_again(struct tenant_call *call, int64_t now_us, int64_t not_before_us);
/* Ends without an answer; its owner is told by the next pump. */
void call_end(struct tenant_call *call, const struct failure *failure, enum transport transport);
void call_end_kind(struct tenant_call *call, enum failure_kind kind, enum transport transport,
		   const char *message);
void call_free(struct tenant_call *call);
/* Tells the observer of the attempt that ended. */
void call_log(const struct tenant_call *call, const struct http_reply *reply);

/* ---- call_join.c ---- */
/* A read whose answer will do for another one of that action; NULL: none. */
struct tenant_call *call_find_read(const struct tenant *tenant, const char *id,
				   const char *condition);
void call_join(struct tenant_call *call, struct tenant_call *read);
/* Ends one that joined. Returns the read when nobody wants it any more. */
struct tenant_call *call_leave(struct tenant_call *call);
/* Tells those who joined, and frees them. */
void call_tell_joined(struct tenant_call *read, struct tenant_reply *reply);

/* ---- call_reply.c ---- */
void call_on_reply(void *context, const struct http_reply *reply);
/* Tells the owner and frees the call. reply NULL: it ended without one. */
void call_deliver(struct tenant_call *call, const struct http_reply *reply);
/* One more attempt. next_ms: the wait before another, -1: there is none. */
struct attempt_facts {
	int64_t number;
	int64_t left_wall_us;
	int64_t queue_us;
	int64_t retry_after_s;
	int64_t next_ms;
};
void reply_into_timeline(struct attempts *timeline, const struct attempt_facts *facts,
			 const struct http_reply *reply);
/* For jitter; nothing is drawn after a success. */
double tenant_random(const struct tenant *tenant, const struct http_reply *reply);
/* What the reply's headers tell. */
struct quota reply_quota(const struct tenant *tenant, const struct http_reply *reply);
/* Retry-After in seconds; -1: none. */
int64_t reply_retry_after_s(const struct tenant *tenant, const struct http_reply *reply);
struct retry_policy tenant_policy(const struct tenant *tenant);
/* How long a 429 holds the queue, whether or not its call is tried again; 0: not. */
int64_t rate_limit_hold_ms(const struct tenant *tenant, int64_t retry_after_s, int64_t attempt);

#endif
