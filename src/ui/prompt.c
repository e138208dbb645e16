/* readline by its callback interface alone. It has no context argument: `active`
 * tells its functions which prompt is open. */
#include "dacache/ui/prompt.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "dacache/base/text.h"
#include "internal.h"
#include "prompt_internal.h"

enum { ESC_WAIT_US = 25000, MATCH_GAP = 2 };

static struct prompt *active;

/* --- what readline calls ---------------------------------------------------- */

static int next_byte(FILE *unused)
{
	struct prompt_bytes *bytes = &active->bytes;

	(void)unused;
	return bytes->queue_at < bytes->queue_len ? bytes->queue[bytes->queue_at++] : EOF;
}

static int has_byte(void)
{
	return active && active->bytes.queue_at < active->bytes.queue_len;
}

static void show(void)
{
	if (active)
		active->ui->frame.dirty = true;
}

static void take_line(char *line)
{
	rl_callback_handler_remove();
	active->finished = true;
	active->result = line;
}

static char **complete(const char *text, int start, int end)
{
	rl_attempted_completion_over = 1;
	return prompt_complete(active, text, start, end);
}

static void forget_matches(struct prompt *prompt)
{
	for (size_t i = 0; i < prompt->matches_len; i++)
		free(prompt->matches[i]);
	free(prompt->matches);
	prompt->matches = NULL;
	prompt->matches_len = 0;
	prompt->match_cols = 0;
}

static void keep_matches(char **matches, int n, int longest)
{
	struct prompt *prompt = active;

	(void)longest;
	forget_matches(prompt);
	prompt->matches = calloc((size_t)n, sizeof *prompt->matches);
	if (!prompt->matches)
		return;
	for (int i = 1; i <= n; i++) {
		char *copy = text_dup(matches[i]);
		if (!copy)
			break;
		if (text_width(copy) > prompt->match_cols)
			prompt->match_cols = text_width(copy);
		prompt->matches[prompt->matches_len++] = copy;
	}
}

/* --- opening and closing ------------------------------------------------------ */

static void set_up_readline(struct prompt *prompt)
{
	rl_readline_name = "dacache";
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_prep_term_function = NULL;
	rl_deprep_term_function = NULL;
	rl_instream = prompt->nowhere;
	rl_outstream = prompt->nowhere;
	rl_getc_function = next_byte;
	rl_input_available_hook = has_byte;
	rl_redisplay_function = show;
	rl_attempted_completion_function = complete;
	rl_completion_display_matches_hook = keep_matches;
	rl_completer_quote_characters = "\"'";
	rl_basic_word_break_characters = " ";
	rl_completer_word_break_characters = " ";
	rl_initialize();
	rl_variable_bind("bell-style", "none");
	rl_variable_bind("blink-matching-paren", "off");
	rl_variable_bind("enable-bracketed-paste", "off");
}

enum err_code prompt_new(struct ui *ui, const char *history_path, struct prompt **out,
			 struct err *err)
{
	struct prompt *prompt = calloc(1, sizeof *prompt);

	*out = NULL;
	if (!prompt)
		return err_set(err, ERR_NO_MEMORY, "no memory for the prompt");
	prompt->ui = ui;
	prompt->nowhere = fopen("/dev/null", "r+e");
	prompt->history_path = text_dup(history_path);
	if (!prompt->nowhere || (history_path && !prompt->history_path)) {
		prompt_free(&prompt);
		return err_set(err, ERR_IO, "/dev/null: %s", strerror(errno));
	}
	set_up_readline(prompt);
	prompt_history_load(prompt);
	*out = prompt;
	return ERR_OK;
}

static void close_line(struct prompt *prompt)
{
	prompt->open = false;
	active = NULL;
	loop_timer_stop(&prompt->timer);
	memset(&prompt->bytes, 0, sizeof prompt->bytes);
	forget_matches(prompt);
	free(prompt->last);
	prompt->last = NULL;
	prompt->ui->frame.dirty = true;
}

