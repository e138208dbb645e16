/* Reads one JSON text from left to right without building anything: for lines that
 * come by the tens of thousands, and for pages of whole actions of which little is
 * kept. Strict RFC 8259, but for what a cursor says of its strings. */
#ifndef DACACHE_SRC_DOMAIN_JSON_CURSOR_H
#define DACACHE_SRC_DOMAIN_JSON_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct cursor {
	const char *at;
	const char *end;
	/* Of strings; by default bytes past ASCII are taken as they are, controls not. */
	bool wants_utf8;
	bool takes_controls;
	int depth; /* levels of nesting that the caller has entered by itself */
};

/* A string's bytes between its quotes. */
struct cursor_string {
	const char *at;
	size_t len;
	bool escaped;    /* holds a backslash */
	bool past_ascii; /* holds such a byte */
};

/* digits * 10^exponent; digits past the eighteenth are dropped. */
struct cursor_number {
	bool negative;
	uint64_t digits;
	int exponent;
};

/* What is short is inline: a page has tens of thousands of members. */
static inline bool cursor_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Most replies have no blanks. */
static inline const char *cursor_behind_blanks(const char *at, const char *end)
{
	while (at < end && (unsigned char)*at <= ' ' && cursor_is_blank(*at))
		at++;
	return at;
}

static inline void cursor_blanks(struct cursor *cursor)
{
	cursor->at = cursor_behind_blanks(cursor->at, cursor->end);
}

/* Steps over c and the blanks behind it; false when it is not there. */
static inline bool cursor_take(struct cursor *cursor, char c)
{
	if (cursor->at == cursor->end || *cursor->at != c)
		return false;
	cursor->at = cursor_behind_blanks(cursor->at + 1, cursor->end);
	return true;
}

/* true, false, null: by their first letter. */
bool cursor_word(struct cursor *cursor, const char *word);
bool cursor_string(struct cursor *cursor, struct cursor_string *out);
bool cursor_number(struct cursor *cursor, struct cursor_number *out);
/* A number written as an integer that int64_t holds; whatever else stands there is
 * stepped over, and *is_int then false. */
bool cursor_int(struct cursor *cursor, int64_t *out, bool *is_int);
/* Over any value, nested ones included (64 deep at most, all levels counted). */
bool cursor_skip(struct cursor *cursor);

/* The next piece of a string with its escapes undone: either bytes of the text
 * itself or one character put into `room`. Steps *string on; false at the end.
 * A surrogate without its other half becomes U+FFFD. */
bool cursor_piece(struct cursor_string *string, char room[4], const char **piece, size_t *len);
/* Whether the string, its escapes undone, is this one. */
bool cursor_named_escaped(struct cursor_string string, const char *wanted);
static inline bool cursor_named(struct cursor_string string, const char *wanted)
{
	size_t len = strlen(wanted);

	if (string.escaped)
		return cursor_named_escaped(string, wanted);
	return string.len == len && memcmp(string.at, wanted, len) == 0;
}
/* The whole string with a NUL behind it; false when it does not fit. */
bool cursor_copy(struct cursor_string string, char *out, size_t size, size_t *len);

/* number * 10^decimals rounded to an integer; false out of range. */
bool cursor_scaled(struct cursor_number number, int decimals, int64_t *out);

#endif
