/* The filter of the list: does a row match? */
#define _GNU_SOURCE /* memmem */
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

/* ---- texts ---- */

static enum err_code lower_part(struct buf *out, const char *text)
{
	if (text != NULL && text_lower_to(out, text) != ERR_OK)
		return out->failed != ERR_OK ? out->failed : ERR_NO_MEMORY;
	return buf_putc(out, '\0');
}

enum err_code filter_lower(const struct filter_subject *subject, struct buf *out)
{
	const char *const parts[] = {subject->name, subject->category, subject->key, subject->id};
	enum err_code code = ERR_OK;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && code == ERR_OK; i++)
		code = lower_part(out, parts[i]);
	return code;
}

const char *filter_part(const char *lowered, enum filter_part part)
{
	for (; part > FILTER_PART_NAME; part--)
		lowered += strlen(lowered) + 1;
	return lowered;
}

static bool contains(const char *text, const char *lowered, enum filter_part part, const char *word)
{
	return text != NULL && strstr(filter_part(lowered, part), word) != NULL;
}

static size_t lowered_len(const char *lowered)
{
	const char *id = filter_part(lowered, FILTER_PART_ID);

	return (size_t)(id - lowered) + strlen(id) + 1;
}

/* All parts at once: no word has a NUL in it. */
static bool any_contains(const char *lowered, size_t len, const char *word)
{
	return memmem(lowered, len, word, strlen(word)) != NULL;
}

/* ---- matching ---- */

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

/* The subject has its lowered texts. */
static bool term_matches(const struct filter_term *term, const struct filter_subject *subject)
{
	const char *lowered = subject->lowered;

	switch (term->field) {
	case FILTER_ANY:
		return any_contains(lowered, subject->lowered_len, term->text);
	case FILTER_ID:
		return contains(subject->id, lowered, FILTER_PART_ID, term->text);
	case FILTER_CATEGORY:
		return contains(subject->category, lowered, FILTER_PART_CATEGORY, term->text);
	case FILTER_KEY:
		return contains(subject->key, lowered, FILTER_PART_KEY, term->text);
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

static bool all_match(const struct filter *filter, const struct filter_subject *subject)
{
	for (size_t i = 0; i < filter->len; i++) {
		if (term_matches(&filter->terms[i], subject) == filter->terms[i].negated)
			return false;
	}
	return true;
}

bool filter_match(const struct filter *filter, const struct filter_subject *subject)
{
	struct filter_subject full = *subject;
	struct buf lowered;
	bool match;

	if (subject->lowered != NULL) {
		if (full.lowered_len == 0)
			full.lowered_len = lowered_len(subject->lowered);
		return all_match(filter, &full);
	}
	buf_init(&lowered, SIZE_MAX);
	match = filter_lower(subject, &lowered) == ERR_OK;
	full.lowered = lowered.data;
	full.lowered_len = lowered.len;
	match = match && all_match(filter, &full);
	buf_free(&lowered);
	return match;
}

bool filter_is_empty(const struct filter *filter)
{
	return filter->len == 0;
}

/* ---- narrowing ---- */

static bool has_text(enum filter_field field)
{
	return field == FILTER_ANY || field == FILTER_ID || field == FILTER_CATEGORY ||
	       field == FILTER_KEY;
}

static bool term_narrows(const struct filter_term *term, const struct filter_term *wider)
{
	if (term->field != wider->field || term->negated != wider->negated)
		return false;
	if (has_text(term->field) && term->negated)
		return strcmp(term->text, wider->text) == 0;
	if (has_text(term->field))
		return strstr(term->text, wider->text) != NULL;
	return term->op == wider->op && term->number == wider->number &&
	       term->tier == wider->tier && term->enabled == wider->enabled;
}

bool filter_narrows(const struct filter *filter, const struct filter *wider)
{
	if (filter->len < wider->len)
		return false;
	for (size_t i = 0; i < wider->len; i++) {
		if (!term_narrows(&filter->terms[i], &wider->terms[i]))
			return false;
	}
	return true;
}
