/* How the changes of a plan ended. */
#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/domain/json_member.h"
#include "plan.h"

/* --- one line an action --- */

static enum outcome outcome_of(const struct bulk_item *item)
{
	if (item->ended)
		return item->end.outcome;
	switch (item->verdict) {
	case BULK_SAME:
		return OUTCOME_UNCHANGED;
	case BULK_DONE:
		return OUTCOME_APPLIED;
	case BULK_CONFLICT:
		return OUTCOME_CONFLICT;
	case BULK_REFUSED:
	case BULK_MISSING:
		return OUTCOME_REFUSED;
	default:
		return OUTCOME_NOT_APPLIED;
	}
}

/* What an earlier run did is not counted as done by this one. */
static const char *outcome_words(const struct bulk_item *item)
{
	if (!item->ended && item->verdict == BULK_DONE)
		return "applied earlier";
	return outcome_name(outcome_of(item));
}

static const char *words_of(const struct bulk_item *item)
{
	if (item->ended)
		return item->end.message ? item->end.message : "";
	switch (item->verdict) {
	case BULK_SAME:
		return "unchanged: it is so already";
	case BULK_DONE:
		return "applied by an earlier run of this plan";
	case BULK_CONFLICT:
		return "conflict: the action changed since the entry was written";
	case BULK_REFUSED:
		return "refused by validation";
	case BULK_MISSING:
		return "refused: the tenant has no Data Action of this id";
	case BULK_UNREADABLE:
		return "not applied: it could not be read";
	default:
		return "not applied: not sent";
	}
}

static void put_errors(const struct plan_job *job, size_t i, struct buf *out)
{
	const struct bulk_item *item = bulk_item(job->bulk, i);
	enum outcome outcome = outcome_of(item);

	if (!item->ended && item->verdict != BULK_CHANGE) {
		plan_put_findings_json(job, i, out);
		return;
	}
	buf_puts(out, ",\"findings\":[");
	if (outcome != OUTCOME_APPLIED && outcome != OUTCOME_UNCHANGED) {
		buf_puts(out, "{");
		json_member_text(out, "severity", "error");
		json_member_text(out, "code",
				 item->failure && *item->failure->code ? item->failure->code
								       : NULL);
		json_member_text(out, "message", words_of(item));
		json_member_text(out, "correlation_id", item->end.correlation_id);
		buf_puts(out, "}");
	}
	buf_puts(out, "]");
}

void apply_put_line(const struct plan_job *job, size_t i, struct buf *out)
{
	const struct bulk_item *item = bulk_item(job->bulk, i);
	const struct bulk_end *end = &item->end;

	buf_puts(out, "{");
	json_member_int(out, "line", (int64_t)item->entry->line);
	json_member_text(out, "id", item->entry->id);
	json_member_text(out, "name", item->name ? item->name : item->entry->name);
	json_member_text(out, "outcome", outcome_words(item));
	if (end->status)
		json_member_int(out, "status", end->status);
	else
		json_member_text(out, "status", NULL);
	json_member_text(out, "etag", end->etag);
	json_member_text(out, "if_match", end->if_match);
	json_member_decimal(out, "latency_ms", end->latency_ms, 3);
	json_member_int(out, "attempts", end->attempts);
	json_member_int(out, "webhooks", (int64_t)end->webhooks);
	json_member_bool(out, "local_saved", end->local_saved);
	put_errors(job, i, out);
	buf_puts(out, "}\n");
}

/* --- the summary --- */

static bool went_well(enum outcome outcome)
{
	return outcome == OUTCOME_APPLIED || outcome == OUTCOME_UNCHANGED;
}

/* What of it was not sent is no line, but a number. */
static void put_unwell(const struct plan_job *job, size_t i, struct buf *out)
{
	const struct bulk_item *item = bulk_item(job->bulk, i);

	if (!item->ended || (went_well(item->end.outcome) && item->end.verified) ||
	    item->end.outcome == OUTCOME_UNCHANGED)
		return;
	plan_put_where(job, item->entry->line, item->entry->id, out);
	text_escape(out, words_of(item));
	if (item->end.correlation_id) {
		buf_puts(out, " (correlation id ");
		text_escape(out, item->end.correlation_id);
		buf_putc(out, ')');
	}
	buf_putc(out, '\n');
}

static void put_part(struct buf *out, size_t n, const char *words)
{
	char text[32];

	if (n == 0)
		return;
	text_format_count((int64_t)n, text);
	buf_printf(out, ", %s %s", words, text);
}

void apply_put_summary(const struct plan_job *job, struct buf *out)
{
	struct bulk_progress progress;
	struct bulk_totals totals;
	char text[32];
	size_t i;

	bulk_progress(job->bulk, &progress);
	bulk_totals(job->bulk, &totals);
	for (i = 0; i < bulk_len(job->bulk); i++)
		put_unwell(job, i, out);
	text_format_count((int64_t)progress.outcomes[OUTCOME_APPLIED], text);
	buf_printf(out, "applied %s", text);
	put_part(out, progress.only_here, "changed here alone");
	put_part(out, totals.verdicts[BULK_DONE], "applied by an earlier run");
	put_part(out,
		 progress.outcomes[OUTCOME_UNCHANGED] - progress.only_here +
			 totals.verdicts[BULK_SAME],
		 "unchanged");
	put_part(out, progress.outcomes[OUTCOME_CONFLICT] + totals.verdicts[BULK_CONFLICT],
		 "conflict");
	put_part(out, progress.outcomes[OUTCOME_REFUSED], "refused");
	put_part(out, progress.outcomes[OUTCOME_NOT_APPLIED], "not applied");
	put_part(out, progress.outcomes[OUTCOME_UNKNOWN], "unknown");
	put_part(out, progress.left, "not sent");
	buf_putc(out, '\n');
}

/* --- the exit code --- */

static int exit_of_item(const struct bulk_item *item)
{
	enum outcome outcome = outcome_of(item);

	switch (outcome) {
	case OUTCOME_APPLIED:
	case OUTCOME_UNCHANGED:
		return CLI_DONE;
	case OUTCOME_CONFLICT:
		return CLI_CONFLICT;
	case OUTCOME_UNKNOWN:
		return CLI_UNKNOWN;
	default:
		break;
	}
	/* What was lost, and found not to have taken effect, is known. */
	if (item->failure && failure_is_unknown_outcome(item->failure))
		return item->failure->kind == FAILURE_SERVER ? CLI_FAILED : CLI_NETWORK;
	if (item->failure)
		return failure_exit_code(item->failure);
	return outcome == OUTCOME_REFUSED ? CLI_REFUSED : CLI_FAILED;
}

static int severity(int code)
{
	static const int order[] = {CLI_DONE,         CLI_FAILED,   CLI_REFUSED,
				    CLI_NOT_FOUND,    CLI_NETWORK,  CLI_RATE_LIMITED,
				    CLI_UNAUTHORISED, CLI_CONFLICT, CLI_UNKNOWN};
	int i;

	for (i = 0; i < (int)(sizeof(order) / sizeof(order[0])); i++)
		if (order[i] == code)
			return i;
	return 1;
}

int apply_exit_code(const struct plan_job *job)
{
	int worst = CLI_DONE;
	size_t i;

	for (i = 0; i < bulk_len(job->bulk); i++) {
		int code = exit_of_item(bulk_item(job->bulk, i));

		if (severity(code) > severity(worst))
			worst = code;
	}
	return worst;
}
