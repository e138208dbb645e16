#include "screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"

enum { WIDE_TAIL = -1, CHAR_BYTES = 4 };

static size_t encode(uint32_t c, char out[CHAR_BYTES])
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

static void add_char(struct row *row, uint32_t c, int col)
{
	char bytes[CHAR_BYTES];
	size_t len = encode(c, bytes);

	memcpy(row->text + row->len, bytes, len);
	for (size_t i = 0; i < len; i++)
		row->col[row->len++] = col;
}

static void add_cell(struct row *row, const VTermScreenCell *cell, int col)
{
	if (cell->chars[0] == (uint32_t)WIDE_TAIL)
		return;
	add_char(row, cell->chars[0] ? cell->chars[0] : ' ', col);
	for (int i = 1; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++)
		add_char(row, cell->chars[i], col);
}

static void take_row(struct screen *screen, int y)
{
	struct row *row = &screen->row[y];
	size_t most = (size_t)screen->cols * VTERM_MAX_CHARS_PER_CELL * CHAR_BYTES + 1;

	row->text = memory(most, 1);
	row->col = memory(most, sizeof(int));
	for (int x = 0; x < screen->cols; x++)
		add_cell(row, &screen->cell[y * screen->cols + x], x);
	row->col[row->len] = screen->cols;
	row->trimmed = row->len;
	while (row->trimmed > 0 && row->text[row->trimmed - 1] == ' ')
		row->trimmed--;
}

struct screen *screen_take(const struct terminal *terminal)
{
	struct screen *screen = memory(1, sizeof(*screen));
	VTermPos at;

	screen->rows = terminal->rows;
	screen->cols = terminal->cols;
	screen->row = memory((size_t)screen->rows, sizeof(struct row));
	screen->cell = memory((size_t)(screen->rows * screen->cols), sizeof(VTermScreenCell));
	for (at.row = 0; at.row < screen->rows; at.row++) {
		for (at.col = 0; at.col < screen->cols; at.col++)
			vterm_screen_get_cell(terminal->screen, at,
					      &screen->cell[at.row * screen->cols + at.col]);
		take_row(screen, at.row);
	}
	vterm_state_get_cursorpos(vterm_obtain_state(terminal->vt), &screen->cursor);
	return screen;
}

void screen_free(struct screen **screen)
{
	if (!*screen)
		return;
	for (int y = 0; y < (*screen)->rows; y++) {
		free((*screen)->row[y].text);
		free((*screen)->row[y].col);
	}
	free((*screen)->row);
	free((*screen)->cell);
	free(*screen);
	*screen = NULL;
}

static const char *const colour_names[] = {"black", "red",     "green", "yellow",
					   "blue",  "magenta", "cyan",  "white"};

bool colour_parse(const char *text, long *out)
{
	static const char bright[] = "bright-";
	bool is_bright = strncmp(text, bright, sizeof(bright) - 1) == 0;
	char *end;

	if (strcmp(text, "default") == 0) {
		*out = COLOUR_DEFAULT;
		return true;
	}
	for (int i = 0; i < 8; i++) {
		if (strcmp(colour_names[i], is_bright ? text + sizeof(bright) - 1 : text) == 0) {
			*out = is_bright ? i + 8 : i;
			return true;
		}
	}
	if (text[0] == '#' && strlen(text) == 7) {
		*out = COLOUR_RGB | strtol(text + 1, &end, 16);
		return !*end;
	}
	*out = strtol(text, &end, 10);
	return end != text && !*end && *out >= 0 && *out <= 255;
}

static long colour_of(const VTermColor *colour)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(colour) || VTERM_COLOR_IS_DEFAULT_BG(colour))
		return COLOUR_DEFAULT;
	if (VTERM_COLOR_IS_INDEXED(colour))
		return colour->indexed.idx;
	return COLOUR_RGB | (long)colour->rgb.red << 16 | (long)colour->rgb.green << 8 |
	       colour->rgb.blue;
}

static const struct {
	const char *name;
	int bit;
} attrs[] = {{"bold", ATTR_BOLD},     {"reverse", ATTR_REVERSE}, {"underline", ATTR_UNDERLINE},
	     {"italic", ATTR_ITALIC}, {"blink", ATTR_BLINK},     {"strike", ATTR_STRIKE}};

int attr_named(const char *name)
{
	for (size_t i = 0; i < sizeof(attrs) / sizeof(attrs[0]); i++) {
		if (strcmp(attrs[i].name, name) == 0)
			return attrs[i].bit;
	}
	return 0;
}

static int attrs_of(const VTermScreenCell *cell)
{
	return (cell->attrs.bold ? ATTR_BOLD : 0) | (cell->attrs.reverse ? ATTR_REVERSE : 0) |
	       (cell->attrs.underline ? ATTR_UNDERLINE : 0) |
	       (cell->attrs.italic ? ATTR_ITALIC : 0) | (cell->attrs.blink ? ATTR_BLINK : 0) |
	       (cell->attrs.strike ? ATTR_STRIKE : 0);
}

static bool cell_fits(const VTermScreenCell *cell, const struct want *want)
{
	int has = attrs_of(cell);

	return (has & want->attrs_on) == want->attrs_on && !(has & want->attrs_off) &&
	       (want->fg == COLOUR_ANY || colour_of(&cell->fg) == want->fg) &&
	       (want->bg == COLOUR_ANY || colour_of(&cell->bg) == want->bg);
}

