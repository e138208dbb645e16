/* Signals, served in the loop. */
#include <signal.h>
#include <string.h>

#include "internal.h"

void ui_suspend(struct ui *ui)
{
	struct sigaction ours;
	struct sigaction plain;

	memset(&plain, 0, sizeof plain);
	plain.sa_handler = SIG_DFL;
	sigemptyset(&plain.sa_mask);
	ui_save(ui);
	term_pause(&ui->term);
	sigaction(SIGTSTP, &plain, &ours);
	kill(0, SIGTSTP); /* the whole job, as the terminal would */
	sigaction(SIGTSTP, &ours, NULL);
	term_resume(&ui->term);
	ui_redraw(ui);
}

static void on_resize(void *context, int number)
{
	struct ui *ui = context;

	(void)number;
	if (!ui->term.on || !term_resize(&ui->term))
		return;
	frame_resize(ui);
	stack_relayout(ui);
}

static void on_suspend(void *context, int number)
{
	(void)number;
	ui_suspend(context);
}

static void on_continue(void *context, int number)
{
	struct ui *ui = context;

	(void)number;
	term_resume(&ui->term);
	ui_redraw(ui);
}

static void on_interrupt(void *context, int number)
{
	(void)number;
	ui_save(context);
	ui_cancel(context);
}

static const struct {
	int number;
	loop_signal_fn *fn;
} signals[] = {
	{SIGWINCH, on_resize},       {SIGTSTP, on_suspend},       {SIGCONT, on_continue},
	{SIGINT, on_interrupt},      {SIGTERM, ui_end_by_signal}, {SIGHUP, ui_end_by_signal},
	{SIGQUIT, ui_end_by_signal}, {SIGALRM, ui_end_by_signal}, {SIGXCPU, ui_end_by_signal},
	{SIGUSR1, ui_end_by_signal}, {SIGUSR2, ui_end_by_signal},
};

void ui_take_signals(struct ui *ui, bool take)
{
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		loop_on_signal(ui->loop, signals[i].number, take ? signals[i].fn : NULL, ui);
}
