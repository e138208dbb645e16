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

static bool is_ascii(const char *text, size_t len)
{
	uint64_t all = 0;
	uint64_t word;

	for (; len >= sizeof(word); len -= sizeof(word), text += sizeof(word)) {
		memcpy(&word, text, sizeof(word));
		all |= word;
	}
	for (; len > 0; len--)
		all |= (unsigned char)*text++;
	return (all & UINT64_C(0x8080808080808080)) == 0;
}

static const char *trimmed_ascii(const char *text, size_t *len)
{
	while (*len > 0 && is_space((unsigned char)*text)) {
		text++;
		(*len)--;
	}
	while (*len > 0 && is_space((unsigned char)text[*len - 1]))
		(*len)--;
	return text;
}

/* The part of the text between its outer white space. */
static const char *trimmed(const char *text, size_t *len)
{
	uint32_t c;
	size_t n;

	*len = strlen(text);
	if (is_ascii(text, *len))
		return trimmed_ascii(text, len);
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

/* Eight letters of ASCII at once: the high bit of each byte is free to carry into. */
static uint64_t lower_word(uint64_t word)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t from_a = word + ones * (0x80 - 'A');
	uint64_t past_z = word + ones * (0x80 - 'Z' - 1);

	return word | ((from_a & ~past_z & ones * 0x80) >> 2);
}

static void lower_ascii(const char *text, size_t len, char *out)
{
	size_t i = 0;

	for (uint64_t word; len - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, text + i, sizeof(word));
		word = lower_word(word);
		memcpy(out + i, &word, sizeof(word));
	}
	for (; i < len; i++) {
		unsigned c = (unsigned char)text[i];

		/* Without a branch: capitals may stand anywhere. */
		out[i] = (char)(c | (unsigned)(c - 'A' < 26) << 5);
	}
	out[len] = '\0';
}

/* Nearly all texts are ASCII: only the others take the long way. */
static char *lower(const char *text, size_t len)
{
	size_t clean_len;
	size_t out_len;

	if (is_ascii(text, len)) {
		char *copy = malloc(len + 1);

		if (copy)
			lower_ascii(text, len, copy);
		return copy;
	}
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

enum err_code text_lower_to(struct buf *out, const char *text)
{
	size_t len = strlen(text);
	size_t before = out->len;

	if (is_ascii(text, len)) {
		if (buf_append(out, text, len) == ERR_OK && len > 0)
			lower_ascii(text, len, out->data + before);
		return out->failed;
	}

	char *lowered = lower(text, len);
	enum err_code code = lowered ? buf_puts(out, lowered) : ERR_NO_MEMORY;

	free(lowered);
	return code;
}
