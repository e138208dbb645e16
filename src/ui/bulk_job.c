/* A change of many on its way:
 *
 *   READING ──> READY ── F2 (protected: the number is typed) ──> APPLYING ──> ENDED
 *      └ Esc: gone                            ^                                 │
 *                                             └── :resume, F2: what is left ────┘
 *
 * The plan of what is applied is kept until all of it ended, so that :resume goes on with
 * it in the next program, too: it is read and reviewed again then.
 */
#include "bulk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/ui/card_screen.h"

/* --- life --- */

void bulk_job_free(struct bulk_job **out)
{
	struct bulk_job *job = *out;

	if (!job)
		return;
	ask_forget(job->ui, job);
	loop_timer_stop(&job->soon.timer);
	bulk_free(&job->bulk);
	bulk_edit_clear(&job->edit);
	plan_clear(&job->plan);
	free(job->order);
	free(job->sha256);
	free(job->file);
	free(job);
	*out = NULL;
}

bool bulk_job_runs(const struct ui *ui)
{
	return ui->bulk && ui->bulk->state == BULK_APPLYING;
}

bool bulk_job_is_open(struct ui *ui)
{
	if (!ui->bulk)
		return false;
	return bulk_screen_find(ui) || bulk_job_runs(ui) ||
	       (ui->bulk->state == BULK_ENDED && bulk_job_left(ui->bulk) > 0);
}

size_t bulk_job_left(const struct bulk_job *job)
{
	struct bulk_progress progress;

	bulk_progress(job->bulk, &progress);
	return progress.left;
}

/* A file is applied whole or not at all, as at the shell. */
size_t bulk_job_refusals(const struct bulk_job *job)
{
	return job->file ? bulk_refusals(job->bulk) : 0;
}

/* --- the order of the rows --- */

static int rank(const struct bulk_item *item)
{
	if (item->ended)
		return item->end.outcome == OUTCOME_APPLIED && item->end.verified ? 2
		       : item->end.outcome == OUTCOME_UNCHANGED                   ? 2
										  : 0;
	switch (item->verdict) {
	case BULK_CHANGE:
		return 1;
	case BULK_SAME:
	case BULK_DONE:
		return 3;
	default:
		return 0;
	}
}

static void sort_rows(struct bulk_job *job)
{
	size_t len = bulk_len(job->bulk);
	size_t n = 0;
	int wanted;
	size_t i;

	for (wanted = 0; wanted <= 3; wanted++)
		for (i = 0; i < len; i++)
			if (rank(bulk_item(job->bulk, i)) == wanted)
				job->order[n++] = i;
}

/* --- reading --- */

static void redraw(void *context)
{
	struct bulk_job *job = context;

	bulk_screen_changed(job->ui);
}

static void one_moved(void *context, size_t i)
{
	struct bulk_job *job = context;

	(void)i;
	throttle_run(job->ui, &job->soon, redraw, job);
}

static void say_stopped(struct bulk_job *job, const struct bulk_progress *progress)
{
	ui_say(job->ui, SEVERITY_ERROR, "Ended early: %s", progress->stopped);
	if (progress->why)
		card_screen_open(job->ui, progress->why);
}

static void look_at_keys(struct bulk_job *job)
{
	struct index_progress list;

	index_progress(session_index(job->ui->session), &list);
	job->keys_unknown = bulk_changes_keys(job->bulk) && !list.whole;
}

static void was_read(void *context)
{
	struct bulk_job *job = context;
	struct bulk_progress progress;
	struct err err = {0};

	bulk_progress(job->bulk, &progress);
	job->state = BULK_READY;
	look_at_keys(job);
	if (bulk_judge(job->bulk, &err))
		ui_say_err(job->ui, &err);
	sort_rows(job);
	if (progress.why)
		say_stopped(job, &progress);
	bulk_screen_top(job->ui);
}

static void mark_hidden(struct bulk_job *job, const char *const *hidden)
{
	size_t i;

	/* Both are in the order of the list. */
	for (i = 0; hidden && *hidden && i < bulk_len(job->bulk); i++) {
		struct bulk_item *item = bulk_item(job->bulk, i);

		if (strcmp(item->entry->id, *hidden) != 0)
			continue;
		item->hidden = true;
		hidden++;
	}
}

static struct bulk_job *new_job(struct ui *ui, struct bulk_job_request *request, struct err *err)
{
	struct bulk_job *job = calloc(1, sizeof *job);

	if (!job) {
		plan_clear(&request->plan);
		bulk_edit_clear(&request->edit);
		return NULL;
	}
	job->ui = ui;
	job->plan = request->plan;
	job->edit = request->edit;
	snprintf(job->title, sizeof job->title, "%s", request->title);
	job->file = text_dup(request->file);
	job->sha256 = text_dup(request->sha256);
	job->order = calloc(job->plan.len + 1, sizeof *job->order);
	if (!job->order || bulk_new(ui->session, &job->plan, &job->bulk) ||
	    (request->run && bulk_go_on(job->bulk, request->run, err)) ||
	    (request->file && (!job->file || !job->sha256))) {
		bulk_job_free(&job);
		return NULL;
	}
	for (size_t i = 0; i < job->plan.len; i++)
		job->order[i] = i;
	if (request->has_edit)
		bulk_set_edit(job->bulk, &job->edit);
	mark_hidden(job, request->hidden);
	return job;
}

