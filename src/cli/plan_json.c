/* A plan, for machines. */
#include <string.h>

#include "dacache/domain/diff.h"
#include "plan.h"

static void begin_item(struct buf *out, const char *first, const char *next)
{
	buf_puts(out, out->data[out->len - 1] == '[' ? first : next);
}

static void put_changes(const struct bulk_item *item, struct buf *out)
{
	struct diff diff = {0};
	size_t i;

	buf_puts(out, ",\"changes\":[");
	if (item->base && diff_proposals(&item->before, &item->wanted, &diff) == ERR_OK) {
		for (i = 0; i < diff.len; i++) {
			const struct diff_line *line = &diff.lines[i];

			if (line->mark == DIFF_SAME)
				continue;
			begin_item(out, "{", ",{");
			cli_json_text(out, "member", line->name);
			cli_json_text(out, "before",
				      line->mark == DIFF_ADDED ? NULL : line->before);
			cli_json_text(out, "after",
				      line->mark == DIFF_REMOVED ? NULL : line->after);
			cli_json_bool(out, "local", line->local);
			buf_puts(out, "}");
		}
	}
	diff_clear(&diff);
	buf_puts(out, "]");
}

static void put_finding(struct buf *out, const char *severity, const char *field,
			const char *message)
{
	begin_item(out, "{", ",{");
	cli_json_text(out, "severity", severity);
	cli_json_text(out, "field", field);
	cli_json_text(out, "message", message);
	buf_puts(out, "}");
}

void plan_put_findings_json(const struct plan_job *job, size_t i, struct buf *out)
{
	const struct bulk_item *item = bulk_item(job->bulk, i);
	struct findings findings = {0};
	char line[320];
	size_t f;

	buf_puts(out, ",\"findings\":[");
	bulk_findings(job->bulk, i, &findings);
	for (f = 0; f < findings.len; f++) {
		const struct finding *finding = &findings.items[f];

		put_finding(out, finding->is_error ? "error" : "warning",
			    finding->field == FIELD_NONE ? NULL : field_name(finding->field),
			    finding->text);
	}
	if (item->refusal)
		put_finding(out, "error", NULL, item->refusal);
	if (item->verdict == BULK_MISSING)
		put_finding(out, "error", NULL, "the tenant has no Data Action of this id");
	if (item->verdict == BULK_UNREADABLE && item->failure) {
		failure_line(item->failure, line, sizeof(line));
		put_finding(out, "error", NULL, line);
	}
	if (item->verdict == BULK_CONFLICT)
		put_finding(out, "error", NULL, "the action changed since the entry was written");
	buf_puts(out, "]");
}

static void put_entry(const struct plan_job *job, size_t i, struct buf *out)
{
	const struct bulk_item *item = bulk_item(job->bulk, i);

	begin_item(out, "{", ",\n {");
	cli_json_int(out, "line", (int64_t)item->entry->line);
	cli_json_text(out, "id", item->entry->id);
	cli_json_text(out, "name", item->name ? item->name : item->entry->name);
	cli_json_text(out, "verdict", plan_verdict_name(item->verdict));
	cli_json_text(out, "etag", item->present);
	cli_json_text(out, "plan_etag", item->entry->etag);
	put_changes(item, out);
	plan_put_findings_json(job, i, out);
	buf_puts(out, "}");
}

static void put_errors(const struct plan_job *job, struct buf *out)
{
	size_t i;

	buf_puts(out, "],\"errors\":[");
	for (i = 0; i < job->plan.errors_len; i++) {
		const struct plan_error *error = &job->plan.errors[i];

		begin_item(out, "{", ",\n {");
		cli_json_int(out, "line", (int64_t)error->line);
		cli_json_text(out, "id", error->id);
		cli_json_text(out, "message", error->text);
		buf_puts(out, "}");
	}
}

void plan_print_json(const struct plan_job *job, struct buf *out)
{
	struct bulk_totals totals;
	int64_t seconds;
	size_t i;

	bulk_totals(job->bulk, &totals);
	seconds = bulk_estimate_s(job->cli->session, totals.puts, job->reads_per_s);
	buf_puts(out, "{");
	cli_json_text(out, "file", job->path);
	cli_json_text(out, "sha256", job->sha256);
	buf_puts(out, ",\"entries\":[");
	for (i = 0; i < bulk_len(job->bulk); i++)
		put_entry(job, i, out);
	put_errors(job, out);
	buf_puts(out, "],\"totals\":{");
	cli_json_int(out, "change", (int64_t)totals.verdicts[BULK_CHANGE]);
	cli_json_int(out, "unchanged", (int64_t)totals.verdicts[BULK_SAME]);
	cli_json_int(out, "refused", (int64_t)plan_job_refusals(job));
	cli_json_int(out, "conflict", (int64_t)totals.verdicts[BULK_CONFLICT]);
	cli_json_int(out, "unreadable", (int64_t)totals.verdicts[BULK_UNREADABLE]);
	cli_json_int(out, "warnings", (int64_t)totals.warnings);
	cli_json_int(out, "webhooks", (int64_t)totals.webhooks);
	cli_json_int(out, "old_keys", (int64_t)totals.old_keys);
	buf_puts(out, "}");
	cli_json_int(out, "requests", (int64_t)totals.puts);
	if (seconds < 0)
		cli_json_text(out, "seconds", NULL);
	else
		cli_json_int(out, "seconds", seconds);
	buf_puts(out, "}\n");
}
