/* Commands that look at the screen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "scenario.h"

/* The words of an expect, read. */
struct expectation {
	struct want want;
	const struct token *pattern; /* NULL: attributes alone */
	regex_t regex;
	bool has_regex;
	long count; /* -1: at least one */
};

static void expectation_free(struct expectation *expectation)
{
	if (expectation->has_regex)
		regfree(&expectation->regex);
}

/* "A-B"; either may be negative. */
static bool read_rows(struct scenario *scenario, const char *text, struct want *want)
{
	char rest;

	if (text && sscanf(text, "%d-%d%c", &want->first_row, &want->last_row, &rest) == 2 &&
	    want->first_row && want->last_row)
		return true;
	return scenario_fail(scenario, "rows \"%s\": say rows 2-10 or 2--3", text ? text : "");
}

static bool read_attr(struct scenario *scenario, const char *word, struct want *want)
{
	long *colour = NULL;

	if (strncmp(word, "no-", 3) == 0 && attr_named(word + 3)) {
		want->attrs_off |= attr_named(word + 3);
		return true;
	}
	if (attr_named(word)) {
		want->attrs_on |= attr_named(word);
		return true;
	}
	if (strcmp(word, "mono") == 0) {
		want->fg = COLOUR_DEFAULT;
		want->bg = COLOUR_DEFAULT;
		return true;
	}
	if (strncmp(word, "fg=", 3) == 0)
		colour = &want->fg;
	if (strncmp(word, "bg=", 3) == 0)
		colour = &want->bg;
	if (colour && colour_parse(word + 3, colour))
		return true;
	return scenario_fail(scenario, "\"%s\" is no option here; a text stands in quotes", word);
}

/* The option at token i, with its value; returns the tokens taken, 0 and a
 * failure noted otherwise. */
static size_t read_option(struct scenario *scenario, const struct command *command, size_t i,
			  struct expectation *out)
{
	const char *word = command_text(command, i);
	const char *value = command_text(command, i + 1);
	long number = 0;

	if (strcmp(word, "row") == 0) {
		if (!arg_number(scenario, value, -1000, 1000, &number))
			return 0;
		out->want.first_row = out->want.last_row = (int)number;
		return 2;
	}
	if (strcmp(word, "col") == 0) {
		if (!arg_number(scenario, value, 1, 1000, &number))
			return 0;
		out->want.col = (int)number;
		return 2;
	}
	if (strcmp(word, "count") == 0)
		return arg_number(scenario, value, 0, 100000, &out->count) ? 2 : 0;
	if (strcmp(word, "rows") == 0)
		return read_rows(scenario, value, &out->want) ? 2 : 0;
	return read_attr(scenario, word, &out->want) ? 1 : 0;
}

static bool read_pattern(struct scenario *scenario, const struct token *token,
			 struct expectation *out)
{
	if (out->pattern)
		return scenario_fail(scenario, "one text or regular expression, please");
	if (token->text.len == 0)
		return scenario_fail(scenario, "an empty text is everywhere");
	out->pattern = token;
	if (token->kind == TOKEN_TEXT) {
		out->want.text = buf_str(&token->text);
		return true;
	}
	out->has_regex = token_regex(scenario, token, &out->regex);
	out->want.regex = &out->regex;
	return out->has_regex;
}

static bool expectation_read(struct scenario *scenario, const struct command *command,
			     struct expectation *out)
{
	size_t i = 0;

	memset(out, 0, sizeof(*out));
	out->want =
		(struct want){.first_row = 1, .last_row = -1, .fg = COLOUR_ANY, .bg = COLOUR_ANY};
	out->count = -1;
	while (i < command->tokens.len) {
		const struct token *token = command_token(command, i);
		size_t taken = 1;

		if (token->kind == TOKEN_WORD)
			taken = read_option(scenario, command, i, out);
		else if (!read_pattern(scenario, token, out))
			taken = 0;
		if (!taken) {
			expectation_free(out);
			return false;
		}
		i += taken;
	}
	return true;
}

/* Half a frame may show what the whole one does not: a number of matches, or
 * rows that are all alike, count at rest alone. */
static bool needs_rest(const struct expectation *expectation)
{
	return expectation->count >= 0 || !expectation->pattern;
}

static bool is_shown(struct scenario *scenario, void *context)
{
	const struct expectation *expectation = context;
	struct screen *screen;
	int count;

	if (needs_rest(expectation) && !scenario_is_quiet(scenario))
		return false;
	screen = screen_take(scenario->terminal);
	count = screen_count(screen, &expectation->want, NULL);
	screen_free(&screen);
	return expectation->count < 0 ? count > 0 : count == expectation->count;
}

