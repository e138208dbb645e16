/* Line 1 and the key bar; the windows of the frame. */
#include <panel.h>
#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"
#include "internal.h"
#include "main_screen.h"
#include "watcher.h"

enum { GAP = 3, MATCH_ROWS_MAX = 8, CLOSE_COLS = 8 };

enum err_code frame_begin(struct ui *ui)
{
	struct frame *frame = &ui->frame;
	int rows = ui->term.rows;
	int cols = ui->term.cols;

	frame->bar = newwin(1, cols, 0, 0);
	frame->line = newwin(1, cols, rows > 2 ? rows - 2 : 0, 0);
	frame->keys = newwin(1, cols, rows - 1, 0);
	if (!frame->bar || !frame->line || !frame->keys)
		return ERR_NO_MEMORY;
	frame->panels[0] = new_panel(frame->bar);
	frame->panels[1] = new_panel(frame->line);
	frame->panels[2] = new_panel(frame->keys);
	frame->dirty = true;
	frame->cursor_col = -1;
	for (int i = 0; i < 3; i++)
		if (!frame->panels[i])
			return ERR_NO_MEMORY;
	return ERR_OK;
}

static void end_matches(struct frame *frame)
{
	if (frame->matches_panel)
		del_panel(frame->matches_panel);
	if (frame->matches)
		delwin(frame->matches);
	frame->matches_panel = NULL;
	frame->matches = NULL;
}

void frame_end(struct ui *ui)
{
	struct frame *frame = &ui->frame;
	WINDOW *windows[3] = {frame->bar, frame->line, frame->keys};

	end_matches(frame);
	for (int i = 0; i < 3; i++) {
		if (frame->panels[i])
			del_panel(frame->panels[i]);
		if (windows[i])
			delwin(windows[i]);
	}
	memset(frame, 0, sizeof *frame);
}

void frame_resize(struct ui *ui)
{
	struct frame *frame = &ui->frame;
	WINDOW *windows[3] = {frame->bar, frame->line, frame->keys};
	int places[3] = {0, ui->term.rows - 2, ui->term.rows - 1};

	end_matches(frame);
	for (int i = 0; i < 3; i++) {
		wresize(windows[i], 1, 1);
		move_panel(frame->panels[i], places[i] > 0 ? places[i] : 0, 0);
		wresize(windows[i], 1, ui->term.cols);
		replace_panel(frame->panels[i], windows[i]);
	}
	frame->dirty = true;
}

static void soon(void *context)
{
	struct ui *ui = context;

	ui->frame.dirty = true;
}

void frame_dirty_soon(struct ui *ui)
{
	throttle_run(ui, &ui->frame_soon, soon, ui);
}

static int put(const struct canvas *c, int col, enum role role, const char *text)
{
	return col + draw_text(c, 0, col, 0, role, text);
}

static int draw_name(struct ui *ui, const struct canvas *c, const struct session_status *status)
{
	const struct profile *profile = session_profile(ui->session);
	int col = 1;

	if (status->is_protected) {
		col = put(c, col, ROLE_PROD, " PROD ");
		col++;
	}
	col += draw_text(c, 0, col, 24, status->is_protected ? ROLE_PROD : ROLE_BAR, profile->name);
	col = put(c, col + 2, status->read_only ? ROLE_BAR_WARN : ROLE_BAR,
		  status->read_only ? "[RO]" : "[RW]");
	return col + GAP;
}

static int draw_quota(const struct canvas *c, int col, const struct session_status *status)
{
	const struct quota *quota = &status->quota;
	bool ended = status->quota_reset_in_s == 0;
	bool low = !ended && quota->allowed > 0 && quota->used >= 0 &&
		   (quota->allowed - quota->used) * 10 < quota->allowed;
	char text[64];

	if (!quota->known)
		return put(c, col, ROLE_BAR, "quota -") + GAP;
	/* Past the end of the window nobody knows what is used, until the next answer. */
	if (quota->allowed < 0)
		snprintf(text, sizeof text, ended ? "quota -" : "quota %lld left",
			 (long long)quota->remaining);
	else if (ended || quota->used < 0)
		snprintf(text, sizeof text, "quota -/%lld", (long long)quota->allowed);
	else
		snprintf(text, sizeof text, "quota %lld/%lld", (long long)quota->used,
			 (long long)quota->allowed);
	return put(c, col, low ? ROLE_BAR_WARN : ROLE_BAR, text) + GAP;
}

