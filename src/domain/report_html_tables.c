/* The tables of the HTML report: all that its charts show, in numbers. */
#include <stdio.h>
#include <string.h>

#include "dacache/base/clock.h"
#include "dacache/base/text.h"
#include "dacache/domain/decimal.h"
#include "markup.h"
#include "report_html.h"

enum { WHAT_MAX = 1 << 24 };

/* --- cells --- */

static void put_heading(struct buf *out, const char *text, const char *note)
{
	buf_printf(out, "<h2>%s</h2>\n", text);
	if (note[0])
		buf_printf(out, "<p class=\"soft\">%s</p>\n", note);
	buf_puts(out, "<div class=\"table\"><table>\n<thead><tr>");
}

/* "#" before a name: its numbers stand at the right. */
static void put_head_cells(struct buf *out, const char *const *names)
{
	for (; *names; names++)
		buf_printf(out, "<th scope=\"col\"%s>%s</th>", **names == '#' ? " class=\"n\"" : "",
			   *names + (**names == '#'));
}

static void begin_rows(struct buf *out)
{
	buf_puts(out, "</tr></thead>\n<tbody>\n");
}

static void end_table(struct buf *out)
{
	buf_puts(out, "</tbody></table></div>\n");
}

static void put_isolated(struct buf *out, const char *text)
{
	buf_puts(out, "<bdi>");
	markup_text(out, text && text[0] ? text : "-");
	buf_puts(out, "</bdi>");
}

static void put_text(struct buf *out, const char *text)
{
	buf_puts(out, "<td class=\"w\">");
	put_isolated(out, text);
	buf_puts(out, "</td>");
}

static void put_long(struct buf *out, const char *text)
{
	buf_puts(out, "<td class=\"w l\">");
	put_isolated(out, text);
	buf_puts(out, "</td>");
}

/* With a second line below the first; none where it says nothing new. */
static void put_two(struct buf *out, const char *text, const char *below)
{
	buf_puts(out, "<td class=\"w\">");
	put_isolated(out, text);
	if (below && below[0] && strcmp(text, below) != 0) {
		buf_puts(out, "<br><small class=\"soft\">");
		put_isolated(out, below);
		buf_puts(out, "</small>");
	}
	buf_puts(out, "</td>");
}

static void put_count(struct buf *out, uint64_t n)
{
	char count[32];

	text_format_count((int64_t)n, count);
	buf_printf(out, "<td class=\"n\">%s</td>", count);
}

static void put_ms(struct buf *out, double ms)
{
	buf_puts(out, "<td class=\"n\">");
	if (ms >= 0)
		decimal_put(out, ms, 1);
	else
		buf_putc(out, '-');
	buf_puts(out, "</td>");
}

static void put_time(struct buf *out, int64_t wall_us)
{
	char time[CLOCK_TEXT_SIZE];

	clock_format_rfc3339(wall_us, time);
	buf_printf(out, "<td class=\"t\">%.10s %.8s</td>", time, time + 11);
}

static void put_outcome(struct buf *out, const struct audit_entry *entry)
{
	buf_printf(out, "<td class=\"t\"><font color=\"%s\">&#9632;</font> %s<br>",
		   report_html_colour(entry->outcome), outcome_name(entry->outcome));
	buf_puts(out, "<small class=\"soft\">");
	put_isolated(out, entry->action);
	buf_puts(out, "</small></td>");
}

/* --- changes that took effect --- */

static void put_rate(struct buf *out, bool known, struct hit_count count)
{
	double rate = known ? hit_rate(count) : -1;
	char n[32];

	buf_puts(out, "<td class=\"n\">");
	if (rate < 0) {
		buf_puts(out, "-</td>");
		return;
	}
	text_format_count((int64_t)(count.hits + count.misses), n);
	decimal_put(out, rate * 100, 1);
	buf_printf(out, " %% <span class=\"soft\">n=%s</span></td>", n);
}

/* In points: what the change did, where both sides are known. */
static void put_difference(struct buf *out, const struct report_change *change)
{
	double before = change->known ? hit_rate(change->hits_before) : -1;
	double after = change->known ? hit_rate(change->hits_after) : -1;

	buf_puts(out, "<td class=\"n\">");
	if (before >= 0 && after >= 0) {
		buf_puts(out, after > before ? "+" : "");
		decimal_put(out, (after - before) * 100, 1);
	} else {
		buf_putc(out, '-');
	}
	buf_puts(out, "</td>");
}

