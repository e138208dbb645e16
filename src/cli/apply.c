/* apply:
 *
 *   read, judge (plan.c) ── refused, unreadable ──> nothing is sent
 *                        └─ show, ask ──> record the run ──> PUTs ──> summary
 *   Ctrl-C, or what concerns them all ──> what is in flight ends ──> how to go on
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dacache/base/text.h"
#include "plan.h"

struct apply {
	struct plan_job job;
	bool yes;
	bool stop_on_error;
	bool resume;
	size_t parallel;
};

/* --- the words --- */

static enum err_code parse(int argc, char **argv, struct apply *apply, struct err *err)
{
	const char *parallel = NULL;
	const struct cli_option options[] = {
		{"--yes", NULL, &apply->yes, NULL},
		{"--parallel", &parallel, NULL, NULL},
		{"--stop-on-error", NULL, &apply->stop_on_error, NULL},
		{"--resume", NULL, &apply->resume, NULL},
		{"--json", NULL, &apply->job.json, NULL},
	};
	int64_t n_parallel = BULK_PARALLEL;
	const char *words[1];
	size_t n;
	enum err_code code = cli_options(argc, argv, options, 5, words, 1, &n, err);

	if (code)
		return code;
	if (n == 0)
		return err_set(err, ERR_USAGE, "apply needs a FILE");
	if (parallel && text_parse_int(parallel, 1, BULK_PARALLEL_MAX, &n_parallel))
		return err_set(err, ERR_USAGE, "apply: --parallel takes 1 to %d, not '%s'",
			       BULK_PARALLEL_MAX, parallel);
	if (!apply->yes && (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)))
		return err_set(
			err, ERR_USAGE,
			"apply asks before it writes: without a terminal give --yes, or look "
			"only, by plan");
	apply->job.path = words[0];
	apply->parallel = (size_t)n_parallel;
	return ERR_OK;
}

/* --- earlier runs --- */

static void tell_interrupted(const struct bulk_past *past)
{
	char done[32];
	char total[32];

	text_format_count(past->done, done);
	text_format_count(past->total, total);
	cli_say("An earlier run of this file was interrupted, with %s of %s done. What it did "
		"is found done; --resume does not even look at it.\n",
		done, total);
}

static enum err_code look_back(struct apply *apply, struct err *err)
{
	struct plan_job *job = &apply->job;
	struct bulk_past past;
	enum err_code code = bulk_past(job->cli->session, job->sha256, &past, err);

	if (code)
		return code;
	if (!apply->resume) {
		if (past.found && !past.ended)
			tell_interrupted(&past);
		return ERR_OK;
	}
	if (!past.found)
		return err_set(
			err, ERR_USAGE,
			"apply: no run of %s, as it stands now, is on record: leave --resume "
			"out",
			job->path);
	return bulk_resume(job->bulk, job->sha256, err);
}

/* --- asking --- */

static void show(const struct plan_job *job)
{
	struct buf text;

	buf_init(&text, CLI_OUTPUT_MAX);
	plan_print(job, &text);
	cli_write(stderr, buf_str(&text));
	buf_free(&text);
}

static bool confirmed(const struct cli *cli, size_t changes)
{
	char question[160];
	char number[32];
	char *line;
	bool same;

	if (!session_profile(cli->session)->is_protected) {
		snprintf(question, sizeof(question), "Apply %s? [y/N] ",
			 changes == 1 ? "this change" : "these changes");
		return cli_confirm(question);
	}
	snprintf(number, sizeof(number), "%zu", changes);
	snprintf(question, sizeof(question),
		 "This tenant is protected. Type the number of actions to be changed, %s, to "
		 "apply: ",
		 number);
	line = cli_ask_line(question);
	same = line && strcmp(line, number) == 0;
	free(line);
	return same;
}

/* --- under way --- */

static void one_ended(void *context, size_t i)
{
	struct plan_job *job = context;

	plan_progress_show(&job->progress, job->cli->session, job->bulk);
	if (!job->json || !bulk_item(job->bulk, i)->ended)
		return;
	apply_put_line(job, i, &job->cli->out);
	cli_flush(job->cli);
}

static void stage_done(void *context)
{
	((struct plan_job *)context)->done = true;
}

static void interrupted(void *context, int signal_number)
{
	struct plan_job *job = context;

	/* The next one ends it all: what is in flight is settled by the next start. */
	loop_on_signal(session_loop(job->cli->session), signal_number, NULL, NULL);
	plan_progress_end(&job->progress);
	cli_say("ending after what is in flight; again ends at once, and the next run settles "
		"it\n");
	bulk_stop(job->bulk);
}

static enum err_code send_all(struct apply *apply, struct err *err)
{
	struct plan_job *job = &apply->job;
	struct loop *loop = session_loop(job->cli->session);
	const struct bulk_apply_options options = {apply->parallel, apply->stop_on_error};
	const struct bulk_listener listener = {one_ended, stage_done, job};
	enum err_code code = bulk_record(job->bulk, job->sha256, job->path, err);

	if (code)
		return err_prefix(err, "nothing was sent");
	plan_progress_init(&job->progress, job->cli->session, "applying", "Ctrl-C ends it");
	job->done = false;
	if (loop_on_signal(loop, SIGINT, interrupted, job) ||
	    loop_on_signal(loop, SIGTERM, interrupted, job))
		return err_set(err, ERR_IO, "signals can't be taken: nothing was sent");
	code = bulk_apply(job->bulk, &options, &listener, err);
	if (!code)
		code = session_run_until(job->cli->session, &job->done, err);
	plan_progress_end(&job->progress);
	loop_on_signal(loop, SIGINT, NULL, NULL);
	loop_on_signal(loop, SIGTERM, NULL, NULL);
	return code;
}

