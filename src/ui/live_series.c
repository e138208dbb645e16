/* What the charts of the Live pane draw, taken and cut into columns. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "live_pane.h"

enum { POINTS_UNSEEN = 160, MINUTE_S = 60, SECOND_US = 1000000, MINUTE_US = 60 * SECOND_US };

static const char *id_of(const struct live_pane *pane, int scope)
{
	return scope == LIVE_THIS ? pane->shot.id : NULL;
}

/* --- taking ------------------------------------------------------------------------------ */

static void take_hits(struct live_pane *pane, const struct live *live, int span_s,
		      struct live_series *out)
{
	for (int scope = 0; scope < LIVE_SCOPES; scope++) {
		struct live_hit_series *hits = &out->hits[scope];

		memset(&hits->axis, 0, sizeof hits->axis);
		if (scope == LIVE_TENANT || pane->shot.id[0])
			live_hit_columns(live, id_of(pane, scope), span_s, hits->of,
					 LIVE_POINTS_MAX, &hits->axis);
	}
}

static void take_calls(struct live_pane *pane, const struct live *live, int span_s, int i,
		       struct live_series *out)
{
	size_t points = pane->points > 0 ? pane->points : POINTS_UNSEEN;

	live_call_columns(live, (enum endpoint)i, span_s, out->calls[i].of, points,
			  &out->calls[i].axis);
}

static void add_minutes(void *context, const struct live_side *side)
{
	struct live_lookup_series *out = context;

	if (out->n < LIVE_POINTS_MAX)
		out->of[out->n++] =
			(struct live_minutes){side->latency_n, side->p50_us, side->p95_us};
}

static bool is_empty(const struct live_lookup_series *of)
{
	for (size_t i = 0; i < of->n; i++)
		if (of->of[i].n > 0)
			return false;
	return true;
}

/* A whole day of minutes is read from the disk: an old one is good for a while, unless
 * there is nothing in it, which is read fast. */
static bool is_fresh(const struct live_pane *pane, int span_s, const struct live_lookup_series *of)
{
	int64_t age_us = pane->shot.taken_us - of->taken_us;
	int64_t good_us = (int64_t)span_s * SECOND_US / LIVE_POINTS_MAX;

	return of->taken_us > 0 && !is_empty(of) && age_us >= 0 &&
	       age_us < (good_us > SECOND_US ? good_us : 0);
}

static void take_lookups(struct live_pane *pane, int span_s, int scope, struct live_series *out)
{
	struct live_lookup_series *series = &out->lookups[scope];
	int64_t end_us =
		out->hits[scope].axis.n ? out->hits[scope].axis.end_us : pane->shot.taken_us;
	int64_t minutes = (span_s / MINUTE_S + LIVE_POINTS_MAX - 1) / LIVE_POINTS_MAX;
	int64_t to_us = (end_us + MINUTE_US - 1) / MINUTE_US * MINUTE_US;
	int64_t n;

	if (is_fresh(pane, span_s, series))
		return;
	series->taken_us = pane->shot.taken_us;
	series->end_us = end_us;
	series->step_us = minutes * MINUTE_US;
	n = (to_us - end_us + (int64_t)span_s * SECOND_US + series->step_us - 1) / series->step_us;
	if (n > LIVE_POINTS_MAX)
		n = LIVE_POINTS_MAX;
	series->from_us = to_us - n * series->step_us;
	series->n = 0;
	if (scope == LIVE_TENANT || pane->shot.id[0])
		session_lookups_each(pane->ui->session, id_of(pane, scope), series->from_us, to_us,
				     series->step_us, add_minutes, series);
}

/* Frozen, a wider window is to show the same moment: all are taken. */
static void take_frozen(struct live_pane *pane, const struct live *live)
{
	int span = pane->span;

	if (!pane->frozen)
		pane->frozen = calloc(LIVE_SPANS, sizeof *pane->frozen);
	for (pane->span = 0; pane->frozen && pane->span < LIVE_SPANS; pane->span++) {
		struct live_series *out = &pane->frozen[pane->span];
		int span_s = live_pane_span_s(pane);

		take_hits(pane, live, span_s, out);
		for (int scope = 0; scope < LIVE_SCOPES; scope++) {
			out->lookups[scope].taken_us = 0;
			take_lookups(pane, span_s, scope, out);
		}
		for (int i = 0; i < ENDPOINTS; i++)
			take_calls(pane, live, span_s, i, out);
	}
	pane->span = span;
}

void live_series_forget(struct live_pane *pane)
{
	for (int scope = 0; scope < LIVE_SCOPES; scope++)
		pane->series.lookups[scope].taken_us = 0;
}

void live_series_take(struct live_pane *pane, const struct live *live)
{
	int span_s = live_pane_span_s(pane);

	take_hits(pane, live, span_s, &pane->series);
	take_calls(pane, live, span_s, (int)pane->endpoint, &pane->series);
	take_lookups(pane, span_s, LIVE_THIS, &pane->series);
	if (live_pane_scope(pane) == LIVE_TENANT)
		take_lookups(pane, span_s, LIVE_TENANT, &pane->series);
	if (pane->ui->frozen)
		take_frozen(pane, live);
}

/* --- columns --------------------------------------------------------------------------- */

struct hit_count live_sum(const struct live_hit_series *series, size_t i, size_t n)
{
	size_t has = series->axis.n;
	size_t first = i * has / n;
	size_t end = (i + 1) * has / n;
	struct hit_count sum = {0};

	if (has == 0)
		return sum;
	if (end == first)
		end = first + 1;
	for (; first < end && first < has; first++)
		hit_count_add(&sum, series->of[first]);
	return sum;
}

void live_rates(const struct live_hit_series *series, double *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = hit_rate(live_sum(series, i, n));
}

void live_lookup_points(const struct live_lookup_series *series, int span_s, double *p50,
			double *p95, size_t n)
{
	double span_us = (double)span_s * SECOND_US;

	for (size_t i = 0; i < n; i++) {
		double at_us =
			(double)series->end_us - span_us + ((double)i + 0.5) / (double)n * span_us;
		int64_t since_us = (int64_t)at_us - series->from_us;
		size_t column = series->step_us > 0 && since_us >= 0
					? (size_t)(since_us / series->step_us)
					: LIVE_POINTS_MAX;
		bool any = column < series->n && series->of[column].n > 0;

		p50[i] = any ? (double)series->of[column].p50_us / 1000 : -1;
		p95[i] = any ? (double)series->of[column].p95_us / 1000 : -1;
	}
}
