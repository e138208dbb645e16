/* The filter of the list: from text to terms. */
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/base/vec.h"
#include "filter_term.h"
#include "filter_word.h"

static const char *const field_names[] = {"tier", "ttl", "key", "err", "cat", "id", "enabled"};

static enum err_code take_text(struct filter_term *term, enum filter_field field, const char *text)
{
	term->field = field;
	term->text = text_lower(text);
	return term->text == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static enum err_code parse_tier(const char *value, struct filter_term *term, struct err *err)
{
	char *lower = text_lower(value);
	bool found = false;

	term->field = FILTER_TIER;
	if (lower == NULL)
		return ERR_NO_MEMORY;
	for (int tier = TIER_DEFAULT; tier <= TIER_CUSTOM && !found && lower[0] != '\0'; tier++) {
		found = strncmp(tier_name((enum tier)tier), lower, strlen(lower)) == 0;
		term->tier = (enum tier)tier;
	}
	free(lower);
	if (!found)
		return err_set(err, ERR_USAGE,
			       "tier:%s: a tier is default, high_priority, static_reference or "
			       "custom",
			       value);
	return ERR_OK;
}

static enum filter_op take_op(const char **value)
{
	const char *at = *value;

	*value += at[0] == '>' || at[0] == '<' || at[0] == '=';
	if (at[0] != '>' && at[0] != '<')
		return OP_EQUAL;
	if (at[1] != '=')
		return at[0] == '>' ? OP_ABOVE : OP_BELOW;
	(*value)++;
	return at[0] == '>' ? OP_AT_LEAST : OP_AT_MOST;
}

static enum err_code parse_number(const char *name, const char *value, struct filter_term *term,
				  struct err *err)
{
	const char *digits = value;

	term->op = take_op(&digits);
	if (text_parse_int(digits, 0, INT64_MAX, &term->number) == ERR_OK)
		return ERR_OK;
	return err_set(err, ERR_USAGE, "%s:%s: a number is wanted, as in %s:>300", name, value,
		       name);
}

static enum err_code parse_errors(const char *value, struct filter_term *term, struct err *err)
{
	term->field = FILTER_ERRORS;
	if (value[0] != '\0')
		return parse_number("err", value, term, err);
	term->op = OP_ABOVE;
	term->number = 0;
	return ERR_OK;
}

static enum err_code parse_enabled(const char *value, struct filter_term *term, struct err *err)
{
	term->field = FILTER_ENABLED;
	term->enabled = strcmp(value, "yes") == 0;
	if (term->enabled || strcmp(value, "no") == 0)
		return ERR_OK;
	return err_set(err, ERR_USAGE, "enabled:%s: yes or no is wanted", value);
}

static enum err_code parse_key(const struct filter_word *word, const char *value,
			       struct filter_term *term)
{
	/* key:"none" looks for the text. */
	if (strcmp(value, "none") == 0 && word->plain == strlen(word->text)) {
		term->field = FILTER_NO_KEY;
		return ERR_OK;
	}
	return take_text(term, FILTER_KEY, value);
}

/* A word with an unknown name before its colon may be meant as it stands, but a
 * slip of the pen would then hide every row without a word. */
static enum err_code parse_unknown(const char *name, const char *text, struct filter_term *term,
				   struct err *err)
{
	const char *nearest =
		text_nearest(name, field_names, sizeof(field_names) / sizeof(field_names[0]));

	if (nearest == NULL)
		return take_text(term, FILTER_ANY, text);
	return err_set(err, ERR_USAGE, "\"%s:\" is unknown: \"%s:\"? (in quotes it is a word)",
		       name, nearest);
}

static enum err_code parse_field(const struct filter_word *word, const char *name,
				 const char *value, struct filter_term *term, struct err *err)
{
	if (strcmp(name, "tier") == 0)
		return parse_tier(value, term, err);
	if (strcmp(name, "ttl") == 0) {
		term->field = FILTER_TTL;
		return parse_number(name, value, term, err);
	}
	if (strcmp(name, "key") == 0)
		return parse_key(word, value, term);
	if (strcmp(name, "err") == 0)
		return parse_errors(value, term, err);
	if (strcmp(name, "cat") == 0)
		return take_text(term, FILTER_CATEGORY, value);
	if (strcmp(name, "id") == 0)
		return take_text(term, FILTER_ID, value);
	if (strcmp(name, "enabled") == 0)
		return parse_enabled(value, term, err);
	return parse_unknown(name, word->text, term, err);
}

static enum err_code parse_word(const struct filter_word *word, struct filter_term *term,
				struct err *err)
{
	const char *value = filter_word_value(word);
	enum err_code code;
	char *name;

	term->negated = word->negated;
	if (value == NULL)
		return take_text(term, FILTER_ANY, word->text);
	name = filter_word_name(word, value);
	if (name == NULL)
		return ERR_NO_MEMORY;
	code = parse_field(word, name, value, term, err);
	free(name);
	return code;
}

static enum err_code add_term(void *context, const struct filter_word *word, struct err *err)
{
	struct filter_term term = {0};
	enum err_code code = parse_word(word, &term, err);

	if (code == ERR_OK)
		code = vec_push(context, &term);
	if (code != ERR_OK)
		free(term.text);
	return code;
}

enum err_code filter_parse(const char *text, struct filter **out, struct err *err)
{
	struct filter *filter = calloc(1, sizeof(*filter));
	enum err_code code;
	struct vec terms;

	*out = NULL;
	if (filter == NULL)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	vec_init(&terms, sizeof(struct filter_term));
	code = filter_words_each(text, add_term, &terms, err);
	filter->terms = terms.items;
	filter->len = terms.len;
	if (code == ERR_NO_MEMORY)
		err_set(err, code, "out of memory");
	if (code != ERR_OK)
		filter_free(&filter);
	*out = filter;
	return code;
}
