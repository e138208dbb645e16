/* Text from outside made into one short line. */
#include "dacache/domain/plain.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "dacache/base/text.h"

enum { SCAN_MAX = 65536, LINE_MAX_BYTES = 2048, NAME_MAX_BYTES = 12 };

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

void plain_copy(char *out, size_t size, const char *text)
{
	bool gap = false;
	size_t used = 0;
	uint32_t ucs;
	size_t n;

	for (; (n = text_next(text, &ucs)) > 0; text += n) {
		bool broken = n == 1 && (unsigned char)text[0] >= 0x80;
		const char *from = broken ? replacement : text;
		size_t bytes = broken ? sizeof(replacement) - 1 : n;

		if (is_blank(text[0])) {
			gap = used > 0;
			continue;
		}
		if (used + gap + bytes >= size)
			break;
		if (gap)
			out[used++] = ' ';
		gap = false;
		memcpy(out + used, from, bytes);
		used += bytes;
	}
	out[used] = '\0';
}

/* A scan over a body that writes the text it finds into line. */
struct scan {
	const char *at;
	const char *end;
	char line[LINE_MAX_BYTES];
	size_t len;
	bool has_text;
};

static void scan_put(struct scan *scan, char c)
{
	if (scan->len + 1 < sizeof(scan->line))
		scan->line[scan->len++] = c;
	if (!is_blank(c))
		scan->has_text = true;
}

static bool starts_with(const struct scan *scan, const char *text)
{
	size_t len = strlen(text);

	return (size_t)(scan->end - scan->at) >= len && strncasecmp(scan->at, text, len) == 0;
}

/* Go past the next `text`, or to the end. */
static void skip_past(struct scan *scan, const char *text)
{
	while (scan->at < scan->end && !starts_with(scan, text))
		scan->at++;
	if (scan->at < scan->end)
		scan->at += strlen(text);
}

/* '<' begins a tag only before a letter, '/', '!' or '?': "a < b" is text. */
static bool at_tag(const struct scan *scan)
{
	char next;

	if (*scan->at != '<' || scan->end - scan->at < 2)
		return false;
	next = scan->at[1];
	return isalpha((unsigned char)next) || next == '/' || next == '!' || next == '?';
}

/* Tags that stand inside a line of text. */
static bool is_inline_tag(const char *name)
{
	static const char *const inline_tags[] = {"a", "b",    "i",    "u",  "em", "strong", "code",
						  "s", "span", "font", "tt", "q",  "small"};

	for (size_t i = 0; i < sizeof(inline_tags) / sizeof(inline_tags[0]); i++) {
		if (strcasecmp(name, inline_tags[i]) == 0)
			return true;
	}
	return false;
}

static void tag_name(const struct scan *scan, char name[NAME_MAX_BYTES])
{
	const char *at = scan->at + 1;
	size_t len = 0;

	if (at < scan->end && *at == '/')
		at++;
	while (at < scan->end && len + 1 < NAME_MAX_BYTES && isalnum((unsigned char)*at))
		name[len++] = *at++;
	name[len] = '\0';
}

/* Step over the tag; true when it ends a line of text. */
static bool skip_tag(struct scan *scan)
{
	char name[NAME_MAX_BYTES];

	if (starts_with(scan, "<!--")) {
		skip_past(scan, "-->");
		return false;
	}
	tag_name(scan, name);
	if (starts_with(scan, "<script"))
		skip_past(scan, "</script");
	else if (starts_with(scan, "<style"))
		skip_past(scan, "</style");
	skip_past(scan, ">");
	return !is_inline_tag(name);
}

static void take_entity(struct scan *scan)
{
	static const struct {
		const char *name;
		char c;
	} entities[] = {{"&amp;", '&'},  {"&lt;", '<'},    {"&gt;", '>'},   {"&quot;", '"'},
			{"&#39;", '\''}, {"&apos;", '\''}, {"&nbsp;", ' '}, {"&#160;", ' '}};

	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		if (starts_with(scan, entities[i].name)) {
			scan_put(scan, entities[i].c);
			scan->at += strlen(entities[i].name);
			return;
		}
	}
	scan_put(scan, *scan->at++);
}

void plain_first_line(char *out, size_t size, const char *body, size_t len)
{
	struct scan scan = {.at = body, .end = body + (len < SCAN_MAX ? len : SCAN_MAX)};

	while (scan.at < scan.end) {
		char c = *scan.at;

		if (at_tag(&scan)) {
			if (skip_tag(&scan) && scan.has_text)
				break;
		} else if (c == '&') {
			take_entity(&scan);
		} else if (c == '\n' && scan.has_text) {
			break;
		} else {
			scan_put(&scan, c == '\0' ? ' ' : c);
			scan.at++;
		}
	}
	scan.line[scan.len] = '\0';
	plain_copy(out, size, scan.line);
}
