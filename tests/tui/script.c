#include "script.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"

enum { SCRIPT_MAX = 1 << 20 };

enum err_code script_load(struct script *script, const char *path, struct err *err)
{
	struct buf text;

	memset(script, 0, sizeof(*script));
	buf_init(&text, SCRIPT_MAX);
	if (!file_read(path, &text)) {
		buf_free(&text);
		return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	}
	script->text = text_copy(buf_str(&text), text.len);
	script->next = script->text;
	buf_free(&text);
	return ERR_OK;
}

void script_free(struct script *script)
{
	free(script->text);
	memset(script, 0, sizeof(*script));
}

/* The next line without its newline, cut out of the text in place; NULL at the
 * end. */
static char *next_line(struct script *script)
{
	char *line = script->next;
	char *end;

	if (!line || !*line)
		return NULL;
	end = strchr(line, '\n');
	script->next = end ? end + 1 : NULL;
	if (end)
		*end = '\0';
	script->line++;
	return line;
}

static char *trim(char *text)
{
	char *end;

	while (isblank((unsigned char)*text))
		text++;
	end = text + strlen(text);
	while (end > text && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return text;
}

/* The mark of a here-document at the end of a line, `<<END` or `<<'END'`; cut
 * off the line. NULL: none. */
static char *take_mark(char *rest, bool *literal)
{
	char *mark = strrchr(rest, ' ');
	size_t len;

	mark = mark ? mark + 1 : rest;
	if (strncmp(mark, "<<", 2) != 0)
		return NULL;
	*mark = '\0';
	mark += 2;
	len = strlen(mark);
	*literal = len > 2 && mark[0] == '\'' && mark[len - 1] == '\'';
	if (*literal) {
		mark[len - 1] = '\0';
		mark++;
	}
	return *mark ? mark : NULL;
}

static enum err_code read_body(struct script *script, const char *mark, struct command *out,
			       struct err *err)
{
	struct buf body;
	char *line;

	buf_init(&body, SCRIPT_MAX);
	while ((line = next_line(script)) && strcmp(line, mark) != 0)
		buf_printf(&body, "%s\n", line);
	if (line)
		out->body = text_copy(buf_str(&body), body.len);
	buf_free(&body);
	return line ? ERR_OK : err_set(err, ERR_PARSE, "no line \"%s\" ends the text", mark);
}

enum err_code script_next(struct script *script, struct command *out, struct err *err)
{
	char *line;
	char *rest;
	char *mark;

	memset(out, 0, sizeof(*out));
	vec_init(&out->tokens, sizeof(struct token));
	do {
		line = next_line(script);
		if (!line)
			return ERR_NOT_FOUND;
		line = trim(line);
	} while (!*line || *line == '#');
	out->line = script->line;
	rest = line + strcspn(line, " \t");
	out->name = text_copy(line, (size_t)(rest - line));
	rest = trim(rest);
	mark = take_mark(rest, &out->body_literal);
	rest = trim(rest);
	out->rest = text_copy(rest, strlen(rest));
	return mark ? read_body(script, mark, out, err) : ERR_OK;
}

void command_free(struct command *command)
{
	for (size_t i = 0; i < command->tokens.len; i++) {
		struct token *token = vec_at(&command->tokens, i);

		buf_free(&token->text);
	}
	vec_free(&command->tokens);
	free(command->name);
	free(command->rest);
	free(command->body);
	memset(command, 0, sizeof(*command));
}

const struct token *command_token(const struct command *command, size_t i)
{
	return i < command->tokens.len ? vec_at(&command->tokens, i) : NULL;
}

const char *command_text(const struct command *command, size_t i)
{
	const struct token *token = command_token(command, i);

	return token ? buf_str(&token->text) : NULL;
}

/* `at` stands on "${"; returns what follows the brace, NULL on an error. */
static const char *expand_one(const char *at, struct buf *out, struct err *err)
{
	const char *end = strchr(at, '}');
	const char *value;
	char *name;

	if (!end) {
		err_set(err, ERR_PARSE, "a ${ without its }");
		return NULL;
	}
	name = text_copy(at + 2, (size_t)(end - at - 2));
	value = getenv(name);
	if (value)
		buf_puts(out, value);
	else
		err_set(err, ERR_PARSE, "no variable ${%s} here", name);
	free(name);
	return value ? end + 1 : NULL;
}

static bool is_variable(const char *at)
{
	return at[0] == '$' && at[1] == '{';
}

enum err_code script_expand(const char *text, struct buf *out, struct err *err)
{
	while (*text) {
		if (is_variable(text)) {
			text = expand_one(text, out, err);
			if (!text)
				return ERR_PARSE;
		} else {
			buf_putc(out, *text++);
		}
	}
	return ERR_OK;
}

static void put_utf8(struct buf *out, unsigned long c)
{
	if (c < 0x80) {
		buf_putc(out, (char)c);
	} else if (c < 0x800) {
		buf_putc(out, (char)(0xc0 | c >> 6));
		buf_putc(out, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_putc(out, (char)(0xe0 | c >> 12));
		buf_putc(out, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_putc(out, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_putc(out, (char)(0xf0 | c >> 18));
		buf_putc(out, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_putc(out, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_putc(out, (char)(0x80 | (c & 0x3f)));
	}
}

/* `at` stands behind the backslash and the letter of \xHH, \uHHHH, \u{H...};
 * returns what follows, NULL on an error. */
static const char *escape_hex(const char *at, char letter, struct buf *out)
{
	char digits[9] = "";
	size_t wanted = letter == 'x' ? 2 : 4;
	bool braced = letter == 'u' && *at == '{';
	size_t len = 0;
	unsigned long value;

	if (braced) {
		at++;
		wanted = sizeof(digits) - 1;
	}
	while (len < wanted && isxdigit((unsigned char)*at))
		digits[len++] = *at++;
	if (len == 0 || (!braced && len < wanted) || (braced && *at++ != '}'))
		return NULL;
	value = strtoul(digits, NULL, 16);
	if (value > 0x10ffff)
		return NULL;
	if (letter == 'x')
		buf_putc(out, (char)value);
	else
		put_utf8(out, value);
	return at;
}

/* `at` stands behind the backslash. */
static const char *escape(const char *at, struct buf *out, struct err *err)
{
	static const char letters[] = "ntrea\\\"$";
	static const char values[] = "\n\t\r\x1b\a\\\"$";
	const char *found = *at ? strchr(letters, *at) : NULL;
	const char *next = NULL;

	if (found) {
		buf_putc(out, values[found - letters]);
		return at + 1;
	}
	if (*at == 'x' || *at == 'u')
		next = escape_hex(at + 1, *at, out);
	if (!next)
		err_set(err, ERR_PARSE, "unknown escape \\%.6s", at);
	return next;
}

/* `at` stands behind the opening quote. Returns what follows the closing one. */
static const char *read_double(const char *at, struct buf *out, struct err *err)
{
	while (at && *at && *at != '"') {
		if (*at == '\\')
			at = escape(at + 1, out, err);
		else if (is_variable(at))
			at = expand_one(at, out, err);
		else
			buf_putc(out, *at++);
	}
	if (at && !*at) {
		err_set(err, ERR_PARSE, "a \" is not closed");
		return NULL;
	}
	return at ? at + 1 : NULL;
}

static const char *read_single(const char *at, struct buf *out, struct err *err)
{
	while (at && *at && *at != '\'') {
		if (is_variable(at))
			at = expand_one(at, out, err);
		else
			buf_putc(out, *at++);
	}
	if (at && !*at) {
		err_set(err, ERR_PARSE, "a ' is not closed");
		return NULL;
	}
	return at ? at + 1 : NULL;
}

static const char *read_regex(const char *at, struct token *token, struct err *err)
{
	token->kind = TOKEN_REGEX;
	while (at && *at && *at != '/') {
		if (at[0] == '\\' && at[1] == '/') {
			buf_putc(&token->text, '/');
			at += 2;
		} else if (at[0] == '\\' && at[1]) {
			buf_append(&token->text, at, 2);
			at += 2;
		} else if (is_variable(at)) {
			at = expand_one(at, &token->text, err);
		} else {
			buf_putc(&token->text, *at++);
		}
	}
	if (at && !*at) {
		err_set(err, ERR_PARSE, "a regular expression is not closed by /");
		return NULL;
	}
	if (at && at[1] == 'i') {
		token->ignore_case = true;
		at++;
	}
	return at ? at + 1 : NULL;
}

static const char *read_piece(const char *at, struct buf *out, struct err *err)
{
	if (*at == '"')
		return read_double(at + 1, out, err);
	if (*at == '\'')
		return read_single(at + 1, out, err);
	if (is_variable(at))
		return expand_one(at, out, err);
	buf_putc(out, *at);
	return at + 1;
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'';
}

static const char *read_token(const char *at, enum parse_mode mode, struct token *token,
			      struct err *err)
{
	bool quoted = is_quote(*at);

	token->kind = quoted ? TOKEN_TEXT : TOKEN_WORD;
	if (mode == PARSE_PATTERNS && *at == '/')
		return read_regex(at + 1, token, err);
	if (mode == PARSE_KEYS && quoted)
		return read_piece(at, &token->text, err);
	while (at && *at && !isblank((unsigned char)*at)) {
		if (mode == PARSE_KEYS && is_quote(*at))
			break;
		at = read_piece(at, &token->text, err);
	}
	return at;
}

enum err_code command_parse(struct command *command, enum parse_mode mode, struct err *err)
{
	const char *at = command->rest;

	if (mode == PARSE_RAW)
		return ERR_OK;
	for (;;) {
		struct token token = {.ignore_case = false};

		while (isblank((unsigned char)*at))
			at++;
		if (!*at || *at == '#')
			return ERR_OK;
		buf_init(&token.text, SCRIPT_MAX);
		at = read_token(at, mode, &token, err);
		if (!at || vec_push(&command->tokens, &token)) {
			buf_free(&token.text);
			return ERR_PARSE;
		}
	}
}
