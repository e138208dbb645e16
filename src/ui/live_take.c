/* The figures of the Live pane, taken at one moment. */
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "live_pane.h"

static const char *no_empty(const char *id)
{
	return id[0] ? id : NULL;
}

static void take_latency(struct live_latency *out, const char *name,
			 const struct histogram *histogram)
{
	snprintf(out->name, sizeof out->name, "%s", name);
	out->p50_us = out->p95_us = out->p99_us = out->max_us = -1;
	out->n = histogram ? histogram->total : 0;
	if (out->n == 0)
		return;
	out->p50_us = histogram_quantile(histogram, 0.50);
	out->p95_us = histogram_quantile(histogram, 0.95);
	out->p99_us = histogram_quantile(histogram, 0.99);
	out->max_us = histogram->max_us;
}

static void take_calls(struct live_pane *pane, const struct live *live)
{
	for (int i = 0; i < ENDPOINTS; i++) {
		struct live_latency *out = &pane->latencies[LIVE_CALLS + i];
		int64_t us[LIVE_SPARK_POINTS];

		take_latency(out, endpoint_name((enum endpoint)i),
			     live_call_latency(live, (enum endpoint)i));
		out->is_call = true;
		out->n = live_call_count(live, (enum endpoint)i);
		out->failures = live_call_failures(live, (enum endpoint)i);
		live_call_chart(live, (enum endpoint)i, live_pane_span_s(pane), us,
				pane->spark_points);
		for (size_t k = 0; k < pane->spark_points; k++)
			pane->call_sparks[i][k] = us[k] < 0 ? -1 : (double)us[k] / 1000;
	}
}

static void take_call_chart(struct live_pane *pane, const struct live *live)
{
	int64_t us[LIVE_POINTS_MAX];

	if (pane->chosen < LIVE_CALLS)
		return;
	live_call_chart(live, (enum endpoint)(pane->chosen - LIVE_CALLS), live_pane_span_s(pane),
			us, pane->points);
	for (size_t i = 0; i < pane->points; i++)
		pane->call_points[i] = us[i] < 0 ? -1 : (double)us[i] / 1000;
}

void live_pane_take(struct live_pane *pane)
{
	struct ui *ui = pane->ui;
	const struct live *live = session_live(ui->session);
	const char *id = no_empty(ui_selected(ui));
	struct histogram histogram;

	if (pane->taken)
		return;
	pane->taken = true;
	memset(&pane->this_action, 0, sizeof pane->this_action);
	if (id)
		live_hits(live, id, &pane->this_action);
	live_hits(live, NULL, &pane->tenant);
	take_latency(&pane->latencies[LIVE_LOOKUPS_THIS], "look-ups this",
		     id && live_latency(live, id, LIVE_ALL, &histogram) ? &histogram : NULL);
	take_latency(&pane->latencies[LIVE_LOOKUPS_ALL], "look-ups all",
		     live_latency(live, NULL, LIVE_ALL, &histogram) ? &histogram : NULL);
	pane->spark_points = ui->term.utf8 ? LIVE_SPARK_POINTS : LIVE_SPARK_COLS;
	live_hit_chart(live, id, live_pane_span_s(pane), pane->spark, pane->spark_points);
	live_hit_chart(live, id, live_pane_span_s(pane), pane->hit_points, pane->points);
	take_calls(pane, live);
	take_call_chart(pane, live);
	live_source(live, &pane->source);
	pane->age_s = live_age_s(live);
	pane->taken_us = clock_wall_us(loop_clock(ui->loop));
}
