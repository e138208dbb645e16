/* A JSON text as lines. A machine with a stack of its own: texts come from outside and may
 * be as deep as they are long. */
#include "dacache/domain/json_lines.h"

#include <string.h>

enum { DEPTH_MAX = 256 };

struct maker {
	const char *text;
	size_t len;
	size_t at;
	struct vec *out;
	size_t open[DEPTH_MAX]; /* lines that opened what is open */
	int depth;
	bool no_memory;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_blanks(struct maker *maker)
{
	while (maker->at < maker->len && is_blank(maker->text[maker->at]))
		maker->at++;
}

static char peek(const struct maker *maker)
{
	return maker->at < maker->len ? maker->text[maker->at] : '\0';
}

static void add(struct maker *maker, const struct json_line *line)
{
	if (vec_push(maker->out, line) != ERR_OK)
		maker->no_memory = true;
}

/* --- tokens: their length from here, 0: none --- */

static size_t string_len(const struct maker *maker)
{
	for (size_t i = maker->at + 1; i < maker->len; i++) {
		if (maker->text[i] == '"')
			return i + 1 - maker->at;
		if (maker->text[i] == '\\')
			i++;
	}
	return 0;
}

static size_t number_len(const struct maker *maker)
{
	size_t i = maker->at;

	while (i < maker->len && strchr("+-.0123456789eE", maker->text[i]) != NULL &&
	       maker->text[i] != '\0')
		i++;
	return i - maker->at;
}

static size_t literal_len(const struct maker *maker)
{
	static const char *const words[] = {"true", "false", "null"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i]);

		if (maker->len - maker->at >= n &&
		    memcmp(maker->text + maker->at, words[i], n) == 0)
			return n;
	}
	return 0;
}

/* A value that is a line by itself. */
static size_t scalar_len(const struct maker *maker, enum json_kind *kind)
{
	char c = peek(maker);

	if (c == '"') {
		*kind = JSON_STRING;
		return string_len(maker);
	}
	if (c == '-' || (c >= '0' && c <= '9')) {
		*kind = JSON_NUMBER;
		return number_len(maker);
	}
	*kind = JSON_LITERAL;
	return literal_len(maker);
}

/* --- lines --- */

/* Behind a value: a comma, or the end of what is open. False: neither. */
static bool take_comma(struct maker *maker)
{
	struct json_line *last = vec_at(maker->out, maker->out->len - 1);

	skip_blanks(maker);
	if (maker->depth == 0)
		return true;
	if (peek(maker) == ',') {
		last->comma = true;
		maker->at++;
		return true;
	}
	return peek(maker) == '}' || peek(maker) == ']';
}

static char closing_of(const struct maker *maker)
{
	const struct json_line *line = vec_at(maker->out, maker->open[maker->depth - 1]);

	return maker->text[line->value_at] == '{' ? '}' : ']';
}

static bool close_one(struct maker *maker)
{
	struct json_line line = {.kind = JSON_CLOSE, .value_at = maker->at, .value_len = 1};
	struct json_line *opened;

	if (peek(maker) != closing_of(maker))
		return false;
	opened = vec_at(maker->out, maker->open[--maker->depth]);
	line.depth = maker->depth;
	opened->last = maker->out->len;
	maker->at++;
	add(maker, &line);
	return !maker->no_memory && take_comma(maker);
}

/* "key": of an object's member. */
static bool take_key(struct maker *maker, struct json_line *line)
{
	if (peek(maker) != '"')
		return false;
	line->key_at = maker->at;
	line->key_len = string_len(maker);
	maker->at += line->key_len;
	skip_blanks(maker);
	if (line->key_len == 0 || peek(maker) != ':') {
		maker->at = line->key_at;
		return false;
	}
	maker->at++;
	skip_blanks(maker);
	return true;
}

/* { or [: open from here on, or empty. */
static bool open_one(struct maker *maker, struct json_line *line)
{
	char close = peek(maker) == '{' ? '}' : ']';

	line->value_at = maker->at++;
	skip_blanks(maker);
	if (peek(maker) == close) {
		line->kind = JSON_EMPTY;
		maker->at++;
		line->value_len = maker->at - line->value_at;
		add(maker, line);
		return !maker->no_memory && take_comma(maker);
	}
	line->kind = JSON_OPEN;
	line->value_len = 1;
	line->last = maker->out->len;
	if (maker->depth == DEPTH_MAX)
		return false;
	maker->open[maker->depth++] = maker->out->len;
	add(maker, line);
	return !maker->no_memory;
}

/* One line; false where the text is none that we know. */
static bool take_line(struct maker *maker)
{
	struct json_line line = {.depth = maker->depth};
	size_t begin = maker->at;

	if (maker->depth > 0 && (peek(maker) == '}' || peek(maker) == ']'))
		return close_one(maker);
	if (maker->depth > 0) {
		struct json_line *around = vec_at(maker->out, maker->open[maker->depth - 1]);

		if (closing_of(maker) == '}' && !take_key(maker, &line))
			return false;
		around->within++;
	}
	if (peek(maker) == '{' || peek(maker) == '[')
		return open_one(maker, &line);
	line.value_at = maker->at;
	line.value_len = scalar_len(maker, &line.kind);
	if (line.value_len == 0) {
		maker->at = begin; /* its name goes with what is broken */
		return false;
	}
	maker->at += line.value_len;
	add(maker, &line);
	return !maker->no_memory && take_comma(maker);
}

/* What is left, line by line. */
static void add_rest(struct maker *maker)
{
	while (maker->at < maker->len && !maker->no_memory) {
		const char *begin = maker->text + maker->at;
		const char *end = memchr(begin, '\n', maker->len - maker->at);
		size_t len = end != NULL ? (size_t)(end - begin) : maker->len - maker->at;
		struct json_line line = {.depth = maker->depth,
					 .kind = JSON_BROKEN,
					 .value_at = maker->at,
					 .value_len = len};

		add(maker, &line);
		maker->at += len + (end != NULL);
	}
}

enum err_code json_lines_make(const char *text, size_t len, struct vec *out, bool *whole)
{
	struct maker maker = {.text = text, .len = len, .out = out};
	bool good = true;

	skip_blanks(&maker);
	*whole = false;
	if (peek(&maker) != '{' && peek(&maker) != '[')
		return ERR_PARSE;
	do {
		good = take_line(&maker);
		skip_blanks(&maker);
	} while (good && maker.depth > 0 && maker.at < maker.len);
	*whole = good && maker.depth == 0 && maker.at == maker.len;
	add_rest(&maker);
	while (maker.depth > 0) {
		struct json_line *line = vec_at(out, maker.open[--maker.depth]);

		line->last = out->len - 1;
	}
	return maker.no_memory ? ERR_NO_MEMORY : ERR_OK;
}