static int draw_token(const struct canvas *c, int col, const struct session_status *status)
{
	char span[CLOCK_TEXT_SIZE] = "-";
	char text[64];

	if (status->has_token)
		clock_format_span(status->token_expires_in_s * 1000000, span);
	snprintf(text, sizeof text, "token %s", span);
	return put(c, col, ROLE_BAR, text) + GAP;
}

/* The figure is the interval at which moving data are drawn. */
static int draw_live(struct ui *ui, const struct canvas *c, int col)
{
	if (ui->frozen)
		return put(c, col, ROLE_BAR_WARN, "FROZEN");
	return put(c, col, ROLE_BAR, ui_is_live(ui) ? "LIVE 1s" : "LIVE idle");
}

static int draw_watch(struct ui *ui, const struct canvas *c, int col)
{
	char text[32];

	if (!watcher_id(ui->watcher)[0])
		return col;
	snprintf(text, sizeof text, "WATCH %ds", watcher_every_s(ui->watcher));
	return put(c, col + GAP, ROLE_BAR, text);
}

/* Where nothing moves the clock stands too, and says so: no wake-ups for its sake. While
 * frozen it tells the moment that the figures are of. */
static void draw_clock(struct ui *ui, const struct canvas *c, int col)
{
	bool moves = ui_is_live(ui) && !ui->frozen;
	char time[CLOCK_TEXT_SIZE];
	char text[CLOCK_TEXT_SIZE + 16];

	clock_format_time(ui->frozen ? ui->frozen_us : clock_wall_us(loop_clock(ui->loop)), time);
	snprintf(text, sizeof text, "%s%sZ", moves ? "" : "as of ", time);
	if (text_width(text) > c->at.cols - col - 2)
		snprintf(text, sizeof text, "%sZ", time);
	draw_right(c, 0, col + 1, c->at.cols - col - 2, ROLE_BAR, text);
}

/* A bundle has no quota, no token, and no clock but the one of its day. */
static void draw_replay(const struct canvas *c, int col, int64_t made_us)
{
	char time[CLOCK_TEXT_SIZE];
	char text[64];

	clock_format_rfc3339(made_us, time);
	col = put(c, col, ROLE_BAR_WARN, "REPLAY");
	snprintf(text, sizeof text, "of a bundle made %.10s %.8sZ", time, time + 11);
	put(c, col + 1, ROLE_BAR, text);
}

static void draw_bar_line(struct ui *ui)
{
	struct canvas c = ui_canvas(ui, ui->frame.bar);
	struct session_status status;
	int col;

	session_status(ui->session, &status);
	draw_blank(&c, 0, 0, 0, ROLE_BAR);
	col = draw_name(ui, &c, &status);
	if (status.replay_of_us) {
		ui->frame.quota_col = ui->frame.quota_end = col;
		draw_replay(&c, col, status.replay_of_us);
		return;
	}
	ui->frame.quota_col = col;
	col = draw_quota(&c, col, &status);
	ui->frame.quota_end = col - GAP;
	col = draw_token(&c, col, &status);
	col = draw_watch(ui, &c, draw_live(ui, &c, col));
	draw_clock(ui, &c, col);
}

static int put_key(const struct canvas *c, int col, const char *name, const char *label)
{
	int width = text_width(name) + 1 + text_width(label);

	if (col + width > c->at.cols)
		return col;
	col += draw_text(c, 0, col, 0, ROLE_KEY, name) + 1;
	return col + draw_text(c, 0, col, 0, ROLE_TEXT, label) + 2;
}

static bool is_bound_before(const enum key_context *contexts, size_t i, uint32_t code)
{
	size_t n;
	const struct key_binding *table = keys_table(&n);

	for (size_t k = 0; k < n; k++)
		for (size_t before = 0; before < i; before++)
			if (table[k].context == contexts[before] && table[k].code == code)
				return true;
	return false;
}

/* What the key bar tells of. */
struct bar {
	const struct ui_screen *screen;
	enum key_context contexts[KEY_CONTEXTS_MAX];
	size_t n;
};

static bool is_told(const struct bar *bar, size_t i, const struct key_binding *key)
{
	return key->context == bar->contexts[i] && key->label[0] &&
	       !is_bound_before(bar->contexts, i, key->code) &&
	       (!bar->screen->ops->offers || bar->screen->ops->offers(bar->screen, key->action));
}

