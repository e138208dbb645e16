/* Reading UTF-8 and small things about words and numbers. */
#include "dacache/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unictype.h>
#include <unistr.h>

enum { REPLACEMENT = 0xFFFD };

bool text_is_valid(const char *text, size_t len)
{
	return u8_check((const uint8_t *)text, len) == NULL;
}

size_t text_next(const char *text, uint32_t *ucs)
{
	ucs4_t c = 0;
	int n = u8_strmbtouc(&c, (const uint8_t *)text);

	if (n < 0) {
		*ucs = REPLACEMENT;
		return 1;
	}
	*ucs = n > 0 ? c : 0;
	return (size_t)n;
}

bool text_has_alnum(const char *text)
{
	uint32_t c;

	for (size_t n; (n = text_next(text, &c)) > 0; text += n) {
		if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N))
			return true;
	}
	return false;
}

bool text_has_control(const char *text)
{
	uint32_t c;

	for (size_t n; (n = text_next(text, &c)) > 0; text += n) {
		if (c < 0x20 || (c >= 0x7F && c <= 0x9F))
			return true;
	}
	return false;
}

enum err_code text_parse_int(const char *text, int64_t min, int64_t max, int64_t *out)
{
	bool negative = *text == '-';
	bool too_big = false;
	int64_t value = 0; /* kept negative: its range is the wider one */

	text += negative;
	if (*text == '\0')
		return ERR_PARSE;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return ERR_PARSE;
		int digit = *text - '0';
		if (value < (INT64_MIN + digit) / 10)
			too_big = true;
		else
			value = value * 10 - digit;
	}
	if (too_big || (!negative && value == INT64_MIN))
		return ERR_LIMIT;
	if (!negative)
		value = -value;
	if (value < min || value > max)
		return ERR_LIMIT;
	*out = value;
	return ERR_OK;
}

void text_format_count(int64_t n, char out[32])
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%lld", (long long)n);
	int first = digits[0] == '-';
	size_t at = 0;

	for (int i = 0; i < len; i++) {
		if (i > first && (len - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
}

char *text_dup(const char *text)
{
	return text ? strdup(text) : NULL;
}
