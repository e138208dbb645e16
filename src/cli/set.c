/* set:
 *
 *   read ──> change as the options say ──> SHOW
 *   SHOW ──> check, show the change, confirm ──> one PUT
 *   PUT ── conflict, --rebase, nothing overlaps ──> merge on what the server has: SHOW
 *       └─ anything else ──> outcome
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/app/rebase.h"
#include "dacache/app/update.h"
#include "set.h"

enum { REBASES_MAX = 3 };

/* One change on one base. */
struct attempt {
	struct action *base; /* owned, as are the others */
	struct local_settings local;
	struct proposal before;
	struct proposal wanted;
};

static void attempt_clear(struct attempt *attempt)
{
	action_free(&attempt->base);
	local_settings_clear(&attempt->local);
	proposal_clear(&attempt->before);
	proposal_clear(&attempt->wanted);
}

void set_end_clear(struct set_end *end)
{
	action_free(&end->now);
	merge_clear(&end->merge);
	end->compared = false;
}

/* --- one PUT --- */

struct wait_update {
	bool done;
	bool out_of_memory;
	struct set_end *end;
};

static void updated(void *context, const struct update_result *result)
{
	struct wait_update *wait = context;

	wait->end->result = *result;
	wait->end->result.action = NULL;
	wait->out_of_memory = result->action && action_copy(result->action, &wait->end->now);
	wait->done = true;
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

static enum err_code apply(struct cli *cli, const struct attempt *attempt, struct set_end *end,
			   struct err *err)
{
	struct update_request request = {
		.base = attempt->base, .local_before = &attempt->local, .wanted = &attempt->wanted};
	struct wait_update wait = {.end = end};
	struct loop *loop = session_loop(cli->session);
	enum err_code code = loop_on_signal(loop, SIGINT, interrupted, cli);

	if (code)
		return err_set(err, code, "signals can't be taken");
	code = update_start(cli->session, &request, updated, &wait, err);
	if (!code)
		code = session_run_until(cli->session, &wait.done, err);
	loop_on_signal(loop, SIGINT, NULL, NULL);
	if (!code && wait.out_of_memory)
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
	return code;
}

/* --- what it is --- */

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

/* A dry run ends as the real one would, had the server taken it. */
static void tell_dry_run(struct cli *cli, const struct set *set, const struct attempt *attempt,
			 const struct findings *findings)
{
	struct set_end end = {.result = {.latency_ms = -1, .outcome = OUTCOME_NOT_APPLIED}};
	struct update_result *result = &end.result;

	failure_init(&result->failure);
	result->findings = *findings;
	if (cache_members_equal(&attempt->before.members, &attempt->wanted.members))
		result->outcome = OUTCOME_UNCHANGED;
	snprintf(result->message, sizeof(result->message), "dry run: nothing was sent");
	if (findings_errors(findings) > 0) {
		struct buf words;

		buf_init(&words, CLI_OUTPUT_MAX);
		findings_refusal(findings, &words);
		result->outcome = OUTCOME_REFUSED;
		snprintf(result->message, sizeof(result->message), "dry run: %.300s",
			 buf_str(&words));
		buf_free(&words);
	}
	set_tell_end(cli, set, &end);
	if (result->outcome != OUTCOME_REFUSED)
		cli->exit_code = CLI_DONE;
}

static enum err_code check(struct cli *cli, const struct attempt *attempt,
			   struct findings *findings, struct err *err)
{
	struct key_lookup keys = session_key_lookup(cli->session);
	const char *before = attempt->before.members.key;
	const char *wanted = attempt->wanted.members.key;
	enum err_code code = ERR_OK;

	/* A new key may collide with any other of the tenant: all have to be known. */
	if (wanted && (!before || strcmp(before, wanted) != 0))
		code = cli_read_index(cli, err);
	if (code)
		return code;
	validate_proposal(&attempt->wanted, attempt->base, &keys, findings);
	return set_show_change(&attempt->before, &attempt->wanted, findings);
}

/* --- after a conflict --- */

/* Without it the conflict is told by its card alone. */
static void compare(const struct attempt *attempt, struct set_end *end)
{
	struct err err = {0};

	if (end->result.outcome != OUTCOME_CONFLICT || !end->now)
		return;
	end->compared = rebase_compare(attempt->base, end->now, &attempt->wanted, &end->merge,
				       &err) == ERR_OK;
}

/* The wanted change, and what the server has, as the next attempt. */
static enum err_code take_new_base(struct attempt *attempt, struct set_end *end, struct err *err)
{
	struct proposal merged = {0};
	enum err_code code = rebase_proposal(&end->merge, &attempt->wanted, &merged, err);

	if (code)
		return code;
	proposal_clear(&attempt->wanted);
	attempt->wanted = merged;
	proposal_clear(&attempt->before);
	action_free(&attempt->base);
	attempt->base = end->now;
	end->now = NULL;
	set_end_clear(end);
	code = proposal_from_action(attempt->base, &attempt->local, &attempt->before);
	return code ? err_set(err, code, "out of memory") : ERR_OK;
}

/* Whether the conflict can be merged; says so. */
static bool may_rebase(const struct set *set, struct set_end *end)
{
	char words[96];

	if (!set->rebase || !end->compared)
		return false;
	end->given_up = set_why_not_rebased(end);
	if (!end->given_up && end->rebases == REBASES_MAX)
		end->given_up = "it was changed again each time it was merged";
	if (end->given_up)
		return false;
	snprintf(words, sizeof(words),
		 "nothing overlaps: merged on the new base (%d of at most %d)",
		 (int)end->rebases + 1, REBASES_MAX);
	set_tell_conflict(end, words);
	return true;
}

/* --- all of it --- */

/* The first attempt was shown and confirmed. */
static enum err_code apply_all(struct cli *cli, const struct set *set, struct attempt *attempt,
			       struct set_end *end, struct err *err)
{
	for (;;) {
		struct findings findings = {0};
		enum err_code code = apply(cli, attempt, end, err);

		if (code)
			return code;
		compare(attempt, end);
		if (!may_rebase(set, end))
			return ERR_OK;
		end->rebases++;
		code = take_new_base(attempt, end, err);
		if (!code)
			code = check(cli, attempt, &findings, err);
		if (code)
			return code;
		if (!set->yes && findings_errors(&findings) == 0 && !confirmed(cli, attempt->base))
			return err_set(err, ERR_CONFLICT, "not confirmed: nothing was sent");
	}
}

static enum err_code review(struct cli *cli, const struct set *set, struct attempt *attempt,
			    struct err *err)
{
	struct findings findings = {0};
	struct set_end end = {0};
	enum err_code code = check(cli, attempt, &findings, err);

	if (code)
		return code;
	if (set->dry_run) {
		tell_dry_run(cli, set, attempt, &findings);
		return ERR_OK;
	}
	if (!set->yes && findings_errors(&findings) == 0 && !confirmed(cli, attempt->base)) {
		cli->exit_code = CLI_FAILED;
		return err_set(err, ERR_CANCELLED, "not confirmed: nothing was sent");
	}
	code = apply_all(cli, set, attempt, &end, err);
	if (!code)
		set_tell_end(cli, set, &end);
	set_end_clear(&end);
	return code;
}

static enum err_code begin(struct cli *cli, const struct set *set, struct attempt *attempt,
			   struct err *err)
{
	struct cli_action got = {0};
	enum err_code code = cli_fetch(cli, set->id, &got, err);

	attempt->base = got.action;
	attempt->local = got.local;
	/* The scope is known only now: a read-only client hears it before it is asked. */
	if (!code && !set->dry_run)
		code = session_may_write(cli->session, err);
	if (!code)
		code = proposal_from_action(attempt->base, &attempt->local, &attempt->before);
	if (!code)
		code = proposal_copy(&attempt->before, &attempt->wanted);
	return code;
}

enum err_code cli_set(void *context, int argc, char **argv, struct err *err)
{
	struct cli *cli = context;
	struct set set = {0};
	struct attempt attempt = {0};
	enum err_code code = set_parse(&set, argc, argv, err);

	if (!code)
		code = begin(cli, &set, &attempt, err);
	if (!code)
		code = set_change(&set, &attempt.wanted, err);
	if (!code)
		code = review(cli, &set, &attempt, err);
	if (code && code != ERR_USAGE && set.json && cli->out.len == 0)
		set_tell_error(cli, &set, code, err);
	attempt_clear(&attempt);
	return code;
}

void cli_set_refused(struct cli *cli, int argc, char **argv, const struct err *why)
{
	struct set set = {0};
	struct err err = {0};

	if (set_parse(&set, argc, argv, &err) == ERR_OK && set.json && cli->out.len == 0)
		set_tell_error(cli, &set, why->code, why);
}
