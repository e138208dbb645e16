/* The report for reading. */
#include <inttypes.h>
#include <string.h>

#include "dacache/base/clock.h"
#include "dacache/base/text.h"
#include "dacache/domain/decimal.h"
#include "report_figures.h"

enum { CELL_MAX = 64, WHAT_MAX = 1 << 24 };

/* --- words --- */

/* Milliseconds right in their column; "-" for what nobody knows. */
static void put_ms(struct buf *out, double ms, int columns)
{
	struct buf text;

	buf_init(&text, CELL_MAX);
	if (ms >= 0)
		decimal_put(&text, ms, 1);
	else
		buf_putc(&text, '-');
	buf_printf(out, "%*s", columns, buf_str(&text));
	buf_free(&text);
}

static void put_time(struct buf *out, int64_t wall_us)
{
	char time[CLOCK_TEXT_SIZE];

	clock_format_rfc3339(wall_us, time);
	buf_printf(out, "%-24s", time);
}

static void put_count(struct buf *out, uint64_t n, int columns)
{
	char count[32];

	text_format_count((int64_t)n, count);
	buf_printf(out, "%*s", columns, count);
}

/* "91.2 % of 12,410", "-" without look-ups. */
static void put_rate(struct buf *out, struct hit_count count)
{
	double rate = hit_rate(count);
	char n[32];

	if (rate < 0) {
		buf_putc(out, '-');
		return;
	}
	text_format_count((int64_t)(count.hits + count.misses), n);
	decimal_put(out, rate * 100, 1);
	buf_printf(out, " %% of %s", n);
}

static const char *shown(const char *text, const char *otherwise)
{
	return text && text[0] ? text : otherwise;
}

/* --- parts --- */

static void put_latency(struct buf *out, const struct report_latency *latency)
{
	buf_puts(out, "average latency  ");
	put_ms(out, latency->mean, 0);
	buf_puts(out, latency->n ? " ms" : "");
	if (latency->n > 0) {
		buf_puts(out, ", p50 ");
		put_ms(out, latency->p50, 0);
		buf_puts(out, ", p95 ");
		put_ms(out, latency->p95, 0);
		buf_puts(out, ", p99 ");
		put_ms(out, latency->p99, 0);
		buf_puts(out, ", max ");
		put_ms(out, latency->max, 0);
		buf_puts(out, " ms of ");
		put_count(out, latency->n, 0);
	}
	buf_putc(out, '\n');
}

static void put_outcomes(struct buf *out, const struct report_figures *figures)
{
	bool first = true;

	if (figures->changes == 0 && figures->by_others == 0)
		return;
	buf_puts(out, "changes          ");
	put_count(out, figures->changes, 0);
	for (int i = 0; i < OUTCOMES; i++) {
		if (figures->outcomes[i] == 0)
			continue;
		buf_puts(out, first ? ": " : ", ");
		put_count(out, figures->outcomes[i], 0);
		buf_printf(out, " %s", outcome_name((enum outcome)i));
		first = false;
	}
	if (figures->by_others > 0) {
		buf_puts(out, "; and ");
		put_count(out, figures->by_others, 0);
		buf_puts(out, " not by this tool");
	}
	buf_putc(out, '\n');
}

/* " look-ups, from 2026-01-31 14:02:00 to 2026-01-31 15:10:00 UTC" */
static void put_covered(struct buf *out, const struct report *report)
{
	char from[CLOCK_TEXT_SIZE];
	char to[CLOCK_TEXT_SIZE];

	if (hit_rate(report->lookups) >= 0)
		buf_puts(out, " look-ups");
	if (report->lookups_from_us > 0) {
		clock_format_rfc3339(report->lookups_from_us, from);
		clock_format_rfc3339(report->lookups_to_us, to);
		buf_printf(out, ", from %.10s %.8s to %.10s %.8s UTC", from, from + 11, to,
			   to + 11);
	}
	buf_putc(out, '\n');
}

static void put_head(struct buf *out, const struct report *report,
		     const struct report_figures *figures)
{
	char time[CLOCK_TEXT_SIZE];

	clock_format_rfc3339(report->generated_us, time);
	buf_printf(out, "Audit report of %s\n", time);
	if (report->tenant) {
		text_escape(out, report->tenant);
		buf_putc(out, '\n');
	}
	if (report->since_us) {
		clock_format_rfc3339(report->since_us, time);
		buf_printf(out, "since %s\n", time);
	}
	if (report->until_us) {
		clock_format_rfc3339(report->until_us, time);
		buf_printf(out, "until %s\n", time);
	}
	if (report->data_action_id) {
		buf_puts(out, "of the Data Action ");
		text_escape(out, report->data_action_id);
		buf_putc(out, '\n');
	}
	buf_puts(out, "\nentries          ");
	put_count(out, report->len, 0);
	buf_putc(out, '\n');
	put_latency(out, &figures->latency);
	buf_puts(out, "hit rate         ");
	put_rate(out, report->lookups);
	put_covered(out, report);
	put_outcomes(out, figures);
}

