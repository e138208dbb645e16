/* A plan, for machines. */
#include <string.h>

#include "dacache/domain/canonical.h"
#include "dacache/domain/diff.h"
#include "dacache/domain/json_member.h"
#include "plan.h"

static void begin_item(struct buf *out, const char *first, const char *next)
{
	buf_puts(out, out->data[out->len - 1] == '[' ? first : next);
}

static void put_text(struct buf *out, const char *text)
{
	canonical_string(text, strlen(text), out);
}

/* Three of its texts are numbers or words of JSON already. */
static void put_value(struct buf *out, const char *member, const struct diff_line *line,
		      const char *value)
{
	bool is_text = strcmp(line->name, "cacheKey") == 0 || strcmp(value, "invalid") == 0;

	buf_printf(out, ",\"%s\":", member);
	if (is_text)
		put_text(out, value);
	else
		buf_puts(out, value);
}

static void put_no_value(struct buf *out, const char *member)
{
	buf_printf(out, ",\"%s\":null", member);
}

static void put_line(struct buf *out, const struct diff_line *line)
{
	begin_item(out, "{", ",{");
	json_member_text(out, "member", plan_diff_name(line->name));
	if (line->mark == DIFF_ADDED)
		put_no_value(out, "before");
	else
		put_value(out, "before", line, line->before);
	if (line->mark == DIFF_REMOVED)
		put_no_value(out, "after");
	else
		put_value(out, "after", line, line->after);
	json_member_bool(out, "local", line->local);
	buf_puts(out, "}");
}

static void put_directives(struct buf *out, const char *member, const struct directive_list *list,
			   bool sent_alone)
{
	size_t i;

	buf_printf(out, ",\"%s\":[", member);
	for (i = 0; i < list->len; i++) {
		const struct directive *directive = &list->items[i];

		if (sent_alone && directive->action == DIRECTIVE_NOOP)
			continue;
		begin_item(out, "{", ",{");
		json_member_text(out, "source", directive->source);
		json_member_text(out, "event_type", directive->event_type);
		json_member_text(out, "action", directive_action_name(directive->action));
		buf_puts(out, "}");
	}
	buf_puts(out, "]");
}

/* Of what is refused it is what was asked for. */
static void put_changes(const struct bulk_item *item, struct buf *out)
{
	struct diff diff = {0};
	size_t i;

	buf_puts(out, ",\"changes\":[");
	if (item->base && diff_proposals(&item->before, &item->wanted, &diff) == ERR_OK) {
		for (i = 0; i < diff.len; i++)
			if (diff.lines[i].mark != DIFF_SAME &&
			    strcmp(diff.lines[i].name, "directive") != 0)
				put_line(out, &diff.lines[i]);
		if (!directive_list_equal(&item->before.local.directives,
					  &item->wanted.local.directives)) {
			begin_item(out, "{", ",{");
			json_member_text(out, "member", "directives");
			put_directives(out, "before", &item->before.local.directives, false);
			put_directives(out, "after", &item->wanted.local.directives, false);
			json_member_bool(out, "local", true);
			buf_puts(out, "}");
		}
	}
	diff_clear(&diff);
	buf_puts(out, "]");
}

/* Those that a change sends. */
static void put_webhooks(const struct bulk_item *item, struct buf *out)
{
	static const struct directive_list none;
	bool sends = item->verdict == BULK_CHANGE && item->base &&
		     !cache_members_equal(&item->before.members, &item->wanted.members);

	put_directives(out, "webhooks", sends ? &item->wanted.local.directives : &none, true);
}

static void put_finding(struct buf *out, const char *severity, size_t line, const char *field,
			const char *message)
{
	begin_item(out, "{", ",{");
	json_member_text(out, "severity", severity);
	json_member_int(out, "line", (int64_t)line);
	json_member_text(out, "field", field && *field ? field : NULL);
	json_member_text(out, "message", message);
	buf_puts(out, "}");
}