enum err_code bulk_job_begin(struct ui *ui, struct bulk_job_request *request, struct err *err)
{
	struct bulk_listener listener = {one_moved, was_read, NULL};
	struct bulk_job *job;
	enum err_code code;

	if (bulk_job_runs(ui)) {
		plan_clear(&request->plan);
		bulk_edit_clear(&request->edit);
		return err_set(err, ERR_CONFLICT,
			       "Another change of many is under way: :resume shows it.");
	}
	job = new_job(ui, request, err);
	if (!job)
		return err->text[0] ? ERR_STORE : err_set(err, ERR_NO_MEMORY, "out of memory");
	if (ui->bulk)
		bulk_stop(ui->bulk->bulk);
	bulk_job_free(&ui->bulk);
	ui->bulk = job;
	listener.context = job;
	code = bulk_read(job->bulk, BULK_PARALLEL, &listener, err);
	if (!code)
		bulk_screen_open(ui);
	return code;
}

/* --- applying --- */

static void say_end(struct bulk_job *job, const struct bulk_progress *progress)
{
	size_t applied = progress->outcomes[OUTCOME_APPLIED];
	size_t other = progress->outcomes[OUTCOME_CONFLICT] + progress->outcomes[OUTCOME_REFUSED] +
		       progress->outcomes[OUTCOME_NOT_APPLIED] +
		       progress->outcomes[OUTCOME_UNKNOWN];
	char count[32];
	char rest[32];

	text_format_count((int64_t)applied, count);
	text_format_count((int64_t)(progress->left > 0 ? progress->left : other), rest);
	if (progress->left > 0)
		ui_say(job->ui, SEVERITY_WARNING, "%s applied, %s not sent; :resume goes on.",
		       count, rest);
	else if (other > 0)
		ui_say(job->ui, SEVERITY_WARNING, "%s applied, %s did not go through.", count,
		       rest);
	else
		ui_say(job->ui, SEVERITY_INFO, "%s applied.", count);
}

static void was_applied(void *context)
{
	struct bulk_job *job = context;
	struct bulk_progress progress;

	job->state = BULK_ENDED;
	sort_rows(job);
	bulk_progress(job->bulk, &progress);
	bulk_find_left(job->ui);
	say_end(job, &progress);
	if (progress.why)
		card_screen_open(job->ui, progress.why);
	bulk_screen_top(job->ui);
}

static enum err_code start(struct bulk_job *job, struct err *err)
{
	const struct bulk_apply_options options = {.parallel = BULK_PARALLEL};
	const struct bulk_listener listener = {one_moved, was_applied, job};
	enum err_code code =
		bulk_record_kept(job->bulk, job->sha256, job->file ? job->file : job->title, err);

	if (!code)
		code = bulk_apply(job->bulk, &options, &listener, err);
	if (code)
		return code;
	job->state = BULK_APPLYING;
	bulk_screen_open(job->ui);
	bulk_screen_changed(job->ui);
	return ERR_OK;
}

static void number_typed(void *context, bool yes)
{
	struct bulk_job *job = context;
	struct err err = {0};

	if (yes && job->state != BULK_APPLYING && start(job, &err))
		ui_say_err(job->ui, &err);
}

static void ask_for_number(struct bulk_job *job)
{
	char question[120];
	char number[32];

	snprintf(number, sizeof number, "%zu", bulk_job_left(job));
	snprintf(question, sizeof question, "Type the number, %s, to apply: ", number);
	ask_name(job->ui, question, number, number_typed, job);
}

enum err_code bulk_job_apply(struct bulk_job *job, struct err *err)
{
	struct session_status status;

	if (job->state == BULK_APPLYING)
		return err_set(err, ERR_USAGE, "It is under way already.");
	if (job->state == BULK_READING)
		return err_set(err, ERR_USAGE, "The actions are still being read.");
	if (bulk_job_left(job) == 0)
		return err_set(err, ERR_USAGE,
			       job->state == BULK_ENDED ? "Nothing of it is left."
							: "Nothing changes: there is nothing to "
							  "apply.");
	if (bulk_job_refusals(job) > 0)
		return err_set(
			err, ERR_INVALID,
			"%zu entr%s refused: nothing is sent. Mend the file, or take %s out.",
			bulk_job_refusals(job), bulk_job_refusals(job) == 1 ? "y is" : "ies are",
			bulk_job_refusals(job) == 1 ? "it" : "them");
	session_status(job->ui->session, &status);
	if (!status.is_protected)
		return start(job, err);
	ask_for_number(job);
	return ERR_OK;
}

void bulk_job_stop(struct bulk_job *job)
{
	if (job->state == BULK_APPLYING)
		ui_say(job->ui, SEVERITY_INFO, "Ending after what is in flight.");
	bulk_stop(job->bulk);
	bulk_screen_changed(job->ui);
}
