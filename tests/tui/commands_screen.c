/* Commands that act on the program and its terminal. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "files.h"
#include "scenario.h"

enum { SIDE_MAX = 1000 };

static bool read_size(struct scenario *scenario, const char *text, int *rows, int *cols)
{
	char rest;

	if (sscanf(text, "%dx%d%c", cols, rows, &rest) == 2 && *cols > 0 && *rows > 0 &&
	    *cols <= SIDE_MAX && *rows <= SIDE_MAX)
		return true;
	return scenario_fail(scenario, "\"%s\" is not a size such as 80x24", text);
}

bool cmd_size(struct scenario *scenario, const struct command *command)
{
	if (scenario->app.running)
		return scenario_fail(scenario, "the program runs: say resize");
	return read_size(scenario, command_text(command, 0), &scenario->rows, &scenario->cols);
}

bool cmd_resize(struct scenario *scenario, const struct command *command)
{
	if (!read_size(scenario, command_text(command, 0), &scenario->rows, &scenario->cols))
		return false;
	terminal_resize(scenario->terminal, scenario->rows, scenario->cols);
	return true;
}

bool cmd_start(struct scenario *scenario, const struct command *command)
{
	struct streams streams = {.terminal = -1};
	char **argv;
	bool started;

	if (scenario->app.running || (scenario->app.pid && !scenario->end_was_asked))
		return scenario_fail(scenario, "a program was started already: wait-exit first");
	if (!scenario->program)
		return scenario_fail(scenario, "no program: --dacache or DACACHE names it");
	terminal_free(&scenario->terminal);
	scenario->terminal = terminal_new(scenario->rows, scenario->cols);
	scenario->end_was_asked = false;
	streams.terminal = scenario->terminal->slave;
	argv = memory(command->tokens.len + 2, sizeof(*argv));
	argv[0] = scenario->program;
	for (size_t i = 0; i < command->tokens.len; i++) {
		const struct token *token = command_token(command, i);

		argv[i + 1] = text_copy(buf_str(&token->text), token->text.len);
	}
	started = process_start(&scenario->app, argv, scenario->folder, &streams);
	if (!started)
		scenario_fail(scenario, "%s: %s", scenario->program, strerror(errno));
	for (size_t i = 0; i < command->tokens.len; i++)
		free(argv[i + 1]);
	free(argv);
	return started;
}

static bool must_run(struct scenario *scenario)
{
	char *end;

	scenario_pump(scenario, 0);
	if (scenario->app.running)
		return true;
	end = process_end_text(&scenario->app);
	scenario_fail(scenario, "the program %s", end);
	free(end);
	return false;
}

/* A bare word: characters as they are, <Name> as keys. */
static bool send_word(struct scenario *scenario, const char *word)
{
	while (*word) {
		const char *end = *word == '<' ? strchr(word + 1, '>') : NULL;
		char *name;
		bool known;

		if (!end) {
			terminal_type(scenario->terminal, word++, 1);
			continue;
		}
		name = text_copy(word + 1, (size_t)(end - word - 1));
		known = terminal_key(scenario->terminal, name);
		if (!known)
			scenario_fail(scenario, "no key <%s>", name);
		free(name);
		if (!known)
			return false;
		word = end + 1;
	}
	return true;
}

bool cmd_send(struct scenario *scenario, const struct command *command)
{
	if (!must_run(scenario))
		return false;
	for (size_t i = 0; i < command->tokens.len; i++) {
		const struct token *token = command_token(command, i);

		if (token->kind == TOKEN_TEXT)
			terminal_type(scenario->terminal, buf_str(&token->text), token->text.len);
		else if (!send_word(scenario, buf_str(&token->text)))
			return false;
	}
	scenario_pump(scenario, 0);
	return true;
}

bool cmd_paste(struct scenario *scenario, const struct command *command)
{
	const struct token *token = command_token(command, 0);

	if (!must_run(scenario))
		return false;
	terminal_paste(scenario->terminal, buf_str(&token->text), token->text.len);
	scenario_pump(scenario, 0);
	return true;
}

struct place {
	const struct token *token;
	regex_t *regex;
	VTermPos at;
};

