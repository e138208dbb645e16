/* A plan, for people. */
#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/domain/diff.h"
#include "plan.h"

/* --- parts --- */

void plan_put_count(struct buf *out, size_t n, const char *one, const char *many)
{
	char text[32];

	text_format_count((int64_t)n, text);
	buf_printf(out, "%s %s", text, n == 1 ? one : many);
}

void plan_put_where(const struct plan_job *job, size_t line, const char *id, struct buf *out)
{
	text_escape(out, job->path);
	buf_printf(out, ":%zu: ", line);
	if (!id)
		return;
	text_escape(out, id);
	buf_puts(out, ": ");
}

void plan_put_place(const struct plan_job *job, const struct plan_error *error, struct buf *out)
{
	if (error->column == 0) {
		plan_put_where(job, error->line, error->id, out);
		return;
	}
	text_escape(out, job->path);
	buf_printf(out, ":%zu:%zu: ", error->line, error->column);
}

const char *plan_verdict_name(enum bulk_verdict verdict)
{
	static const char *const names[BULK_VERDICTS] = {
		[BULK_UNREAD] = "unread",         [BULK_SAME] = "unchanged",
		[BULK_CHANGE] = "change",         [BULK_REFUSED] = "refused",
		[BULK_CONFLICT] = "conflict",     [BULK_MISSING] = "not found",
		[BULK_UNREADABLE] = "unreadable", [BULK_DONE] = "done",
	};

	return names[verdict];
}

/* --- one change --- */

/* Blanks at the ends of a key are part of it: quotes show them. */
static void put_value(struct buf *out, const struct diff_line *line, const char *value)
{
	const char *quote = strcmp(line->name, "cacheKey") == 0 ? "\"" : "";

	buf_puts(out, quote);
	text_escape(out, value);
	buf_puts(out, quote);
}

static void put_diff_line(struct buf *out, const struct diff_line *line, int columns)
{
	static const char marks[] = {' ', '~', '+', '-'};

	buf_printf(out, "    %c %-*s  ", marks[line->mark], columns, plan_diff_name(line->name));
	if (line->mark != DIFF_ADDED)
		put_value(out, line, line->before);
	if (line->mark == DIFF_CHANGED)
		buf_puts(out, " -> ");
	if (line->mark != DIFF_REMOVED)
		put_value(out, line, line->after);
	buf_puts(out, line->local ? "  (kept here)\n" : "\n");
}

static void put_diff(struct buf *out, const struct bulk_item *item)
{
	struct diff diff = {0};
	int columns = 0;
	size_t i;

	if (diff_proposals(&item->before, &item->wanted, &diff))
		return;
	for (i = 0; i < diff.len; i++) {
		int own = (int)strlen(plan_diff_name(diff.lines[i].name));

		if (diff.lines[i].mark != DIFF_SAME && own > columns)
			columns = own;
	}
	for (i = 0; i < diff.len; i++)
		if (diff.lines[i].mark != DIFF_SAME)
			put_diff_line(out, &diff.lines[i], columns);
	diff_clear(&diff);
}

static void put_webhooks(struct buf *out, const struct directive_list *list)
{
	size_t i;

	for (i = 0; i < list->len; i++) {
		const struct directive *directive = &list->items[i];

		if (directive->action == DIRECTIVE_NOOP)
			continue;
		buf_puts(out, "    > webhook: POST ");
		text_escape(out, directive->source);
		buf_puts(out, " on ");
		text_escape(out, directive->event_type);
		buf_printf(out, " (%s)\n", directive_action_name(directive->action));
	}
}

static void put_old_key(struct buf *out, const struct bulk_item *item)
{
	const struct cache_members *before = &item->before.members;
	const struct cache_members *after = &item->wanted.members;

	if (!before->key || (after->key && strcmp(before->key, after->key) == 0))
		return;
	buf_puts(out, "    > entries under the old key \"");
	text_escape(out, before->key);
	buf_puts(out, "\" are not read any more; they stay until their TTL ends");
	if (before->ttl_s >= 0)
		buf_printf(out, " (%lld s)", (long long)before->ttl_s);
	buf_putc(out, '\n');
}

static void put_finding(struct buf *out, const struct finding *finding)
{
	struct buf text;

	buf_init(&text, CLI_OUTPUT_MAX);
	plan_put_finding(finding, &text);
	text_escape(out, buf_str(&text));
	buf_free(&text);
}

static void put_warnings(const struct plan_job *job, size_t i, struct buf *out)
{
	struct findings findings = {0};
	size_t f;

	bulk_findings(job->bulk, i, &findings);
	for (f = 0; f < findings.len; f++) {
		if (findings.items[f].is_error)
			continue;
		buf_puts(out, "    ? ");
		put_finding(out, &findings.items[f]);
		buf_putc(out, '\n');
	}
}