void prompt_free(struct prompt **prompt)
{
	struct prompt *p = *prompt;

	if (!p)
		return;
	if (p->open) {
		rl_callback_handler_remove();
		close_line(p);
	}
	if (rl_outstream == p->nowhere) {
		prompt_history_save(p);
		rl_instream = NULL;
		rl_outstream = NULL;
	}
	if (p->nowhere)
		fclose(p->nowhere);
	free(p->history_path);
	free(p->result);
	free(p);
	*prompt = NULL;
}

void prompt_open(struct prompt *prompt, const struct prompt_request *request)
{
	prompt_cancel(prompt);
	prompt->request = *request;
	prompt->open = true;
	prompt->finished = false;
	active = prompt;
	prompt_history_use(prompt, request->kind);
	rl_callback_handler_install("", take_line);
	if (request->initial) {
		rl_insert_text(request->initial);
		prompt->last = text_dup(request->initial);
	}
	prompt->ui->frame.dirty = true;
}

void prompt_cancel(struct prompt *prompt)
{
	struct prompt_request request = prompt->request;

	if (!prompt->open)
		return;
	rl_callback_sigcleanup();
	rl_replace_line("", 0);
	rl_callback_handler_remove();
	close_line(prompt);
	request.done(request.context, NULL);
}

bool prompt_has_words(const struct prompt *prompt)
{
	return prompt->request.kind != PROMPT_TEXT;
}

bool prompt_is_open(const struct prompt *prompt)
{
	return prompt && prompt->open;
}

/* --- input --------------------------------------------------------------------- */

/* The request's function may open the prompt anew. */
static void finish(struct prompt *prompt)
{
	struct prompt_request request = prompt->request;
	char *text = prompt->result;

	prompt->result = NULL;
	if (text)
		prompt_history_add(prompt, text);
	close_line(prompt);
	request.done(request.context, text);
	free(text);
}

static void tell_change(struct prompt *prompt)
{
	if (!prompt->request.changed ||
	    strcmp(prompt->last ? prompt->last : "", rl_line_buffer) == 0)
		return;
	free(prompt->last);
	prompt->last = text_dup(rl_line_buffer);
	prompt->request.changed(prompt->request.context, rl_line_buffer);
}

static void feed(struct prompt *prompt)
{
	forget_matches(prompt);
	while (prompt->open && !prompt->finished && has_byte())
		rl_callback_read_char();
	prompt->ui->frame.dirty = true;
	if (prompt->finished)
		finish(prompt);
	else if (prompt->open)
		tell_change(prompt);
}

/* In vi's insert mode Esc is readline's, and while it searches the history. */
static bool readline_wants_escape(void)
{
	return RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH) ||
	       (rl_editing_mode == 0 && rl_get_keymap() != vi_movement_keymap);
}

static void take_lone_escape(struct prompt *prompt)
{
	if (!readline_wants_escape()) {
		prompt_cancel(prompt);
		return;
	}
	prompt_bytes_flush(&prompt->bytes);
	feed(prompt);
}

/* Nothing came after what is pending. */
static void waited(void *context)
{
	struct prompt *prompt = context;

	if (prompt->bytes.pending_len == 1 && prompt_bytes_is_escape(&prompt->bytes)) {
		take_lone_escape(prompt);
		return;
	}
	prompt_bytes_flush(&prompt->bytes);
	feed(prompt);
}

static void wait_for_more(struct prompt *prompt)
{
	if (prompt_bytes_is_escape(&prompt->bytes))
		loop_timer_start(prompt->ui->loop, ESC_WAIT_US, waited, prompt, &prompt->timer);
}

/* The first Esc is taken; the second, when the prompt is still open, waits. */
static void take_two_escapes(struct prompt *prompt)
{
	take_lone_escape(prompt);
	if (!prompt->open)
		return;
	prompt_bytes_take(&prompt->bytes, 27);
	wait_for_more(prompt);
}

