/* One line of text under the cursor. */
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/ui/form.h"

enum { UNIT_MAX = 64, LINE_HARD_MAX = 16 * 1024 * 1024 };

void form_line_init(struct form_line *line, size_t max_bytes)
{
	memset(line, 0, sizeof *line);
	buf_init(&line->text, max_bytes);
}

void form_line_free(struct form_line *line)
{
	buf_free(&line->text);
	line->cursor = 0;
	line->left = 0;
}

const char *form_line_text(const struct form_line *line)
{
	return buf_str(&line->text);
}

enum err_code form_line_set(struct form_line *line, const char *text)
{
	size_t max = line->text.max;
	size_t len = strlen(text);
	struct buf fresh;
	enum err_code code;

	buf_init(&fresh, len > max && len < LINE_HARD_MAX ? len : max);
	code = buf_append(&fresh, text, len);
	if (code) {
		buf_free(&fresh);
		return code;
	}
	buf_free(&line->text);
	line->text = fresh;
	line->text.max = max;
	line->cursor = len;
	line->left = 0;
	return ERR_OK;
}

static int width_of(const char *text, size_t bytes)
{
	char part[UNIT_MAX];

	if (bytes == 1 && *text >= 0x20 && *text < 0x7f)
		return 1;
	if (bytes >= sizeof part)
		bytes = sizeof part - 1;
	memcpy(part, text, bytes);
	part[bytes] = '\0';
	return text_width(part);
}

/* Bytes of the character that begins here, with the marks that the screen joins
 * to it: by itself a mark is shown as an escape, joined it takes no column. */
static size_t unit_next(const char *text)
{
	uint32_t ucs;
	size_t len = text_next(text, &ucs);
	size_t more;

	while (len > 0 && (more = text_next(text + len, &ucs)) > 0 && len + more < UNIT_MAX) {
		if (ucs < 0x80 ||
		    width_of(text, len + more) == width_of(text, len) + width_of(text + len, more))
			break;
		len += more;
	}
	return len;
}

/* Where the character before `at` begins. */
static size_t unit_before(const char *text, size_t at)
{
	size_t before = 0;
	size_t next;

	for (size_t i = 0; i < at; i += next) {
		next = unit_next(text + i);
		before = i;
		if (next == 0)
			break;
	}
	return before;
}

static size_t next_of(const struct form_line *line, size_t at)
{
	return at + unit_next(form_line_text(line) + at);
}

static enum form_took cut(struct form_line *line, size_t from, size_t to)
{
	char *data = line->text.data;

	line->cursor = from;
	if (to <= from)
		return FORM_MOVED;
	memmove(data + from, data + to, line->text.len - to + 1);
	line->text.len -= to - from;
	return FORM_CHANGED;
}

static size_t encode(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static enum form_took insert(struct form_line *line, uint32_t c)
{
	char bytes[4];
	size_t n = encode(c, bytes);

	if (line->text.len + n > line->text.max)
		return FORM_FULL;
	if (buf_append(&line->text, bytes, n))
		return FORM_FULL;
	memmove(line->text.data + line->cursor + n, line->text.data + line->cursor,
		line->text.len - n - line->cursor);
	memcpy(line->text.data + line->cursor, bytes, n);
	line->cursor += n;
	return FORM_CHANGED;
}

/* Where the word left of the cursor begins. Words of a key or of an address end
 * at its signs, too. */
static size_t word_before(const struct form_line *line)
{
	static const char ends[] = " {}_-./:,?&=";
	const char *text = form_line_text(line);
	size_t at = line->cursor;

	while (at > 0 && strchr(ends, text[at - 1]))
		at--;
	while (at > 0 && !strchr(ends, text[at - 1]))
		at--;
	return at;
}

static enum form_took move_to(struct form_line *line, size_t at)
{
	line->cursor = at;
	return FORM_MOVED;
}

static enum form_took edit(struct form_line *line, uint32_t code)
{
	const char *text = form_line_text(line);

	switch (code) {
	case K_LEFT:
		return move_to(line, unit_before(text, line->cursor));
	case K_RIGHT:
		return move_to(line, next_of(line, line->cursor));
	case K_HOME:
	case K_CTRL('A'):
		return move_to(line, 0);
	case K_END:
	case K_CTRL('E'):
		return move_to(line, line->text.len);
	case K_BACKSPACE:
		return cut(line, unit_before(text, line->cursor), line->cursor);
	case K_DELETE:
		return cut(line, line->cursor, next_of(line, line->cursor));
	case K_CTRL('U'):
		return cut(line, 0, line->cursor);
	case K_CTRL('K'):
		return cut(line, line->cursor, line->text.len);
	case K_CTRL('W'):
		return cut(line, word_before(line), line->cursor);
	default:
		return FORM_NOT_MINE;
	}
}

enum form_took form_line_key(struct form_line *line, const struct key *key)
{
	if (keys_is_text(key))
		return insert(line, key->code);
	if (key->pasted)
		return FORM_DROPPED;
	return edit(line, key->code);
}

static int columns_between(const char *text, size_t from, size_t to)
{
	int columns = 0;

	for (size_t n; from < to && (n = unit_next(text + from)) > 0; from += n)
		columns += width_of(text + from, n);
	return columns;
}

int form_line_scroll(struct form_line *line, int cols)
{
	const char *text = form_line_text(line);
	/* a column for each sign of what is cut off */
	int room = cols - (line->cursor < line->text.len ? 3 : 2);
	int columns;

	if (room < 1)
		room = 1;
	if (columns_between(text, 0, line->text.len) < cols) {
		line->left = 0;
		return columns_between(text, 0, line->cursor);
	}
	if (line->left > line->cursor)
		line->left = line->cursor;
	while (line->left > 0 && columns_between(text, line->left, line->text.len) < room)
		line->left = unit_before(text, line->left);
	columns = columns_between(text, line->left, line->cursor);
	while (columns > room && line->left < line->cursor) {
		size_t n = unit_next(text + line->left);
		columns -= width_of(text + line->left, n);
		line->left += n;
	}
	return columns + (line->left > 0);
}

void form_line_point(struct form_line *line, int col)
{
	const char *text = form_line_text(line);
	size_t at = line->left;
	size_t n;

	col -= line->left > 0;
	while ((n = unit_next(text + at)) > 0) {
		col -= width_of(text + at, n);
		if (col < 0)
			break;
		at += n;
	}
	line->cursor = at;
}
