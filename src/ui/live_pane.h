/* Pane 3: hit rates, latencies and their charts. */
#ifndef LIVE_PANE_H
#define LIVE_PANE_H

#include "dacache/app/live.h"
#include "dacache/ui/screen.h"

enum { LIVE_POINTS_MAX = 512, LIVE_SPARK_COLS = 8, LIVE_SPARK_POINTS = 2 * LIVE_SPARK_COLS };

/* Everything drawn, taken at one moment: while frozen it stays. */
struct live_latency {
	char name[24];
	int64_t p50_us, p95_us, p99_us, max_us; /* -1: none */
	uint64_t n, failures;
	bool is_call;
};

enum { LIVE_LOOKUPS_THIS, LIVE_LOOKUPS_ALL, LIVE_CALLS, LIVE_LATENCIES = LIVE_CALLS + ENDPOINTS };

struct live_pane {
	struct ui *ui;
	int span;   /* index into the windows */
	int chosen; /* row of the latencies whose chart is drawn */
	bool taken;
	struct live_hits this_action;
	struct live_hits tenant;
	struct live_latency latencies[LIVE_LATENCIES];
	double hit_points[LIVE_POINTS_MAX];
	double call_points[LIVE_POINTS_MAX];
	size_t points; /* in a chart; as many as its columns hold */
	size_t spark_points;
	double spark[LIVE_SPARK_POINTS]; /* hit rate of this action, for the summary */
	double call_sparks[ENDPOINTS][LIVE_SPARK_POINTS]; /* milliseconds */
	struct live_source source;
	int64_t age_s;
	int64_t taken_us; /* wall */
};

void live_pane_begin(struct live_pane *pane, struct ui *ui);
/* The figures are to be taken again, unless frozen. */
void live_pane_touch(struct live_pane *pane, bool even_frozen);
void live_pane_draw(struct live_pane *pane, const struct canvas *c, bool focused);
unsigned live_pane_action(struct live_pane *pane, enum key_action action);
int live_pane_span_s(const struct live_pane *pane);
void live_pane_widen(struct live_pane *pane, int step);
/* "5m" */
void live_pane_span_text(const struct live_pane *pane, char *out, size_t size);
/* --- live_take.c -------------------------------------------------------------------- */
/* Take the figures, when they are to be taken again. */
void live_pane_take(struct live_pane *pane);

#endif