bool cmd_expect(struct scenario *scenario, const struct command *command)
{
	struct expectation expectation;
	char *what;
	bool ok;

	if (!expectation_read(scenario, command, &expectation))
		return false;
	what = text_printf("expect %s", command->rest);
	scenario->quiet.silent_since = 0;
	ok = scenario_wait(scenario, is_shown, &expectation, needs_rest(&expectation), what);
	free(what);
	expectation_free(&expectation);
	return ok;
}

bool cmd_expect_not(struct scenario *scenario, const struct command *command)
{
	struct expectation expectation;
	bool ok;

	if (!expectation_read(scenario, command, &expectation))
		return false;
	ok = scenario_wait_quiet(scenario);
	if (ok && is_shown(scenario, &expectation))
		ok = scenario_fail(scenario, "expect-not %s: it is there", command->rest);
	expectation_free(&expectation);
	return ok;
}

struct text_wait {
	const struct token *token;
	const struct buf *text;
};

static bool text_fits(struct scenario *scenario, void *context)
{
	const struct text_wait *wait = context;

	if (wait->token->kind == TOKEN_REGEX)
		return token_count(scenario, wait->token, buf_str(wait->text)) > 0;
	return strcmp(buf_str(wait->text), buf_str(&wait->token->text)) == 0;
}

/* A text is the whole of it; a regular expression may match a part. */
static bool expect_text(struct scenario *scenario, const struct command *command,
			const struct buf *text)
{
	struct text_wait wait = {.token = command_token(command, 0), .text = text};
	char *what =
		text_printf("%s %s (it is \"%s\")", command->name, command->rest, buf_str(text));
	bool ok = scenario_wait(scenario, text_fits, &wait, false, what);

	free(what);
	return ok;
}

bool cmd_expect_title(struct scenario *scenario, const struct command *command)
{
	return expect_text(scenario, command, &scenario->terminal->stream.title);
}

bool cmd_expect_clipboard(struct scenario *scenario, const struct command *command)
{
	return expect_text(scenario, command, &scenario->terminal->stream.clipboard);
}

struct mode_wait {
	const bool *mode;
	bool wanted;
};

static bool mode_fits(struct scenario *scenario, void *context)
{
	const struct mode_wait *wait = context;

	(void)scenario;
	return *wait->mode == wait->wanted;
}

bool cmd_expect_mode(struct scenario *scenario, const struct command *command)
{
	const char *name = command_text(command, 0);
	const char *state = command_text(command, 1);
	struct mode_wait wait = {.wanted = strcmp(state, "on") == 0};
	char *what;
	bool ok;

	if (strcmp(name, "altscreen") == 0)
		wait.mode = &scenario->terminal->altscreen;
	else if (strcmp(name, "mouse") == 0)
		wait.mode = &scenario->terminal->mouse;
	else if (strcmp(name, "cursor") == 0)
		wait.mode = &scenario->terminal->cursor_visible;
	else
		return scenario_fail(scenario, "expect-mode: no mode \"%s\"", name);
	if (!wait.wanted && strcmp(state, "off") != 0)
		return scenario_fail(scenario, "expect-mode: \"%s\" is neither on nor off", state);
	what = text_printf("expect-mode %s", command->rest);
	ok = scenario_wait(scenario, mode_fits, &wait, false, what);
	free(what);
	return ok;
}

static bool cursor_is_at(struct scenario *scenario, void *context)
{
	const VTermPos *want = context;
	VTermPos at;

	vterm_state_get_cursorpos(vterm_obtain_state(scenario->terminal->vt), &at);
	return at.row == want->row && at.col == want->col;
}

bool cmd_cursor(struct scenario *scenario, const struct command *command)
{
	VTermPos want;
	long row;
	long col;
	char *what;
	bool ok;

	if (!arg_number(scenario, command_text(command, 0), -1000, 1000, &row) ||
	    !arg_number(scenario, command_text(command, 1), 1, 1000, &col))
		return false;
	want.row = (int)(row < 0 ? scenario->rows + row : row - 1);
	want.col = (int)col - 1;
	what = text_printf("cursor %s", command->rest);
	ok = scenario_wait(scenario, cursor_is_at, &want, false, what);
	free(what);
	return ok;
}

bool cmd_quiet(struct scenario *scenario, const struct command *command)
{
	(void)command;
	return scenario_wait_quiet(scenario);
}

bool cmd_dump(struct scenario *scenario, const struct command *command)
{
	const char *word = command_text(command, 0);
	struct screen *screen;

	if (word && strcmp(word, "attrs") != 0)
		return scenario_fail(scenario, "dump: no \"%s\"", word);
	if (!scenario_wait_quiet(scenario))
		return false;
	screen = screen_take(scenario->terminal);
	printf("# %s:%d\n", scenario->path, command->line);
	screen_print(screen, word != NULL);
	screen_free(&screen);
	return true;
}
