#include "dacache/domain/key_template.h"

#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"

/* What stands for a NUL of the server's (see json_read.h). */
static const char nul_picture[] = "\xe2\x90\x80";

static bool is_blank_run(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] != ' ' && text[i] != '\t')
			return false;
	return true;
}

/* NULL, or what is wrong with the braces. */
static const char *check_braces(const char *key)
{
	const char *open = NULL;

	for (const char *at = key; *at; at++) {
		if (*at == '{' && open)
			return "cacheKey has a { within a placeholder";
		if (*at == '{')
			open = at;
		if (*at != '}')
			continue;
		if (!open)
			return "cacheKey has a } without a { before it";
		if (is_blank_run(open + 1, (size_t)(at - open - 1)))
			return "cacheKey has a placeholder without a name";
		open = NULL;
	}
	return open ? "cacheKey has a { that is not closed" : NULL;
}

enum err_code key_template_check(const char *key, struct err *err)
{
	if (!key || !*key)
		return err_set(err, ERR_INVALID, "cacheKey is empty");
	if (!text_is_valid(key, strlen(key)))
		return err_set(err, ERR_INVALID, "cacheKey is not UTF-8");
	if (!text_has_alnum(key))
		return err_set(err, ERR_INVALID, "cacheKey must contain alphanumeric characters");
	if (text_has_control(key) || strstr(key, nul_picture))
		return err_set(err, ERR_INVALID, "cacheKey must not contain control characters");

	const char *wrong = check_braces(key);

	return wrong ? err_set(err, ERR_INVALID, "%s", wrong) : ERR_OK;
}

/* The next well-formed placeholder from `at` on: its opening brace, and *len bytes
 * of name behind it. NULL when there is none. */
static const char *next_placeholder(const char *at, size_t *len)
{
	const char *open = NULL;

	for (; *at; at++) {
		if (*at == '{') {
			open = at;
		} else if (*at == '}' && open) {
			*len = (size_t)(at - open - 1);
			if (!is_blank_run(open + 1, *len))
				return open;
			open = NULL;
		}
	}
	return NULL;
}

void key_template_placeholders(const char *key,
			       void (*fn)(void *context, const char *name, size_t len),
			       void *context)
{
	size_t len = 0;

	for (const char *open = next_placeholder(key, &len); open;
	     open = next_placeholder(open + len + 2, &len))
		fn(context, open + 1, len);
}

char *key_template_collision_form(const char *key)
{
	return text_trim_lower(key);
}

bool key_template_collides(const char *a, const char *b)
{
	if (!a || !b)
		return false;

	char *form_a = key_template_collision_form(a);
	char *form_b = key_template_collision_form(b);
	/* without memory, at least the plain case is found */
	bool collides = form_a && form_b ? !strcmp(form_a, form_b) : !strcmp(a, b);

	free(form_a);
	free(form_b);
	return collides;
}

void key_template_to_pattern(char *form)
{
	char *to = form;
	const char *from = form;
	size_t len = 0;

	for (const char *open = next_placeholder(from, &len); open;
	     open = next_placeholder(from, &len)) {
		memmove(to, from, (size_t)(open - from));
		to += open - from;
		*to++ = KEY_PATTERN_ANY;
		from = open + len + 2;
	}
	memmove(to, from, strlen(from) + 1);
}

char *key_template_pattern(const char *key)
{
	char *form = key_template_collision_form(key);

	if (form)
		key_template_to_pattern(form);
	return form;
}

enum err_code key_template_example(const char *key, const char *fill, struct buf *out)
{
	const char *from = key;
	size_t len = 0;

	for (const char *open = next_placeholder(from, &len); open;
	     open = next_placeholder(from, &len)) {
		buf_append(out, from, (size_t)(open - from));
		buf_puts(out, fill);
		from = open + len + 2;
	}
	return buf_puts(out, from);
}