static void put_change(const struct plan_job *job, size_t i, struct buf *out)
{
	const struct bulk_item *item = bulk_item(job->bulk, i);

	buf_puts(out, "~ ");
	text_escape(out, item->entry->id);
	buf_puts(out, "  ");
	text_escape(out, item->name);
	buf_printf(out, "  (line %zu)\n", item->entry->line);
	put_diff(out, item);
	put_warnings(job, i, out);
	put_old_key(out, item);
	if (!cache_members_equal(&item->before.members, &item->wanted.members))
		put_webhooks(out, &item->wanted.local.directives);
}

/* What the marks mean, above what has them. */
static void put_changes(const struct plan_job *job, const struct bulk_totals *totals,
			struct buf *out)
{
	size_t i;

	if (totals->verdicts[BULK_CHANGE] > 0)
		buf_puts(out, "~ changed  + added  - removed  ? warning  > side effect\n\n");
	for (i = 0; i < bulk_len(job->bulk); i++)
		if (bulk_item(job->bulk, i)->verdict == BULK_CHANGE)
			put_change(job, i, out);
}

/* --- what is not applied --- */

static void put_error(const struct plan_job *job, const struct bulk_item *item, const char *words,
		      struct buf *out)
{
	plan_put_where(job, item->entry->line, item->entry->id, out);
	buf_puts(out, "error: ");
	text_escape(out, words);
	buf_putc(out, '\n');
}

static void put_refusal(const struct plan_job *job, size_t i, struct buf *out)
{
	const struct bulk_item *item = bulk_item(job->bulk, i);
	struct findings findings = {0};
	size_t f;

	if (item->refusal)
		put_error(job, item, item->refusal, out);
	bulk_findings(job->bulk, i, &findings);
	for (f = 0; f < findings.len; f++) {
		const struct finding *finding = &findings.items[f];

		if (!finding->is_error)
			continue;
		plan_put_where(job, plan_entry_line(item->entry, finding->field), item->entry->id,
			       out);
		buf_puts(out, "error: ");
		put_finding(out, finding);
		if (finding->kind == FINDING_COLLISION && item->collision) {
			buf_puts(out, " (");
			text_escape(out, item->collision);
			buf_putc(out, ')');
		}
		buf_putc(out, '\n');
	}
}

/* What differs between the tenant and the file: the other's change is in it. */
static void put_difference(const struct bulk_item *item, struct buf *out)
{
	struct diff diff = {0};
	size_t i;

	if (diff_proposals(&item->before, &item->wanted, &diff))
		return;
	for (i = 0; i < diff.len; i++) {
		const struct diff_line *line = &diff.lines[i];

		if (line->mark == DIFF_SAME)
			continue;
		buf_printf(out, "    %s: ", plan_diff_name(line->name));
		if (line->mark == DIFF_ADDED)
			buf_puts(out, "none");
		else
			put_value(out, line, line->before);
		buf_puts(out, line->local ? " here, " : " at the tenant, ");
		if (line->mark == DIFF_REMOVED)
			buf_puts(out, "none");
		else
			put_value(out, line, line->after);
		buf_puts(out, " in the plan\n");
	}
	diff_clear(&diff);
}

static void put_conflict(const struct plan_job *job, const struct bulk_item *item, struct buf *out)
{
	plan_put_where(job, item->entry->line, item->entry->id, out);
	buf_puts(out, "conflict: the action changed since the entry was written");
	if (item->base && *item->base->modified_by) {
		buf_puts(out, ", by ");
		text_escape(out, item->base->modified_by);
	}
	if (item->base && *item->base->date_modified) {
		buf_puts(out, " at ");
		text_escape(out, item->base->date_modified);
	}
	buf_puts(out, ": its ETag is ");
	text_escape(out, item->present);
	buf_puts(out, ", not ");
	text_escape(out, item->entry->etag);
	buf_puts(out, "; it is left alone\n");
	put_difference(item, out);
}

static void put_unapplied(const struct plan_job *job, size_t i, struct buf *out)
{
	const struct bulk_item *item = bulk_item(job->bulk, i);
	char line[320];

	switch (item->verdict) {
	case BULK_REFUSED:
		put_refusal(job, i, out);
		break;
	case BULK_MISSING:
		put_error(job, item, "the tenant has no Data Action of this id", out);
		put_refusal(job, i, out);
		break;
	case BULK_UNREADABLE:
		failure_line(item->failure, line, sizeof(line));
		plan_put_where(job, item->entry->line, item->entry->id, out);
		buf_puts(out, "error: it could not be read: ");
		text_escape(out, line);
		buf_putc(out, '\n');
		put_refusal(job, i, out);
		break;
	case BULK_CONFLICT:
		put_conflict(job, item, out);
		break;
	default:
		break;
	}
}

