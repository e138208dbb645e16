/* What `set` prints: the change, and how it ended. */
#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/domain/diff.h"
#include "dacache/domain/json_member.h"
#include "set.h"

/* --- the change, for people --- */

static void put_diff(struct buf *out, const struct diff *diff)
{
	static const char marks[] = {' ', '~', '+', '-'};
	size_t i;

	for (i = 0; i < diff->len; i++) {
		const struct diff_line *line = &diff->lines[i];

		if (line->mark == DIFF_SAME)
			continue;
		buf_printf(out, "%c %-22s ", marks[line->mark], line->name);
		text_escape(out, line->before);
		if (line->mark == DIFF_CHANGED)
			buf_puts(out, " -> ");
		text_escape(out, line->after);
		buf_puts(out, line->local ? "  (local)\n" : "\n");
	}
}

static void put_findings(struct buf *out, const struct findings *findings)
{
	size_t i;

	for (i = 0; i < findings->len; i++) {
		const struct finding *finding = &findings->items[i];

		buf_printf(out, "%s %s: ", finding->is_error ? "!" : "?",
			   field_name(finding->field));
		text_escape(out, finding->text);
		buf_putc(out, '\n');
	}
}

enum err_code set_show_change(const struct proposal *before, const struct proposal *wanted,
			      const struct findings *findings)
{
	struct diff diff = {0};
	struct buf text;
	enum err_code code = diff_proposals(before, wanted, &diff);

	buf_init(&text, CLI_OUTPUT_MAX);
	if (!code) {
		put_diff(&text, &diff);
		put_findings(&text, findings);
		cli_write(stderr, buf_str(&text));
	}
	diff_clear(&diff);
	buf_free(&text);
	return code;
}

/* --- the outcome --- */

static void put_error(struct buf *out, const char *field, const char *code, const char *message,
		      const char *correlation_id)
{
	buf_puts(out, out->data[out->len - 1] == '[' ? "{" : ",{");
	json_member_text(out, "field", field && *field ? field : NULL);
	json_member_text(out, "code", code && *code ? code : NULL);
	json_member_text(out, "message", message);
	json_member_text(out, "correlation_id",
			 correlation_id && *correlation_id ? correlation_id : NULL);
	buf_puts(out, "}");
}

static void put_errors(struct buf *out, const struct update_result *result)
{
	const struct failure *failure = &result->failure;
	size_t i;

	buf_puts(out, ",\"errors\":[");
	for (i = 0; i < result->findings.len; i++) {
		const struct finding *finding = &result->findings.items[i];

		if (finding->is_error)
			put_error(out, field_name(finding->field), NULL, finding->text, NULL);
	}
	for (i = 0; failure->kind != FAILURE_NONE && i < failure->details_len; i++)
		put_error(out, failure->details[i].field_name, failure->code, failure->message,
			  failure->correlation_id);
	if (failure->kind != FAILURE_NONE && failure->details_len == 0)
		put_error(out, NULL, failure->code, failure->message, failure->correlation_id);
	if (result->outcome == OUTCOME_APPLIED && !result->verified)
		put_error(out, NULL, NULL, result->message, NULL);
	if (result->unrecorded)
		put_error(out, NULL, NULL,
			  "it is not on record here: the store could not be written", NULL);
	buf_puts(out, "]");
}

static void put_result_json(struct buf *out, const struct set *set, const struct set_end *end)
{
	const struct update_result *result = &end->result;

	buf_puts(out, "{");
	json_member_text(out, "id", set->id);
	json_member_text(out, "outcome", outcome_name(result->outcome));
	if (result->status)
		json_member_int(out, "status", result->status);
	else
		json_member_text(out, "status", NULL);
	json_member_text(out, "etag", result->etag[0] ? result->etag : NULL);
	json_member_text(out, "if_match", result->if_match[0] ? result->if_match : NULL);
	json_member_decimal(out, "latency_ms", result->latency_ms, 3);
	json_member_int(out, "attempts", result->attempts);
	put_errors(out, result);
	if (set->rebase)
		json_member_int(out, "rebases", end->rebases);
	if (result->outcome == OUTCOME_CONFLICT)
		set_put_conflict_json(out, end);
	buf_puts(out, "}\n");
}

/* Where the answer was lost and reading again told that nothing was applied, the
 * failure by itself is no longer the whole story. */
static bool is_settled(const struct update_result *result)
{
	return result->outcome == OUTCOME_NOT_APPLIED &&
	       (failure_is_unknown_outcome(&result->failure) ||
		result->failure.kind == FAILURE_SERVER);
}

static int exit_of_settled(const struct failure *failure)
{
	return failure->kind == FAILURE_RESET || failure->kind == FAILURE_TIMEOUT ? CLI_NETWORK
										  : CLI_FAILED;
}

static int exit_of_result(const struct update_result *result)
{
	switch (result->outcome) {
	case OUTCOME_APPLIED:
	case OUTCOME_UNCHANGED:
		return result->unrecorded ? CLI_FAILED : CLI_DONE;
	case OUTCOME_CONFLICT:
		return CLI_CONFLICT;
	case OUTCOME_UNKNOWN:
		return CLI_UNKNOWN;
	default:
		break;
	}
	if (is_settled(result))
		return exit_of_settled(&result->failure);
	if (findings_errors(&result->findings) > 0)
		return CLI_REFUSED;
	return result->failure.kind != FAILURE_NONE ? failure_exit_code(&result->failure)
						    : CLI_FAILED;
}

/* Why it did not go through, on stderr. */
static void tell_failure(struct cli *cli, const struct update_result *result)
{
	char line[256];

	if (result->failure.kind == FAILURE_NONE || result->outcome == OUTCOME_APPLIED ||
	    result->outcome == OUTCOME_UNCHANGED)
		return;
	if (!is_settled(result)) {
		cli_failed(cli, &result->failure);
		return;
	}
	failure_line(&result->failure, line, sizeof(line));
	if (result->failure.kind == FAILURE_SERVER)
		cli_failed(cli, &result->failure);
	else
		cli_say("%s\n", line);
	cli_say("  read again: the action is as it was before; it may be sent again\n");
}

static void tell_conflict(const struct set *set, const struct set_end *end)
{
	struct buf advice;

	buf_init(&advice, CLI_OUTPUT_MAX);
	set_conflict_advice(set, end, &advice);
	set_tell_conflict(end, buf_str(&advice));
	buf_free(&advice);
}

void set_tell_end(struct cli *cli, const struct set *set, const struct set_end *end)
{
	const struct update_result *result = &end->result;

	if (end->compared)
		tell_conflict(set, end);
	else
		tell_failure(cli, result);
	if (set->json)
		put_result_json(&cli->out, set, end);
	else
		buf_printf(&cli->out, "%s\n", result->message);
	cli->exit_code = exit_of_result(result);
}

void set_tell_error(struct cli *cli, const struct set *set, enum err_code code,
		    const struct err *err)
{
	struct set_end end = {.result = {.latency_ms = -1}};

	failure_init(&end.result.failure);
	end.result.outcome = code == ERR_INVALID || code == ERR_READ_ONLY ? OUTCOME_REFUSED
									  : OUTCOME_NOT_APPLIED;
	end.result.failure = cli->failure;
	if (cli->failure.kind == FAILURE_NONE) {
		end.result.failure.kind = FAILURE_LOCAL;
		snprintf(end.result.failure.message, sizeof(end.result.failure.message), "%s",
			 err->text);
	}
	put_result_json(&cli->out, set, &end);
	cli->whole = true;
}
