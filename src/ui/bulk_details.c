/* One of many: in a line of the list, and on a screen of its own. */
#include <stdio.h>
#include <string.h>

#include "bulk.h"
#include "dacache/base/text.h"
#include "dacache/domain/diff.h"
#include "dacache/ui/card_screen.h"
#include "dacache/ui/text_screen.h"
#include "excerpt.h"

enum { LABEL_COLS = 16, WORDS_MAX = 1 << 20, AROUND = 8 };

static const char *arrow(const struct bulk_job *job)
{
	return ui_is_utf8(job->ui) ? "→" : "->";
}

/* --- in one line --- */

/* What two long keys begin with alike says nothing: but for a little of it. */
static void put_value(const struct bulk_job *job, const char *value, size_t same, struct buf *out)
{
	size_t from = same > AROUND ? same - AROUND : 0;

	while (from > 0 && ((unsigned char)value[from] & 0xc0) == 0x80)
		from--;
	if (from > AROUND)
		buf_printf(out, "%s%s", ui_is_utf8(job->ui) ? "…" : "...", value + from);
	else
		buf_puts(out, value);
}

static void put_change(const struct bulk_job *job, const struct diff_line *line, struct buf *out)
{
	static const char *const signs[] = {"", "", "+", "-"};
	size_t same = 0;

	buf_printf(out, "%s%s ", signs[line->mark], line->name);
	if (line->mark == DIFF_CHANGED) {
		same = excerpt_between(line->before, line->after).head;
		put_value(job, line->before, same, out);
		buf_printf(out, " %s ", arrow(job));
		put_value(job, line->after, same, out);
	} else {
		buf_puts(out, line->mark == DIFF_ADDED ? line->after : line->before);
	}
}

/* Keys are long: what is short goes before them. */
static void put_changes(const struct bulk_job *job, const struct bulk_item *item, struct buf *out)
{
	struct diff diff = {0};
	bool first = true;

	if (diff_proposals(&item->before, &item->wanted, &diff))
		return;
	for (int keys = 0; keys < 2; keys++) {
		for (size_t i = 0; i < diff.len; i++) {
			const struct diff_line *line = &diff.lines[i];

			if (line->mark == DIFF_SAME ||
			    (strcmp(line->name, "cacheKey") == 0) != keys)
				continue;
			buf_puts(out, first ? "" : ", ");
			first = false;
			put_change(job, line, out);
		}
	}
	diff_clear(&diff);
}

static void put_refusal(const struct bulk_job *job, size_t i, struct buf *out)
{
	const struct bulk_item *item = bulk_item(job->bulk, i);
	struct findings findings = {0};

	buf_puts(out, "refused: ");
	if (item->entry->errors_len > 0) {
		buf_puts(out, job->plan.errors[item->entry->first_error].text);
		return;
	}
	if (item->refusal) {
		buf_puts(out, item->refusal);
		return;
	}
	bulk_findings(job->bulk, i, &findings);
	for (size_t f = 0; f < findings.len; f++) {
		if (!findings.items[f].is_error)
			continue;
		buf_puts(out, findings.items[f].text);
		if (findings.items[f].kind == FINDING_COLLISION && item->collision)
			buf_printf(out, " (%s)", item->collision);
		return;
	}
}

static enum role role_of_outcome(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_APPLIED:
		return ROLE_OK;
	case OUTCOME_UNCHANGED:
		return ROLE_DIM;
	case OUTCOME_CONFLICT:
	case OUTCOME_UNKNOWN:
		return ROLE_WARN;
	default:
		return ROLE_ERROR;
	}
}

static void put_end(const struct bulk_job *job, const struct bulk_item *item, struct buf *out,
		    enum role *role)
{
	*role = role_of_outcome(item->end.outcome);
	if (item->end.outcome == OUTCOME_APPLIED && item->end.verified) {
		buf_puts(out, "applied  ");
		put_changes(job, item, out);
		return;
	}
	if (item->end.outcome == OUTCOME_APPLIED)
		*role = ROLE_WARN;
	buf_puts(out, item->end.message ? item->end.message : outcome_name(item->end.outcome));
}

static void put_failure(const struct bulk_item *item, struct buf *out)
{
	char line[256] = "";

	if (item->failure)
		failure_line(item->failure, line, sizeof line);
	buf_printf(out, "not read: %s", line);
}

