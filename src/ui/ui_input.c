/* Keys and mouse, handed to the prompt, the question or the topmost screen. */
#include <signal.h>

#include "internal.h"

void ui_take_key(struct ui *ui, const struct key *key)
{
	struct ui_screen *top = stack_top(ui);
	enum key_context contexts[KEY_CONTEXTS_MAX];
	size_t n = top->ops->contexts ? top->ops->contexts(top, contexts) : 0;
	unsigned done = REACT_NONE;

	ui_heard(ui);
	if (key->code != K_CTRL('C'))
		ui->after_ctrl_c = false;
	if (ask_is_open(ui)) {
		ask_key(ui, key);
		return;
	}
	if (top->ops->key)
		done = top->ops->key(top, key);
	if (done)
		screen_react(top, done);
	else if (!key->pasted)
		ui_action(ui, top, keys_find(contexts, n, key->code));
}

/* Line 1 is no screen's: a click on the quota shows it whole. */
static bool is_on_quota(const struct ui *ui, const struct mouse *mouse)
{
	return mouse->kind == MOUSE_PRESS && mouse->row == 0 && mouse->col >= ui->frame.quota_col &&
	       mouse->col < ui->frame.quota_end && !ask_is_open(ui);
}

static void take_mouse(struct ui *ui, const struct mouse *mouse)
{
	struct ui_screen *screen = stack_at(ui, mouse->row, mouse->col);
	struct mouse within;

	ui_heard(ui);
	if (is_on_quota(ui, mouse)) {
		ui_command(ui, "quota");
		return;
	}
	if (!screen || screen != stack_top(ui) || !screen->ops->mouse)
		return;
	within = mouse_within(mouse, &screen->at);
	screen_react(screen, screen->ops->mouse(screen, &within));
}

void ui_input(void *context, int fd, int events)
{
	struct ui *ui = context;
	struct key key;
	struct mouse mouse;
	bool gone = events & LOOP_HANGUP;

	if (prompt_is_open(ui->prompt)) {
		ui_heard(ui);
		gone = gone || !prompt_readable(ui->prompt, fd);
	} else if (!gone) {
		while (!prompt_is_open(ui->prompt) && !ui->ending) {
			enum term_input got = term_read(&ui->term, &key, &mouse);
			if (got == TERM_NOTHING)
				break;
			if (got == TERM_KEY)
				ui_take_key(ui, &key);
			else
				take_mouse(ui, &mouse);
			ui->frame.dirty = true;
		}
	}
	if (gone)
		ui_end_by_signal(ui, SIGHUP);
}
