/* The report for machines: the tutorial's keys first, ours behind them. */
#include <inttypes.h>
#include <string.h>

#include "dacache/domain/decimal.h"
#include "dacache/domain/json_member.h"
#include "json_scan.h"
#include "report_figures.h"

enum { LATENCY_DIGITS = 3, RATE_DIGITS = 6, REPORT_MAX = 1024 * 1024 * 1024 };

static void put_text(struct buf *out, const char *name, const char *text)
{
	json_member_text(out, name, text && text[0] ? text : NULL);
}

static void put_count(struct buf *out, const char *name, uint64_t n)
{
	json_member_name(out, name);
	buf_printf(out, "%" PRIu64, n);
}

static void put_seconds(struct buf *out, const char *name, int64_t us)
{
	json_member_name(out, name);
	if (us == 0)
		buf_puts(out, "null");
	else
		decimal_put_seconds(out, us);
}

/* A member of an object in a list. */
static void begin_item(struct buf *out)
{
	buf_puts(out, out->data[out->len - 1] == '[' ? "{" : ",{");
}

static void put_latency(struct buf *out, const struct report_latency *latency)
{
	json_member_name(out, "latency_ms");
	buf_putc(out, '{');
	put_count(out, "n", latency->n);
	json_member_decimal(out, "mean", latency->mean, LATENCY_DIGITS);
	json_member_decimal(out, "p50", latency->p50, LATENCY_DIGITS);
	json_member_decimal(out, "p95", latency->p95, LATENCY_DIGITS);
	json_member_decimal(out, "p99", latency->p99, LATENCY_DIGITS);
	json_member_decimal(out, "max", latency->max, LATENCY_DIGITS);
	buf_putc(out, '}');
}

static void put_outcomes(struct buf *out, const uint64_t outcomes[OUTCOMES])
{
	json_member_name(out, "outcomes");
	buf_putc(out, '{');
	for (int i = 0; i < OUTCOMES; i++)
		put_count(out, outcome_name((enum outcome)i), outcomes[i]);
	buf_putc(out, '}');
}

