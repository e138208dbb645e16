/* Pane 3: hit rates, latencies, changes, and their charts. */
#ifndef LIVE_PANE_H
#define LIVE_PANE_H

#include "dacache/app/live.h"
#include "dacache/ui/list.h"
#include "dacache/ui/screen.h"

enum {
	LIVE_POINTS_MAX = 480,
	LIVE_SPARK_COLS = 8,
	LIVE_SPARK_POINTS = 2 * LIVE_SPARK_COLS,
	LIVE_CHANGES_MAX = 8, /* that are listed */
	LIVE_MARKS_MAX = 32,  /* that are drawn */
	LIVE_NOTES_MAX = 8,
	LIVE_SHOWN_MAX = 64, /* lines of a table that a click finds */
	LIVE_SPANS = 11,
	LIVE_WIDE_COLS = 76 /* two charts side by side, whole numbers */
};

enum live_scope { LIVE_THIS, LIVE_TENANT, LIVE_SCOPES };

/* What the cursor stands on, and so what the charts draw. */
enum live_row {
	LIVE_ROW_RATES, /* + scope */
	LIVE_ROW_LATENCIES = LIVE_ROW_RATES + LIVE_SCOPES,
	LIVE_ROW_THIS_HITS = LIVE_ROW_LATENCIES,
	LIVE_ROW_THIS_MISSES,
	LIVE_ROW_ALL_HITS,
	LIVE_ROW_ALL_MISSES,
	LIVE_ROW_CALLS, /* + endpoint */
	LIVE_ROW_CHANGES = LIVE_ROW_CALLS + ENDPOINTS,
	LIVE_ROWS = LIVE_ROW_CHANGES + LIVE_CHANGES_MAX
};

enum { LIVE_LATENCIES = LIVE_ROW_CHANGES - LIVE_ROW_LATENCIES };

struct live_latency {
	struct histogram of;
	int64_t p50_us, p95_us, p99_us, max_us; /* -1: none */
	uint64_t n, failures;
};

struct live_change_row {
	int64_t wall_us;
	char letter;
	char words[200]; /* "cacheTtl 300 → 60" */
	char who[64];    /* "": this program */
	struct live_effect effect;
};

struct live_mark_at {
	int64_t wall_us;
	char letter; /* '*': of another action */
};

/* Where the figures come from, and what is wrong with that. */
struct live_note {
	enum role role;
	char text[400];
	char tail[192]; /* for which the text is cut where there is no room for both */
};

/* The figures, taken at one moment. */
struct live_shot {
	char id[LIST_ID_SIZE];
	struct live_hits hits[LIVE_SCOPES];
	struct live_latency latencies[LIVE_LATENCIES];
	struct live_change_row changes[LIVE_CHANGES_MAX]; /* of this action, newest first */
	size_t change_count;
	struct live_mark_at marks[LIVE_SCOPES][LIVE_MARKS_MAX];
	size_t mark_counts[LIVE_SCOPES];
	struct live_note notes[LIVE_NOTES_MAX];
	size_t note_count;
	int64_t p95_us;       /* of the look-ups of this action, hits and misses; -1: none */
	bool behind;          /* the feed tells of the past */
	bool is_replay;       /* of a bundle: it holds no feed, and time stands */
	bool was_reset;       /* else the counts are since the start */
	int64_t stored_to_us; /* the history of earlier runs ends there, wall; 0: none */
	int64_t age_s;        /* since the reset */
	int64_t taken_us;     /* wall */
};

struct live_hit_series {
	struct hit_count of[LIVE_POINTS_MAX];
	struct live_axis axis;
};

struct live_call_series {
	struct live_call_column of[LIVE_POINTS_MAX];
	struct live_axis axis;
};

/* Latencies of look-ups, by minutes. */
struct live_lookup_series {
	struct live_minutes {
		uint64_t n; /* that tell a latency */
		int64_t p50_us, p95_us;
	} of[LIVE_POINTS_MAX];
	size_t n;
	int64_t from_us, step_us;
	int64_t taken_us; /* reading them costs: not every second */
	int64_t end_us;   /* of the window, where the feed is */
};

