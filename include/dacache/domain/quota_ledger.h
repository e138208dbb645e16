/* Who spent the tenant's quota, and when the limit will be met. Arithmetic alone: the
 * times come from the caller. */
#ifndef DACACHE_DOMAIN_QUOTA_LEDGER_H
#define DACACHE_DOMAIN_QUOTA_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/domain/lane.h"
#include "dacache/domain/quota.h"

enum {
	QUOTA_WINDOWS_KEPT = 60, /* the newest */
	QUOTA_SECONDS_KEPT = 90, /* of use, a figure a second */
	QUOTA_RATE_S = 30,       /* a rate is taken over so long at most */
	QUOTA_RATE_MIN_S = 3     /* and over so long at least: before that it is unknown */
};

/* Our own calls. Each attempt counts, for each is a request to the tenant. */
struct quota_spent {
	int64_t lanes[LANES];
	int64_t unanswered; /* of those above: whether the tenant counted them is unknown */
	int64_t limited;    /* of those above: answered 429 */
};

int64_t quota_spent_sum(const struct quota_spent *spent);

/* One window of the tenant's limit, as its headers told. -1: not told. */
struct quota_window {
	int64_t first_wall_us; /* when its first answer came */
	int64_t end_us;        /* monotonic */
	int64_t allowed;
	int64_t used; /* the highest count seen, others' calls included */
	struct quota_spent ours;
};

/* One second of use. */
struct quota_second {
	int64_t at_s;    /* monotonic, from 1; 0: empty */
	int64_t ours;    /* attempts of ours that ended in it */
	int64_t counted; /* by how much the tenant's count rose, others' calls included */
};

struct quota_ledger {
	struct quota_window windows[QUOTA_WINDOWS_KEPT]; /* a ring */
	size_t begun;                                    /* windows, ever */
	struct quota_spent run;                          /* since the start */
	int64_t tokens;          /* calls for a token, this run: no lane's, nor in `ours` */
	int64_t headerless;      /* answers without quota headers, since the last with some */
	struct quota last;       /* the newest headers; known false: none ever */
	int64_t begun_us;        /* when the counting began, monotonic; -1: not yet */
	int64_t longest_reset_s; /* the longest reset seen: the window is no shorter; -1 */
	struct quota_second seconds[QUOTA_SECONDS_KEPT]; /* a ring by at_s */
};

void quota_ledger_init(struct quota_ledger *ledger);

/* One attempt ended. */
struct quota_attempt {
	enum lane lane;
	int status;         /* 0: no answer */
	struct quota quota; /* as its headers said; quota_none() without */
	int64_t wall_us;    /* now */
	int64_t now_us;     /* now, monotonic */
};
void quota_ledger_attempt(struct quota_ledger *ledger, const struct quota_attempt *attempt);
void quota_ledger_token(struct quota_ledger *ledger);

/* i from 0, the present one; NULL past the last that is kept. The present one may have
 * ended: see quota_window_is_open. */
const struct quota_window *quota_ledger_window(const struct quota_ledger *ledger, size_t i);
bool quota_window_is_open(const struct quota_window *window, int64_t now_us);

/* Calls of the present window that are not ours: other programs with the same client,
 * or this one before it was started anew. in_flight calls of ours may be in the tenant's
 * count already, and are never taken for others'. -1: not known. */
int64_t quota_ledger_others(const struct quota_ledger *ledger, int64_t in_flight);

enum quota_outlook {
	QUOTA_NOT_TOLD,  /* the tenant sends no such headers */
	QUOTA_ENDED,     /* the window ended: the next answer tells of a new one */
	QUOTA_MET,       /* nothing is left */
	QUOTA_TOO_EARLY, /* under QUOTA_RATE_MIN_S of figures */
	QUOTA_AT_REST,   /* nothing was spent lately */
	QUOTA_SAFE,      /* at this rate not within the window */
	QUOTA_WILL_MEET  /* at this rate, in in_s */
};
struct quota_forecast {
	enum quota_outlook outlook;
	double per_s;       /* the rate, all programs together; -1: not known */
	int64_t left;       /* -1 */
	int64_t in_s;       /* until the limit is met; -1 unless QUOTA_WILL_MEET */
	int64_t reset_in_s; /* -1 */
};
void quota_ledger_forecast(const struct quota_ledger *ledger, int64_t now_us,
			   struct quota_forecast *out);
/* One line: "at this rate (2.1/s) the limit is met in 40 s". */
void quota_forecast_words(const struct quota_forecast *forecast, char *out, size_t size);

/* n seconds up to now, oldest first: calls a second that the tenant counted (ours
 * alone: that were answered), -1 before the counting began. */
void quota_ledger_seconds(const struct quota_ledger *ledger, int64_t now_us, bool ours_alone,
			  double *out, size_t n);

/* --- pace ---------------------------------------------------------------------- */

/* Calls kept for saving: a tenth, 5 at least; 0 where no limit is known. */
int64_t quota_reserve(const struct quota *quota);
/* How far apart calls that can wait (watch, background) leave, so that the limit is not
 * met before the window ends: 0 while more than half is left, then what is left above
 * the reserve spread over the rest of the window. 0 where left or reset is unknown. Not
 * asked where the reserve is reached: then they wait for the end of the window. */
int64_t quota_pace_us(const struct quota *quota, int64_t now_us, int64_t in_flight);

#endif
