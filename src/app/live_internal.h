/* What the live figures are made of: for live*.c alone. */
#ifndef DACACHE_SRC_APP_LIVE_INTERNAL_H
#define DACACHE_SRC_APP_LIVE_INTERNAL_H

#include "change_list.h"
#include "dacache/base/map.h"
#include "dacache/base/vec.h"
#include "dacache/domain/sparse_histogram.h"
#include "dacache/domain/ttl_model.h"
#include "dacache/store/history.h"
#include "internal.h"

enum { LIVE_WINDOW_S = 1000, LIVE_EVENTS_MAX = 20000, LIVE_RATE_S = 10 };

/* Look-ups of one action, or of all. */
struct live_action {
	char *id;                          /* NULL: of all */
	struct live_action *newer, *older; /* by the newest look-up */
	/* Those with slices, the first to have had one first. */
	struct live_action *before, *behind;
	bool in_line;
	struct hit_windows *windows;
	struct sparse_histogram of_hits; /* latencies since the reset */
	struct sparse_histogram of_misses;
	size_t bytes;   /* that it took when it was last weighed */
	int64_t cut_us; /* its newest change, wall: a slice of the history begins there */
	struct history_slice *slices; /* not in the store yet; their action_id is NULL */
	uint16_t slices_len;
	uint16_t slices_cap;
};

struct live_event {
	uint64_t action_hash;
	struct ttl_event event;
};

/* One of our own calls, in little: seconds and microseconds since live began. */
struct live_call {
	uint32_t at_s;
	uint32_t us : 31;
	uint32_t failed : 1;
};

struct live_endpoint {
	struct histogram latency; /* since the reset */
	struct live_call *calls;  /* a ring that grows to its maximum */
	size_t cap;
	uint64_t count;
	uint64_t failures; /* since the reset */
	uint64_t first;    /* count at the reset */
};

struct live_changes {
	struct change_list list;
	void (*load)(void *context); /* NULL: the audit was read */
	void *context;
};

struct live_history {
	struct live_history_of of;
	struct loop_timer *timer;
	int64_t began_us; /* wall */
	/* Where what earlier runs stored ends, wall; 0: nothing; -1: not asked yet. */
	int64_t stored_to_us;
	bool is_at_rest;                  /* the timer waits for the minute's end */
	bool is_told;                     /* somebody was told that it is recorded */
	size_t waiting;                   /* slices with their actions */
	struct live_action *first, *last; /* that have some */
	struct vec queue;  /* struct history_slice, their action_id owned: to be written */
	struct vec hashes; /* uint64_t, of their ids */
	size_t done;       /* so many at the beginning of the queue are gone */
	bool failing;      /* and it was said */
	/* Of the file that is followed; source NULL: of none, is_ours is then as good. */
	char *source;
	bool is_ours;
	int64_t next_claim_us;
	/* What was read last for a chart. */
	struct hit_count *minutes;
	char *minutes_of;
	int64_t minutes_from_us; /* 0: nothing */
	size_t minutes_n;
};

struct live {
	struct clock clock;
	struct map *actions; /* id -> struct live_action * */
	struct live_action *newest, *oldest;
	struct live_action tenant;
	size_t bytes;              /* of all actions, as they were last weighed */
	struct live_event *events; /* a ring */
	uint64_t events_added;
	struct live_endpoint endpoints[ENDPOINTS];
	int64_t start_us; /* monotonic */
	int64_t reset_us; /* monotonic */
	struct live_changes *changes;
	struct live_history *history; /* NULL: none is kept */
	/* Where the feed is: its newest ts, and when that came (wall); 0: no ts yet. */
	int64_t newest_us;
	int64_t newest_came_us;
	struct live_source source;
	int64_t replay_of_us; /* when the replayed bundle was made, wall; 0: this is no replay */
	bool by_hand;
	char feed[160];
	char header[64];
	uint64_t lines_at[LIVE_RATE_S]; /* lines a second, a ring by second */
	int64_t lines_second;
	int64_t feed_since_s; /* when the feed began */
};

/* --- live.c --- */
int64_t live_monotonic_s(const struct live *live);
/* The wall time at which the windows end. */
int64_t live_end_us(const struct live *live);
const struct live_action *live_find(const struct live *live, const char *id);

/* --- live_actions.c --- */
/* It becomes the newest. NULL without memory. */
struct live_action *live_find_or_add(struct live *live, const char *id);
void live_action_weigh(struct live *live, struct live_action *action);
void live_actions_free(struct live *live);

/* --- live_history.c --- */
/* Where the look-ups of earlier runs in the store end, wall; 0: there are none. */
int64_t live_history_stored_to(const struct live *live);
void live_history_end(struct live *live);
/* What waits of the action (NULL: there is none) and of all is written at once: somebody
 * was told that it is recorded. */
void live_history_soon(struct live *live, struct live_action *action);
/* The action will be gone: its slices leave it. */
void live_history_let_go(struct live *live, struct live_action *action);
/* A slice ends here, and the next one begins. */
void live_history_cut(struct live_action *action, int64_t at_us);
bool live_history_takes_feed(struct live *live);
/* latency_us -1: none */
void live_history_count(struct live *live, struct live_action *action, int64_t at_us,
			struct hit_count added, int64_t latency_us);
/* Adds the slices that begin in [from_us, to_us) to *sum, history_slice_clear()ed by the
 * caller. id NULL: the tenant. */
void live_history_sum(const struct live *live, const char *id, int64_t from_us, int64_t to_us,
		      struct history_slice *sum);
/* The slices themselves, without latencies, in no order. */
void live_history_each(const struct live *live, const char *id, int64_t from_us, int64_t to_us,
		       void (*fn)(void *context, const struct history_slice *slice), void *context);
/* n minutes from from_us on, a full minute. */
void live_history_minutes(const struct live *live, const char *id, int64_t from_us,
			  struct hit_count *out, size_t n);

/* --- live_calls.c --- */
void live_calls_init(struct live *live);
void live_calls_free(struct live *live);
void live_calls_reset(struct live *live);

/* --- live_changes.c --- */
struct live_changes *live_changes_new(void);
void live_changes_free(struct live_changes **changes);

#endif
