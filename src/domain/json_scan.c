#include "json_scan.h"

#include <string.h>

#include "json_read.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t skip_blanks(const char *text, size_t len, size_t at)
{
	while (at < len && is_blank(text[at]))
		at++;
	return at;
}

/* at stands on the opening quote; returns the place after the closing one. */
static size_t skip_string(const char *text, size_t len, size_t at)
{
	for (at++; at < len && text[at] != '"'; at++)
		if (text[at] == '\\')
			at++;
	return at < len ? at + 1 : len;
}

static size_t skip_scalar(const char *text, size_t len, size_t at)
{
	if (text[at] == '"')
		return skip_string(text, len, at);
	while (at < len && !is_blank(text[at]) && !strchr(",]}", text[at]))
		at++;
	return at;
}

static size_t skip_nested(const char *text, size_t len, size_t at)
{
	size_t depth = 0;

	while (at < len) {
		char c = text[at];

		if (c == '"') {
			at = skip_string(text, len, at);
			continue;
		}
		at++;
		if (c == '{' || c == '[')
			depth++;
		if ((c == '}' || c == ']') && --depth == 0)
			break;
	}
	return at;
}

static size_t skip_value(const char *text, size_t len, size_t at)
{
	if (at < len && (text[at] == '{' || text[at] == '['))
		return skip_nested(text, len, at);
	return at < len ? skip_scalar(text, len, at) : len;
}

void json_scan_begin(struct json_scan *scan, const char *text, size_t len)
{
	scan->text = text;
	scan->len = len;
	scan->count = 0;
	scan->at = skip_blanks(text, len, 0) + 1; /* past the brace */
}

bool json_scan_next(struct json_scan *scan, struct json_span *name, struct json_span *value)
{
	size_t at = skip_blanks(scan->text, scan->len, scan->at);

	if (at < scan->len && scan->text[at] == ',')
		at = skip_blanks(scan->text, scan->len, at + 1);
	scan->at = at;
	if (at >= scan->len || scan->text[at] != '"')
		return false;
	name->start = at;
	name->end = skip_string(scan->text, scan->len, at);
	at = skip_blanks(scan->text, scan->len, name->end);
	value->start = skip_blanks(scan->text, scan->len, at + 1); /* past the colon */
	value->end = skip_value(scan->text, scan->len, value->start);
	scan->at = value->end;
	scan->count++;
	return true;
}

bool json_scan_named(const struct json_scan *scan, struct json_span name, const char *wanted)
{
	struct json_object *string;
	const char *text = scan->text + name.start;
	size_t len = name.end - name.start;
	size_t wanted_len = strlen(wanted);

	if (!memchr(text, '\\', len))
		return len == wanted_len + 2 && !memcmp(text + 1, wanted, wanted_len);
	if (json_read(text, len, &string, NULL) != ERR_OK)
		return false;

	bool same = (size_t)json_object_get_string_len(string) == wanted_len &&
		    !memcmp(json_object_get_string(string), wanted, wanted_len);

	json_object_put(string);
	return same;
}

static void new_line(struct buf *out, int depth)
{
	buf_putc(out, '\n');
	for (int i = 0; i < depth; i++)
		buf_puts(out, "  ");
}

static void put_string(const char *text, size_t len, struct buf *out)
{
	struct json_object *string;

	if (!memchr(text, '\\', len) || json_read(text, len, &string, NULL) != ERR_OK) {
		buf_append(out, text, len);
		return;
	}
	buf_puts(out, json_object_to_json_string_ext(string, JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(string);
}

/* at stands on an opening bracket; returns the place after what was written. */
static size_t put_opening(const char *text, size_t len, size_t at, int *depth, struct buf *out)
{
	size_t next = skip_blanks(text, len, at + 1);

	buf_putc(out, text[at]);
	if (next < len && (text[next] == '}' || text[next] == ']')) {
		buf_putc(out, text[next]);
		return next + 1;
	}
	new_line(out, ++*depth);
	return next;
}

static size_t put_token(const char *text, size_t len, size_t at, int *depth, struct buf *out)
{
	size_t end;

	switch (text[at]) {
	case '{':
	case '[':
		return put_opening(text, len, at, depth, out);
	case '}':
	case ']':
		new_line(out, --*depth);
		buf_putc(out, text[at]);
		return at + 1;
	case ',':
		buf_putc(out, ',');
		new_line(out, *depth);
		return at + 1;
	case ':':
		buf_puts(out, ": ");
		return at + 1;
	case '"':
		end = skip_string(text, len, at);
		put_string(text + at, end - at, out);
		return end;
	default:
		for (end = at + 1; end < len && !is_blank(text[end]) && !strchr(",:]}", text[end]);)
			end++;
		buf_append(out, text + at, end - at);
		return end;
	}
}

enum err_code json_indent(const char *text, size_t len, struct buf *out)
{
	int depth = 0;

	for (size_t at = skip_blanks(text, len, 0); at < len; at = skip_blanks(text, len, at))
		at = put_token(text, len, at, &depth, out);
	return out->failed;
}
