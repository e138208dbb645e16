/* The report as one page: its frame, its style, its main figures. */
#include <stdio.h>
#include <string.h>

#include "dacache/base/clock.h"
#include "dacache/base/text.h"
#include "dacache/domain/decimal.h"
#include "markup.h"
#include "report_html.h"

/* Nothing may be loaded or run: the page says so itself. */
static const char head[] =
	"<!DOCTYPE html>\n"
	"<html lang=\"en\">\n"
	"<head>\n"
	"<meta charset=\"utf-8\">\n"
	"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	"style-src 'unsafe-inline'; img-src data:\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	"<meta name=\"color-scheme\" content=\"light dark\">\n"
	"<title>Cache report</title>\n"
	"<style>\n"
	":root { color-scheme: light dark }\n"
	"body { font: 15px/1.45 sans-serif; max-width: 62em; margin: 0 auto; padding: 1em }\n"
	"h1 { font-size: 1.5em; margin: 0 0 .2em }\n"
	"h2 { font-size: 1.15em; margin: 1.8em 0 .5em }\n"
	"p { margin: .3em 0 }\n"
	".soft { opacity: .75 }\n"
	".figures { margin: 1.2em 0 }\n"
	".figure { display: inline-block; min-width: 9em; margin: 0 1.2em .8em 0; "
	"padding: .1em 0 .1em .7em; border-left: 3px solid #3b7dd8; vertical-align: top }\n"
	".figure b { display: block; font-size: 1.45em; line-height: 1.25 }\n"
	"figure { display: inline-block; width: 100%; max-width: 29.5em; margin: 0 .8em 1em 0; "
	"vertical-align: top }\n"
	"figcaption { font-weight: bold; font-size: .95em }\n"
	"figcaption span { font-weight: normal; white-space: nowrap; margin-right: .8em }\n"
	"svg { display: block; max-width: 100%; height: auto }\n"
	".table { overflow-x: auto }\n"
	"table { border-collapse: collapse; width: 100%; font-size: .9em }\n"
	"th, td { padding: .3em .7em .3em 0; text-align: left; vertical-align: top; "
	"border-bottom: 1px solid rgba(128, 128, 128, .35) }\n"
	"th { font-size: .9em; white-space: nowrap }\n"
	"td.n, th.n { text-align: right; white-space: nowrap; "
	"font-variant-numeric: tabular-nums }\n"
	"td.t { white-space: nowrap; font-variant-numeric: tabular-nums }\n"
	"td.w { min-width: 8em; overflow-wrap: anywhere }\n"
	"td.l { min-width: 14em }\n"
	"th:last-child, td:last-child { padding-right: 0 }\n"
	"@media print {\n"
	":root { color-scheme: light }\n"
	"body { max-width: none; padding: 0; font-size: 10pt }\n"
	"figure, tr, .figure { break-inside: avoid }\n"
	"figure { max-width: 47% }\n"
	"h2 { break-after: avoid }\n"
	".table { overflow: visible }\n"
	"thead { display: table-header-group }\n"
	"}\n"
	"</style>\n"
	"</head>\n"
	"<body>\n";

const char *report_html_colour(enum outcome outcome)
{
	static const char *const colours[OUTCOMES] = {"#2e8b57", "#8590a0", "#c77d1e",
						      "#b0559a", "#d0453a", "#7d63c8"};

	return colours[outcome];
}

/* "2026-01-31 14:02:09 UTC" */
static void put_time(struct buf *out, int64_t wall_us)
{
	char time[CLOCK_TEXT_SIZE];

	clock_format_rfc3339(wall_us, time);
	buf_printf(out, "%.10s %.8s UTC", time, time + 11);
}

static void put_period(struct buf *out, const struct report *report)
{
	buf_puts(out, "<p>");
	if (report->data_action_id) {
		buf_puts(out, "The Data Action <bdi>");
		markup_text(out, report->data_action_id);
		buf_puts(out, "</bdi>");
	} else {
		buf_puts(out, "All Data Actions");
	}
	if (report->since_us) {
		buf_puts(out, ", since ");
		put_time(out, report->since_us);
	}
	if (report->until_us) {
		buf_puts(out, ", until ");
		put_time(out, report->until_us);
	}
	buf_puts(out, ".</p>\n");
}

