/* The words of a filter as they are typed: "in quotes", !excluded, name:value. */
#ifndef DACACHE_SRC_DOMAIN_FILTER_WORD_H
#define DACACHE_SRC_DOMAIN_FILTER_WORD_H

#include <stdbool.h>
#include <stddef.h>

#include "dacache/base/err.h"

struct filter_word {
	char *text;   /* its quotes taken off; free() it */
	size_t plain; /* bytes before the first quote: there a colon counts */
	bool negated;
};

/* The next word; *at moves behind it. *found is false at the end. ERR_USAGE and
 * ERR_NO_MEMORY with words; word->text is the caller's in any case. */
enum err_code filter_word_take(const char **at, struct filter_word *word, bool *found,
			       struct err *err);
/* Where the value of name:value begins, NULL when the word has no name. */
const char *filter_word_value(const struct filter_word *word);

#endif