static bool cells_fit(const struct screen *screen, int y, int from, int to, const struct want *want)
{
	for (int x = from; x < to; x++) {
		const VTermScreenCell *cell = &screen->cell[y * screen->cols + x];

		if (cell->chars[0] != (uint32_t)WIDE_TAIL && !cell_fits(cell, want))
			return false;
	}
	return true;
}

/* The next match in text[from..); false: none. */
static bool next_match(const char *text, size_t from, const char *wanted, const regex_t *regex,
		       size_t *start, size_t *end)
{
	const char *at;
	regmatch_t match;

	if (!regex) {
		at = strstr(text + from, wanted);
		*start = at ? (size_t)(at - text) : 0;
		*end = *start + strlen(wanted);
		return at != NULL;
	}
	if (regexec(regex, text + from, 1, &match, from ? REG_NOTBOL : 0))
		return false;
	*start = from + (size_t)match.rm_so;
	*end = from + (size_t)match.rm_eo;
	return true;
}

static int count_in_row(const struct screen *screen, int y, const struct want *want, int *first_col)
{
	const struct row *row = &screen->row[y];
	char *text = text_copy(row->text, want->regex ? row->trimmed : row->len);
	size_t len = strlen(text);
	size_t from = 0;
	size_t start;
	size_t end;
	int count = 0;

	while (from <= len && next_match(text, from, want->text, want->regex, &start, &end)) {
		int col = row->col[start];
		/* A cell belongs to the match when its first byte does. */
		int stop = end > start ? row->col[end - 1] + 1 : col;

		if ((!want->col || want->col == col + 1) && cells_fit(screen, y, col, stop, want)) {
			if (count++ == 0)
				*first_col = col;
		}
		from = end > start ? end : end + 1;
	}
	free(text);
	return count;
}

static int row_index(const struct screen *screen, int row)
{
	return row < 0 ? screen->rows + row : row - 1;
}

int screen_count(const struct screen *screen, const struct want *want, VTermPos *at)
{
	int first = row_index(screen, want->first_row);
	int last = row_index(screen, want->last_row);
	int count = 0;

	for (int y = first < 0 ? 0 : first; y <= last && y < screen->rows; y++) {
		int col = 0;
		int here;

		if (want->text || want->regex)
			here = count_in_row(screen, y, want, &col);
		else if (!cells_fit(screen, y, 0, screen->cols, want))
			return 0;
		else
			here = 1;
		if (here && !count && at)
			*at = (VTermPos){.row = y, .col = col};
		count += here;
	}
	return count;
}

int text_count(const char *text, const char *wanted, const regex_t *regex)
{
	size_t len = strlen(text);
	size_t from = 0;
	size_t start;
	size_t end;
	int count = 0;

	while (from <= len && next_match(text, from, wanted, regex, &start, &end)) {
		count++;
		from = end > start ? end : end + 1;
	}
	return count;
}

void screen_text(const struct screen *screen, struct buf *out)
{
	for (int y = 0; y < screen->rows; y++) {
		buf_append(out, screen->row[y].text, screen->row[y].trimmed);
		buf_putc(out, '\n');
	}
}

static void put_colour(struct buf *out, const char *name, long colour)
{
	if (colour >= COLOUR_RGB)
		buf_printf(out, " %s=#%06lx", name, colour & 0xffffff);
	else if (colour >= 16)
		buf_printf(out, " %s=%ld", name, colour);
	else if (colour >= 0)
		buf_printf(out, " %s=%s%s", name, colour >= 8 ? "bright-" : "",
			   colour_names[colour & 7]);
}

static bool same_look(const VTermScreenCell *a, const VTermScreenCell *b)
{
	return attrs_of(a) == attrs_of(b) && colour_of(&a->fg) == colour_of(&b->fg) &&
	       colour_of(&a->bg) == colour_of(&b->bg);
}

static bool is_plain(const VTermScreenCell *cell)
{
	return !attrs_of(cell) && colour_of(&cell->fg) == COLOUR_DEFAULT &&
	       colour_of(&cell->bg) == COLOUR_DEFAULT;
}

static void put_run(struct buf *out, const VTermScreenCell *cell, int y, int from, int to)
{
	buf_printf(out, "%d:%d-%d", y + 1, from + 1, to);
	for (size_t i = 0; i < sizeof(attrs) / sizeof(attrs[0]); i++) {
		if (attrs_of(cell) & attrs[i].bit)
			buf_printf(out, " %s", attrs[i].name);
	}
	put_colour(out, "fg", colour_of(&cell->fg));
	put_colour(out, "bg", colour_of(&cell->bg));
	buf_putc(out, '\n');
}

void screen_attrs(const struct screen *screen, struct buf *out)
{
	for (int y = 0; y < screen->rows; y++) {
		const VTermScreenCell *row = &screen->cell[y * screen->cols];
		int from = 0;

		for (int x = 1; x <= screen->cols; x++) {
			if (x < screen->cols && same_look(&row[x], &row[from]))
				continue;
			if (!is_plain(&row[from]))
				put_run(out, &row[from], y, from, x);
			from = x;
		}
	}
}

void screen_print(const struct screen *screen, bool with_attrs)
{
	struct buf runs;
	char *save = NULL;

	for (int y = 0; y < screen->rows; y++)
		printf("# %3d |%.*s\n", y + 1, (int)screen->row[y].trimmed, screen->row[y].text);
	printf("# cursor at row %d, column %d\n", screen->cursor.row + 1, screen->cursor.col + 1);
	if (!with_attrs)
		return;
	buf_init(&runs, 1 << 20);
	screen_attrs(screen, &runs);
	for (char *line = runs.len ? strtok_r(runs.data, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save))
		printf("# %s\n", line);
	buf_free(&runs);
}
