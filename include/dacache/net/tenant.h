/* The tenant's API: token, list, get, put; one queue for all calls, with lanes,
 * quota, retries and the hold of a 429. */
#ifndef DACACHE_NET_TENANT_H
#define DACACHE_NET_TENANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/domain/action.h"
#include "dacache/domain/cache_header.h"
#include "dacache/domain/exchange.h"
#include "dacache/domain/failure.h"
#include "dacache/domain/lane.h"
#include "dacache/domain/profile.h"
#include "dacache/domain/quota.h"
#include "dacache/domain/quota_ledger.h"
#include "dacache/loop/loop.h"
#include "dacache/net/http.h"

/* Lanes (domain/lane.h) are served in their order. BULK, WATCH and BACKGROUND leave ever
 * further apart once half of the quota is spent, so that the limit is not met
 * (quota_pace_us), and wait while what is left is at or under the reserve for saving (a
 * tenth, 5 at least); of BACKGROUND at most the profile's `parallel` are in flight, of all
 * TENANT_OTHER_CALLS more. A 429 holds all lanes until its time. Where that is longer
 * than the profile's max_wait, whatever waits or is asked for ends at once:
 * FAILURE_RATE_LIMITED, RETRY_TOO_LONG, retry_after_s tells what is left. */
enum { TENANT_OTHER_CALLS = 4, TENANT_CALLS = PROFILE_PARALLEL_MAX + TENANT_OTHER_CALLS };

struct tenant;
struct tenant_call;

/* What the tenant tells its owner, from the loop; the functions may be NULL, and
 * neither may free the tenant. What *exchange holds is the receiver's: it copies
 * the struct, and clears it (exchange_clear) one day; the struct itself is valid
 * during the callback alone. */
struct tenant_observer {
	void (*exchange)(void *context, struct exchange *exchange);
	void (*changed)(void *context); /* token, scope, quota, hold or queue moved */
	void *context;
	/* An attempt failed, and the call will be tried again. action_id NULL: none. */
	void (*retried)(void *context, const char *action_id, const struct failure *failure);
};

/* profile and http must outlive the tenant; random gives [0,1) (jitter) and gets
 * the observer's context. observer is copied; NULL: none. */
enum err_code tenant_new(struct loop *loop, struct http *http, const struct profile *profile,
			 double (*random)(void *context), const struct tenant_observer *observer,
			 struct tenant **out, struct err *err);
/* Calls end without their callbacks. May be called inside one of them. */
void tenant_free(struct tenant **tenant);

/* Valid during the callback alone. failure.kind is FAILURE_NONE for 2xx and 304. */
struct tenant_reply {
	struct failure failure;
	int status;
	enum transport transport;
	const char *body; /* never NULL */
	size_t body_len;
	const char *etag; /* byte for byte; "" when there was none */
	char correlation_id[80];
	int64_t attempts;
	int64_t latency_us; /* of the last attempt, without our queue; -1: none */
	int64_t queue_us;   /* all waiting on our side: queue, holds, back-off */
	bool lost_answer;   /* it may have taken effect, and nobody saw */
	bool earlier_5xx;   /* an earlier attempt was answered 5xx */
	bool told_before;   /* tenant_read: of this very call, to a person who asked before */
	enum cache_says cache_says;
};

typedef void tenant_done_fn(void *context, const struct tenant_reply *reply);

/* fn is called once, from the loop, never before the function returned.
 * out may be NULL. Ids are percent-encoded here; an empty one is ERR_USAGE. */
enum err_code tenant_list(struct tenant *tenant, int64_t page, int64_t page_size, enum lane lane,
			  tenant_done_fn *fn, void *context, struct tenant_call **out);
/* if_none_match may be NULL. */
enum err_code tenant_get(struct tenant *tenant, const char *id, const char *if_none_match,
			 enum lane lane, tenant_done_fn *fn, void *context,
			 struct tenant_call **out);
/* The same for who may share the answer: where an equal tenant_read of the action
 * waits, or is under way and left after the newest PUT, its answer tells both, and nothing more is
 * sent. It goes in the more urgent of both lanes. */
