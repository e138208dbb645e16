/* Reads one JSON text from left to right without building anything. */
#include "json_cursor.h"

#include <string.h>

#include "dacache/base/text.h"
#include "json_bytes.h"

enum { DEPTH_MAX = 64, DIGITS_KEPT = 18, EXPONENT_MAX = 100000 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool cursor_word(struct cursor *cursor, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(cursor->end - cursor->at) < len || memcmp(cursor->at, word, len) != 0)
		return false;
	cursor->at += len;
	cursor_blanks(cursor);
	return true;
}

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Four hex digits, or -1. */
static int32_t hex4(const char *at, const char *end)
{
	int32_t value = 0;

	if (end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int digit = hex_value(at[i]);

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* The length of the escape at the backslash, 0 when it is none. */
static size_t escape_length(const char *at, const char *end)
{
	if (end - at < 2)
		return 0;
	if (at[1] == 'u')
		return hex4(at + 2, end) < 0 ? 0 : 6;
	return strchr("\"\\/bfnrt", at[1]) != NULL && at[1] != '\0' ? 2 : 0;
}

static bool is_plain(char c)
{
	return (unsigned char)c >= 0x20 && (unsigned char)c < 0x80 && c != '"' && c != '\\';
}

/* Behind a run of plain characters: most of a reply stands in strings. */
static inline const char *skip_plain(const char *at, const char *end)
{
	for (; end - at >= JSON_WORD; at += JSON_WORD) {
		uint64_t odd = json_bytes_odd(json_bytes_read(at));

		if (odd != 0)
			return at + json_bytes_before(odd);
	}
	while (at < end && is_plain(*at))
		at++;
	return at;
}

/* The length of what is not plain and no closing quote; 0: it may not stand there. */
static size_t odd_length(const struct cursor *cursor, const char *at, struct cursor_string *string)
{
	if (*at == '\\') {
		string->escaped = true;
		return escape_length(at, cursor->end);
	}
	if ((unsigned char)*at < 0x20)
		return cursor->takes_controls && *at != '\0';
	string->past_ascii = true;
	return 1;
}

/* The rest of a string, from something that is not plain on. */
static bool read_odd_string(struct cursor *cursor, const char *at, struct cursor_string *out)
{
	do {
		size_t step = odd_length(cursor, at, out);

		if (step == 0)
			return false;
		at = skip_plain(at + step, cursor->end);
		if (at == cursor->end)
			return false;
	} while (*at != '"');
	out->len = (size_t)(at - out->at);
	if (cursor->wants_utf8 && out->past_ascii && !text_is_valid(out->at, out->len))
		return false;
	cursor->at = cursor_behind_blanks(at + 1, cursor->end);
	return true;
}

/* Most strings are plain from end to end. */
static inline bool read_string(struct cursor *cursor, struct cursor_string *out)
{
	const char *start = cursor->at + 1;
	const char *at;

	if (cursor->at == cursor->end || *cursor->at != '"')
		return false;
	at = skip_plain(start, cursor->end);
	if (at == cursor->end)
		return false;
	*out = (struct cursor_string){.at = start};
	if (*at != '"')
		return read_odd_string(cursor, at, out);
	out->len = (size_t)(at - start);
	cursor->at = cursor_behind_blanks(at + 1, cursor->end);
	return true;
}

bool cursor_string(struct cursor *cursor, struct cursor_string *out)
{
	return read_string(cursor, out);
}

/* Digits, at least one, added to the number; scale is -1 behind the point. */
static bool take_digits(struct cursor *cursor, struct cursor_number *number, int *kept, int scale)
{
	const char *start = cursor->at;

	for (; cursor->at < cursor->end && is_digit(*cursor->at); cursor->at++) {
		if (*kept < DIGITS_KEPT) {
			number->digits = number->digits * 10 + (uint64_t)(*cursor->at - '0');
			*kept += number->digits > 0;
			number->exponent += scale;
		} else if (scale == 0 && number->exponent < EXPONENT_MAX) {
			number->exponent++;
		}
	}
	return cursor->at > start;
}

static bool take_exponent(struct cursor *cursor, struct cursor_number *number)
{
	const char *start;
	bool negative = false;
	int exponent = 0;

	cursor->at++;
	if (cursor->at < cursor->end && (*cursor->at == '+' || *cursor->at == '-'))
		negative = *cursor->at++ == '-';
	for (start = cursor->at; cursor->at < cursor->end && is_digit(*cursor->at); cursor->at++) {
		if (exponent < EXPONENT_MAX)
			exponent = exponent * 10 + (*cursor->at - '0');
	}
	number->exponent += negative ? -exponent : exponent;
	return cursor->at > start;
}

bool cursor_number(struct cursor *cursor, struct cursor_number *out)
{
	int kept = 0;
	const char *first;

	*out = (struct cursor_number){0};
	if (cursor->at < cursor->end && *cursor->at == '-') {
		out->negative = true;
		cursor->at++;
	}
	first = cursor->at;
	if (!take_digits(cursor, out, &kept, 0))
		return false;
	if (*first == '0' && cursor->at - first > 1)
		return false;
	if (cursor->at < cursor->end && *cursor->at == '.') {
		cursor->at++;
		if (!take_digits(cursor, out, &kept, -1))
			return false;
	}
	if (cursor->at < cursor->end && (*cursor->at == 'e' || *cursor->at == 'E') &&
	    !take_exponent(cursor, out))
		return false;
	cursor_blanks(cursor);
	return true;
}

bool cursor_int(struct cursor *cursor, int64_t *out, bool *is_int)
{
	const char *start = cursor->at;
	struct cursor_number number;
	char text[24];
	size_t len;

	*is_int = false;
	if (start == cursor->end || (*start != '-' && !is_digit(*start)))
		return cursor_skip(cursor);
	if (!cursor_number(cursor, &number))
		return false;
	for (len = 0; start + len < cursor->at && !cursor_is_blank(start[len]); len++)
		;
	if (len >= sizeof(text))
		return true;
	memcpy(text, start, len);
	text[len] = '\0';
	*is_int = text_parse_int(text, INT64_MIN, INT64_MAX, out) == ERR_OK;
	return true;
}

static bool skip_string(struct cursor *cursor)
{
	struct cursor_string string;

	return read_string(cursor, &string);
}

static bool skip_number(struct cursor *cursor)
{
	struct cursor_number number;

	return cursor_number(cursor, &number);
}

static bool skip_value(struct cursor *cursor, int depth);

static bool skip_members(struct cursor *cursor, int depth)
{
	if (cursor_take(cursor, '}'))
		return true;
	do {
		if (!skip_string(cursor) || !cursor_take(cursor, ':') || !skip_value(cursor, depth))
			return false;
	} while (cursor_take(cursor, ','));
	return cursor_take(cursor, '}');
}

static bool skip_items(struct cursor *cursor, int depth)
{
	if (cursor_take(cursor, ']'))
		return true;
	do {
		if (!skip_value(cursor, depth))
			return false;
	} while (cursor_take(cursor, ','));
	return cursor_take(cursor, ']');
}

static bool skip_value(struct cursor *cursor, int depth)
{
	if (depth == 0 || cursor->at == cursor->end)
		return false;
	switch (*cursor->at) {
	case '"':
		return skip_string(cursor);
	case '{':
		return cursor_take(cursor, '{') && skip_members(cursor, depth - 1);
	case '[':
		return cursor_take(cursor, '[') && skip_items(cursor, depth - 1);
	case 't':
		return cursor_word(cursor, "true");
	case 'f':
		return cursor_word(cursor, "false");
	case 'n':
		return cursor_word(cursor, "null");
	default:
		return skip_number(cursor);
	}
}

bool cursor_skip(struct cursor *cursor)
{
	return skip_value(cursor, DEPTH_MAX - cursor->depth);
}

static size_t put_utf8(uint32_t ucs, char room[4])
{
	if (ucs < 0x80) {
		room[0] = (char)ucs;
		return 1;
	}
	if (ucs < 0x800) {
		room[0] = (char)(0xc0 | (ucs >> 6));
		room[1] = (char)(0x80 | (ucs & 0x3f));
		return 2;
	}
	if (ucs < 0x10000) {
		room[0] = (char)(0xe0 | (ucs >> 12));
		room[1] = (char)(0x80 | ((ucs >> 6) & 0x3f));
		room[2] = (char)(0x80 | (ucs & 0x3f));
		return 3;
	}
	room[0] = (char)(0xf0 | (ucs >> 18));
	room[1] = (char)(0x80 | ((ucs >> 12) & 0x3f));
	room[2] = (char)(0x80 | ((ucs >> 6) & 0x3f));
	room[3] = (char)(0x80 | (ucs & 0x3f));
	return 4;
}

/* The character of the escape \uXXXX at `at`, two of them for a surrogate pair;
 * *used is how many bytes that were. */
static uint32_t escaped_character(const char *at, const char *end, size_t *used)
{
	uint32_t high = (uint32_t)hex4(at + 2, end);
	int32_t low;

	*used = 6;
	if (high < 0xd800 || high > 0xdfff)
		return high;
	if (high > 0xdbff || end - at < 12 || at[6] != '\\' || at[7] != 'u')
		return 0xfffd;
	low = hex4(at + 8, end);
	if (low < 0xdc00 || low > 0xdfff)
		return 0xfffd;
	*used = 12;
	return 0x10000 + ((high - 0xd800) << 10) + ((uint32_t)low - 0xdc00);
}

static char short_escape(char letter)
{
	static const char letters[] = "bfnrt";
	static const char meanings[] = "\b\f\n\r\t";
	const char *found = strchr(letters, letter);

	return found != NULL ? meanings[found - letters] : letter;
}

bool cursor_piece(struct cursor_string *string, char room[4], const char **piece, size_t *len)
{
	const char *end = string->at + string->len;
	const char *backslash;
	size_t used;

	if (string->len == 0)
		return false;
	*piece = string->at;
	backslash = string->escaped ? memchr(string->at, '\\', string->len) : NULL;
	if (backslash == NULL) {
		used = *len = string->len;
	} else if (backslash > string->at) {
		used = *len = (size_t)(backslash - string->at);
	} else if (string->at[1] == 'u') {
		*len = put_utf8(escaped_character(string->at, end, &used), room);
		*piece = room;
	} else {
		room[0] = short_escape(string->at[1]);
		*piece = room;
		*len = 1;
		used = 2;
	}
	string->at += used;
	string->len -= used;
	return true;
}

bool cursor_copy(struct cursor_string string, char *out, size_t size, size_t *len)
{
	const char *piece;
	size_t piece_len;
	char room[4];

	*len = 0;
	while (cursor_piece(&string, room, &piece, &piece_len)) {
		if (piece_len >= size - *len)
			return false;
		memcpy(out + *len, piece, piece_len);
		*len += piece_len;
	}
	out[*len] = '\0';
	return true;
}

bool cursor_named_escaped(struct cursor_string string, const char *wanted)
{
	const char *piece;
	size_t len;
	char room[4];

	while (cursor_piece(&string, room, &piece, &len)) {
		if (strncmp(wanted, piece, len) != 0 || memchr(piece, '\0', len) != NULL)
			return false;
		wanted += len;
	}
	return *wanted == '\0';
}

/* value / 10^places, the half rounded up. */
static uint64_t divide_rounded(uint64_t value, int places)
{
	uint64_t divisor = 1;
	uint64_t rest;

	if (places > DIGITS_KEPT)
		return 0;
	for (int i = 0; i < places; i++)
		divisor *= 10;
	rest = value % divisor;
	return value / divisor + (rest >= divisor - rest && rest > 0);
}

bool cursor_scaled(struct cursor_number number, int decimals, int64_t *out)
{
	uint64_t value = number.digits;
	int exponent = number.exponent + decimals;

	if (exponent < 0)
		value = divide_rounded(value, -exponent);
	for (; exponent > 0 && value > 0; exponent--) {
		if (value > (uint64_t)INT64_MAX / 10)
			return false;
		value *= 10;
	}
	*out = number.negative ? -(int64_t)value : (int64_t)value;
	return true;
}