/* Name, who, and whether the audit knows of it. */
static void put_changed(struct buf *out, const struct report_change *change)
{
	bool by_others = report_is_by_others(change);

	buf_puts(out, "<td class=\"w\">");
	put_isolated(out, report_name_of_change(change));
	buf_puts(out, "<br><small class=\"soft\">");
	put_isolated(out, by_others && !(change->who && change->who[0]) ? "somebody" : change->who);
	buf_puts(out, by_others ? ", not by this tool</small></td>" : "</small></td>");
}

static void put_change(struct buf *out, const struct report_change *change)
{
	struct buf what;

	buf_init(&what, WHAT_MAX);
	report_put_what(&what, change, "\xe2\x86\x92");
	buf_puts(out, "<tr>");
	put_time(out, change->wall_us);
	put_changed(out, change);
	put_long(out, buf_str(&what));
	put_rate(out, change->known, change->hits_before);
	put_rate(out, change->known, change->hits_after);
	put_difference(out, change);
	buf_puts(out, "</tr>\n");
	buf_free(&what);
}

static void put_changes(struct buf *out, const struct report *report)
{
	static const char *const names[] = {
		"Time (UTC)", "Data Action, who", "Change", "#Hit rate before",
		"#and after", "#Points",          NULL};

	if (report->changes_len == 0)
		return;
	put_heading(out, "Changes applied, and the hit rate around them",
		    "Before and after: up to an hour each, and no further than the next change of "
		    "the same action, whoever made it; - where no look-up was recorded.");
	put_head_cells(out, names);
	begin_rows(out);
	for (size_t i = 0; i < report->changes_len && i < REPORT_HTML_ENTRIES; i++)
		put_change(out, &report->changes[i]);
	end_table(out);
	if (report->changes_len > REPORT_HTML_ENTRIES)
		buf_printf(out, "<p class=\"soft\">The newest %d of %zu.</p>\n",
			   REPORT_HTML_ENTRIES, report->changes_len);
}

/* --- groups --- */

static void put_group(struct buf *out, const struct report_group *group,
		      const uint64_t totals[OUTCOMES], bool webhooks, bool others)
{
	buf_puts(out, "<tr>");
	put_two(out, group->name ? group->name : group->key, group->key);
	put_count(out, group->changes);
	for (int i = 0; i < OUTCOMES; i++)
		if (totals[i] > 0)
			put_count(out, group->outcomes[i]);
	if (webhooks) {
		put_count(out, group->webhooks);
		put_count(out, group->webhooks_failed);
	}
	if (others)
		put_count(out, group->by_others);
	put_time(out, group->newest_us);
	buf_puts(out, "</tr>\n");
}

static bool has_webhooks(const struct vec *groups)
{
	for (size_t i = 0; i < groups->len; i++)
		if (((const struct report_group *)vec_at(groups, i))->webhooks > 0)
			return true;
	return false;
}

static bool has_others(const struct vec *groups)
{
	for (size_t i = 0; i < groups->len; i++)
		if (((const struct report_group *)vec_at(groups, i))->by_others > 0)
			return true;
	return false;
}

/* Columns of what never came are left out. */
static void put_groups(struct buf *out, const char *title, const struct vec *groups,
		       const uint64_t totals[OUTCOMES], bool of_people)
{
	static const char *const ends[] = {"#webhooks", "#failed", NULL};
	static const char *const by_others[] = {"#not by this tool", NULL};
	static const char *const newest[] = {"Newest (UTC)", NULL};
	static const char *const of_action[] = {"Data Action", "#Tried", NULL};
	static const char *const of_person[] = {"Who", "#Tried", NULL};

	bool webhooks = has_webhooks(groups);
	bool others = has_others(groups);

	if (groups->len == 0)
		return;
	put_heading(out, title, "");
	put_head_cells(out, of_people ? of_person : of_action);
	for (int i = 0; i < OUTCOMES; i++)
		if (totals[i] > 0)
			buf_printf(out, "<th scope=\"col\" class=\"n\">%s</th>",
				   outcome_name((enum outcome)i));
	if (webhooks)
		put_head_cells(out, ends);
	if (others)
		put_head_cells(out, by_others);
	put_head_cells(out, newest);
	begin_rows(out);
	for (size_t i = 0; i < groups->len && i < REPORT_HTML_ENTRIES; i++)
		put_group(out, vec_at(groups, i), totals, webhooks, others);
	end_table(out);
	if (groups->len > REPORT_HTML_ENTRIES)
		buf_printf(out, "<p class=\"soft\">%d of %zu: those with the most changes.</p>\n",
			   REPORT_HTML_ENTRIES, groups->len);
}

