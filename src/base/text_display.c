/* The form of a text that is safe on a terminal. The text is walked in pieces:
 * a cluster of characters to be shown as they are, or one escape. */
#include "dacache/base/text.h"

#include <stdio.h>
#include <string.h>
#include <unictype.h>
#include <unigbrk.h>
#include <uniwidth.h>

/* ncurses keeps this many combining characters in a cell. */
enum { MARKS_MAX = 4, ESCAPE_SIZE = 16 };

struct piece {
	size_t bytes; /* of the text; 0 at its end */
	int columns;
	char escape[ESCAPE_SIZE]; /* "" for characters shown as they are */
};

/* Characters that steer a terminal or that nobody would see. */
static bool is_hidden(uint32_t c)
{
	return uc_is_general_category_withtable(
		       c, UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Cf | UC_CATEGORY_MASK_Cs |
				  UC_CATEGORY_MASK_Cn | UC_CATEGORY_MASK_Zl |
				  UC_CATEGORY_MASK_Zp) ||
	       uc_is_property_default_ignorable_code_point(c);
}

/* As the terminal counts: where libunistring differs from wcwidth(), which
 * ncurses asks, wcwidth() wins. */
static int width_of(uint32_t c)
{
	if ((c >= 0x3248 && c <= 0x324F) || (c >= 0x4DC0 && c <= 0x4DFF))
		return 2;
	if (c == 0x0CBF || c == 0x0CC6 || c == 0x11A07 || c == 0x11A08 || c == 0x11C3F)
		return 0;
	return uc_width(c, "UTF-8");
}

static bool is_broken_byte(const char *text, size_t bytes, uint32_t c)
{
	return c == 0xFFFD && bytes == 1 && (unsigned char)*text >= 0x80;
}

static void set_escape(struct piece *piece, const char *text, uint32_t c)
{
	if (is_broken_byte(text, piece->bytes, c))
		snprintf(piece->escape, ESCAPE_SIZE, "\\x%02x", (unsigned)(unsigned char)*text);
	else if (c == '\t' || c == '\n')
		snprintf(piece->escape, ESCAPE_SIZE, "\\%c", c == '\t' ? 't' : 'n');
	else if (c < 0x100)
		snprintf(piece->escape, ESCAPE_SIZE, "\\x%02x", (unsigned)c);
	else if (c < 0x10000)
		snprintf(piece->escape, ESCAPE_SIZE, "\\u%04x", (unsigned)c);
	else
		snprintf(piece->escape, ESCAPE_SIZE, "\\U%08x", (unsigned)c);
	piece->columns = (int)strlen(piece->escape);
}

/* The piece that begins at text. A mark without a character below it would
 * join the neighbour on the screen: it is escaped as well, and so are marks in
 * heaps. */
static struct piece next_piece(const char *text)
{
	struct piece piece = {0};
	uint32_t c;
	uint32_t next;
	int marks = 0;

	piece.bytes = text_next(text, &c);
	if (piece.bytes == 0)
		return piece;
	piece.columns = width_of(c);
	if (is_broken_byte(text, piece.bytes, c) || is_hidden(c) || piece.columns <= 0) {
		set_escape(&piece, text, c);
		return piece;
	}
	for (size_t n; (n = text_next(text + piece.bytes, &next)) > 0; c = next) {
		const char *at = text + piece.bytes;
		int columns = width_of(next);
		if (is_broken_byte(at, n, next) || is_hidden(next) || columns < 0 ||
		    (columns > 0 && uc_is_grapheme_break(c, next)) ||
		    (columns == 0 && ++marks > MARKS_MAX))
			break;
		piece.bytes += n;
		piece.columns += columns;
	}
	return piece;
}

static enum err_code append_piece(struct buf *out, const char *text, const struct piece *piece)
{
	if (piece->escape[0])
		return buf_puts(out, piece->escape);
	return buf_append(out, text, piece->bytes);
}

int text_width(const char *text)
{
	int columns = 0;

	for (struct piece piece; (piece = next_piece(text)).bytes > 0; text += piece.bytes)
		columns += piece.columns;
	return columns;
}

enum err_code text_escape(struct buf *out, const char *text)
{
	for (struct piece piece; (piece = next_piece(text)).bytes > 0; text += piece.bytes) {
		enum err_code code = append_piece(out, text, &piece);
		if (code)
			return code;
	}
	return ERR_OK;
}

/* Whether the text needs more columns; looks no further than it must. */
static bool is_wider(const char *text, int columns)
{
	for (struct piece piece; (piece = next_piece(text)).bytes > 0; text += piece.bytes) {
		columns -= piece.columns;
		if (columns < 0)
			return true;
	}
	return false;
}

enum err_code text_fit(struct buf *out, const char *text, int columns, bool ascii, int *used)
{
	bool cut = is_wider(text, columns);
	int room = cut ? columns - 1 : columns;
	int at = 0;
	enum err_code code = ERR_OK;
	struct piece piece;

	while (!code && (piece = next_piece(text)).bytes > 0 && at + piece.columns <= room) {
		code = append_piece(out, text, &piece);
		at += piece.columns;
		text += piece.bytes;
	}
	if (!code && cut && columns > 0) {
		code = buf_puts(out, ascii ? "~" : "…");
		at++;
	}
	if (used)
		*used = at;
	return code;
}
