/* What a reply's header says of the cache nearest the client. */
#include "dacache/domain/cache_header.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

struct part {
	const char *at;
	size_t len;
};

static struct part part_trim(const char *at, size_t len)
{
	while (len > 0 && (*at == ' ' || *at == '\t')) {
		at++;
		len--;
	}
	while (len > 0 && (at[len - 1] == ' ' || at[len - 1] == '\t'))
		len--;
	return (struct part){at, len};
}

/* Length up to the separator or the end; quoted strings are passed over. */
static size_t length_to(const char *at, size_t len, char separator)
{
	bool quoted = false;
	size_t i = 0;

	for (; i < len && (quoted || at[i] != separator); i++) {
		if (quoted && at[i] == '\\')
			i++;
		else if (at[i] == '"')
			quoted = !quoted;
	}
	return i < len ? i : len;
}

/* The last member of the list that is not empty: the cache nearest to us. */
static struct part last_member(const char *value)
{
	struct part last = {value, 0};
	size_t left = strlen(value);

	while (left > 0) {
		size_t len = length_to(value, left, ',');
		struct part member = part_trim(value, len);

		if (member.len > 0)
			last = member;
		len += len < left;
		value += len;
		left -= len;
	}
	return last;
}

static bool part_is(struct part part, const char *text)
{
	return part.len == strlen(text) && strncasecmp(part.at, text, part.len) == 0;
}

static bool part_begins(struct part part, const char *text)
{
	return part.len >= strlen(text) && strncasecmp(part.at, text, strlen(text)) == 0;
}

/* RFC 9211: the parameter `hit` (a boolean) or `fwd` (why it went on). */
static enum cache_says cache_status_says(struct part member)
{
	enum cache_says says = CACHE_SAYS_NONE;
	size_t at = length_to(member.at, member.len, ';');

	while (at < member.len) {
		const char *from = member.at + at + 1;
		size_t len = length_to(from, member.len - at - 1, ';');
		struct part parameter = part_trim(from, len);

		if (part_is(parameter, "hit") || part_is(parameter, "hit=?1"))
			return CACHE_SAYS_HIT;
		if (part_begins(parameter, "fwd=") || part_is(parameter, "fwd") ||
		    part_is(parameter, "hit=?0"))
			says = CACHE_SAYS_MISS;
		at += 1 + len;
	}
	return says;
}

static bool ends_with(const char *at, size_t len, const char *text)
{
	size_t n = strlen(text);

	return len >= n && strncasecmp(at + len - n, text, n) == 0;
}

/* "HIT", "Hit from cloudfront", "TCP_MEM_HIT", "RefreshHit", "HIT-CLUSTER": the
 * first word decides, by the pieces that are letters alone. */
static enum cache_says x_cache_says(struct part member)
{
	size_t i = 0;

	while (i < member.len && member.at[i] != ' ' && member.at[i] != '\t') {
		size_t start = i;

		while (i < member.len && isalpha((unsigned char)member.at[i]))
			i++;
		if (ends_with(member.at + start, i - start, "hit"))
			return CACHE_SAYS_HIT;
		if (ends_with(member.at + start, i - start, "miss"))
			return CACHE_SAYS_MISS;
		if (i == start)
			i++;
	}
	return CACHE_SAYS_NONE;
}

enum cache_says cache_header_says(const char *name, const char *value)
{
	struct part member = last_member(value);

	if (strcasecmp(name, "Cache-Status") == 0)
		return cache_status_says(member);
	if (strcasecmp(name, "X-Cache") == 0)
		return x_cache_says(member);
	return CACHE_SAYS_NONE;
}
