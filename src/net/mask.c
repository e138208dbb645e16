/* Takes secrets out of what is kept or shown. */
#include "mask.h"

#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { SECRET_MIN = 4, WORD_MAX = 7, DOUBTS_MAX = 8 };

static const char stars[] = "***";

/* Names whose values are secret in forms, queries, JSON and headers: written small and
 * without what stands between words (client_secret, clientSecret, X-Client-Secret). */
struct secret_name {
	const char *text;
	size_t len;
};
#define NAME(text)                                                                                 \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}
static const struct secret_name secret_endings[] = {
	NAME("secret"),     NAME("token"),  NAME("password"),   NAME("passwd"),
	NAME("passphrase"), NAME("apikey"), NAME("privatekey"), NAME("assertion"),
};
/* Too short, or too common at the end of other names, to be looked for there. */
static const struct secret_name secret_names[] = {NAME("signature"), NAME("sig"), NAME("pwd"),
						  NAME("xamzsignature")};
#undef NAME

enum { NAME_LEN_MAX = 48 };

/* Stars in place of a word tell it to whoever knows the sentence ("or *** secret"). */
static bool is_like_a_word(const char *secret, size_t len)
{
	size_t letters = 0;

	while (letters < len && isalpha((unsigned char)secret[letters]))
		letters++;
	return len < SECRET_MIN || (letters == len && len <= WORD_MAX);
}

void mask_add(struct mask *mask, const char *secret)
{
	size_t len = secret != NULL ? strlen(secret) : 0;

	if (secret == NULL || is_like_a_word(secret, len) || mask->len >= MASK_SECRETS_MAX)
		return;
	mask->secrets[mask->len].text = secret;
	mask->secrets[mask->len].len = len;
	mask->len++;
}

/* What is looked through, and in it a run of bytes to be covered. */
struct scan {
	const struct mask *mask; /* may be NULL */
	const char *text;
	const char *end;
};

struct cover {
	const char *from;
	const char *to;
};

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Whether n hex digits at `at` are this byte. */
static bool is_hex_of(const char *at, const char *end, int n, unsigned char byte)
{
	int value = 0;

	for (; n > 0; n--, at++) {
		if (at >= end || hex_digit(*at) < 0)
			return false;
		value = value * 16 + hex_digit(*at);
	}
	return value == byte;
}

/* The bytes that one byte of a secret takes here in another dress: percent-encoded, a
 * form's blank, escaped in JSON. 0: none of these. */
static size_t dressed_len(const char *at, const char *end, unsigned char byte)
{
	if (*at == '%')
		return is_hex_of(at + 1, end, 2, byte) ? 3 : 0;
	if (*at == '+')
		return byte == ' ';
	if (*at != '\\' || end - at < 2)
		return 0;
	if (at[1] == 'u')
		return is_hex_of(at + 2, end, 4, byte) ? 6 : 0;
	return (unsigned char)at[1] == byte && strchr("\"\\/", at[1]) != NULL ? 2 : 0;
}

/* Where the secret ends that begins here, byte for byte or dressed; NULL: nowhere.
 * doubts: how often both readings of a '%' or a '\\' are still tried. */
static const char *secret_end(const char *at, const char *end, const char *secret, int doubts)
{
	for (; *secret != '\0'; secret++) {
		size_t len;

		if (at >= end)
			return NULL;
		len = dressed_len(at, end, (unsigned char)*secret);
		if (*at != *secret) {
			if (len == 0)
				return NULL;
			at += len;
			continue;
		}
		/* A '%' that is the secret's own may still begin an encoded one. */
		if (len > 0 && doubts > 0) {
			const char *found = secret_end(at + len, end, secret + 1, --doubts);

			if (found != NULL)
				return found;
		}
		at++;
	}
	return at;
}

static bool may_be_dress(char c)
{
	return c == '%' || c == '\\' || c == '+';
}

/* Its second byte tells it of most places: no secret is a byte long (SECRET_MIN). */
static bool may_begin(const char *at, const char *end, const char *secret)
{
	if (may_be_dress(*at))
		return true;
	return *at == secret[0] && at + 1 < end && (at[1] == secret[1] || may_be_dress(at[1]));
}

/* A known secret that begins here; the longest counts. */
static bool known_at(const struct scan *scan, const char *at, struct cover *out)
{
	*out = (struct cover){at, at};
	for (size_t i = 0; scan->mask != NULL && i < scan->mask->len; i++) {
		const char *secret = scan->mask->secrets[i].text;
		const char *to;

		if (!may_begin(at, scan->end, secret))
			continue;
		to = secret_end(at, scan->end, secret, DOUBTS_MAX);
		if (to != NULL && to > out->to)
			out->to = to;
	}
	return out->to > at;
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.';
}

/* Whether a name ends so, without what stands between words; whole: in nothing else. */
static bool ends_with(const char *from, size_t len, const struct secret_name *ending, bool whole)
{
	size_t left = ending->len;

	for (; len > 0 && (left > 0 || whole); len--) {
		unsigned char c = (unsigned char)from[len - 1];

		if (isalnum(c) && (left == 0 || tolower(c) != ending->text[--left]))
			return false;
	}
	return left == 0;
}

static bool is_one_of(const char *from, size_t len, const struct secret_name *names, size_t n,
		      bool whole)
{
	int last = tolower((unsigned char)from[len - 1]);

	for (size_t i = 0; i < n; i++)
		if (names[i].text[names[i].len - 1] == last &&
		    ends_with(from, len, &names[i], whole))
			return true;
	return false;
}

