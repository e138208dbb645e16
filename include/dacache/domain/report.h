/* The tutorial's report, with its keys, and what else the audit tells: changes by
 * action and by person, outcomes, hit rates around each change, latency, errors. */
#ifndef DACACHE_DOMAIN_REPORT_H
#define DACACHE_DOMAIN_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/base/buf.h"
#include "dacache/domain/audit_entry.h"
#include "dacache/domain/exchange.h"
#include "dacache/domain/hits.h"

/* How long before and after a change its hit rates count, at most: the change before
 * it and the one after it, of the same action and whoever made them, end it earlier. */
enum { REPORT_WINDOW_S = 3600 };

/* A change that took effect. */
struct report_change {
	int64_t seq;     /* of its entry; 0: not by this tool, a read showed it */
	int64_t wall_us; /* of others': when the tenant says, else when it was read */
	const char *data_action_id;
	const char *name; /* NULL or "": not known, as who */
	const char *who;
	bool has_before;
	bool has_after;
	struct cache_members before;
	struct cache_members after;
	bool known; /* there is a history of look-ups */
	struct hit_count hits_before;
	struct hit_count hits_after;
};

/* Look-ups in [from_us, to_us), wall; action_id NULL: of all. False: nobody knows. */
typedef bool report_lookups_fn(void *context, const char *action_id, int64_t from_us, int64_t to_us,
			       struct hit_count *out);

/* One API call. */
struct report_call {
	enum endpoint endpoint;
	double ms; /* -1: no answer */
	bool failed;
};

/* Nothing is owned. */
struct report {
	int64_t generated_us;       /* wall */
	int64_t since_us, until_us; /* what was asked for; 0: no bound */
	const char *tenant;         /* base URL; NULL: not told */
	const char *data_action_id; /* NULL: all */
	struct hit_count lookups;   /* of the history, in that time */
	int64_t lookups_from_us;    /* what they cover, wall; 0 without any */
	int64_t lookups_to_us;
	const struct audit_entry *entries; /* newest first */
	size_t len;
	const struct report_change *changes; /* newest first */
	size_t changes_len;
	const struct report_call *calls; /* of the request log */
	size_t calls_len;
	report_lookups_fn *lookups_between; /* NULL: no history */
	void *context;
};

/* {"generated_at","total_log_entries","average_latency_ms","current_hit_rate",
 * "entries":[…]}: the mean over entries with a latency, null without one; the
 * rate in [0,1], null without look-ups. Behind them: tenant, period, lookups (from and
 * to: what they cover), latency_ms, outcomes, by_others, by_action, by_person, changes
 * (also those by others: seq null, by_dacache false), api_calls, errors.
 * Indented by two. */
enum err_code report_to_json(const struct report *report, struct buf *out);
/* The same for reading, plain text. */
enum err_code report_to_text(const struct report *report, struct buf *out);
/* The same as one HTML page that needs nothing else: no script, no reference, charts
 * as SVG. Of the entries the newest REPORT_HTML_ENTRIES. */
enum err_code report_to_html(const struct report *report, struct buf *out);

enum { REPORT_HTML_ENTRIES = 200 };

#endif
