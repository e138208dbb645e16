/* set: read → change as the options say → check → show the change → confirm → one
 * PUT → outcome. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dacache/app/update.h"
#include "dacache/base/text.h"
#include "dacache/domain/diff.h"
#include "dacache/domain/validate.h"
#include "internal.h"

struct set {
	const char *id;
	const char *key;
	const char *tier;
	const char *ttl;
	const char *payload_kb;
	bool enable;
	bool disable;
	bool no_directives;
	struct cli_repeats directives;
	bool dry_run;
	bool yes;
	bool json;
};

/* --- options --- */

static enum err_code parse(struct set *set, int argc, char **argv, struct err *err)
{
	const struct cli_option options[] = {
		{"--key", &set->key, NULL, NULL},
		{"--tier", &set->tier, NULL, NULL},
		{"--ttl", &set->ttl, NULL, NULL},
		{"--payload-kb", &set->payload_kb, NULL, NULL},
		{"--enable", NULL, &set->enable, NULL},
		{"--disable", NULL, &set->disable, NULL},
		{"--directive", NULL, NULL, &set->directives},
		{"--no-directives", NULL, &set->no_directives, NULL},
		{"--dry-run", NULL, &set->dry_run, NULL},
		{"--yes", NULL, &set->yes, NULL},
		{"--json", NULL, &set->json, NULL},
	};
	const char *words[1];
	size_t n;
	enum err_code code = cli_options(argc, argv, options, sizeof(options) / sizeof(options[0]),
					 words, 1, &n, err);

	if (code)
		return code;
	if (n == 0)
		return err_set(err, ERR_USAGE, "set needs the ID of an action");
	set->id = words[0];
	if (set->enable && set->disable)
		return err_set(err, ERR_USAGE, "set: --enable and --disable exclude each other");
	if (set->tier && set->ttl)
		return err_set(err, ERR_USAGE,
			       "set: --tier and --ttl exclude each other: the tier gives the TTL");
	if (!set->dry_run && !set->yes && (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)))
		return err_set(err, ERR_USAGE,
			       "set asks before it writes: without a terminal give --yes, or "
			       "--dry-run to look only");
	return ERR_OK;
}

static enum err_code change_ttl(const struct set *set, struct proposal *wanted, struct err *err)
{
	enum tier tier;
	int64_t ttl_s;

	if (set->tier) {
		enum err_code code = tier_parse(set->tier, &tier, err);

		if (code)
			return code;
		if (tier == TIER_CUSTOM)
			return err_set(err, ERR_USAGE, "set: give a custom TTL by --ttl SECONDS");
		proposal_set_tier(wanted, tier);
	}
	if (!set->ttl)
		return ERR_OK;
	/* The range is the validation's to refuse, in its own words. */
	if (text_parse_int(set->ttl, INT64_MIN, INT64_MAX, &ttl_s))
		return err_set(err, ERR_INVALID,
			       "--ttl: '%s' is not a whole number of seconds (0-%d)", set->ttl,
			       TTL_MAX_S);
	wanted->members.ttl_s = ttl_s;
	wanted->tier = tier_of_ttl(&wanted->local.matrix, ttl_s);
	return ERR_OK;
}

static enum err_code change_directives(const struct set *set, struct directive_list *list,
				       struct err *err)
{
	size_t i;

	if (set->no_directives)
		directive_list_clear(list);
	for (i = 0; i < set->directives.len; i++) {
		struct directive directive = {0};
		enum err_code code = directive_parse(set->directives.values[i], &directive, err);

		if (!code)
			code = directive_list_add(list, directive.source, directive.event_type,
						  directive.action);
		directive_clear(&directive);
		if (code == ERR_LIMIT)
			return err_set(err, code, "an action takes at most %d directives",
				       DIRECTIVES_MAX);
		if (code)
			return code;
	}
	return ERR_OK;
}

static enum err_code change(const struct set *set, struct proposal *wanted, struct err *err)
{
	enum err_code code;

	if (set->key && cache_members_set(&wanted->members, wanted->members.enabled, set->key,
					  wanted->members.ttl_s))
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	if (set->enable || set->disable)
		wanted->members.enabled = set->enable;
	if (set->payload_kb &&
	    text_parse_int(set->payload_kb, 0, INT32_MAX, &wanted->local.payload_kb))
		return err_set(err, ERR_INVALID, "--payload-kb: '%s' is not a whole number",
			       set->payload_kb);
	code = change_ttl(set, wanted, err);
	return code ? code : change_directives(set, &wanted->local.directives, err);
}

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