static void put_groups(struct buf *out, const char *name, const struct vec *groups, bool of_people)
{
	json_member_name(out, name);
	buf_putc(out, '[');
	for (size_t i = 0; i < groups->len; i++) {
		const struct report_group *group = vec_at(groups, i);

		begin_item(out);
		put_text(out, of_people ? "who" : "data_action_id", group->key);
		if (!of_people)
			put_text(out, "name", group->name);
		put_count(out, "changes", group->changes);
		put_outcomes(out, group->outcomes);
		put_count(out, "webhooks", group->webhooks);
		put_count(out, "webhooks_failed", group->webhooks_failed);
		put_count(out, "by_others", group->by_others);
		put_seconds(out, "newest", group->newest_us);
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

static void put_rate(struct buf *out, const char *name, bool known, struct hit_count count)
{
	json_member_name(out, name);
	buf_putc(out, '{');
	json_member_decimal(out, "rate", known ? hit_rate(count) : -1, RATE_DIGITS);
	json_member_name(out, "n");
	if (known)
		buf_printf(out, "%" PRIu64, count.hits + count.misses);
	else
		buf_puts(out, "null");
	buf_putc(out, '}');
}

static void put_change(struct buf *out, const struct report_change *change)
{
	begin_item(out);
	json_member_name(out, "seq");
	if (report_is_by_others(change))
		buf_puts(out, "null");
	else
		buf_printf(out, "%" PRId64, change->seq);
	json_member_name(out, "by_dacache");
	buf_puts(out, report_is_by_others(change) ? "false" : "true");
	put_seconds(out, "timestamp", change->wall_us);
	put_text(out, "data_action_id", change->data_action_id);
	put_text(out, "name", change->name);
	put_text(out, "who", change->who);
	cache_members_to_member(out, "before", change->has_before, &change->before);
	cache_members_to_member(out, "payload", change->has_after, &change->after);
	put_rate(out, "hit_rate_before", change->known, change->hits_before);
	put_rate(out, "hit_rate_after", change->known, change->hits_after);
	buf_putc(out, '}');
}

static void put_changes(struct buf *out, const struct report *report)
{
	json_member_name(out, "changes");
	buf_putc(out, '[');
	for (size_t i = 0; i < report->changes_len; i++)
		put_change(out, &report->changes[i]);
	buf_putc(out, ']');
}

static void put_calls(struct buf *out, const struct vec *endpoints)
{
	json_member_name(out, "api_calls");
	buf_putc(out, '[');
	for (size_t i = 0; i < endpoints->len; i++) {
		const struct report_endpoint *row = vec_at(endpoints, i);

		begin_item(out);
		put_text(out, "endpoint", endpoint_name(row->endpoint));
		put_count(out, "calls", row->calls);
		put_count(out, "failed", row->failed);
		put_latency(out, &row->latency);
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

static void put_errors(struct buf *out, const struct vec *errors)
{
	json_member_name(out, "errors");
	buf_putc(out, '[');
	for (size_t i = 0; i < errors->len; i++) {
		const struct report_error *error = vec_at(errors, i);

		begin_item(out);
		put_text(out, "cause", error->cause);
		put_count(out, "count", error->count);
		put_seconds(out, "first", error->first_us);
		put_seconds(out, "last", error->last_us);
		put_text(out, "newest_message", error->newest);
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

static void put_entries(struct buf *out, const struct report *report)
{
	json_member_name(out, "entries");
	buf_putc(out, '[');
	for (size_t i = 0; i < report->len; i++) {
		if (i > 0)
			buf_putc(out, ',');
		audit_entry_to_json(&report->entries[i], out);
	}
	buf_putc(out, ']');
}

static void put_period(struct buf *out, const struct report *report)
{
	put_text(out, "tenant", report->tenant);
	json_member_name(out, "period");
	buf_putc(out, '{');
	put_seconds(out, "since", report->since_us);
	put_seconds(out, "until", report->until_us);
	put_text(out, "data_action_id", report->data_action_id);
	buf_putc(out, '}');
}

static void put_report(struct buf *out, const struct report *report,
		       const struct report_figures *figures)
{
	buf_puts(out, "{\"generated_at\":");
	decimal_put_seconds(out, report->generated_us);
	put_count(out, "total_log_entries", report->len);
	json_member_decimal(out, "average_latency_ms", figures->latency.mean, LATENCY_DIGITS);
	json_member_decimal(out, "current_hit_rate", hit_rate(report->lookups), RATE_DIGITS);
	put_entries(out, report);
	put_period(out, report);
	json_member_name(out, "lookups");
	buf_putc(out, '{');
	put_count(out, "hits", report->lookups.hits);
	put_count(out, "misses", report->lookups.misses);
	put_seconds(out, "from", report->lookups_from_us);
	put_seconds(out, "to", report->lookups_to_us);
	buf_putc(out, '}');
	put_latency(out, &figures->latency);
	put_outcomes(out, figures->outcomes);
	put_count(out, "by_others", figures->by_others);
	put_groups(out, "by_action", &figures->actions, false);
	put_groups(out, "by_person", &figures->people, true);
	json_member_name(out, "hit_rate_window_s");
	buf_printf(out, "%d", REPORT_WINDOW_S);
	put_changes(out, report);
	put_calls(out, &figures->endpoints);
	put_errors(out, &figures->errors);
	buf_putc(out, '}');
}

enum err_code report_to_json(const struct report *report, struct buf *out)
{
	struct report_figures figures;
	struct buf compact;
	enum err_code code = report_figures_make(report, &figures);

	if (code)
		return code;
	buf_init(&compact, REPORT_MAX);
	put_report(&compact, report, &figures);
	code = compact.failed;
	if (!code)
		code = json_indent(compact.data, compact.len, out);
	buf_free(&compact);
	report_figures_clear(&figures);
	return code;
}
