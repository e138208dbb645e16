/* The charts of the HTML report. */
#include <stdio.h>
#include <string.h>

#include "dacache/base/clock.h"
#include "dacache/domain/decimal.h"
#include "report_html.h"
#include "svg_chart.h"

enum { BINS_MAX = 48, DETAIL_MAX = 160 };

static const int64_t us_per_s = 1000000;

/* Columns of time, of whole steps since 1970. */
struct bins {
	int64_t start_us;
	int64_t step_us;
	const char *words; /* of the step */
	size_t len;
};

/* --- time --- */

struct step {
	int64_t s;
	const char *words;
};

static const struct step *step_for(int64_t span_us)
{
	enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };
	static const struct step steps[] = {{MINUTE, "a minute"},        {5 * MINUTE, "5 minutes"},
					    {15 * MINUTE, "15 minutes"}, {HOUR, "an hour"},
					    {3 * HOUR, "3 hours"},       {6 * HOUR, "6 hours"},
					    {12 * HOUR, "12 hours"},     {DAY, "a day"},
					    {2 * DAY, "2 days"},         {7 * DAY, "a week"},
					    {14 * DAY, "2 weeks"},       {30 * DAY, "30 days"},
					    {90 * DAY, "90 days"},       {365 * DAY, "a year"}};
	size_t i = 0;

	while (i + 1 < sizeof(steps) / sizeof(steps[0]) &&
	       span_us / (steps[i].s * us_per_s) + 2 > BINS_MAX)
		i++;
	return &steps[i];
}

/* From what was asked for, or the oldest entry or look-up, to what was asked for, or now. Newer
 * than asked for or in the future there is nothing. */
static struct bins bins_for(const struct report *report)
{
	struct bins bins = {0};
	const struct step *step;
	int64_t from_us = report->since_us;
	int64_t to_us = report->generated_us;

	for (size_t i = 0; i < report->len; i++)
		if (!report->since_us && (from_us == 0 || report->entries[i].wall_us < from_us))
			from_us = report->entries[i].wall_us;
	if (!report->since_us && report->lookups_from_us > 0 &&
	    (from_us == 0 || report->lookups_from_us < from_us))
		from_us = report->lookups_from_us;
	if (report->until_us && report->until_us < to_us)
		to_us = report->until_us;
	if (from_us == 0 || from_us > to_us)
		return bins;
	step = step_for(to_us - from_us);
	bins.words = step->words;
	bins.step_us = step->s * us_per_s;
	bins.start_us = from_us - from_us % bins.step_us;
	bins.len = (size_t)((to_us - bins.start_us) / bins.step_us) + 1;
	if (bins.len > BINS_MAX) { /* centuries: the newest */
		bins.start_us += (int64_t)(bins.len - BINS_MAX) * bins.step_us;
		bins.len = BINS_MAX;
	}
	return bins;
}

/* false: outside. */
static bool bin_of(const struct bins *bins, int64_t wall_us, size_t *out)
{
	if (bins->len == 0 || wall_us < bins->start_us)
		return false;
	*out = (size_t)((wall_us - bins->start_us) / bins->step_us);
	return *out < bins->len;
}

/* The day at midnight, else the hour. */
static void label_bins(const struct bins *bins, struct svg_chart *chart)
{
	chart->columns = bins->len;
	for (size_t i = 0; i < bins->len; i++) {
		char time[CLOCK_TEXT_SIZE];

		clock_format_rfc3339(bins->start_us + (int64_t)i * bins->step_us, time);
		if (bins->step_us >= 30 * INT64_C(86400) * us_per_s)
			snprintf(chart->labels[i], sizeof(chart->labels[i]), "%.7s", time);
		else if (strncmp(time + 11, "00:00", 5) == 0)
			snprintf(chart->labels[i], sizeof(chart->labels[i]), "%.5s", time + 5);
		else
			snprintf(chart->labels[i], sizeof(chart->labels[i]), "%.5s", time + 11);
	}
}

/* --- a figure --- */

static void put_legend(struct buf *out, const struct svg_chart *chart)
{
	if (chart->series_len < 2)
		return;
	buf_puts(out, "<br>");
	for (size_t i = 0; i < chart->series_len; i++)
		buf_printf(out, "<span><font color=\"%s\">&#9632;</font> %s</span>",
			   chart->series[i].colour, chart->series[i].name);
}

static void put_figure(struct buf *out, const struct svg_chart *chart)
{
	buf_printf(out, "<figure><figcaption>%s", chart->title);
	put_legend(out, chart);
	buf_puts(out, "</figcaption>");
	svg_chart_put(out, chart);
	buf_puts(out, "</figure>\n");
}

/* --- changes over time --- */

/* Outcomes that never came take no place in the legend. */
static void add_outcome(struct svg_chart *chart, const struct report *report,
			const struct bins *bins, enum outcome outcome)
{
	struct svg_series *series = &chart->series[chart->series_len++];

	*series = (struct svg_series){.name = outcome_name(outcome),
				      .colour = report_html_colour(outcome)};
	for (size_t i = 0; i < report->len; i++) {
		const struct audit_entry *entry = &report->entries[i];
		size_t bin;

		if (report_is_change(entry) && entry->outcome == outcome &&
		    bin_of(bins, entry->wall_us, &bin))
			series->values[bin]++;
	}
}