static void put_findings(const struct plan_job *job, size_t i, struct buf *out)
{
	const struct bulk_item *item = bulk_item(job->bulk, i);
	struct findings findings = {0};
	struct buf text;
	size_t f;

	bulk_findings(job->bulk, i, &findings);
	buf_init(&text, CLI_OUTPUT_MAX);
	for (f = 0; f < findings.len; f++) {
		const struct finding *finding = &findings.items[f];

		buf_reset(&text);
		plan_put_finding(finding, &text);
		if (finding->kind == FINDING_COLLISION && item->collision)
			buf_printf(&text, " (%s)", item->collision);
		put_finding(out, finding->is_error ? "error" : "warning",
			    plan_entry_line(item->entry, finding->field),
			    plan_field_name(finding->field), buf_str(&text));
	}
	buf_free(&text);
}

void plan_put_findings_json(const struct plan_job *job, size_t i, struct buf *out)
{
	const struct bulk_item *item = bulk_item(job->bulk, i);
	const struct plan_entry *entry = item->entry;
	char line[320];
	size_t e;

	buf_puts(out, ",\"findings\":[");
	for (e = 0; e < entry->errors_len; e++) {
		const struct plan_error *error = &job->plan.errors[entry->first_error + e];

		put_finding(out, "error", error->line, NULL, error->text);
	}
	put_findings(job, i, out);
	if (item->refusal)
		put_finding(out, "error", entry->line, NULL, item->refusal);
	if (item->verdict == BULK_MISSING)
		put_finding(out, "error", entry->line, NULL,
			    "the tenant has no Data Action of this id");
	if (item->verdict == BULK_UNREADABLE && item->failure) {
		failure_line(item->failure, line, sizeof(line));
		put_finding(out, "error", entry->line, NULL, line);
	}
	if (item->verdict == BULK_CONFLICT)
		put_finding(out, "error", entry->line, NULL,
			    "the action changed since the entry was written");
	buf_puts(out, "]");
}

static void put_modified(const struct bulk_item *item, struct buf *out)
{
	const struct action *now = item->verdict == BULK_CONFLICT ? item->base : NULL;

	if (!now)
		return;
	json_member_text(out, "modified_by", *now->modified_by ? now->modified_by : NULL);
	json_member_text(out, "date_modified", *now->date_modified ? now->date_modified : NULL);
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
	put_modified(item, out);
	put_changes(item, out);
	put_webhooks(item, out);
	plan_put_findings_json(job, i, out);
	buf_puts(out, "}");
}

void plan_put_error_json(const struct plan_error *error, struct buf *out)
{
	json_member_int(out, "line", (int64_t)error->line);
	if (error->column)
		json_member_int(out, "column", (int64_t)error->column);
	else
		json_member_text(out, "column", NULL);
	json_member_text(out, "id", error->id);
	json_member_text(out, "message", error->text);
	buf_puts(out, "}");
}

static void put_error(const struct plan_job *job, size_t e, struct buf *out)
{
	begin_item(out, "{", ",\n {");
	plan_put_error_json(&job->plan.errors[e], out);
}

/* Those of entries are among their findings. */
static void put_errors(const struct plan_job *job, struct buf *out)
{
	size_t e = 0;
	size_t i;

	buf_puts(out, "],\"errors\":[");
	for (i = 0; i < job->plan.len; i++) {
		const struct plan_entry *entry = &job->plan.entries[i];

		for (; e < entry->first_error; e++)
			put_error(job, e, out);
		e += entry->errors_len;
	}
	for (; e < job->plan.errors_len; e++)
		put_error(job, e, out);
}

void plan_print_json(const struct plan_job *job, struct buf *out)
{
	struct bulk_totals totals;
	size_t reads = plan_job_reads(job);
	int64_t seconds = plan_job_seconds(job);
	size_t i;

	bulk_totals(job->bulk, &totals);
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
	if (totals.verdicts[BULK_CHANGE] == 0)
		reads = 0;
	buf_puts(out, ",\"requests\":{");
	json_member_int(out, "reads", (int64_t)reads);
	json_member_int(out, "puts", (int64_t)totals.puts);
	buf_puts(out, "}");
	if (reads + totals.puts == 0)
		json_member_int(out, "seconds", 0);
	else if (seconds < 0)
		json_member_text(out, "seconds", NULL);
	else
		json_member_int(out, "seconds", seconds > 0 ? seconds : 1);
	buf_puts(out, "}\n");
}
