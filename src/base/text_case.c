/* Trimming and lower-casing as Python does it: the tenant's collisions are
 * defined that way. */
#include "dacache/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unistr.h>
#include <unitypes.h>

/* What str.strip() takes for white space; U+001C..U+001F are in it, unlike in
 * Unicode's property. */
static bool is_space(uint32_t c)
{
	return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 ||
	       c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
	       c == 0x202F || c == 0x205F || c == 0x3000;
}

/* The part of the text between its outer white space. */
static const char *trimmed(const char *text, size_t *len)
{
	uint32_t c;
	size_t n;

	while ((n = text_next(text, &c)) > 0 && is_space(c))
		text += n;
	*len = 0;
	for (const char *at = text; (n = text_next(at, &c)) > 0; at += n) {
		if (!is_space(c))
			*len = (size_t)(at - text) + n;
	}
	return text;
}

/* malloc'd copy in which a broken byte is U+FFFD, because u8_tolower refuses
 * text that is not well-formed. */
static uint8_t *well_formed(const char *text, size_t len, size_t *out_len)
{
	uint8_t *copy = malloc(len * 3 + 1); /* U+FFFD takes three bytes */
	const char *end = text + len;
	size_t at = 0;
	uint32_t c;

	if (!copy)
		return NULL;
	while (text < end) {
		text += text_next(text, &c);
		at += (size_t)u8_uctomb(copy + at, c, 4);
	}
	*out_len = at;
	return copy;
}

static char *lower(const char *text, size_t len)
{
	size_t clean_len;
	size_t out_len;

	if (len == 0)
		return calloc(1, 1);
	uint8_t *clean = well_formed(text, len, &clean_len);
	if (!clean)
		return NULL;
	uint8_t *lowered = u8_tolower(clean, clean_len, NULL, NULL, NULL, &out_len);
	free(clean);
	uint8_t *out = lowered ? realloc(lowered, out_len + 1) : NULL;
	if (!out)
		free(lowered);
	else
		out[out_len] = '\0';
	return (char *)out;
}

char *text_trim_lower(const char *text)
{
	size_t len;
	const char *start = trimmed(text, &len);

	return lower(start, len);
}

char *text_lower(const char *text)
{
	return lower(text, strlen(text));
}