static bool find_place(struct scenario *scenario, void *context)
{
	struct place *place = context;
	struct want want = {.text = buf_str(&place->token->text),
			    .regex = place->regex,
			    .first_row = 1,
			    .last_row = -1,
			    .fg = COLOUR_ANY,
			    .bg = COLOUR_ANY};
	struct screen *screen = screen_take(scenario->terminal);
	int count = screen_count(screen, &want, &place->at);

	screen_free(&screen);
	return count > 0;
}

/* COL ROW, or a text that is waited for. */
static bool read_place(struct scenario *scenario, const struct command *command, VTermPos *out)
{
	const struct token *token = command_token(command, 1);
	struct place place = {.token = token};
	regex_t regex;
	long col;
	long row;
	bool found;
	char *what;

	if (token->kind == TOKEN_WORD) {
		if (!arg_number(scenario, command_text(command, 1), 1, scenario->cols, &col) ||
		    !arg_number(scenario, command_text(command, 2), 1, scenario->rows, &row))
			return false;
		*out = (VTermPos){.row = (int)row - 1, .col = (int)col - 1};
		return true;
	}
	if (token->kind == TOKEN_REGEX) {
		if (!token_regex(scenario, token, &regex))
			return false;
		place.regex = &regex;
	}
	what = token_show(token);
	found = scenario_wait(scenario, find_place, &place, false, what);
	free(what);
	if (place.regex)
		regfree(place.regex);
	*out = place.at;
	return found;
}

static bool mouse_is_on(struct scenario *scenario, void *context)
{
	(void)context;
	return scenario->terminal->mouse;
}

bool cmd_mouse(struct scenario *scenario, const struct command *command)
{
	static const struct {
		const char *name;
		int button;
		int times;
	} acts[] = {{"click", 1, 1},       {"double-click", 1, 2}, {"middle-click", 2, 1},
		    {"right-click", 3, 1}, {"wheel-up", 4, 1},     {"wheel-down", 5, 1}};
	const char *name = command_text(command, 0);
	VTermPos at;

	if (!read_place(scenario, command, &at) ||
	    !scenario_wait(scenario, mouse_is_on, NULL, false, "the program takes no mouse"))
		return false;
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		if (strcmp(acts[i].name, name) != 0)
			continue;
		for (int time = 0; time < acts[i].times; time++)
			terminal_mouse(scenario->terminal, at.row, at.col, acts[i].button);
		scenario_pump(scenario, 0);
		return true;
	}
	return scenario_fail(scenario, "mouse: no \"%s\"", name);
}

bool cmd_hangup(struct scenario *scenario, const struct command *command)
{
	(void)command;
	scenario_pump(scenario, 0);
	terminal_hang_up(scenario->terminal);
	return true;
}

bool cmd_kill(struct scenario *scenario, const struct command *command)
{
	const char *name = command_text(command, 0);
	int number = signal_named(name);

	if (!number)
		return scenario_fail(scenario, "no signal \"%s\"", name);
	if (!must_run(scenario))
		return false;
	kill(scenario->app.pid, number);
	return true;
}

static bool app_ended(struct scenario *scenario, void *context)
{
	(void)context;
	return !scenario->app.running;
}

static bool check_end(struct scenario *scenario, const struct command *command)
{
	const char *word = command_text(command, 0);
	int status = scenario->app.status;
	const char *left_over;
	long code;

	if (strcmp(word, "signal") == 0) {
		int number = command_text(command, 1) ? signal_named(command_text(command, 1)) : 0;

		if (!number)
			return scenario_fail(scenario, "wait-exit signal: which?");
		return WIFSIGNALED(status) && WTERMSIG(status) == number;
	}
	if (!arg_number(scenario, word, 0, 255, &code))
		return false;
	if (!process_exited_with(&scenario->app, (int)code))
		return false;
	left_over = terminal_left_over(scenario->terminal);
	if (left_over)
		return scenario_fail(scenario, "after the program's end: %s", left_over);
	return true;
}

bool cmd_wait_exit(struct scenario *scenario, const struct command *command)
{
	char *end;
	bool ok;

	if (!scenario_wait(scenario, app_ended, NULL, true, "the program runs on"))
		return false;
	scenario_pump(scenario, 0);
	scenario->end_was_asked = true;
	ok = check_end(scenario, command);
	if (!ok) {
		end = process_end_text(&scenario->app);
		scenario_fail(scenario, "wait-exit %s: the program %s", command->rest, end);
		free(end);
	}
	return ok;
}
