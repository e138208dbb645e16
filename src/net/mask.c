/* Takes secrets out of what is kept or shown. */
#include "mask.h"

#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { SECRET_MIN = 4 };

static const char stars[] = "***";

/* Names whose values are secret in forms, queries and JSON. */
static const char *const secret_names[] = {
	"client_secret",    "access_token", "refresh_token", "id_token",
	"client_assertion", "password",     "token",         "secret",
	"api_key",          "apikey",       "signature",     "sig",
};

void mask_add(struct mask *mask, const char *secret)
{
	if (secret != NULL && strlen(secret) >= SECRET_MIN && mask->len < MASK_SECRETS_MAX)
		mask->secrets[mask->len++] = secret;
}

/* Length of the known secret that stands here; the longest counts. */
static size_t known_at(const struct mask *mask, const char *at, size_t left)
{
	size_t longest = 0;

	for (size_t i = 0; mask != NULL && i < mask->len; i++) {
		size_t len;

		if (mask->secrets[i][0] != at[0])
			continue;
		len = strlen(mask->secrets[i]);
		if (len <= left && len > longest && memcmp(at, mask->secrets[i], len) == 0)
			longest = len;
	}
	return longest;
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.';
}

/* Length of a secret's whole name that stands here, 0 when there is none. */
static size_t name_at(const char *text, const char *at, size_t left)
{
	if (at > text && is_name_char(at[-1]))
		return 0;
	for (size_t i = 0; i < sizeof(secret_names) / sizeof(secret_names[0]); i++) {
		size_t len;

		if (secret_names[i][0] != tolower((unsigned char)at[0]))
			continue;
		len = strlen(secret_names[i]);
		if (len < left && strncasecmp(at, secret_names[i], len) == 0 &&
		    !is_name_char(at[len]))
			return len;
	}
	return 0;
}

static size_t skip_blanks(const char *at, size_t i, size_t left)
{
	while (i < left && strchr(" \t\r\n", at[i]) != NULL)
		i++;
	return i;
}

/* `": "` after a JSON name: how far the value's first character is, or 0. */
static size_t json_value_from(const char *at, size_t left)
{
	size_t i;

	if (left == 0 || at[0] != '"')
		return 0;
	i = skip_blanks(at, 1, left);
	if (i >= left || at[i] != ':')
		return 0;
	i = skip_blanks(at, i + 1, left);
	return i < left && at[i] == '"' ? i + 1 : 0;
}

static size_t json_value_len(const char *at, size_t left)
{
	size_t i = 0;

	while (i < left && at[i] != '"')
		i += at[i] == '\\' && i + 1 < left ? 2 : 1;
	return i;
}

static size_t form_value_len(const char *at, size_t left)
{
	size_t i = 0;

	while (i < left && strchr("&#\"'<> \t\r\n", at[i]) == NULL)
		i++;
	return i;
}

/* A named value that begins here: what to keep of it, what to cover after. */
static bool named_at(const char *text, const char *at, size_t left, size_t *keep, size_t *cover)
{
	size_t name = name_at(text, at, left);
	size_t value;

	if (name == 0)
		return false;
	if (at[name] == '=') {
		*keep = name + 1;
		*cover = form_value_len(at + *keep, left - *keep);
		return true;
	}
	value = json_value_from(at + name, left - name);
	*keep = name + value;
	*cover = value > 0 ? json_value_len(at + *keep, left - *keep) : 0;
	return value > 0;
}

/* The same for user:password in front of a URL's host. */
static bool user_at(const char *at, size_t left, size_t *keep, size_t *cover)
{
	size_t len = 3;

	if (left < len || memcmp(at, "://", len) != 0)
		return false;
	*keep = len;
	*cover = 0;
	for (; len < left && strchr("/?#\"'<>\\ \t\r\n", at[len]) == NULL; len++) {
		if (at[len] == '@')
			*cover = len - *keep;
	}
	return *cover > 0;
}

/* Characters that anything to be covered begins with: the rest is passed over. */
static void mark_firsts(const struct mask *mask, bool firsts[UCHAR_MAX + 1])
{
	memset(firsts, 0, UCHAR_MAX + 1);
	firsts[':'] = true;
	for (size_t i = 0; i < sizeof(secret_names) / sizeof(secret_names[0]); i++) {
		firsts[(unsigned char)secret_names[i][0]] = true;
		firsts[toupper((unsigned char)secret_names[i][0])] = true;
	}
	for (size_t i = 0; mask != NULL && i < mask->len; i++)
		firsts[(unsigned char)mask->secrets[i][0]] = true;
}

enum err_code mask_text(const struct mask *mask, const char *text, size_t len, struct buf *out)
{
	bool firsts[UCHAR_MAX + 1];
	const char *end = text + strnlen(text, len);
	const char *kept = text; /* from here on nothing was appended yet */
	const char *at = text;

	mark_firsts(mask, firsts);
	while (at < end) {
		size_t left = (size_t)(end - at);
		size_t keep = 0;
		size_t cover = firsts[(unsigned char)*at] ? known_at(mask, at, left) : 0;

		if (!firsts[(unsigned char)*at] ||
		    (cover == 0 && !named_at(text, at, left, &keep, &cover) &&
		     !user_at(at, left, &keep, &cover))) {
			at++;
			continue;
		}
		buf_append(out, kept, (size_t)(at + keep - kept));
		if (cover > 0)
			buf_puts(out, stars);
		at += keep + cover;
		kept = at;
	}
	return buf_append(out, kept, (size_t)(end - kept));
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
	if (credentials || cookie)
		buf_puts(out, stars);
	else
		mask_text(mask, value, strlen(value), out);
	return buf_putc(out, '\n');
}

void mask_fixed(const struct mask *mask, char *text, size_t size)
{
	struct buf clean;

	buf_init(&clean, SIZE_MAX);
	if (mask_text(mask, text, size, &clean) == ERR_OK)
		snprintf(text, size, "%s", buf_str(&clean));
	else
		text[0] = '\0';
	buf_free(&clean);
}