/* A key that ends the search of the history and begins a longer key: readline 8.2's
 * callback interface crashes on what follows it. */
static bool breaks_search(unsigned char byte)
{
	return RL_ISSTATE(RL_STATE_ISEARCH) && byte != 27 && rl_get_keymap()[byte].type == ISKMAP;
}

static void take_byte(struct prompt *prompt, unsigned char byte)
{
	if (breaks_search(byte))
		return;
	loop_timer_stop(&prompt->timer);
	switch (prompt_bytes_take(&prompt->bytes, byte)) {
	case PROMPT_READY:
		feed(prompt);
		break;
	case PROMPT_MORE:
		wait_for_more(prompt);
		break;
	case PROMPT_LONE:
		take_two_escapes(prompt);
		break;
	case PROMPT_CTRL_C:
		prompt_cancel(prompt);
		break;
	case PROMPT_CTRL_L:
		ui_redraw(prompt->ui);
		break;
	case PROMPT_CTRL_Z:
		ui_suspend(prompt->ui);
		break;
	case PROMPT_DROP:
		break;
	}
}

/* Byte by byte: what follows the line's end belongs to curses. */
bool prompt_readable(struct prompt *prompt, int fd)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};

	while (prompt->open && poll(&ready, 1, 0) > 0) {
		unsigned char byte;
		ssize_t n = read(fd, &byte, 1);

		if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
			return false;
		if (n == 1)
			take_byte(prompt, byte);
	}
	return true;
}

/* --- drawing ---------------------------------------------------------------------- */

/* Columns of the first len bytes. */
static int columns_of(const char *text, size_t len)
{
	char *part = strndup(text, len);
	int columns = part ? text_width(part) : 0;

	free(part);
	return columns;
}

/* Where the text shown begins, so that the cursor is on the line. */
static size_t first_shown(const char *text, size_t point, int room)
{
	size_t at = 0;
	uint32_t ucs;

	while (at < point && columns_of(text + at, point - at) >= room)
		at += text_next(text + at, &ucs);
	return at;
}

void prompt_draw(struct prompt *prompt, const struct canvas *c, int row, int *col)
{
	bool searching = rl_display_prompt && rl_display_prompt[0];
	const char *label = searching ? rl_display_prompt : prompt->request.label;
	const char *text = rl_line_buffer ? rl_line_buffer : "";
	size_t point = rl_point < 0 ? 0 : (size_t)rl_point;
	int begin = draw_text(c, row, 0, c->at.cols / 2, ROLE_KEY, label);
	int room = c->at.cols - begin - 1;
	size_t first = first_shown(text, point, room);

	draw_text(c, row, begin, room, ROLE_TEXT, text + first);
	*col = begin + columns_of(text + first, point - first);
}

static size_t match_columns(const struct prompt *prompt, int cols)
{
	int each = prompt->match_cols + MATCH_GAP;

	return each > 0 && cols > each ? (size_t)(cols / each) : 1;
}

size_t prompt_matches(const struct prompt *prompt)
{
	size_t across;

	if (!prompt || !prompt->open || prompt->matches_len == 0)
		return 0;
	across = match_columns(prompt, prompt->ui->term.cols - 1);
	return (prompt->matches_len + across - 1) / across;
}

void prompt_draw_matches(const struct prompt *prompt, const struct canvas *c)
{
	size_t across = match_columns(prompt, c->at.cols - 1);
	char count[64];

	draw_clear(c);
	snprintf(count, sizeof count, "%zu of them", prompt->matches_len);
	draw_rule(c, 0, ROLE_TITLE, "Completions", count);
	for (size_t i = 0; i < prompt->matches_len; i++) {
		int row = 1 + (int)(i / across);
		int col = 1 + (int)(i % across) * (prompt->match_cols + MATCH_GAP);

		if (row >= c->at.rows)
			return;
		draw_text(c, row, col, prompt->match_cols, ROLE_TEXT, prompt->matches[i]);
	}
}

const char *prompt_library(void)
{
	return rl_library_version;
}