/* The labels; closing keys come last, in a pass of their own. */
static int put_labels(const struct canvas *c, int col, const struct bar *bar, bool closing)
{
	size_t rows;
	const struct key_binding *table = keys_table(&rows);

	for (size_t i = 0; i < bar->n; i++) {
		for (size_t k = 0; k < rows; k++) {
			char name[16];

			if ((table[k].action == ACT_CLOSE) != closing ||
			    !is_told(bar, i, &table[k]))
				continue;
			keys_name(table[k].code, name);
			col = put_key(c, col, table[k].shown[0] ? table[k].shown : name,
				      table[k].label);
		}
	}
	return col;
}

static bool has_close(const struct bar *bar)
{
	size_t rows;
	const struct key_binding *table = keys_table(&rows);

	for (size_t i = 0; i < bar->n; i++)
		for (size_t k = 0; k < rows; k++)
			if (table[k].action == ACT_CLOSE && is_told(bar, i, &table[k]))
				return true;
	return false;
}

static void draw_screen_keys(struct ui *ui, const struct canvas *c)
{
	struct bar bar = {.screen = stack_top(ui)};
	struct canvas before = *c;
	int col;

	if (!bar.screen || !bar.screen->ops->contexts)
		return;
	bar.n = bar.screen->ops->contexts(bar.screen, bar.contexts);
	/* How to leave is always told: the others make room for it. */
	if (has_close(&bar))
		before.at.cols -= CLOSE_COLS;
	col = put_labels(&before, 1, &bar, false);
	put_labels(c, col, &bar, true);
}

static void draw_key_bar(struct ui *ui)
{
	struct canvas c = ui_canvas(ui, ui->frame.keys);
	int col = 1;

	draw_blank(&c, 0, 0, 0, ROLE_TEXT);
	if (ui->ask.kind == ASK_NAME) {
		col = put_key(&c, col, "Enter", "take");
		put_key(&c, col, "Esc", "cancel");
	} else if (prompt_is_open(ui->prompt)) {
		col = put_key(&c, col, "Enter", "take");
		if (prompt_has_words(ui->prompt)) {
			col = put_key(&c, col, "Tab", "complete");
			col = put_key(&c, col, "Up", "history");
		}
		put_key(&c, col, "Esc", "cancel");
	} else if (ask_is_open(ui)) {
		col = put_key(&c, col, "y", "yes");
		put_key(&c, col, "n", "no");
	} else {
		draw_screen_keys(ui, &c);
	}
}

/* The completions are a window of their own, above the message line. */
static void draw_matches(struct ui *ui)
{
	struct frame *frame = &ui->frame;
	int rows = (int)prompt_matches(ui->prompt);
	struct canvas c;

	end_matches(frame);
	if (rows == 0)
		return;
	if (rows > MATCH_ROWS_MAX)
		rows = MATCH_ROWS_MAX;
	frame->matches = newwin(rows + 1, ui->term.cols, ui->term.rows - 3 - rows, 0);
	if (frame->matches)
		frame->matches_panel = new_panel(frame->matches);
	if (!frame->matches_panel) {
		end_matches(frame);
		return;
	}
	c = ui_canvas(ui, frame->matches);
	prompt_draw_matches(ui->prompt, &c);
}

/* A note goes by itself, also where nothing else moves. */
static void plan_note_end(struct ui *ui)
{
	int64_t until_us = messages_current_until_us(session_messages(ui->session));
	int64_t now_us = clock_wall_us(loop_clock(ui->loop));
	int64_t behind_us = frame_line_behind_us(ui);

	if (behind_us > 0 && (until_us <= now_us || behind_us < until_us))
		until_us = behind_us;
	loop_timer_stop(&ui->note_timer);
	if (until_us > now_us)
		loop_timer_start(ui->loop, until_us - now_us, soon, ui, &ui->note_timer);
}

void frame_draw(struct ui *ui)
{
	struct canvas line = ui_canvas(ui, ui->frame.line);

	ui->frame.dirty = false;
	ui->frame.cursor_col = -1;
	draw_bar_line(ui);
	draw_blank(&line, 0, 0, 0, ROLE_TEXT);
	frame_draw_line(ui, &line);
	draw_key_bar(ui);
	draw_matches(ui);
	plan_note_end(ui);
}