/* Up to, not with, the error `end`. */
static void put_file_errors(const struct plan_job *job, size_t *next, size_t end, struct buf *out)
{
	for (; *next < end; (*next)++) {
		const struct plan_error *error = &job->plan.errors[*next];

		plan_put_place(job, error, out);
		buf_puts(out, "error: ");
		text_escape(out, error->text);
		buf_putc(out, '\n');
	}
}

static void put_all_unapplied(const struct plan_job *job, struct buf *out)
{
	size_t next = 0;
	size_t i;

	for (i = 0; i < job->plan.len; i++) {
		const struct plan_entry *entry = &job->plan.entries[i];

		put_file_errors(job, &next, entry->first_error + entry->errors_len, out);
		put_unapplied(job, i, out);
	}
	put_file_errors(job, &next, job->plan.errors_len, out);
}

/* --- totals --- */

static void put_part(struct buf *out, size_t n, const char *words)
{
	char text[32];

	if (n == 0)
		return;
	text_format_count((int64_t)n, text);
	buf_printf(out, ", %s %s", text, words);
}

static void put_totals(const struct plan_job *job, const struct bulk_totals *totals,
		       struct buf *out)
{
	char text[32];

	if (job->plan.is_broken) {
		buf_puts(out, "Plan: none: the file cannot be read as JSON\n");
		return;
	}
	text_format_count((int64_t)totals->verdicts[BULK_CHANGE], text);
	buf_printf(out, "Plan: %s to change", text);
	if (totals->local_only > 0) {
		text_format_count((int64_t)totals->local_only, text);
		buf_printf(out, " (%s only here)", text);
	}
	text_format_count((int64_t)totals->verdicts[BULK_SAME], text);
	buf_printf(out, ", %s unchanged", text);
	put_part(out, totals->verdicts[BULK_DONE], "done by an earlier run");
	put_part(out, plan_job_refusals(job), "refused");
	put_part(out, totals->verdicts[BULK_CONFLICT],
		 totals->verdicts[BULK_CONFLICT] == 1 ? "conflict" : "conflicts");
	put_part(out, totals->verdicts[BULK_UNREADABLE], "not read");
	put_part(out, totals->warnings, totals->warnings == 1 ? "warning" : "warnings");
	if (job->plan.len + job->plan.rejected == 0)
		buf_puts(out, " (the file has no entries)");
	buf_putc(out, '\n');
}

static void put_side_effects(const struct bulk_totals *totals, struct buf *out)
{
	if (totals->webhooks + totals->old_keys == 0)
		return;
	buf_puts(out, "Side effects: ");
	plan_put_count(out, totals->webhooks, "webhook", "webhooks");
	buf_puts(out, ", ");
	plan_put_count(out, totals->old_keys, "key that is not read any more",
		       "keys that are not read any more");
	buf_putc(out, '\n');
}

/* "Requests: 4 GETs, 2 PUTs, about 3s under the quota of 300 in 20s" */
static void put_requests(const struct plan_job *job, const struct bulk_totals *totals,
			 struct buf *out)
{
	struct session *session = job->cli->session;
	int64_t took_s = plan_job_seconds(job);
	size_t reads = plan_job_reads(job);
	struct session_status status;
	char span[CLOCK_TEXT_SIZE];
	char number[32];

	if (totals->verdicts[BULK_CHANGE] == 0)
		return;
	session_status(session, &status);
	buf_puts(out, "Requests: ");
	if (reads > 0) {
		plan_put_count(out, reads, "GET", "GETs");
		buf_puts(out, ", ");
	}
	plan_put_count(out, totals->puts, "PUT", "PUTs");
	if (took_s >= 0 && reads + totals->puts > 0) {
		clock_format_span((took_s > 0 ? took_s : 1) * 1000000, span);
		buf_printf(out, ", about %s", span);
	}
	if (status.quota.known && status.quota.allowed > 0) {
		text_format_count(status.quota.allowed, number);
		clock_format_span(bulk_window_s(session) * 1000000, span);
		buf_printf(out, " under the quota of %s in %s", number, span);
	}
	buf_putc(out, '\n');
}

void plan_print(const struct plan_job *job, struct buf *out)
{
	struct bulk_totals totals;
	size_t start = out->len;

	bulk_totals(job->bulk, &totals);
	put_changes(job, &totals, out);
	put_all_unapplied(job, out);
	if (out->len > start)
		buf_putc(out, '\n');
	put_totals(job, &totals, out);
	put_side_effects(&totals, out);
	put_requests(job, &totals, out);
}
