/* A plan, for people. */
#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/domain/diff.h"
#include "plan.h"

enum { NAME_COLUMN = 22 };

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

static void put_diff_line(struct buf *out, const struct diff_line *line)
{
	static const char marks[] = {' ', '~', '+', '-'};

	buf_printf(out, "    %c %-*s ", marks[line->mark], NAME_COLUMN, line->name);
	text_escape(out, line->before);
	if (line->mark == DIFF_CHANGED)
		buf_puts(out, " -> ");
	text_escape(out, line->after);
	buf_puts(out, line->local ? "  (kept here)\n" : "\n");
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
	buf_puts(out, "    > entries under the old key ");
	text_escape(out, before->key);
	buf_puts(out, " are not read any more; they stay until their TTL ends");
	if (before->ttl_s >= 0)
		buf_printf(out, " (%lld s)", (long long)before->ttl_s);
	buf_putc(out, '\n');
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
		if (findings.items[f].field != FIELD_NONE)
			buf_printf(out, "%s: ", field_name(findings.items[f].field));
		text_escape(out, findings.items[f].text);
		buf_putc(out, '\n');
	}
}

static void put_change(const struct plan_job *job, size_t i, struct buf *out)
{
	const struct bulk_item *item = bulk_item(job->bulk, i);
	struct diff diff = {0};
	size_t d;

	buf_puts(out, "~ ");
	text_escape(out, item->entry->id);
	buf_puts(out, "  ");
	text_escape(out, item->name);
	buf_printf(out, "  (line %zu)\n", item->entry->line);
	if (diff_proposals(&item->before, &item->wanted, &diff) == ERR_OK)
		for (d = 0; d < diff.len; d++)
			if (diff.lines[d].mark != DIFF_SAME)
				put_diff_line(out, &diff.lines[d]);
	diff_clear(&diff);
	put_warnings(job, i, out);
	put_old_key(out, item);
	if (!cache_members_equal(&item->before.members, &item->wanted.members))
		put_webhooks(out, &item->wanted.local.directives);
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
		plan_put_where(job, item->entry->line, item->entry->id, out);
		buf_printf(out, "error: %s: ", field_name(finding->field));
		text_escape(out, finding->text);
		if (finding->kind == FINDING_COLLISION && item->collides_with) {
			buf_puts(out, " (the key of ");
			text_escape(out, item->collides_with);
			buf_putc(out, ')');
		}
		buf_putc(out, '\n');
	}
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
		break;
	case BULK_UNREADABLE:
		failure_line(item->failure, line, sizeof(line));
		plan_put_where(job, item->entry->line, item->entry->id, out);
		buf_puts(out, "error: it could not be read: ");
		text_escape(out, line);
		buf_putc(out, '\n');
		break;
	case BULK_CONFLICT:
		plan_put_where(job, item->entry->line, item->entry->id, out);
		buf_puts(out, "conflict: the action changed since the entry was written: its ETag "
			      "is ");
		text_escape(out, item->present);
		buf_puts(out, ", not ");
		text_escape(out, item->entry->etag);
		buf_puts(out, "; it is left alone\n");
		break;
	default:
		break;
	}
}

static void put_all_unapplied(const struct plan_job *job, struct buf *out)
{
	size_t next = 0;
	size_t i;

	for (i = 0; i <= job->plan.len; i++) {
		size_t line = i < job->plan.len ? job->plan.entries[i].line : SIZE_MAX;

		for (; next < job->plan.errors_len && job->plan.errors[next].line <= line; next++) {
			const struct plan_error *error = &job->plan.errors[next];

			plan_put_where(job, error->line, error->id, out);
			buf_puts(out, "error: ");
			text_escape(out, error->text);
			buf_putc(out, '\n');
		}
		if (i < job->plan.len)
			put_unapplied(job, i, out);
	}
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

static void put_requests(const struct plan_job *job, const struct bulk_totals *totals,
			 struct buf *out)
{
	int64_t took_s = bulk_estimate_s(job->cli->session, totals->puts, job->reads_per_s);
	struct session_status status;
	char span[CLOCK_TEXT_SIZE];

	if (totals->verdicts[BULK_CHANGE] == 0)
		return;
	session_status(job->cli->session, &status);
	buf_puts(out, "Requests: ");
	plan_put_count(out, totals->puts, "PUT", "PUTs");
	clock_format_span((took_s > 0 ? took_s : 1) * 1000000, span);
	if (totals->puts > 0 && took_s >= 0)
		buf_printf(out, ", about %s", span);
	if (totals->puts > 0 && status.quota.known && status.quota.allowed > 0)
		buf_printf(out, " under the quota of %lld", (long long)status.quota.allowed);
	buf_putc(out, '\n');
}

void plan_print(const struct plan_job *job, struct buf *out)
{
	struct bulk_totals totals;
	size_t start = out->len;
	size_t i;

	bulk_totals(job->bulk, &totals);
	for (i = 0; i < bulk_len(job->bulk); i++)
		if (bulk_item(job->bulk, i)->verdict == BULK_CHANGE)
			put_change(job, i, out);
	put_all_unapplied(job, out);
	if (out->len > start)
		buf_putc(out, '\n');
	put_totals(job, &totals, out);
	put_side_effects(&totals, out);
	put_requests(job, &totals, out);
}
