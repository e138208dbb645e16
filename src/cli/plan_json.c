/* A plan, for machines. */
#include <string.h>

#include "dacache/domain/diff.h"
#include "dacache/domain/json_member.h"
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
			json_member_text(out, "member", line->name);
			json_member_text(out, "before",
					 line->mark == DIFF_ADDED ? NULL : line->before);
			json_member_text(out, "after",
					 line->mark == DIFF_REMOVED ? NULL : line->after);
			json_member_bool(out, "local", line->local);
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
	json_member_text(out, "severity", severity);
	json_member_text(out, "field", field);
	json_member_text(out, "message", message);
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
	json_member_int(out, "line", (int64_t)item->entry->line);
	json_member_text(out, "id", item->entry->id);
	json_member_text(out, "name", item->name ? item->name : item->entry->name);
	json_member_text(out, "verdict", plan_verdict_name(item->verdict));
	json_member_text(out, "etag", item->present);
	json_member_text(out, "plan_etag", item->entry->etag);
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
		json_member_int(out, "line", (int64_t)error->line);
		json_member_text(out, "id", error->id);
		json_member_text(out, "message", error->text);
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
	json_member_text(out, "file", job->path);
	json_member_text(out, "sha256", job->sha256);
	buf_puts(out, ",\"entries\":[");
	for (i = 0; i < bulk_len(job->bulk); i++)
		put_entry(job, i, out);
	put_errors(job, out);
	buf_puts(out, "],\"totals\":{");
	json_member_int(out, "change", (int64_t)totals.verdicts[BULK_CHANGE]);
	json_member_int(out, "unchanged", (int64_t)totals.verdicts[BULK_SAME]);
	json_member_int(out, "refused", (int64_t)plan_job_refusals(job));
	json_member_int(out, "conflict", (int64_t)totals.verdicts[BULK_CONFLICT]);
	json_member_int(out, "unreadable", (int64_t)totals.verdicts[BULK_UNREADABLE]);
	json_member_int(out, "warnings", (int64_t)totals.warnings);
	json_member_int(out, "webhooks", (int64_t)totals.webhooks);
	json_member_int(out, "old_keys", (int64_t)totals.old_keys);
	buf_puts(out, "}");
	json_member_int(out, "requests", (int64_t)totals.puts);
	if (seconds < 0)
		json_member_text(out, "seconds", NULL);
	else
		json_member_int(out, "seconds", seconds);
	buf_puts(out, "}\n");
}
