/* curses on and off; keys and mouse as this program names them. */
#include "dacache/ui/term.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "dacache/base/buf.h"
#include "term_restore.h"

enum { PASTE_BEGIN = 2000, PASTE_END, ESC_DELAY_MS = 25 };

/* Around curses, whose output goes through the same descriptor unbuffered. */
static void emit(const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(STDOUT_FILENO, bytes, len);
		if (n <= 0)
			return;
		bytes += n;
		len -= (size_t)n;
	}
}

static void paste_marks(bool on)
{
	const char *mode = on ? "\033[?2004h" : "\033[?2004l";

	emit(mode, strlen(mode));
}

static bool ask_size(int *rows, int *cols)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
		return false;
	*rows = size.ws_row;
	*cols = size.ws_col;
	return true;
}

static enum err_code open_input(struct term *term, FILE **in, struct err *err)
{
	*in = stdin;
	term->in_fd = STDIN_FILENO;
	if (!isatty(STDOUT_FILENO))
		return err_set(err, ERR_IO, "standard output is no terminal");
	if (isatty(STDIN_FILENO))
		return ERR_OK;
	/* Standard input may be a feed: keys then come from the terminal itself. */
	term->tty = fopen("/dev/tty", "r+");
	if (!term->tty)
		return err_set(err, ERR_IO, "there is no terminal to read keys from");
	*in = term->tty;
	term->in_fd = fileno(term->tty);
	return ERR_OK;
}

static void set_modes(struct term *term, bool no_mouse)
{
	raw();
	noecho();
	nonl();
	set_escdelay(ESC_DELAY_MS);
	typeahead(-1);
	curs_set(0);
	term->input = newpad(1, 1);
	if (term->input) {
		keypad(term->input, TRUE);
		nodelay(term->input, TRUE);
	}
	define_key("\033[200~", PASTE_BEGIN);
	define_key("\033[201~", PASTE_END);
	paste_marks(true);
	if (!no_mouse) {
		mouseinterval(0);
		term->mouse =
			mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL) != 0;
	}
}

enum err_code term_begin(struct term *term, bool no_mouse, struct err *err)
{
	const char *name = getenv("TERM");
	FILE *in;
	enum err_code code;

	memset(term, 0, sizeof *term);
	code = open_input(term, &in, err);
	if (code)
		return code;
	term_restore_arm(STDOUT_FILENO);
	term->curses = newterm(NULL, stdout, in);
	if (!term->curses) {
		term_restore_disarm();
		if (term->tty)
			fclose(term->tty);
		term->tty = NULL;
		return err_set(err, ERR_IO, "the terminal \"%s\" is not known (TERM)",
			       name ? name : "");
	}
	term->on = true;
	term->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	set_modes(term, no_mouse);
	if (!term->input) {
		term_end(term);
		return err_set(err, ERR_NO_MEMORY, "no memory for the terminal's input");
	}
	getmaxyx(stdscr, term->rows, term->cols);
	return ERR_OK;
}

void term_end(struct term *term)
{
	if (!term->curses)
		return;
	if (term->on) {
		paste_marks(false);
		if (term->mouse)
			mousemask(0, NULL);
		endwin();
	}
	term->on = false;
	if (term->input)
		delwin(term->input);
	term->input = NULL;
	/* delscreen() would lose the panel library's own panel; once a run is all. */
	term->curses = NULL;
	term_restore_disarm();
	if (term->tty)
		fclose(term->tty);
	term->tty = NULL;
}

bool term_is_too_small(const struct term *term)
{
	return term->rows < TERM_MIN_ROWS || term->cols < TERM_MIN_COLS;
}

bool term_resize(struct term *term)
{
	int rows;
	int cols;

	if (!ask_size(&rows, &cols) || (rows == term->rows && cols == term->cols))
		return false;
	resizeterm(rows, cols);
	term->rows = rows;
	term->cols = cols;
	return true;
}

void term_pause(struct term *term)
{
	def_prog_mode();
	paste_marks(false);
	endwin();
	term->on = false;
}