static void put_title(struct buf *out, const struct report *report)
{
	buf_puts(out, "<h1>Cache report</h1>\n");
	if (report->tenant) {
		buf_puts(out, "<p><bdi>");
		markup_text(out, report->tenant);
		buf_puts(out, "</bdi></p>\n");
	}
	put_period(out, report);
	buf_puts(out, "<p class=\"soft\">Made ");
	put_time(out, report->generated_us);
	buf_puts(out, " by dacache " DACACHE_VERSION ".</p>\n");
}

/* One of the main figures; note is said below it. */
static void put_figure(struct buf *out, const char *name, const char *value, const char *note)
{
	buf_printf(out, "<div class=\"figure\">%s <b>%s</b> <span class=\"soft\">%s</span></div>\n",
		   name, value, note);
}

static void put_number(struct buf *out, const char *name, uint64_t n, const char *note)
{
	char count[32];

	text_format_count((int64_t)n, count);
	put_figure(out, name, count, note);
}

/* By the minute, as the history is. */
static void note_covered(const struct report *report, char *note, size_t size)
{
	size_t len = strlen(note);
	char from[CLOCK_TEXT_SIZE];
	char to[CLOCK_TEXT_SIZE];

	clock_format_rfc3339(report->lookups_from_us, from);
	clock_format_rfc3339(report->lookups_to_us, to);
	snprintf(note + len, size - len, ",<br>%.10s %.8s to %.10s %.8s UTC", from, from + 11, to,
		 to + 11);
}

static void put_hit_rate(struct buf *out, const struct report *report)
{
	double rate = hit_rate(report->lookups);
	char count[32];
	char note[128] = "no look-up was recorded";
	struct buf value;

	buf_init(&value, 32);
	if (rate >= 0) {
		decimal_put(&value, rate * 100, 1);
		buf_puts(&value, " %");
		text_format_count((int64_t)(report->lookups.hits + report->lookups.misses), count);
		snprintf(note, sizeof(note), "of %s look-ups", count);
	}
	if (rate >= 0 && report->lookups_from_us > 0)
		note_covered(report, note, sizeof(note));
	put_figure(out, "Hit rate", rate < 0 ? "-" : buf_str(&value), note);
	buf_free(&value);
}

static void put_ms(struct buf *out, double ms)
{
	decimal_put(out, ms, 1);
	buf_puts(out, " ms");
}

static void put_latency(struct buf *out, const struct report_latency *latency)
{
	struct buf value;
	struct buf note;

	buf_init(&value, 32);
	buf_init(&note, 96);
	if (latency->n > 0) {
		put_ms(&value, latency->mean);
		buf_puts(&note, "p95 ");
		put_ms(&note, latency->p95);
		buf_puts(&note, ", at most ");
		put_ms(&note, latency->max);
	}
	put_figure(out, "Average latency", latency->n ? buf_str(&value) : "-",
		   latency->n ? buf_str(&note) : "nothing was answered");
	buf_free(&value);
	buf_free(&note);
}

static void put_figures(struct buf *out, const struct report *report,
			const struct report_figures *figures)
{
	char applied[32];
	char others[32];
	char note[96];
	uint64_t errors = 0;

	for (size_t i = 0; i < figures->errors.len; i++)
		errors += ((const struct report_error *)vec_at(&figures->errors, i))->count;
	text_format_count((int64_t)figures->applied, applied);
	text_format_count((int64_t)figures->by_others, others);
	if (figures->by_others > 0)
		snprintf(note, sizeof(note), "%s applied; and %s not by this tool", applied,
			 others);
	else
		snprintf(note, sizeof(note), "%s applied", applied);
	buf_puts(out, "<div class=\"figures\">\n");
	put_number(out, "Changes tried", figures->changes, note);
	put_hit_rate(out, report);
	put_latency(out, &figures->latency);
	snprintf(note, sizeof(note), "%zu cause%s", figures->errors.len,
		 figures->errors.len == 1 ? "" : "s");
	put_number(out, "Errors", errors, note);
	put_number(out, "Log entries", report->len, "changes and webhooks");
	buf_puts(out, "</div>\n");
}

enum err_code report_to_html(const struct report *report, struct buf *out)
{
	struct report_figures figures;
	enum err_code code = report_figures_make(report, &figures);

	if (code)
		return code;
	buf_puts(out, head);
	put_title(out, report);
	put_figures(out, report, &figures);
	report_html_charts(out, report, &figures);
	report_html_tables(out, report, &figures);
	buf_puts(out, "</body>\n</html>\n");
	report_figures_clear(&figures);
	return out->failed;
}
