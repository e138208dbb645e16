/* The end: by the user, who is asked where something would be lost, or by a
 * signal. */
#include <stdio.h>

#include "bulk.h"
#include "dacache/app/webhooks.h"
#include "internal.h"

static void end_now(struct ui *ui)
{
	ui->ending = true;
	loop_stop(ui->loop);
}

static enum err_code save_all(struct ui *ui, struct err *err)
{
	enum err_code code = ERR_OK;

	for (size_t i = 0; i < ui->depth && !code; i++)
		if (ui->stack[i]->ops->save)
			code = ui->stack[i]->ops->save(ui->stack[i], err);
	return code;
}

void ui_save(struct ui *ui)
{
	struct err err = {0};

	if (save_all(ui, &err))
		ui_say_err(ui, &err);
}

static void end_unsaved(void *context, bool yes)
{
	if (yes)
		end_now(context);
}

static void save_and_end(void *context, bool yes)
{
	struct ui *ui = context;
	char question[200];
	struct err err;

	if (!yes)
		return;
	if (save_all(ui, &err) == ERR_OK) {
		end_now(ui);
		return;
	}
	snprintf(question, sizeof question, "The draft is unsaved (%.100s). Quit all the same?",
		 err.text);
	ask_yes_no(ui, question, end_unsaved, ui);
}

void ui_quit(struct ui *ui)
{
	struct session_status status;
	size_t webhooks = webhooks_busy(ui->session);
	char question[160];

	session_status(ui->session, &status);
	if (status.puts_in_flight == 0 && webhooks == 0 && !bulk_job_runs(ui)) {
		save_and_end(ui, true);
		return;
	}
	if (bulk_job_runs(ui))
		snprintf(question, sizeof question,
			 "A change of many is under way, %zu action%s left. Quit?",
			 bulk_job_left(ui->bulk), bulk_job_left(ui->bulk) == 1 ? " is" : "s are");
	else if (status.puts_in_flight > 0)
		snprintf(question, sizeof question,
			 "A change (PUT) is in flight; its outcome would be unknown. Quit?");
	else
		snprintf(question, sizeof question, "%zu webhook%s under way. Quit?", webhooks,
			 webhooks == 1 ? " is" : "s are");
	ask_yes_no(ui, question, save_and_end, ui);
}

/* SIGTERM and SIGHUP: nobody is there to be asked. */
void ui_end_by_signal(void *context, int number)
{
	(void)number;
	ui_save(context);
	end_now(context);
}