/* Whether it is the name of a secret. Of a long one its end counts. */
static bool is_secret_name(const char *from, size_t len, bool with_signatures)
{
	if (len > NAME_LEN_MAX) {
		from += len - NAME_LEN_MAX;
		len = NAME_LEN_MAX;
	}
	while (len > 0 && !isalnum((unsigned char)from[len - 1]))
		len--;
	if (len == 0)
		return false;
	return is_one_of(from, len, secret_endings,
			 sizeof(secret_endings) / sizeof(secret_endings[0]), false) ||
	       (with_signatures && is_one_of(from, len, secret_names,
					     sizeof(secret_names) / sizeof(secret_names[0]), true));
}

/* A secret's name ends here. */
static bool name_ends_at(const struct scan *scan, const char *end)
{
	const char *from = end;

	while (from > scan->text && is_name_char(from[-1]) && end - from < NAME_LEN_MAX)
		from--;
	return from < end && is_secret_name(from, (size_t)(end - from), true);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* NAME=VALUE: at is the '='. */
static bool form_value_at(const struct scan *scan, const char *at, struct cover *out)
{
	if (!name_ends_at(scan, at))
		return false;
	out->from = at + 1;
	out->to = out->from;
	while (out->to < scan->end && strchr("&#\"'<> \t\r\n", *out->to) == NULL)
		out->to++;
	return out->to > out->from;
}

/* "NAME": "VALUE": at is the ':'. */
static bool json_value_at(const struct scan *scan, const char *at, struct cover *out)
{
	const char *name_end = at;
	const char *to;

	while (name_end > scan->text && is_blank(name_end[-1]))
		name_end--;
	if (name_end == scan->text || *--name_end != '"' || !name_ends_at(scan, name_end))
		return false;
	for (at++; at < scan->end && is_blank(*at); at++)
		;
	if (at >= scan->end || *at != '"')
		return false;
	for (to = at + 1; to < scan->end && *to != '"'; to++) {
		if (*to == '\\' && to + 1 < scan->end)
			to++;
	}
	*out = (struct cover){at + 1, to};
	return out->to > out->from;
}

/* ://USER:PASSWORD@ in front of a URL's host: at is the first ':'. */
static bool user_at(const struct scan *scan, const char *at, struct cover *out)
{
	if (scan->end - at < 3 || memcmp(at, "://", 3) != 0)
		return false;
	out->from = at + 3;
	out->to = out->from;
	for (at += 3; at < scan->end && strchr("/?#\"'<>\\ \t\r\n", *at) == NULL; at++) {
		if (*at == '@')
			out->to = at;
	}
	return out->to > out->from;
}

static bool cover_at(const struct scan *scan, const char *at, struct cover *out)
{
	if (known_at(scan, at, out))
		return true;
	if (*at == '=')
		return form_value_at(scan, at, out);
	return *at == ':' && (user_at(scan, at, out) || json_value_at(scan, at, out));
}

/* Characters at which anything to be covered is found: the rest is passed over.
 * Names stand before one of two characters, both rarer than letters. */
static void mark_stops(const struct mask *mask, bool stops[UCHAR_MAX + 1])
{
	memset(stops, 0, UCHAR_MAX + 1);
	stops[':'] = true;
	stops['='] = true;
	if (mask != NULL && mask->len > 0)
		stops['%'] = stops['\\'] = stops['+'] = true;
	for (size_t i = 0; mask != NULL && i < mask->len; i++)
		stops[(unsigned char)mask->secrets[i].text[0]] = true;
}

enum err_code mask_head(const struct mask *mask, const char *text, size_t len, size_t max,
			struct buf *out)
{
	const struct scan scan = {mask, text, text + len};
	const char *stop = text + (len < max ? len : max);
	const char *kept = text; /* from here on nothing was appended yet */
	const char *at = text;
	bool stops[UCHAR_MAX + 1];
	struct cover cover;

	mark_stops(mask, stops);
	while (at < stop) {
		if (!stops[(unsigned char)*at] || !cover_at(&scan, at, &cover)) {
			at++;
			continue;
		}
		if (cover.from >= stop)
			break;
		buf_append(out, kept, (size_t)(cover.from - kept));
		buf_puts(out, stars);
		at = cover.to;
		kept = at;
	}
	return kept < stop ? buf_append(out, kept, (size_t)(stop - kept)) : out->failed;
}

enum err_code mask_text(const struct mask *mask, const char *text, size_t len, struct buf *out)
{
	return mask_head(mask, text, len, SIZE_MAX, out);
}

enum err_code mask_header(const struct mask *mask, const char *name, const char *value,
			  struct buf *out)
{
	bool credentials = strcasecmp(name, "Authorization") == 0 ||
			   strcasecmp(name, "Proxy-Authorization") == 0;
	bool cookie = strcasecmp(name, "Cookie") == 0 || strcasecmp(name, "Set-Cookie") == 0;
	size_t scheme_len = credentials ? strcspn(value, " ") : 0;

	buf_puts(out, name);
	buf_puts(out, ": ");
	if (credentials && value[scheme_len] == ' ')
		buf_append(out, value, scheme_len + 1);
	if (credentials || cookie || is_secret_name(name, strlen(name), false))
		buf_puts(out, stars);
	else
		mask_text(mask, value, strlen(value), out);
	return buf_putc(out, '\n');
}

void mask_fixed(const struct mask *mask, char *text, size_t size)
{
	struct buf clean;

	if (text[0] == '\0')
		return;
	buf_init(&clean, SIZE_MAX);
	if (mask_text(mask, text, strnlen(text, size), &clean) == ERR_OK)
		snprintf(text, size, "%s", buf_str(&clean));
	else
		text[0] = '\0';
	buf_free(&clean);
}