static void put_verdict(const struct bulk_job *job, size_t i, struct buf *out, enum role *role)
{
	const struct bulk_item *item = bulk_item(job->bulk, i);

	*role = ROLE_ERROR;
	switch (item->verdict) {
	case BULK_CHANGE:
		*role = item->warnings > 0 ? ROLE_WARN : ROLE_CHANGED;
		put_changes(job, item, out);
		break;
	case BULK_SAME:
		*role = ROLE_DIM;
		buf_puts(out, "unchanged");
		break;
	case BULK_DONE:
		*role = ROLE_DIM;
		buf_puts(out, "applied by an earlier run");
		break;
	case BULK_REFUSED:
		put_refusal(job, i, out);
		break;
	case BULK_CONFLICT:
		*role = ROLE_WARN;
		buf_puts(out, "conflict: it changed since the entry was written");
		break;
	case BULK_MISSING:
		buf_puts(out, "the tenant has no such action");
		break;
	case BULK_UNREADABLE:
		put_failure(item, out);
		break;
	default:
		*role = ROLE_DIM;
		buf_puts(out, job->state == BULK_READING ? "not read yet" : "not read");
	}
}

void bulk_row_words(const struct bulk_job *job, size_t i, struct buf *out, enum role *role)
{
	const struct bulk_item *item = bulk_item(job->bulk, i);

	if (job->state == BULK_READING) {
		*role = ROLE_DIM;
		buf_puts(out, item->name ? "read" : "not read yet");
	} else if (item->ended) {
		put_end(job, item, out, role);
	} else {
		put_verdict(job, i, out, role);
	}
}

/* --- a screen of its own --- */

static void add_escaped(struct text_view *view, enum role role, struct buf *text)
{
	struct buf safe;

	buf_init(&safe, 8 * (size_t)WORDS_MAX);
	text_escape(&safe, buf_str(text));
	text_view_add(view, role, 2, buf_str(&safe));
	buf_free(&safe);
	buf_free(text);
}

static void add_changes(const struct bulk_job *job, const struct bulk_item *item,
			struct text_view *view)
{
	static const enum role roles[] = {ROLE_DIM, ROLE_CHANGED, ROLE_ADDED, ROLE_REMOVED};
	static const char marks[] = " ~+-";
	struct diff diff = {0};

	if (!item->name || diff_proposals(&item->before, &item->wanted, &diff))
		return;
	text_view_heading(view, "Change");
	for (size_t i = 0; i < diff.len; i++) {
		const struct diff_line *line = &diff.lines[i];
		struct buf text;

		if (line->mark == DIFF_SAME)
			continue;
		buf_init(&text, WORDS_MAX);
		buf_printf(&text, "%c %s  ", marks[line->mark], line->name);
		if (line->mark == DIFF_CHANGED)
			buf_printf(&text, "%s %s %s", line->before, arrow(job), line->after);
		else
			buf_puts(&text, line->mark == DIFF_ADDED ? line->after : line->before);
		buf_puts(&text, line->local ? "  (kept here)" : "");
		add_escaped(view, roles[line->mark], &text);
	}
	if (diff_server_changes(&diff) + diff_local_changes(&diff) == 0)
		text_view_add(view, ROLE_DIM, 2, "nothing changes");
	diff_clear(&diff);
}

static void add_findings(const struct bulk_job *job, size_t i, struct text_view *view)
{
	const struct bulk_item *item = bulk_item(job->bulk, i);
	struct findings findings = {0};

	bulk_findings(job->bulk, i, &findings);
	if (findings.len + item->entry->errors_len == 0 && !item->refusal)
		return;
	text_view_heading(view, "Checks");
	for (size_t e = 0; e < item->entry->errors_len; e++) {
		const struct plan_error *error = &job->plan.errors[item->entry->first_error + e];

		text_view_addf(view, ROLE_ERROR, 2, "! line %zu: %s", error->line, error->text);
	}
	if (item->refusal)
		text_view_addf(view, ROLE_ERROR, 2, "! %s", item->refusal);
	for (size_t f = 0; f < findings.len; f++) {
		const struct finding *finding = &findings.items[f];
		struct buf text;

		buf_init(&text, WORDS_MAX);
		buf_printf(&text, "%s %s", finding->is_error ? "!" : "?", finding->text);
		if (finding->kind == FINDING_COLLISION && item->collision)
			buf_printf(&text, " (%s)", item->collision);
		add_escaped(view, finding->is_error ? ROLE_ERROR : ROLE_WARN, &text);
	}
}

