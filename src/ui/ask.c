/* Questions on the message line. */
#include "dacache/ui/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "internal.h"

bool ask_is_open(const struct ui *ui)
{
	return ui->ask.kind == ASK_YES_NO;
}

/* The question is forgotten before its function runs, which may ask anew. */
static void answer(struct ui *ui, bool yes)
{
	struct ask ask = ui->ask;

	memset(&ui->ask, 0, sizeof ui->ask);
	ui->frame.dirty = true;
	if (ask.kind != ASK_NOTHING)
		ask.fn(ask.context, yes);
	free(ask.expected);
}

void ask_cancel(struct ui *ui)
{
	answer(ui, false);
}

static void begin(struct ui *ui, enum ask_kind kind, const char *question, ask_fn *fn,
		  void *context)
{
	ask_cancel(ui);
	prompt_cancel(ui->prompt);
	ui->ask.kind = kind;
	ui->ask.fn = fn;
	ui->ask.context = context;
	snprintf(ui->ask.question, sizeof ui->ask.question, "%s", question);
	ui->frame.dirty = true;
}

void ask_yes_no(struct ui *ui, const char *question, ask_fn *fn, void *context)
{
	begin(ui, ASK_YES_NO, question, fn, context);
}

static void named(void *context, const char *text)
{
	struct ui *ui = context;
	bool yes = text && ui->ask.expected && strcmp(text, ui->ask.expected) == 0;

	if (ui->ask.kind != ASK_NAME)
		return;
	if (text && !yes)
		ui_say(ui, SEVERITY_INFO, "The name is \"%s\"; nothing was sent.",
		       ui->ask.expected ? ui->ask.expected : "");
	answer(ui, yes);
}

void ask_name(struct ui *ui, const char *question, const char *expected, ask_fn *fn, void *context)
{
	struct prompt_request request = {
		.kind = PROMPT_TEXT,
		.label = ui->ask.question,
		.done = named,
		.context = ui,
	};

	begin(ui, ASK_NAME, question, fn, context);
	ui->ask.expected = text_dup(expected);
	prompt_open(ui->prompt, &request);
}

void ask_forget(struct ui *ui, const void *context)
{
	bool by_name = ui->ask.kind == ASK_NAME;

	if (ui->ask.kind == ASK_NOTHING || ui->ask.context != context)
		return;
	free(ui->ask.expected);
	memset(&ui->ask, 0, sizeof ui->ask);
	ui->frame.dirty = true;
	if (by_name)
		prompt_cancel(ui->prompt);
}

void ask_key(struct ui *ui, const struct key *key)
{
	if (!key->pasted)
		answer(ui, key->code == 'y' || key->code == 'Y');
}

void ask_draw(struct ui *ui, const struct canvas *c)
{
	int col = 1 + draw_text(c, 0, 1, c->at.cols - 8, ROLE_STRONG, ui->ask.question);

	draw_text(c, 0, col + 1, 0, ROLE_KEY, "[y/N]");
	ui->frame.cursor_col = col + 7;
}
