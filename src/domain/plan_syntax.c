/* What is likely wrong where the JSON of a plan ends: in words that a person who edited it
 * can use. */
#include <ctype.h>
#include <string.h>

#include "plan_read.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_in(char c, const char *set)
{
	return c != '\0' && strchr(set, c);
}

static bool ends_value(char c)
{
	return is_in(c, "\"}]") || isalnum((unsigned char)c);
}

static bool begins_value(char c)
{
	return is_in(c, "\"{[-") || isalnum((unsigned char)c);
}

/* A value that stands where none may: what is missing before it? */
static const char *missing_before(char before, char c)
{
	if (c == '{')
		return "a comma or a closing bracket is missing";
	if (before == '"' && isalpha((unsigned char)c))
		return "a comma or a colon is missing";
	return before == '"' && c != '"' ? "a colon is missing" : "a comma is missing";
}

static const char *wrong_here(char before, char c)
{
	if (c == '\'')
		return "texts stand in double quotes, not in single ones";
	if (c == '/' || c == '#')
		return "JSON has no comments";
	if (c == '"' && (before == '\0' || is_in(before, "{[,:")))
		return "a text that does not end, or holds what JSON does not let it: a line "
		       "break, a control character, a wrong escape, bytes that are not UTF-8";
	if (before == ':' && is_in(c, ",}]"))
		return "a value is missing";
	if (before == ':' && isalpha((unsigned char)c))
		return "true, false or null are expected; other texts stand in double quotes";
	if (is_in(before, "{,") && isalpha((unsigned char)c))
		return "the name of a member stands in double quotes";
	if (is_in(c, "}]") && is_in(before, "\"}]"))
		return "a closing bracket of the other kind is expected";
	return "nothing of it may stand here";
}

const char *plan_syntax_words(const char *text, size_t len, size_t at, size_t *place)
{
	size_t behind = at; /* the last byte before it that is no blank */
	char before;

	while (behind > 0 && is_blank(text[behind - 1]))
		behind--;
	before = behind > 0 ? text[behind - 1] : '\0';
	*place = behind;
	if (at >= len)
		return "it ends too early";
	if (ends_value(before) && begins_value(text[at]))
		return missing_before(before, text[at]);
	if (before == ',' && is_in(text[at], ",}]")) {
		*place = behind - 1;
		return "a comma too many";
	}
	*place = at;
	return wrong_here(before, text[at]);
}
