/* The filter of the list: does a row match? */
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "filter_term.h"

void filter_free(struct filter **filter)
{
	if (*filter == NULL)
		return;
	for (size_t i = 0; i < (*filter)->len; i++)
		free((*filter)->terms[i].text);
	free((*filter)->terms);
	free(*filter);
	*filter = NULL;
}

static bool is_ascii(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text >= 0x80)
			return false;
	}
	return true;
}

static char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool ascii_contains(const char *text, const char *lowered)
{
	for (;; text++) {
		size_t i = 0;

		while (lowered[i] != '\0' && ascii_lower(text[i]) == lowered[i])
			i++;
		if (lowered[i] == '\0')
			return true;
		if (*text == '\0')
			return false;
	}
}

/* Nearly all names are ASCII: only the others cost an allocation, which counts
 * where each key typed asks 100,000 rows. */
static bool contains(const char *text, const char *lowered)
{
	char *lower;
	bool found;

	if (text == NULL)
		return false;
	if (is_ascii(text))
		return ascii_contains(text, lowered);
	lower = text_lower(text);
	found = lower != NULL && strstr(lower, lowered) != NULL;
	free(lower);
	return found;
}

static bool compare(const struct filter_term *term, int64_t value)
{
	switch (term->op) {
	case OP_ABOVE:
		return value > term->number;
	case OP_AT_LEAST:
		return value >= term->number;
	case OP_BELOW:
		return value < term->number;
	case OP_AT_MOST:
		return value <= term->number;
	case OP_EQUAL:
		break;
	}
	return value == term->number;
}

static bool any_contains(const struct filter_subject *subject, const char *lowered)
{
	return contains(subject->name, lowered) || contains(subject->category, lowered) ||
	       contains(subject->key, lowered) || contains(subject->id, lowered);
}

static bool term_matches(const struct filter_term *term, const struct filter_subject *subject)
{
	switch (term->field) {
	case FILTER_ANY:
		return any_contains(subject, term->text);
	case FILTER_ID:
		return contains(subject->id, term->text);
	case FILTER_CATEGORY:
		return contains(subject->category, term->text);
	case FILTER_KEY:
		return contains(subject->key, term->text);
	case FILTER_NO_KEY:
		return subject->key == NULL || subject->key[0] == '\0';
	case FILTER_TIER:
		return subject->tier == term->tier;
	case FILTER_TTL:
		/* An action without a TTL is not below any. */
		return subject->ttl_s >= 0 && compare(term, subject->ttl_s);
	case FILTER_ERRORS:
		return compare(term,
			       subject->errors > INT64_MAX ? INT64_MAX : (int64_t)subject->errors);
	case FILTER_ENABLED:
		break;
	}
	return subject->enabled == term->enabled;
}

bool filter_match(const struct filter *filter, const struct filter_subject *subject)
{
	for (size_t i = 0; i < filter->len; i++) {
		if (term_matches(&filter->terms[i], subject) == filter->terms[i].negated)
			return false;
	}
	return true;
}

bool filter_is_empty(const struct filter *filter)
{
	return filter->len == 0;
}
