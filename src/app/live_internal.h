/* What the live figures are made of: for live*.c alone. */
#ifndef DACACHE_SRC_APP_LIVE_INTERNAL_H
#define DACACHE_SRC_APP_LIVE_INTERNAL_H

#include "dacache/base/map.h"
#include "dacache/base/vec.h"
#include "dacache/domain/sparse_histogram.h"
#include "dacache/domain/ttl_model.h"
#include "internal.h"

enum { LIVE_WINDOW_S = 1000, LIVE_EVENTS_MAX = 20000, LIVE_RATE_S = 10 };

/* Look-ups of one action, or of all. */
struct live_action {
	struct hit_windows *windows;
	struct sparse_histogram of_hits; /* latencies since the reset */
	struct sparse_histogram of_misses;
	int64_t last_s; /* of the newest, as the windows count */
	size_t bytes;   /* that it took when it was last weighed */
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
	struct vec items;            /* struct live_change, its texts owned; rising in time */
	struct vec seqs;             /* int64_t: of the audit's entries among them */
	void (*load)(void *context); /* NULL: the audit was read */
	void *context;
};

struct live {
	struct clock clock;
	struct map *actions; /* id -> struct live_action * */
	struct live_action tenant;
	size_t bytes;              /* of all actions, as they were last weighed */
	struct live_event *events; /* a ring */
	uint64_t events_added;
	struct live_endpoint endpoints[ENDPOINTS];
	int64_t start_us; /* monotonic */
	int64_t reset_us; /* monotonic */
	struct live_changes *changes;
	/* Where the feed is: its newest ts, and when that came (wall); 0: no ts yet. */
	int64_t newest_us;
	int64_t newest_came_us;
	struct live_source source;
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

/* --- live_calls.c --- */
void live_calls_init(struct live *live);
void live_calls_free(struct live *live);
void live_calls_reset(struct live *live);

/* --- live_changes.c --- */
struct live_changes *live_changes_new(void);
void live_changes_free(struct live_changes **changes);

#endif
