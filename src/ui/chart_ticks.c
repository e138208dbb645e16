/* Where the ticks of an axis stand, and what they say. */
#include <math.h>
#include <stdio.h>

#include "dacache/ui/chart.h"

enum { TIME_TICK_COLS = 10, NEAR_TICK_COLS = 6, FINE_TICK_COLS = 8, HOUR_S = 3600 };

static void add_tick(struct chart *chart, double at, const char *text)
{
	struct chart_tick *tick = &chart->ticks[chart->tick_count];

	if (chart->tick_count >= CHART_TICKS_MAX)
		return;
	tick->at = at;
	snprintf(tick->text, sizeof tick->text, "%s", text);
	chart->tick_count++;
}

/* The shortest step that divides the span and has room; whole units alone, for a tick
 * at 2.5 h helps nobody. 0: none. */
static int step_for(int span_s, int room)
{
	static const int steps_s[] = {5,   10,  15,   20,   30,   60,    120,
				      300, 600, 1200, 3600, 7200, 10800, 21600};

	for (size_t i = 0; i < sizeof steps_s / sizeof steps_s[0]; i++) {
		int step = steps_s[i];

		if ((span_s >= 300 && step < 60) || (span_s > HOUR_S && step < HOUR_S))
			continue;
		if (span_s % step == 0 && span_s / step <= room && span_s / step < CHART_TICKS_MAX)
			return step;
	}
	return 0;
}

/* Wide apart where that gives some, else as near as they are still told apart. */
static int time_step(int span_s, int cols)
{
	int step = step_for(span_s, cols / TIME_TICK_COLS);

	if (step == 0 || span_s / step < 3)
		step = step_for(span_s, cols / NEAR_TICK_COLS);
	return step ? step : span_s;
}

static void format_age(int age_s, bool first, char *out, size_t size)
{
	const char *ago = first ? " ago" : "";

	if (age_s % HOUR_S == 0)
		snprintf(out, size, "%dh%s", age_s / HOUR_S, ago);
	else if (age_s % 60 == 0)
		snprintf(out, size, "%dm%s", age_s / 60, ago);
	else
		snprintf(out, size, "%ds%s", age_s, ago);
}

void chart_ticks_time(struct chart *chart, int cols, int span_s, const char *right)
{
	int step = time_step(span_s, cols);
	char text[16];

	chart->tick_count = 0;
	for (int age_s = span_s; age_s > 0; age_s -= step) {
		format_age(age_s, age_s == span_s, text, sizeof text);
		add_tick(chart, 1 - (double)age_s / span_s, text);
	}
	add_tick(chart, 1, right);
}

static void format_bound(double us, char *out, size_t size)
{
	if (us >= 999999)
		snprintf(out, size, "%.3gs", us / 1e6);
	else
		snprintf(out, size, "%.3gms", us / 1e3);
}

void chart_ticks_log(struct chart *chart, int cols, double from_us, double to_us)
{
	static const double within[] = {1, 2, 5};
	double decades = log10(to_us / from_us);
	bool fine = cols / decades >= 3 * FINE_TICK_COLS;
	char text[16];

	chart->tick_count = 0;
	for (double power = from_us; power < to_us * 0.999; power *= 10) {
		for (int i = 0; i < (fine ? 3 : 1); i++) {
			double us = power * within[i];

			format_bound(us, text, sizeof text);
			add_tick(chart, log10(us / from_us) / decades, text);
		}
	}
	format_bound(to_us, text, sizeof text);
	add_tick(chart, 1, text);
}