static void put_groups(struct buf *out, const char *name, const struct vec *groups)
{
	if (groups->len == 0)
		return;
	buf_printf(out,
		   "\nCHANGES  APPLIED  UNCHANGED  CONFLICT  REFUSED  NOT APPLIED  UNKNOWN  %s\n",
		   name);
	for (size_t i = 0; i < groups->len; i++) {
		static const int columns[OUTCOMES] = {9, 11, 10, 9, 13, 9};
		const struct report_group *group = vec_at(groups, i);

		put_count(out, group->changes, 7);
		for (int k = 0; k < OUTCOMES; k++)
			put_count(out, group->outcomes[k], columns[k]);
		buf_puts(out, "  ");
		text_escape(out, shown(group->name, shown(group->key, "-")));
		if (group->webhooks > 0)
			buf_printf(out, " (%" PRIu64 " webhooks, %" PRIu64 " failed)",
				   group->webhooks, group->webhooks_failed);
		if (group->by_others > 0)
			buf_printf(out, " (%" PRIu64 " not by this tool)", group->by_others);
		buf_putc(out, '\n');
	}
}

static void put_around(struct buf *out, bool known, struct hit_count count)
{
	struct buf text;

	buf_init(&text, CELL_MAX);
	if (known)
		put_rate(&text, count);
	else
		buf_putc(&text, '-');
	buf_printf(out, "%-16s  ", buf_str(&text));
	buf_free(&text);
}

static void put_change(struct buf *out, const struct report_change *change)
{
	struct buf what;

	put_time(out, change->wall_us);
	buf_puts(out, "  ");
	put_around(out, change->known, change->hits_before);
	put_around(out, change->known, change->hits_after);
	text_escape(out, report_name_of_change(change));
	buf_puts(out, ": ");
	buf_init(&what, WHAT_MAX);
	report_put_what(&what, change, "->");
	text_escape(out, shown(buf_str(&what), "-"));
	buf_free(&what);
	buf_puts(out, ", by ");
	text_escape(out, shown(change->who, report_is_by_others(change) ? "somebody" : "-"));
	buf_puts(out, report_is_by_others(change) ? ", not by this tool\n" : "\n");
}

static void put_changes(struct buf *out, const struct report *report)
{
	if (report->changes_len == 0)
		return;
	buf_printf(out, "\n%-24s  %-16s  %-16s  CHANGE APPLIED\n", "TIME", "HIT RATE BEFORE",
		   "AND AFTER");
	for (size_t i = 0; i < report->changes_len; i++)
		put_change(out, &report->changes[i]);
}

static void put_calls(struct buf *out, const struct vec *endpoints)
{
	if (endpoints->len == 0)
		return;
	buf_printf(out, "\n%-9s%8s%8s%9s%9s%9s%9s%9s\n", "API CALLS", "CALLS", "FAILED", "MEAN ms",
		   "P50", "P95", "P99", "MAX");
	for (size_t i = 0; i < endpoints->len; i++) {
		const struct report_endpoint *row = vec_at(endpoints, i);

		buf_printf(out, "%-9s%8zu%8zu", endpoint_name(row->endpoint), row->calls,
			   row->failed);
		put_ms(out, row->latency.mean, 9);
		put_ms(out, row->latency.p50, 9);
		put_ms(out, row->latency.p95, 9);
		put_ms(out, row->latency.p99, 9);
		put_ms(out, row->latency.max, 9);
		buf_putc(out, '\n');
	}
}

static void put_errors(struct buf *out, const struct vec *errors)
{
	if (errors->len == 0)
		return;
	buf_printf(out, "\nERRORS  %-24s  CAUSE\n", "NEWEST");
	for (size_t i = 0; i < errors->len; i++) {
		const struct report_error *error = vec_at(errors, i);

		put_count(out, error->count, 6);
		buf_puts(out, "  ");
		put_time(out, error->last_us);
		buf_printf(out, "  %s", error->cause);
		if (error->newest && error->newest[0]) {
			buf_puts(out, ": ");
			text_escape(out, error->newest);
		}
		buf_putc(out, '\n');
	}
}

/* --- the entries --- */

static void put_row(struct buf *out, const struct audit_entry *entry)
{
	struct buf action;

	put_time(out, entry->wall_us);
	buf_init(&action, 1024);
	text_escape(&action, entry->action ? entry->action : "-");
	buf_printf(out, "  %-12s  %-11s  ", buf_str(&action), outcome_name(entry->outcome));
	buf_free(&action);
	if (entry->status > 0)
		buf_printf(out, "%6d  ", entry->status);
	else
		buf_puts(out, "     -  ");
	put_ms(out, entry->latency_ms, 10);
	buf_puts(out, "  ");
	text_escape(out, report_name_of(entry));
	if (entry->message && entry->message[0]) {
		buf_puts(out, ": ");
		text_escape(out, entry->message);
	}
	buf_putc(out, '\n');
}

static void put_entries(struct buf *out, const struct report *report)
{
	if (report->len > 0)
		buf_printf(out, "\n%-24s  %-12s  %-11s  STATUS  LATENCY ms  DATA ACTION\n", "TIME",
			   "ACTION", "OUTCOME");
	for (size_t i = 0; i < report->len; i++)
		put_row(out, &report->entries[i]);
}

enum err_code report_to_text(const struct report *report, struct buf *out)
{
	struct report_figures figures;
	enum err_code code = report_figures_make(report, &figures);

	if (code)
		return code;
	put_head(out, report, &figures);
	put_groups(out, "DATA ACTION", &figures.actions);
	put_groups(out, "WHO", &figures.people);
	put_changes(out, report);
	put_calls(out, &figures.endpoints);
	put_errors(out, &figures.errors);
	put_entries(out, report);
	report_figures_clear(&figures);
	return out->failed;
}