/* --- errors, calls --- */

static void put_errors(struct buf *out, const struct vec *errors)
{
	static const char *const names[] = {"#Count",     "Cause",          "First (UTC)",
					    "Last (UTC)", "Newest message", NULL};

	buf_puts(out, errors->len == 0 ? "<h2>Errors by cause</h2>\n<p>None.</p>\n" : "");
	if (errors->len == 0)
		return;
	put_heading(out, "Errors by cause", "");
	put_head_cells(out, names);
	begin_rows(out);
	for (size_t i = 0; i < errors->len; i++) {
		const struct report_error *error = vec_at(errors, i);

		buf_puts(out, "<tr>");
		put_count(out, error->count);
		put_text(out, error->cause);
		put_time(out, error->first_us);
		put_time(out, error->last_us);
		put_long(out, error->newest);
		buf_puts(out, "</tr>\n");
	}
	end_table(out);
}

static void put_calls(struct buf *out, const struct vec *endpoints)
{
	static const char *const names[] = {"Endpoint", "#Calls", "#Failed", "#Mean ms", "#p50",
					    "#p95",     "#p99",   "#Max",    NULL};

	if (endpoints->len == 0)
		return;
	put_heading(out, "API calls", "Of the request log that is kept; one call a try.");
	put_head_cells(out, names);
	begin_rows(out);
	for (size_t i = 0; i < endpoints->len; i++) {
		const struct report_endpoint *row = vec_at(endpoints, i);

		buf_puts(out, "<tr>");
		put_text(out, endpoint_name(row->endpoint));
		put_count(out, row->calls);
		put_count(out, row->failed);
		put_ms(out, row->latency.mean);
		put_ms(out, row->latency.p50);
		put_ms(out, row->latency.p95);
		put_ms(out, row->latency.p99);
		put_ms(out, row->latency.max);
		buf_puts(out, "</tr>\n");
	}
	end_table(out);
}

/* --- the entries --- */

static void put_entry(struct buf *out, const struct audit_entry *entry)
{
	buf_puts(out, "<tr>");
	put_time(out, entry->wall_us);
	put_outcome(out, entry);
	if (entry->status > 0)
		put_count(out, (uint64_t)entry->status);
	else
		buf_puts(out, "<td class=\"n\">-</td>");
	put_ms(out, entry->latency_ms);
	put_two(out, report_name_of(entry), entry->who);
	put_long(out, entry->message);
	buf_puts(out, "</tr>\n");
}

static void put_entries(struct buf *out, const struct report *report)
{
	static const char *const names[] = {"Time (UTC)",       "Outcome", "#Status", "#ms",
					    "Data Action, who", "Message", NULL};
	char note[96] = "";

	if (report->len == 0)
		return;
	if (report->len > REPORT_HTML_ENTRIES)
		snprintf(note, sizeof(note), "The newest %d of %zu; dacache report --json has all.",
			 REPORT_HTML_ENTRIES, report->len);
	put_heading(out, "Log", note);
	put_head_cells(out, names);
	begin_rows(out);
	for (size_t i = 0; i < report->len && i < REPORT_HTML_ENTRIES; i++)
		put_entry(out, &report->entries[i]);
	end_table(out);
}

void report_html_tables(struct buf *out, const struct report *report,
			const struct report_figures *figures)
{
	put_changes(out, report);
	put_groups(out, "Changes by action", &figures->actions, figures->outcomes, false);
	put_groups(out, "Changes by person", &figures->people, figures->outcomes, true);
	put_errors(out, &figures->errors);
	put_calls(out, &figures->endpoints);
	put_entries(out, report);
}