void term_resume(struct term *term)
{
	reset_prog_mode();
	paste_marks(true);
	term->on = true;
	term->pasting = false;
	term_resize(term);
	clearok(curscr, TRUE);
}

static const struct {
	int curses;
	uint32_t code;
} special[] = {
	{KEY_UP, K_UP},       {KEY_DOWN, K_DOWN},  {KEY_LEFT, K_LEFT},
	{KEY_RIGHT, K_RIGHT}, {KEY_PPAGE, K_PGUP}, {KEY_NPAGE, K_PGDN},
	{KEY_HOME, K_HOME},   {KEY_END, K_END},    {KEY_BACKSPACE, K_BACKSPACE},
	{KEY_DC, K_DELETE},   {KEY_IC, K_INSERT},  {KEY_BTAB, K_BACKTAB},
	{KEY_ENTER, K_ENTER}, {KEY_A1, K_HOME},    {KEY_A3, K_PGUP},
	{KEY_C1, K_END},      {KEY_C3, K_PGDN},
};

static uint32_t special_code(int curses)
{
	if (curses >= KEY_F(1) && curses <= KEY_F(12))
		return K_F1 + (uint32_t)(curses - KEY_F(1));
	for (size_t i = 0; i < sizeof special / sizeof special[0]; i++)
		if (special[i].curses == curses)
			return special[i].code;
	return K_NONE;
}

static uint32_t char_code(wint_t c)
{
	switch (c) {
	case '\n':
		return K_ENTER;
	case 0x7f:
	case '\b':
		return K_BACKSPACE;
	default:
		return (uint32_t)c;
	}
}

static bool read_mouse(struct mouse *mouse)
{
	MEVENT event;

	if (getmouse(&event) != OK)
		return false;
	mouse->row = event.y;
	mouse->col = event.x;
	if (event.bstate & BUTTON4_PRESSED)
		mouse->kind = MOUSE_WHEEL_UP;
	else if (event.bstate & BUTTON5_PRESSED)
		mouse->kind = MOUSE_WHEEL_DOWN;
	else if (event.bstate & BUTTON1_PRESSED)
		mouse->kind = MOUSE_PRESS;
	else
		return false;
	return true;
}

enum term_input term_read(struct term *term, struct key *key, struct mouse *mouse)
{
	wint_t c;

	for (;;) {
		int kind = wget_wch(term->input, &c);
		if (kind == ERR)
			return TERM_NOTHING;
		key->pasted = term->pasting;
		if (kind == OK) {
			key->code = char_code(c);
			return TERM_KEY;
		}
		if (c == PASTE_BEGIN || c == PASTE_END) {
			term->pasting = c == PASTE_BEGIN;
		} else if (c == KEY_MOUSE) {
			if (read_mouse(mouse))
				return TERM_MOUSE;
		} else {
			/* KEY_RESIZE is told by SIGWINCH already. */
			key->code = special_code((int)c);
			if (key->code)
				return TERM_KEY;
		}
	}
}

static enum err_code base64(const char *text, size_t len, struct buf *out)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < len; i += 3) {
		unsigned v = (unsigned)(unsigned char)text[i] << 16;
		if (i + 1 < len)
			v |= (unsigned)(unsigned char)text[i + 1] << 8;
		if (i + 2 < len)
			v |= (unsigned char)text[i + 2];
		buf_putc(out, digits[v >> 18]);
		buf_putc(out, digits[(v >> 12) & 63]);
		buf_putc(out, i + 1 < len ? digits[(v >> 6) & 63] : '=');
		buf_putc(out, i + 2 < len ? digits[v & 63] : '=');
	}
	return out->failed;
}

enum err_code term_copy(struct term *term, const char *text)
{
	size_t len = strlen(text);
	struct buf out;
	enum err_code code;

	if (!term->on || len > TERM_COPY_MAX)
		return ERR_LIMIT;
	buf_init(&out, 2 * TERM_COPY_MAX);
	buf_puts(&out, "\033]52;c;");
	code = base64(text, len, &out);
	if (!code)
		code = buf_puts(&out, "\a");
	if (!code)
		emit(out.data, out.len);
	buf_free(&out);
	return code;
}