static void put_changes(struct buf *out, const struct report *report,
			const struct report_figures *figures, const struct bins *bins)
{
	struct svg_chart chart = {.id = "changes", .unit = "changes"};
	char title[80];
	char detail[160];

	if (figures->changes == 0 || bins->len == 0)
		return;
	snprintf(title, sizeof(title), "Changes tried, by outcome (a bar: %s, UTC)", bins->words);
	snprintf(detail, sizeof(detail), "%llu changes tried, %llu applied; a bar is %s.",
		 (unsigned long long)figures->changes, (unsigned long long)figures->applied,
		 bins->words);
	chart.title = title;
	chart.detail = detail;
	label_bins(bins, &chart);
	for (int outcome = 0; outcome < OUTCOMES; outcome++)
		if (figures->outcomes[outcome] > 0)
			add_outcome(&chart, report, bins, (enum outcome)outcome);
	put_figure(out, &chart);
}

/* --- hit rate over time --- */

static void mark_changes(struct svg_chart *chart, const struct report *report,
			 const struct bins *bins)
{
	size_t counts[SVG_COLUMNS_MAX] = {0};

	for (size_t i = 0; i < report->changes_len; i++) {
		const struct report_change *change = &report->changes[i];
		size_t bin;

		if (!bin_of(bins, change->wall_us, &bin))
			continue;
		counts[bin]++;
		if (counts[bin] == 1)
			snprintf(chart->markers[bin], sizeof(chart->markers[bin]), "changed: %.50s",
				 report_name_of_change(change));
		else
			snprintf(chart->markers[bin], sizeof(chart->markers[bin]), "%zu changes",
				 counts[bin]);
	}
}

static void put_hit_rate(struct buf *out, const struct report *report, const struct bins *bins)
{
	struct svg_chart chart = {.id = "hits",
				  .unit = "% hits",
				  .max = 100,
				  .series_len = 1,
				  .series = {{.name = "hit rate", .colour = "#3b7dd8"}}};
	char title[96];
	char detail[160];
	uint64_t n = 0;

	if (!report->lookups_between)
		return;
	for (size_t i = 0; i < bins->len; i++) {
		int64_t from_us = bins->start_us + (int64_t)i * bins->step_us;
		struct hit_count count = {0};
		bool known = report->lookups_between(report->context, report->data_action_id,
						     from_us, from_us + bins->step_us, &count);
		double rate = known ? hit_rate(count) : -1;

		chart.missing[i] = rate < 0;
		chart.series[0].values[i] = rate < 0 ? 0 : rate * 100;
		n += count.hits + count.misses;
	}
	if (n == 0)
		return;
	snprintf(title, sizeof(title), "Hit rate (a bar: %s, UTC; no bar: no look-up)",
		 bins->words);
	snprintf(detail, sizeof(detail),
		 "Hit rate of %llu look-ups in percent; a bar is %s; triangles mark changes.",
		 (unsigned long long)n, bins->words);
	chart.title = title;
	chart.detail = detail;
	label_bins(bins, &chart);
	mark_changes(&chart, report, bins);
	put_figure(out, &chart);
}

/* --- latency --- */

/* Columns up to 1, 2, 5, 10 … ms: from the one of the lowest to that of the highest. */
static void fill_latency(struct svg_chart *chart, const struct vec *sorted)
{
	static const double steps[] = {1, 2, 5};
	double scale = 0.1;
	size_t next = 0;

	for (int i = 0; next < sorted->len && chart->columns < SVG_COLUMNS_MAX; i++) {
		double upper = steps[i % 3] * scale;
		size_t count = 0;

		while (next < sorted->len && *(const double *)vec_at(sorted, next) <= upper) {
			next++;
			count++;
		}
		if (i % 3 == 2)
			scale *= 10;
		if (count == 0 && next == 0)
			continue;
		chart->series[0].values[chart->columns] = (double)count;
		if (upper < 1)
			snprintf(chart->labels[chart->columns], sizeof(chart->labels[0]), "0.%d ms",
				 (int)(upper * 10 + 0.5));
		else if (upper < 1000)
			snprintf(chart->labels[chart->columns], sizeof(chart->labels[0]), "%d ms",
				 (int)upper);
		else
			snprintf(chart->labels[chart->columns], sizeof(chart->labels[0]), "%lld s",
				 (long long)(upper / 1000));
		chart->columns++;
	}
}

static void put_latency(struct buf *out, const struct report_figures *figures)
{
	struct svg_chart chart = {.id = "latency",
				  .unit = "answers",
				  .title = "Latency of the log's entries (a bar: up to its label)",
				  .series_len = 1,
				  .series = {{.name = "answers", .colour = "#3b7dd8"}}};
	struct buf detail;

	if (figures->latency.n == 0)
		return;
	buf_init(&detail, DETAIL_MAX);
	buf_printf(&detail, "%zu answers: p50 ", figures->latency.n);
	decimal_put(&detail, figures->latency.p50, 1);
	buf_puts(&detail, " ms, p95 ");
	decimal_put(&detail, figures->latency.p95, 1);
	buf_puts(&detail, " ms, highest ");
	decimal_put(&detail, figures->latency.max, 1);
	buf_puts(&detail, " ms.");
	chart.detail = buf_str(&detail);
	fill_latency(&chart, &figures->sorted_ms);
	put_figure(out, &chart);
	buf_free(&detail);
}

void report_html_charts(struct buf *out, const struct report *report,
			const struct report_figures *figures)
{
	struct bins bins = bins_for(report);

	put_hit_rate(out, report, &bins);
	put_changes(out, report, figures, &bins);
	put_latency(out, figures);
}