/* On stderr: stdout is for the answer. */
static enum err_code show_change(const struct proposal *before, const struct proposal *wanted,
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

static bool confirmed(const struct cli *cli, const struct action *action)
{
	char *line;
	bool same;

	if (!session_profile(cli->session)->is_protected)
		return cli_confirm("Apply this change? [y/N] ");
	line = cli_ask_line("This tenant is protected. Type the action's name to apply: ");
	same = line && strcmp(line, action->name) == 0;
	free(line);
	return same;
}

/* --- the outcome --- */

struct wait_update {
	bool done;
	struct update_result result; /* without action: that is gone */
};

static void updated(void *context, const struct update_result *result)
{
	struct wait_update *wait = context;

	wait->result = *result;
	wait->result.action = NULL;
	wait->done = true;
}

static void put_error(struct buf *out, const char *field, const char *code, const char *message,
		      const char *correlation_id)
{
	buf_puts(out, out->data[out->len - 1] == '[' ? "{" : ",{");
	cli_json_text(out, "field", field && *field ? field : NULL);
	cli_json_text(out, "code", code && *code ? code : NULL);
	cli_json_text(out, "message", message);
	cli_json_text(out, "correlation_id",
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
	buf_puts(out, "]");
}

static void put_result_json(struct buf *out, const char *id, const struct update_result *result)
{
	buf_puts(out, "{");
	cli_json_text(out, "id", id);
	cli_json_text(out, "outcome", outcome_name(result->outcome));
	if (result->status)
		cli_json_int(out, "status", result->status);
	else
		cli_json_text(out, "status", NULL);
	cli_json_text(out, "etag", result->etag[0] ? result->etag : NULL);
	cli_json_text(out, "if_match", result->if_match[0] ? result->if_match : NULL);
	cli_json_ms(out, "latency_ms", result->latency_ms);
	cli_json_int(out, "attempts", result->attempts);
	put_errors(out, result);
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
		return CLI_DONE;
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
	cli_say("%s\n  read again: the action is as it was before; it may be sent again\n", line);
}

static void tell_result(struct cli *cli, const struct set *set, const struct update_result *result)
{
	tell_failure(cli, result);
	if (set->json)
		put_result_json(&cli->out, set->id, result);
	else
		buf_printf(&cli->out, "%s\n", result->message);
	cli->exit_code = exit_of_result(result);
}

/* What waits can be taken back; a PUT that left can't: its outcome is waited for,
 * unless a second Ctrl-C ends it all. */
static void interrupted(void *context, int signal_number)
{
	struct cli *cli = context;

	loop_on_signal(session_loop(cli->session), signal_number, NULL, NULL);
	if (session_cancel_waiting(cli->session) == 0)
		cli_say("waiting for the outcome; Ctrl-C again ends without it\n");
}

static enum err_code apply(struct cli *cli, const struct set *set, const struct cli_action *got,
			   const struct proposal *wanted, struct err *err)
{
	struct update_request request = {got->action, &got->local, wanted};
	struct wait_update wait = {0};
	enum err_code code = loop_on_signal(session_loop(cli->session), SIGINT, interrupted, cli);

	if (code)
		return err_set(err, code, "signals can't be taken");
	code = update_start(cli->session, &request, updated, &wait, err);
	if (!code)
		code = session_run_until(cli->session, &wait.done, err);
	if (!code)
		tell_result(cli, set, &wait.result);
	return code ? code : cli_wait_webhooks(cli, err);
}

/* A dry run ends as the real one would, had the server taken it. */
static void tell_dry_run(struct cli *cli, const struct set *set, const struct proposal *before,
			 const struct proposal *wanted, const struct findings *findings)
{
	struct update_result result = {.latency_ms = -1};

	failure_init(&result.failure);
	result.findings = *findings;
	result.outcome = cache_members_equal(&before->members, &wanted->members)
				 ? OUTCOME_UNCHANGED
				 : OUTCOME_NOT_APPLIED;
	snprintf(result.message, sizeof(result.message), "dry run: nothing was sent");
	if (findings_errors(findings) > 0) {
		struct buf words;

		buf_init(&words, CLI_OUTPUT_MAX);
		findings_refusal(findings, &words);
		result.outcome = OUTCOME_REFUSED;
		snprintf(result.message, sizeof(result.message), "dry run: %.300s",
			 buf_str(&words));
		buf_free(&words);
	}
	tell_result(cli, set, &result);
	if (result.outcome != OUTCOME_REFUSED)
		cli->exit_code = CLI_DONE;
}

static enum err_code review(struct cli *cli, const struct set *set, const struct cli_action *got,
			    const struct proposal *before, struct proposal *wanted, struct err *err)
{
	struct key_lookup keys = session_key_lookup(cli->session);
	struct findings findings = {0};
	bool new_key = wanted->members.key &&
		       (!before->members.key || strcmp(before->members.key, wanted->members.key));
	enum err_code code = ERR_OK;

	/* A new key may collide with any other of the tenant: all have to be known. */
	if (new_key)
		code = cli_read_index(cli, err);
	if (code)
		return code;
	validate_proposal(wanted, got->action, &keys, &findings);
	show_change(before, wanted, &findings);
	if (set->dry_run) {
		tell_dry_run(cli, set, before, wanted, &findings);
		return ERR_OK;
	}
	if (!set->yes && findings_errors(&findings) == 0 && !confirmed(cli, got->action)) {
		cli->exit_code = CLI_FAILED;
		return err_set(err, ERR_CANCELLED, "not confirmed: nothing was sent");
	}
	return apply(cli, set, got, wanted, err);
}

enum err_code cli_set(void *context, int argc, char **argv, struct err *err)
{
	struct cli *cli = context;
	struct set set = {0};
	struct cli_action got = {0};
	struct proposal before = {0};
	struct proposal wanted = {0};
	enum err_code code = parse(&set, argc, argv, err);

	if (!code)
		code = cli_fetch(cli, set.id, &got, err);
	/* The scope is known only now: a read-only client hears it before it is asked. */
	if (!code && !set.dry_run)
		code = session_may_write(cli->session, err);
	if (!code)
		code = proposal_from_action(got.action, &got.local, &before);
	if (!code)
		code = proposal_copy(&before, &wanted);
	if (!code)
		code = change(&set, &wanted, err);
	if (!code)
		code = review(cli, &set, &got, &before, &wanted, err);
	proposal_clear(&wanted);
	proposal_clear(&before);
	cli_action_clear(&got);
	return code;
}