enum err_code tenant_read(struct tenant *tenant, const char *id, const char *if_none_match,
			  enum lane lane, tenant_done_fn *fn, void *context,
			  struct tenant_call **out);
/* A PUT is tried again on 429 and 5xx and where no connection was made, always
 * with the same If-Match; never once its answer was lost. An empty if_match is
 * ERR_USAGE. */
enum err_code tenant_put(struct tenant *tenant, const char *id, const char *if_match,
			 const char *body, size_t body_len, enum lane lane, tenant_done_fn *fn,
			 void *context, struct tenant_call **out);
/* A PUT that was just queued, to be sent again after `attempts` whose answers were
 * lost: it waits as the retry policy says of a lost connection, full jitter. */
void tenant_back_off(struct tenant_call *put, int64_t attempts);
/* Get a token if there is none: for a first look and for doctor. reply.body is
 * empty. */
enum err_code tenant_login(struct tenant *tenant, tenant_done_fn *fn, void *context,
			   struct tenant_call **out);

/* Ends one call without its callback, and nulls *call: unless it is a PUT in
 * flight, which can't be taken back (returns false, the call goes on). NULL and
 * the call whose callback is running are fine. */
bool tenant_cancel(struct tenant_call **call);
/* Ends one call that waits, with FAILURE_CANCELLED through its callback, which is not
 * called inside. False when it is on its way, or has ended. */
bool tenant_cancel_queued(struct tenant_call *call);
/* Cancels what waits (holds, back-off, queue) in the interactive lane: the calls
 * end with FAILURE_CANCELLED through their callbacks. Returns how many. */
size_t tenant_cancel_waiting(struct tenant *tenant);

enum tenant_hold { HOLD_NONE, HOLD_RATE_LIMIT, HOLD_BACKOFF, HOLD_QUOTA_RESERVE };

struct tenant_status {
	bool has_token;
	int64_t token_expires_in_s; /* by the monotonic clock */
	char scope[128];            /* granted; "" until known */
	bool can_write;             /* true until the scope is known to lack it */
	struct quota quota;
	enum tenant_hold hold;
	int64_t hold_ends_in_ms;    /* 0 when none */
	enum limit_kind hold_limit; /* where a 429 holds: what it told of */
	size_t in_flight;
	size_t puts_in_flight;
	size_t queued;                /* waiting in any lane */
	size_t lane_in_flight[LANES]; /* these two add up to in_flight */
	size_t lane_queued[LANES];    /* and to queued */
	int64_t pace_us; /* how far apart WATCH and BACKGROUND leave now; 0: not held back */
};
void tenant_status(const struct tenant *tenant, struct tenant_status *out);
/* Who spent the quota. Valid as long as the tenant; moves with every answer. */
const struct quota_ledger *tenant_ledger(const struct tenant *tenant);

/* New credentials are in the profile: forget the token, and what the tenant said to
 * the old client: its quota, the hold of a 429. What waits goes on with a new token. */
void tenant_forget_token(struct tenant *tenant);

/* Where a bundle is replayed: its answers in place of the network's. ERR_NOT_FOUND: it does
 * not hold that action. */
struct tenant_replay {
	enum err_code (*page)(void *context, int64_t page, int64_t page_size, struct buf *body);
	enum err_code (*document)(void *context, const char *action_id, struct buf *body,
				  char etag[ETAG_SIZE]);
	void *context;
};
/* Before the first call. From then on no token is asked for and nothing is sent: lists and
 * GETs are answered from there; all else ends with FAILURE_REPLAY. */
void tenant_set_replay(struct tenant *tenant, const struct tenant_replay *replay);

/* Append text without the secrets of the profile and the token, wherever they stand, and
 * without what stands behind a secret's name. JSON stays JSON. */
enum err_code tenant_mask(const struct tenant *tenant, const char *text, size_t len,
			  struct buf *out);

/* malloc'd: the URL of an action ({base}/api/v2/dataactions/{id}), id encoded. */
char *tenant_action_url(const struct profile *profile, const char *id);

#endif