static void add_side_effects(const struct bulk_item *item, struct text_view *view)
{
	const struct directive_list *list = &item->wanted.local.directives;
	const char *before = item->before.members.key;
	const char *after = item->wanted.members.key;
	struct buf text;

	if (item->verdict != BULK_CHANGE ||
	    cache_members_equal(&item->before.members, &item->wanted.members))
		return;
	if (list->len > 0 || (before && (!after || strcmp(before, after) != 0)))
		text_view_heading(view, "Side effects");
	for (size_t i = 0; i < list->len; i++) {
		const struct directive *directive = &list->items[i];

		buf_init(&text, WORDS_MAX);
		buf_printf(&text, "%s %s  on %s",
			   directive->action == DIRECTIVE_NOOP ? "noop    " : "webhook  POST",
			   directive->source, directive->event_type);
		add_escaped(view, ROLE_TEXT, &text);
	}
	if (!before || (after && strcmp(before, after) == 0))
		return;
	buf_init(&text, WORDS_MAX);
	buf_printf(&text, "key      entries under the old key %s are not read any more", before);
	add_escaped(view, ROLE_WARN, &text);
}

static void add_end(const struct bulk_item *item, struct text_view *view)
{
	const struct bulk_end *end = &item->end;

	if (!item->ended)
		return;
	text_view_heading(view, "Outcome");
	text_view_pair(view, "outcome", role_of_outcome(end->outcome), outcome_name(end->outcome));
	if (end->message)
		text_view_pair(view, "in words", ROLE_TEXT, end->message);
	if (end->status > 0)
		text_view_pairf(view, "status", ROLE_TEXT, "%d in %.1f ms, %lld attempt%s",
				end->status, end->latency_ms, (long long)end->attempts,
				end->attempts == 1 ? "" : "s");
	if (end->if_match)
		text_view_pair(view, "If-Match", ROLE_TEXT, end->if_match);
	if (end->etag)
		text_view_pair(view, "ETag", ROLE_TEXT, end->etag);
	if (end->webhooks > 0)
		text_view_pairf(view, "webhooks", ROLE_TEXT, "%zu", end->webhooks);
	if (end->correlation_id)
		text_view_pair(view, "correlation id", ROLE_TEXT, end->correlation_id);
	if (end->outcome == OUTCOME_CONFLICT)
		text_view_add(view, ROLE_TEXT, 0,
			      "It was left alone. :open and e show what changed meanwhile, and "
			      "merge it.");
}

void bulk_details_open(struct bulk_job *job, size_t i)
{
	const struct bulk_item *item = bulk_item(job->bulk, i);
	enum role role = ROLE_TEXT;
	struct text_view *view;
	struct buf words;

	/* A failure has its card, with what can be done. */
	if (item->failure && (item->ended || item->verdict == BULK_UNREADABLE) &&
	    item->end.outcome != OUTCOME_APPLIED) {
		card_screen_show(job->ui, item->failure);
		return;
	}
	view = text_screen_open(job->ui, "CHANGE", LABEL_COLS);
	if (!view)
		return;
	text_view_pair(view, "action", ROLE_STRONG, item->name ? item->name : "-");
	text_view_pair(view, "id", ROLE_TEXT, item->entry->id);
	if (item->hidden)
		text_view_pair(view, "in the list", ROLE_WARN, "hidden by the filter");
	if (item->entry->line > 0)
		text_view_pairf(view, "line", ROLE_TEXT, "%zu of %s", item->entry->line,
				job->file ? job->file : "");
	buf_init(&words, WORDS_MAX);
	if (!item->ended && item->verdict != BULK_CHANGE) {
		bulk_row_words(job, i, &words, &role);
		text_view_pair(view, "verdict", role, buf_str(&words));
	}
	buf_free(&words);
	add_end(item, view);
	add_changes(job, item, view);
	add_findings(job, i, view);
	add_side_effects(item, view);
}
