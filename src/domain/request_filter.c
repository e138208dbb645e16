/* The filter of the requests. */
#include "dacache/domain/request_filter.h"

#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/base/vec.h"
#include "filter_word.h"

enum field { FIELD_ANY, FIELD_STATUS, FIELD_PATH, FIELD_ACTION, FIELD_NO_ACTION, FIELD_METHOD };

struct term {
	enum field field;
	bool negated;
	char *text;          /* lower case; owned */
	int status_from, to; /* 0: no answer */
};

struct request_filter {
	struct vec terms;
};

enum { STATUS_MAX = 999 };

/* --- one word --- */

static enum err_code take_text(struct term *term, enum field field, const char *text)
{
	term->field = field;
	term->text = text_lower(text);
	return term->text == NULL ? ERR_NO_MEMORY : ERR_OK;
}

/* "4xx" */
static bool parse_class(const char *value, struct term *term)
{
	if (value[0] < '1' || value[0] > '5' || strlen(value) != 3 ||
	    (strcmp(value + 1, "xx") != 0 && strcmp(value + 1, "XX") != 0))
		return false;
	term->status_from = (value[0] - '0') * 100;
	term->to = term->status_from + 99;
	return true;
}

/* ">=400", "<300", "429" */
static bool parse_range(const char *value, struct term *term)
{
	char op = value[0] == '>' || value[0] == '<' ? value[0] : '=';
	bool equal = op == '=' || value[1] == '=';
	int64_t status;

	value += op == '=' ? value[0] == '=' : 1 + equal;
	if (text_parse_int(value, 100, STATUS_MAX, &status) != ERR_OK)
		return false;
	term->status_from = (int)status + (op == '>' && !equal);
	term->to = (int)status - (op == '<' && !equal);
	if (op == '>')
		term->to = STATUS_MAX;
	if (op == '<')
		term->status_from = 1;
	return true;
}

static enum err_code parse_status(const char *value, struct term *term, struct err *err)
{
	term->field = FIELD_STATUS;
	if (strcmp(value, "none") == 0 || parse_class(value, term) || parse_range(value, term))
		return ERR_OK;
	return err_set(err, ERR_USAGE,
		       "status:%s: a status is wanted, as 429, 4xx, >=400, or none (no answer)",
		       value);
}

/* A word with an unknown name before its colon may be meant as it stands, but a slip of the
 * pen would then hide every row without a word. */
static enum err_code parse_unknown(const char *name, const char *text, struct term *term,
				   struct err *err)
{
	static const char *const names[] = {"status", "path", "action", "method"};
	const char *nearest = text_nearest(name, names, sizeof(names) / sizeof(names[0]));

	if (nearest == NULL)
		return take_text(term, FIELD_ANY, text);
	return err_set(err, ERR_USAGE, "\"%s:\" is unknown: \"%s:\"? (in quotes it is a word)",
		       name, nearest);
}

static enum err_code parse_field(const struct filter_word *word, const char *name,
				 const char *value, struct term *term, struct err *err)
{
	if (strcmp(name, "status") == 0)
		return parse_status(value, term, err);
	if (strcmp(name, "path") == 0)
		return take_text(term, FIELD_PATH, value);
	if (strcmp(name, "method") == 0)
		return take_text(term, FIELD_METHOD, value);
	if (strcmp(name, "action") != 0)
		return parse_unknown(name, word->text, term, err);
	/* action:"none" looks for the text. */
	if (strcmp(value, "none") == 0 && word->plain == strlen(word->text)) {
		term->field = FIELD_NO_ACTION;
		return ERR_OK;
	}
	return take_text(term, FIELD_ACTION, value);
}

static enum err_code parse_word(const struct filter_word *word, struct term *term, struct err *err)
{
	const char *value = filter_word_value(word);
	enum err_code code;
	char *name;

	term->negated = word->negated;
	if (value == NULL)
		return take_text(term, FIELD_ANY, word->text);
	name = filter_word_name(word, value);
	if (name == NULL)
		return ERR_NO_MEMORY;
	code = parse_field(word, name, value, term, err);
	free(name);
	return code;
}

/* --- the whole --- */

static enum err_code add_term(void *context, const struct filter_word *word, struct err *err)
{
	struct term term = {0};
	enum err_code code = parse_word(word, &term, err);

	if (code == ERR_OK)
		code = vec_push(context, &term);
	if (code != ERR_OK)
		free(term.text);
	return code;
}

enum err_code request_filter_parse(const char *text, struct request_filter **out, struct err *err)
{
	struct request_filter *filter = calloc(1, sizeof(*filter));
	enum err_code code;

	*out = NULL;
	if (filter == NULL)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	vec_init(&filter->terms, sizeof(struct term));
	code = filter_words_each(text, add_term, &filter->terms, err);
	if (code == ERR_NO_MEMORY)
		err_set(err, code, "out of memory");
	if (code != ERR_OK)
		request_filter_free(&filter);
	*out = filter;
	return code;
}

void request_filter_free(struct request_filter **filter)
{
	if (*filter == NULL)
		return;
	for (size_t i = 0; i < (*filter)->terms.len; i++)
		free(((struct term *)vec_at(&(*filter)->terms, i))->text);
	vec_free(&(*filter)->terms);
	free(*filter);
	*filter = NULL;
}

bool request_filter_is_empty(const struct request_filter *filter)
{
	return filter == NULL || filter->terms.len == 0;
}

/* --- matching --- */

static bool contains(const char *text, const char *lowered_word)
{
	struct buf lowered;
	bool found;

	if (text == NULL)
		return false;
	buf_init(&lowered, SIZE_MAX);
	found = text_lower_to(&lowered, text) == ERR_OK &&
		strstr(buf_str(&lowered), lowered_word) != NULL;
	buf_free(&lowered);
	return found;
}

static bool term_matches(const struct term *term, const struct exchange *exchange, const char *name)
{
	switch (term->field) {
	case FIELD_ANY:
		return contains(exchange->path, term->text) || contains(name, term->text);
	case FIELD_STATUS:
		return exchange->status >= term->status_from && exchange->status <= term->to;
	case FIELD_PATH:
		return contains(exchange->path, term->text);
	case FIELD_ACTION:
		return contains(exchange->action_id, term->text) || contains(name, term->text);
	case FIELD_METHOD:
		return contains(exchange->method, term->text);
	case FIELD_NO_ACTION:
		break;
	}
	return exchange->action_id == NULL || exchange->action_id[0] == '\0';
}

bool request_filter_match(const struct request_filter *filter, const struct exchange *exchange,
			  const char *name)
{
	for (size_t i = 0; filter != NULL && i < filter->terms.len; i++) {
		const struct term *term = vec_at(&filter->terms, i);

		if (term_matches(term, exchange, name) == term->negated)
			return false;
	}
	return true;
}

enum err_code request_filter_add(struct buf *out, const char *name, const char *value)
{
	buf_printf(out, "%s%s:", out->len > 0 ? " " : "", name);
	/* In quotes action:none would be the text. */
	if (strpbrk(value, " \t\r\n\v\f\"") == NULL)
		return buf_puts(out, value);
	buf_putc(out, '"');
	for (; *value != '\0'; value++)
		if (*value != '"')
			buf_putc(out, *value);
	return buf_putc(out, '"');
}
