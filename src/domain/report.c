/* The tutorial's report, with its keys. */
#include "dacache/domain/report.h"

#include <inttypes.h>

#include "dacache/base/clock.h"
#include "dacache/base/text.h"
#include "dacache/domain/decimal.h"
#include "json_scan.h"

enum { LATENCY_DIGITS = 3, RATE_DIGITS = 6, REPORT_MAX = 1024 * 1024 * 1024 };

/* The mean over the entries that have a latency; -1 without one. */
static double average_latency_ms(const struct report *report)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < report->len; i++) {
		if (report->entries[i].latency_ms >= 0) {
			sum += report->entries[i].latency_ms;
			n++;
		}
	}
	return n == 0 ? -1 : sum / (double)n;
}

/* -1 stands for what nobody knows: null, never a zero. */
static void put_known(struct buf *out, const char *name, double value, int digits)
{
	buf_printf(out, ",\"%s\":", name);
	if (value < 0)
		buf_puts(out, "null");
	else
		decimal_put(out, value, digits);
}

enum err_code report_to_json(const struct report *report, struct buf *out)
{
	struct buf compact;
	enum err_code code;

	buf_init(&compact, REPORT_MAX);
	buf_puts(&compact, "{\"generated_at\":");
	decimal_put_seconds(&compact, report->generated_us);
	buf_printf(&compact, ",\"total_log_entries\":%zu", report->len);
	put_known(&compact, "average_latency_ms", average_latency_ms(report), LATENCY_DIGITS);
	put_known(&compact, "current_hit_rate", hit_rate(report->lookups), RATE_DIGITS);
	buf_puts(&compact, ",\"entries\":[");
	for (size_t i = 0; i < report->len; i++) {
		if (i > 0)
			buf_putc(&compact, ',');
		audit_entry_to_json(&report->entries[i], &compact);
	}
	buf_puts(&compact, "]}");
	code = compact.failed;
	if (code == ERR_OK)
		code = json_indent(compact.data, compact.len, out);
	buf_free(&compact);
	return code;
}

static void put_hit_rate(const struct report *report, struct buf *out)
{
	double rate = hit_rate(report->lookups);
	char count[32];

	buf_puts(out, "hit rate         ");
	if (rate < 0) {
		buf_puts(out, "-\n");
		return;
	}
	text_format_count((int64_t)(report->lookups.hits + report->lookups.misses), count);
	decimal_put(out, rate * 100, 1);
	buf_printf(out, " %% of %s look-ups\n", count);
}

static void put_average(const struct report *report, struct buf *out)
{
	double average = average_latency_ms(report);

	buf_puts(out, "average latency  ");
	if (average < 0) {
		buf_puts(out, "-\n");
		return;
	}
	decimal_put(out, average, 1);
	buf_puts(out, " ms\n");
}

/* Text right or left in its column; what does not fit pushes the rest aside. */
static void put_latency(double latency_ms, struct buf *out)
{
	struct buf text;

	buf_init(&text, 64);
	if (latency_ms >= 0)
		decimal_put(&text, latency_ms, 1);
	else
		buf_putc(&text, '-');
	buf_printf(out, "%10s  ", buf_str(&text));
	buf_free(&text);
}

static void put_status(int status, struct buf *out)
{
	if (status > 0)
		buf_printf(out, "%6d  ", status);
	else
		buf_puts(out, "     -  ");
}

static const char *name_of(const struct audit_entry *entry)
{
	if (entry->name != NULL && entry->name[0] != '\0')
		return entry->name;
	return entry->data_action_id != NULL ? entry->data_action_id : "-";
}

static void put_row(const struct audit_entry *entry, struct buf *out)
{
	char time[CLOCK_TEXT_SIZE];
	struct buf action;

	clock_format_rfc3339(entry->wall_us, time);
	buf_init(&action, 1024);
	text_escape(&action, entry->action != NULL ? entry->action : "-");
	buf_printf(out, "%-24s  %-12s  %-11s  ", time, buf_str(&action),
		   outcome_name(entry->outcome));
	buf_free(&action);
	put_status(entry->status, out);
	put_latency(entry->latency_ms, out);
	text_escape(out, name_of(entry));
	if (entry->message != NULL && entry->message[0] != '\0') {
		buf_puts(out, ": ");
		text_escape(out, entry->message);
	}
	buf_putc(out, '\n');
}

enum err_code report_to_text(const struct report *report, struct buf *out)
{
	char time[CLOCK_TEXT_SIZE];
	char count[32];

	clock_format_rfc3339(report->generated_us, time);
	text_format_count((int64_t)report->len, count);
	buf_printf(out, "Audit report of %s\n\nentries          %s\n", time, count);
	put_average(report, out);
	put_hit_rate(report, out);
	if (report->len > 0)
		buf_printf(out, "\n%-24s  %-12s  %-11s  STATUS  LATENCY ms  DATA ACTION\n", "TIME",
			   "ACTION", "OUTCOME");
	for (size_t i = 0; i < report->len; i++)
		put_row(&report->entries[i], out);
	return out->failed;
}
