/* The words of a filter as they are typed: "in quotes", !excluded, name:value. */
#ifndef DACACHE_SRC_DOMAIN_FILTER_WORD_H
#define DACACHE_SRC_DOMAIN_FILTER_WORD_H

#include <stdbool.h>
#include <stddef.h>

#include "dacache/base/err.h"

struct filter_word {
	char *text;   /* its quotes taken off */
	size_t plain; /* bytes before the first quote: there a colon counts */
	bool negated;
};

/* What to make of a word, which is valid during the call alone. */
typedef enum err_code filter_word_fn(void *context, const struct filter_word *word,
				     struct err *err);

/* Every word of text in turn, until fn fails. ERR_USAGE with words; ERR_NO_MEMORY. */
enum err_code filter_words_each(const char *text, filter_word_fn *fn, void *context,
				struct err *err);
/* malloc'd: the name of name:value, whose value begins at `value`. NULL: no memory. */
char *filter_word_name(const struct filter_word *word, const char *value);
/* Where the value of name:value begins, NULL when the word has no name. */
const char *filter_word_value(const struct filter_word *word);

#endif
