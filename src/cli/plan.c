/* plan: read the file -> read each action it names -> read the list, where a key changes
 * -> judge -> print. Nothing is changed. */
#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"
#include "plan.h"

enum { LONG_S = 20 };

/* --- the file, and what it says of the tenant --- */

enum err_code plan_job_open(struct plan_job *job, struct cli *cli, const char *path,
			    struct err *err)
{
	enum err_code code;

	job->cli = cli;
	job->path = path;
	code = plan_file_read(path, &job->plan, job->sha256, err);
	if (!code && bulk_new(cli->session, &job->plan, &job->bulk))
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
	return code;
}

void plan_job_close(struct plan_job *job)
{
	bulk_free(&job->bulk);
	plan_clear(&job->plan);
}

static void one_read(void *context, size_t i)
{
	struct plan_job *job = context;

	(void)i;
	plan_progress_show(&job->progress, job->cli->session, job->bulk);
}

static void stage_done(void *context)
{
	((struct plan_job *)context)->done = true;
}

/* Before a wait that is long, what it is for. */
static void tell_long_reading(const struct plan_job *job)
{
	struct session *session = job->cli->session;
	size_t n = bulk_len(job->bulk);
	int64_t took_s = bulk_estimate_s(session, n, 0);
	struct session_status status;
	char number[32];
	char span[CLOCK_TEXT_SIZE];
	char window[CLOCK_TEXT_SIZE];

	if (took_s < LONG_S)
		return;
	session_status(session, &status);
	text_format_count((int64_t)n, number);
	clock_format_span(took_s * 1000000, span);
	clock_format_span(bulk_window_s(session) * 1000000, window);
	cli_say("reading %s Data Actions, a GET each: about %s under the quota of %lld in %s%s\n",
		number, span, (long long)status.quota.allowed, window,
		job->is_export ? "; what is interrupted writes nothing" : "");
}

enum err_code plan_job_read(struct plan_job *job, size_t parallel,
			    const struct bulk_listener *listener, struct err *err)
{
	struct bulk_progress progress;
	enum err_code code;

	job->done = false;
	tell_long_reading(job);
	plan_progress_init(&job->progress, job->cli->session, "reading", NULL);
	code = bulk_read(job->bulk, parallel, listener, err);
	if (!code)
		code = session_run_until(job->cli->session, &job->done, err);
	plan_progress_end(&job->progress);
	if (code)
		return code;
	bulk_progress(job->bulk, &progress);
	job->reads_per_s = progress.per_s;
	if (progress.why)
		return cli_failed(job->cli, progress.why);
	return progress.stopped ? err_set(err, ERR_NO_MEMORY, "%s", progress.stopped) : ERR_OK;
}

enum err_code plan_job_review(struct plan_job *job, size_t parallel, struct err *err)
{
	const struct bulk_listener listener = {one_read, stage_done, job};
	enum err_code code = plan_job_read(job, parallel, &listener, err);

	/* A new key may collide with any other of the tenant: all have to be known. */
	if (!code && bulk_changes_keys(job->bulk))
		code = cli_read_index(job->cli, err);
	return code ? code : bulk_judge(job->bulk, err);
}

size_t plan_job_refusals(const struct plan_job *job)
{
	return bulk_refusals(job->bulk);
}

size_t plan_job_reads(const struct plan_job *job)
{
	return job->applies ? 0 : bulk_reads(job->bulk);
}

int64_t plan_job_seconds(const struct plan_job *job)
{
	struct bulk_totals totals;

	bulk_totals(job->bulk, &totals);
	return bulk_estimate_s(job->cli->session, plan_job_reads(job) + totals.puts,
			       job->reads_per_s);
}

/* --- plan --- */

enum { PLAN_HAS_CHANGES = 2 };

static int exit_of_plan(const struct plan_job *job)
{
	struct bulk_totals totals;
	size_t i;

	bulk_totals(job->bulk, &totals);
	for (i = 0; i < bulk_len(job->bulk); i++) {
		const struct bulk_item *item = bulk_item(job->bulk, i);

		if (item->verdict == BULK_UNREADABLE && item->failure)
			return failure_exit_code(item->failure);
	}
	if (plan_job_refusals(job) > 0)
		return CLI_REFUSED;
	if (totals.verdicts[BULK_CONFLICT] > 0)
		return CLI_CONFLICT;
	return totals.verdicts[BULK_CHANGE] > 0 ? PLAN_HAS_CHANGES : CLI_DONE;
}

static enum err_code parse(int argc, char **argv, struct plan_job *job, struct err *err)
{
	const struct cli_option options[] = {{"--json", NULL, &job->json, NULL}};
	const char *words[1];
	size_t n;
	enum err_code code = cli_options(argc, argv, options, 1, words, 1, &n, err);

	if (!code && n == 0)
		code = err_set(err, ERR_USAGE, "plan needs a FILE");
	if (!code)
		job->path = words[0];
	return code;
}

enum err_code cli_plan(void *context, int argc, char **argv, struct err *err)
{
	struct cli *cli = context;
	struct plan_job job = {0};
	enum err_code code = parse(argc, argv, &job, err);

	/* 2 is the answer "there are changes": a script must not take an error for it. */
	if (code == ERR_USAGE)
		cli->exit_code = CLI_FAILED;
	if (!code)
		code = plan_job_open(&job, cli, job.path, err);
	if (!code)
		code = plan_job_review(&job, BULK_PARALLEL, err);
	if (!code) {
		if (job.json)
			plan_print_json(&job, &cli->out);
		else
			plan_print(&job, &cli->out);
		cli->exit_code = exit_of_plan(&job);
	}
	plan_job_close(&job);
	return code;
}
