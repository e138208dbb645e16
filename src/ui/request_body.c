/* A body as lines: JSON indented and in colours, a form by its fields, text as text, and
 * bytes as bytes. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "dacache/base/text.h"
#include "dacache/domain/json_lines.h"
#include "request_text.h"

enum { INDENT = 2, DEPTH_SHOWN = 40, BYTES_A_LINE = 16, BYTES_SHOWN = 1024, LINE_SIZE = 128 };

/* --- JSON --- */

static enum role role_of(enum json_kind kind)
{
	switch (kind) {
	case JSON_STRING:
		return ROLE_JSON_STRING;
	case JSON_NUMBER:
		return ROLE_JSON_NUMBER;
	case JSON_LITERAL:
		return ROLE_JSON_LITERAL;
	case JSON_BROKEN:
		return ROLE_WARN;
	default:
		return ROLE_TEXT;
	}
}

/* "key": value, */
static void add_json_line(struct fold_view *view, const char *text, const struct json_line *line,
			  struct buf *room)
{
	int depth = line->depth < DEPTH_SHOWN ? line->depth : DEPTH_SHOWN;

	buf_reset(room);
	buf_append(room, text + line->key_at, line->key_len);
	if (line->key_len > 0)
		buf_puts(room, ": ");
	buf_append(room, text + line->value_at, line->value_len);
	if (line->comma)
		buf_putc(room, ',');
	if (!fold_view_add(view, line->depth + 1, depth * INDENT, buf_str(room), room->len))
		return;
	if (line->key_len > 0) {
		fold_view_span(view, line->key_len, ROLE_JSON_KEY);
		fold_view_span(view, 2, ROLE_TEXT);
	}
	fold_view_span(view, line->value_len, role_of(line->kind));
}

/* "… }  3 members" */
static char *tail_of(const char *text, const struct vec *lines, const struct json_line *line)
{
	bool object = text[line->value_at] == '{';
	const struct json_line *last = vec_at(lines, line->last);
	char tail[LINE_SIZE];

	snprintf(tail, sizeof tail, " ... %s%s  %zu %s%s",
		 last->kind == JSON_CLOSE ? (object ? "}" : "]") : "", last->comma ? "," : "",
		 line->within, object ? "member" : "item", line->within == 1 ? "" : "s");
	return text_dup(tail);
}

static bool add_json(struct fold_view *view, const char *text, size_t len)
{
	size_t first = view->lines.len;
	struct vec lines;
	struct buf room;
	bool whole;
	enum err_code code;

	vec_init(&lines, sizeof(struct json_line));
	buf_init(&room, SIZE_MAX);
	code = json_lines_make(text, len, &lines, &whole);
	for (size_t i = 0; code == ERR_OK && i < lines.len; i++)
		add_json_line(view, text, vec_at(&lines, i), &room);
	for (size_t i = 0; code == ERR_OK && !view->failed && i < lines.len; i++) {
		const struct json_line *line = vec_at(&lines, i);
		struct fold_line *shown = vec_at(&view->lines, first + i);

		if (line->kind != JSON_OPEN || line->last == i)
			continue;
		shown->last = first + line->last;
		shown->tail = tail_of(text, &lines, line);
	}
	vec_free(&lines);
	buf_free(&room);
	return code == ERR_OK;
}

/* --- the others --- */

static bool is_form(const char *headers)
{
	static const char form[] = "application/x-www-form-urlencoded";
	struct exchange_header header;

	return exchange_header_find(headers, "Content-Type", &header) &&
	       header.value_len >= strlen(form) &&
	       strncasecmp(header.value, form, strlen(form)) == 0;
}

/* A field a line, as it is encoded. */
static void add_form(struct fold_view *view, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "&");
		const char *equals = memchr(text, '=', len);
		size_t name_len = equals ? (size_t)(equals - text) : len;

		if (fold_view_add(view, 1, 0, text, len + (text[len] == '&'))) {
			fold_view_span(view, name_len, ROLE_JSON_KEY);
			fold_view_span(view, 1, ROLE_TEXT);
			if (len > name_len + 1)
				fold_view_span(view, len - name_len - 1, ROLE_JSON_STRING);
		}
		text += len + (text[len] == '&');
	}
}

static void add_lines(struct fold_view *view, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		fold_view_add(view, 1, 0, text, len > 0 && text[len - 1] == '\r' ? len - 1 : len);
		text += len + (text[len] == '\n');
	}
}

/* "00000010  7b 22 61 00 ...  {"a." */
static void add_bytes(struct fold_view *view, const char *bytes, size_t len)
{
	size_t shown = len < BYTES_SHOWN ? len : BYTES_SHOWN;
	char text[LINE_SIZE];

	for (size_t at = 0; at < shown; at += BYTES_A_LINE) {
		int n = snprintf(text, sizeof text, "%08zx ", at);

		for (size_t i = at; i < at + BYTES_A_LINE; i++)
			n += i < shown ? snprintf(text + n, sizeof text - (size_t)n, " %02x",
						  (unsigned char)bytes[i])
				       : snprintf(text + n, sizeof text - (size_t)n, "   ");
		n += snprintf(text + n, sizeof text - (size_t)n, "  ");
		for (size_t i = at; i < at + BYTES_A_LINE && i < shown; i++)
			text[n++] = isprint((unsigned char)bytes[i]) && !(bytes[i] & 0x80)
					    ? bytes[i]
					    : '.';
		fold_view_add(view, 1, 0, text, (size_t)n);
		fold_view_span(view, 8, ROLE_DIM);
	}
	if (shown < len) {
		snprintf(text, sizeof text, "[bytes, no text: the first %zu of %zu]", shown, len);
		fold_view_add(view, 1, 0, text, strlen(text));
		fold_view_span(view, strlen(text), ROLE_DIM);
	}
}

void request_body_fill(struct fold_view *view, const char *body, size_t len, const char *headers)
{
	if (memchr(body, '\0', len)) {
		add_bytes(view, body, len);
		return;
	}
	if (add_json(view, body, len))
		return;
	if (is_form(headers))
		add_form(view, body);
	else
		add_lines(view, body);
}