/* What the charts of one window draw. */
struct live_series {
	struct live_hit_series hits[LIVE_SCOPES];
	struct live_lookup_series lookups[LIVE_SCOPES];
	struct live_call_series calls[ENDPOINTS];
};

struct live_pane {
	struct ui *ui;
	int span;               /* index into the windows */
	int chosen;             /* enum live_row */
	enum endpoint endpoint; /* whose calls are drawn; the one chosen last */
	/* The row of the cursor that each line of the tables shows, 1 more; 0: none. */
	unsigned char shown[2][LIVE_SHOWN_MAX];
	bool two_tables; /* side by side, when it was drawn last */
	int tops[2];     /* first line shown of the tables */
	bool taken;
	size_t points; /* of a chart over time */
	struct live_shot shot;
	struct live_series series;  /* of the window, of the endpoint drawn */
	struct live_series *frozen; /* of each window, while frozen; else NULL */
};

void live_pane_begin(struct live_pane *pane, struct ui *ui);
void live_pane_end(struct live_pane *pane);
/* The figures are to be taken again, unless frozen. */
void live_pane_touch(struct live_pane *pane, bool even_frozen);
/* Take everything now, and keep it; or let it move again. */
void live_pane_freeze(struct live_pane *pane, bool frozen);
void live_pane_draw(struct live_pane *pane, const struct canvas *c, bool focused);
unsigned live_pane_action(struct live_pane *pane, enum key_action action);
/* A click on a row, or the wheel; at is relative to the pane. */
bool live_pane_mouse(struct live_pane *pane, const struct mouse *at, int cols);
int live_pane_span_s(const struct live_pane *pane);
void live_pane_widen(struct live_pane *pane, int step);
/* "5m": false where there is no such window. */
bool live_pane_set_span(struct live_pane *pane, const char *text);
/* "5m", "1h" */
const char *live_pane_span_text(const struct live_pane *pane);
enum live_scope live_pane_scope(const struct live_pane *pane);
const struct live_series *live_pane_series(const struct live_pane *pane);

/* --- live_take.c -------------------------------------------------------------------- */
/* Take the figures, when they are to be taken again. */
void live_pane_take(struct live_pane *pane);
/* --- live_series.c ------------------------------------------------------------------ */
void live_series_take(struct live_pane *pane, const struct live *live);
/* What was read of the history is of another action or window. */
void live_series_forget(struct live_pane *pane);
/* Hit rates in [0,1] of n columns, the oldest first; -1: no look-ups. */
void live_rates(const struct live_hit_series *series, double *out, size_t n);
/* p50 and p95 in milliseconds at n points of the window, -1: none. */
void live_lookup_points(const struct live_lookup_series *series, int span_s, double *p50,
			double *p95, size_t n);
/* What column i of n holds. */
struct hit_count live_sum(const struct live_hit_series *series, size_t i, size_t n);
/* --- live_rows.c -------------------------------------------------------------------- */
enum live_part { LIVE_PART_RATES = 1, LIVE_PART_LATENCIES = 2, LIVE_PARTS = 3 };
/* The rows in the order in which they stand; returns how many. */
int live_rows_order(const struct live_pane *pane, int out[LIVE_ROWS]);
/* Lines that the tables take; parts: enum live_part, or'd. */
int live_rows_count(const struct live_pane *pane, int cols, unsigned parts);
/* Returns how many lines below had no room. */
int live_rows_draw(struct live_pane *pane, const struct canvas *c, unsigned parts, bool focused);
/* --- live_charts.c ------------------------------------------------------------------ */
/* Points of a chart over time in a pane of cols columns. */
size_t live_charts_points(const struct canvas *c, int cols);
void live_charts_draw(const struct live_pane *pane, const struct canvas *c);

#endif