/* --- its end --- */

static void put_word(struct buf *out, const char *word)
{
	const char *at;

	buf_putc(out, ' ');
	if (word[strcspn(word, " \t\n'\"\\$`&|;<>()*?[]#~!{}")] == '\0') {
		text_escape(out, word);
		return;
	}
	buf_putc(out, '\'');
	for (at = word; *at; at++)
		if (*at == '\'')
			buf_puts(out, "'\\''");
		else
			buf_putc(out, *at);
	buf_putc(out, '\'');
}

/* What was not sent, and what was and did not take effect: another run takes them up. */
static bool can_go_on(const struct bulk_progress *progress)
{
	return progress->left + progress->outcomes[OUTCOME_NOT_APPLIED] +
		       progress->outcomes[OUTCOME_UNKNOWN] >
	       0;
}

/* The very command that goes on. */
static void tell_how_to_go_on(const struct apply *apply, const struct bulk_progress *progress)
{
	const struct cli_arguments *arguments = apply->job.cli->arguments;
	struct buf text;

	buf_init(&text, CLI_OUTPUT_MAX);
	if (progress->stopped)
		buf_printf(&text, "ended early: %s\n", progress->stopped);
	buf_puts(&text, "to go on: dacache");
	if (arguments->profile) {
		buf_puts(&text, " --profile");
		put_word(&text, arguments->profile);
	}
	if (arguments->url) {
		buf_puts(&text, " --url");
		put_word(&text, arguments->url);
	}
	buf_puts(&text, " apply --resume");
	if (apply->yes)
		buf_puts(&text, " --yes");
	put_word(&text, apply->job.path);
	buf_putc(&text, '\n');
	cli_write(stderr, buf_str(&text));
	buf_free(&text);
}

static void put_unsent_lines(const struct plan_job *job)
{
	size_t i;

	for (i = 0; i < bulk_len(job->bulk); i++) {
		const struct bulk_item *item = bulk_item(job->bulk, i);

		if (item->verdict == BULK_CHANGE && !item->ended)
			apply_put_line(job, i, &job->cli->out);
	}
}

static void tell_end(const struct apply *apply)
{
	const struct plan_job *job = &apply->job;
	struct bulk_progress progress;
	struct buf text;

	bulk_progress(job->bulk, &progress);
	buf_init(&text, CLI_OUTPUT_MAX);
	apply_put_summary(job, &text);
	if (job->json) {
		put_unsent_lines(job);
		cli_write(stderr, buf_str(&text));
	} else {
		buf_puts(&job->cli->out, buf_str(&text));
	}
	buf_free(&text);
	if (can_go_on(&progress))
		tell_how_to_go_on(apply, &progress);
	cli_errors_told(job->cli); /* each is in the summary */
	job->cli->exit_code = apply_exit_code(job);
}

/* --- all of it --- */

/* What was decided without a call. */
static void put_decided_lines(const struct plan_job *job)
{
	size_t i;

	for (i = 0; job->json && i < bulk_len(job->bulk); i++)
		if (bulk_item(job->bulk, i)->verdict != BULK_CHANGE)
			apply_put_line(job, i, &job->cli->out);
}

/* A plan is applied as it was reviewed, whole: one that cannot be is not begun. */
static enum err_code refuse(struct plan_job *job, const struct bulk_totals *totals, struct err *err)
{
	size_t refusals = plan_job_refusals(job);

	if (totals->verdicts[BULK_UNREADABLE] > 0) {
		job->cli->exit_code = apply_exit_code(job);
		job->cli->whole = true;
		return err_set(err, ERR_NETWORK, "not all of it could be read: nothing was sent");
	}
	if (refusals == 0)
		return ERR_OK;
	job->cli->whole = true;
	if (job->plan.is_broken)
		return err_set(err, ERR_INVALID, "nothing was sent; mend the file");
	return err_set(err, ERR_INVALID, "%zu entr%s refused: nothing was sent; mend or remove %s",
		       refusals, refusals == 1 ? "y is" : "ies are", refusals == 1 ? "it" : "them");
}

static enum err_code review_and_send(struct apply *apply, struct err *err)
{
	struct plan_job *job = &apply->job;
	struct cli *cli = job->cli;
	struct bulk_totals totals;
	enum err_code code;

	bulk_totals(job->bulk, &totals);
	show(job);
	put_decided_lines(job);
	code = refuse(job, &totals, err);
	if (code)
		return code;
	if (totals.verdicts[BULK_CHANGE] > 0 && !apply->yes &&
	    !confirmed(cli, totals.verdicts[BULK_CHANGE])) {
		cli->exit_code = CLI_FAILED;
		return err_set(err, ERR_CANCELLED, "not confirmed: nothing was sent");
	}
	if (totals.verdicts[BULK_CHANGE] > 0)
		code = send_all(apply, err);
	else
		bulk_end_run(job->bulk);
	if (!code)
		tell_end(apply);
	return code;
}

enum err_code cli_apply(void *context, int argc, char **argv, struct err *err)
{
	struct cli *cli = context;
	struct apply apply = {.job = {.applies = true}};
	struct plan_job *job = &apply.job;
	enum err_code code = parse(argc, argv, &apply, err);

	if (!code)
		code = plan_job_open(job, cli, job->path, err);
	if (!code)
		code = look_back(&apply, err);
	if (!code)
		code = plan_job_review(job, apply.parallel, err);
	/* The scope is known only now: a read-only client hears it before it is asked. */
	if (!code)
		code = session_may_write(cli->session, err);
	if (!code)
		code = review_and_send(&apply, err);
	plan_job_close(job);
	return code;
}
