/* The words of a filter as they are typed. */
#include "filter_word.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Takes the quotes off; true when the last one has no end. */
static bool copy_word(const char **at, struct filter_word *word)
{
	bool quoted = false;
	size_t len = 0;

	for (; **at != '\0' && (quoted || !is_blank(**at)); (*at)++) {
		if (**at != '"') {
			word->text[len++] = **at;
			continue;
		}
		quoted = !quoted;
		if (word->plain == SIZE_MAX)
			word->plain = len;
	}
	word->text[len] = '\0';
	if (word->plain == SIZE_MAX)
		word->plain = len;
	return quoted;
}

/* The next word; *at moves behind it. *found is false at the end. word->text is the
 * caller's in any case. */
static enum err_code take(const char **at, struct filter_word *word, bool *found, struct err *err)
{
	*word = (struct filter_word){.plain = SIZE_MAX};
	while (is_blank(**at))
		(*at)++;
	*found = **at != '\0';
	if (!*found)
		return ERR_OK;
	word->negated = **at == '!';
	*at += word->negated;
	word->text = malloc(strlen(*at) + 1);
	if (word->text == NULL)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	if (copy_word(at, word))
		return err_set(err, ERR_USAGE, "the quote before \"%s\" has no end", word->text);
	if (word->negated && word->text[0] == '\0')
		return err_set(err, ERR_USAGE, "\"!\" excludes a word: write it right behind");
	return ERR_OK;
}

const char *filter_word_value(const struct filter_word *word)
{
	const char *colon = strchr(word->text, ':');

	if (colon == NULL || colon == word->text || (size_t)(colon - word->text) >= word->plain)
		return NULL;
	return colon + 1;
}

char *filter_word_name(const struct filter_word *word, const char *value)
{
	return strndup(word->text, (size_t)(value - word->text) - 1);
}

enum err_code filter_words_each(const char *text, filter_word_fn *fn, void *context,
				struct err *err)
{
	enum err_code code = ERR_OK;
	bool found = true;

	while (code == ERR_OK && found) {
		struct filter_word word;

		code = take(&text, &word, &found, err);
		if (code == ERR_OK && found)
			code = fn(context, &word, err);
		free(word.text);
	}
	return code;
}
