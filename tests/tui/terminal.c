#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "files.h"

enum { TYPE_MAX = 1 << 20 };

static void on_output(const char *data, size_t len, void *user)
{
	struct terminal *terminal = user;

	buf_append(&terminal->out, data, len);
}

static int on_property(VTermProp property, VTermValue *value, void *user)
{
	struct terminal *terminal = user;

	switch (property) {
	case VTERM_PROP_ALTSCREEN:
		terminal->altscreen = value->boolean;
		break;
	case VTERM_PROP_MOUSE:
		terminal->mouse = value->number != VTERM_PROP_MOUSE_NONE;
		break;
	default:
		break;
	}
	return 1;
}

static const VTermScreenCallbacks callbacks = {.settermprop = on_property};

static void emulate(struct terminal *terminal)
{
	terminal->vt = vterm_new(terminal->rows, terminal->cols);
	vterm_set_utf8(terminal->vt, 1);
	vterm_output_set_callback(terminal->vt, on_output, terminal);
	terminal->screen = vterm_obtain_screen(terminal->vt);
	vterm_screen_enable_altscreen(terminal->screen, 1);
	vterm_screen_set_callbacks(terminal->screen, &callbacks, terminal);
	vterm_screen_reset(terminal->screen, 1);
}

struct terminal *terminal_new(int rows, int cols)
{
	struct terminal *terminal = memory(1, sizeof(*terminal));
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

	terminal->rows = rows;
	terminal->cols = cols;
	buf_init(&terminal->out, TYPE_MAX);
	buf_init(&terminal->in, TYPE_MAX);
	stream_init(&terminal->stream);
	if (openpty(&terminal->master, &terminal->slave, NULL, NULL, &size)) {
		perror("drive: openpty");
		exit(99);
	}
	fcntl(terminal->master, F_SETFD, FD_CLOEXEC);
	fcntl(terminal->slave, F_SETFD, FD_CLOEXEC);
	fcntl(terminal->master, F_SETFL, O_RDWR | O_NONBLOCK);
	tcgetattr(terminal->slave, &terminal->modes);
	terminal->modes.c_iflag |= IUTF8;
	terminal->modes.c_cc[VERASE] = 0x7f;
	tcsetattr(terminal->slave, TCSANOW, &terminal->modes);
	terminal->cursor_visible = true;
	emulate(terminal);
	return terminal;
}

void terminal_hang_up(struct terminal *terminal)
{
	if (terminal->slave >= 0)
		close(terminal->slave);
	if (terminal->master >= 0)
		close(terminal->master);
	terminal->master = -1;
	terminal->slave = -1;
}

void terminal_free(struct terminal **terminal)
{
	if (!*terminal)
		return;
	terminal_hang_up(*terminal);
	vterm_free((*terminal)->vt);
	buf_free(&(*terminal)->out);
	buf_free(&(*terminal)->in);
	stream_free(&(*terminal)->stream);
	free(*terminal);
	*terminal = NULL;
}

void terminal_resize(struct terminal *terminal, int rows, int cols)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

	terminal->rows = rows;
	terminal->cols = cols;
	vterm_set_size(terminal->vt, rows, cols);
	ioctl(terminal->master, TIOCSWINSZ, &size);
}

void terminal_type(struct terminal *terminal, const char *data, size_t len)
{
	buf_append(&terminal->out, data, len);
}

void terminal_paste(struct terminal *terminal, const char *data, size_t len)
{
	vterm_keyboard_start_paste(terminal->vt);
	terminal_type(terminal, data, len);
	vterm_keyboard_end_paste(terminal->vt);
}

void terminal_mouse(struct terminal *terminal, int row, int col, int button)
{
	vterm_mouse_move(terminal->vt, row, col, VTERM_MOD_NONE);
	vterm_mouse_button(terminal->vt, button, true, VTERM_MOD_NONE);
	if (button < 4)
		vterm_mouse_button(terminal->vt, button, false, VTERM_MOD_NONE);
}

static const struct {
	const char *name;
	VTermKey key;
} keys[] = {
	{"Enter", VTERM_KEY_ENTER},      {"Tab", VTERM_KEY_TAB},
	{"BS", VTERM_KEY_BACKSPACE},     {"Backspace", VTERM_KEY_BACKSPACE},
	{"Esc", VTERM_KEY_ESCAPE},       {"Up", VTERM_KEY_UP},
	{"Down", VTERM_KEY_DOWN},        {"Left", VTERM_KEY_LEFT},
	{"Right", VTERM_KEY_RIGHT},      {"Ins", VTERM_KEY_INS},
	{"Del", VTERM_KEY_DEL},          {"Home", VTERM_KEY_HOME},
	{"End", VTERM_KEY_END},          {"PgUp", VTERM_KEY_PAGEUP},
	{"PgDn", VTERM_KEY_PAGEDOWN},    {"F1", VTERM_KEY_FUNCTION(1)},
	{"F2", VTERM_KEY_FUNCTION(2)},   {"F3", VTERM_KEY_FUNCTION(3)},
	{"F4", VTERM_KEY_FUNCTION(4)},   {"F5", VTERM_KEY_FUNCTION(5)},
	{"F6", VTERM_KEY_FUNCTION(6)},   {"F7", VTERM_KEY_FUNCTION(7)},
	{"F8", VTERM_KEY_FUNCTION(8)},   {"F9", VTERM_KEY_FUNCTION(9)},
	{"F10", VTERM_KEY_FUNCTION(10)}, {"F11", VTERM_KEY_FUNCTION(11)},
	{"F12", VTERM_KEY_FUNCTION(12)},
};

static VTermKey key_named(const char *name)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(keys[i].name, name) == 0)
			return keys[i].key;
	}
	return VTERM_KEY_NONE;
}

/* A key that stands for one byte, or 0 to 255 with a modifier; -1: none. */
static int key_byte(const char *name, VTermModifier modifier)
{
	int byte = -1;

	if (strcmp(name, "Space") == 0)
		byte = ' ';
	else if (strcmp(name, "lt") == 0)
		byte = '<';
	else if (name[0] > ' ' && name[0] < 0x7f && !name[1])
		byte = name[0];
	if (byte < 0 || !(modifier & VTERM_MOD_CTRL))
		return byte;
	return byte == '?' ? 0x7f : byte & 0x1f;
}

bool terminal_key(struct terminal *terminal, const char *name)
{
	VTermModifier modifier = VTERM_MOD_NONE;
	VTermKey key;
	char byte;

	while (name[0] && name[1] == '-' && name[2]) {
		if (name[0] == 'C')
			modifier |= VTERM_MOD_CTRL;
		else if (name[0] == 'S')
			modifier |= VTERM_MOD_SHIFT;
		else if (name[0] == 'M' || name[0] == 'A')
			modifier |= VTERM_MOD_ALT;
		else
			return false;
		name += 2;
	}
	key = key_named(name);
	if (key != VTERM_KEY_NONE) {
		vterm_keyboard_key(terminal->vt, key, modifier);
		return true;
	}
	if (key_byte(name, modifier) < 0)
		return false;
	if (modifier & VTERM_MOD_ALT)
		terminal_type(terminal, "\x1b", 1);
	byte = (char)key_byte(name, modifier);
	terminal_type(terminal, &byte, 1);
	return true;
}

static void write_out(struct terminal *terminal)
{
	ssize_t len;

	while (terminal->out.len > 0) {
		len = write(terminal->master, terminal->out.data, terminal->out.len);
		if (len <= 0)
			return;
		buf_consume(&terminal->out, (size_t)len);
	}
}

static bool read_in(struct terminal *terminal)
{
	char chunk[65536];
	ssize_t len = read(terminal->master, chunk, sizeof(chunk));

	if (len <= 0)
		return false;
	stream_feed(&terminal->stream, chunk, (size_t)len);
	terminal->cursor_visible = !terminal->stream.cursor_hidden;
	buf_reset(&terminal->in);
	split_feed(&terminal->split, chunk, (size_t)len, &terminal->in);
	vterm_input_write(terminal->vt, buf_str(&terminal->in), terminal->in.len);
	return true;
}

bool terminal_pump(struct terminal *terminal, int wake_fd, int timeout_ms)
{
	struct pollfd fds[2] = {{.fd = terminal->master, .events = POLLIN},
				{.fd = wake_fd, .events = POLLIN}};
	bool any = false;

	if (terminal->master >= 0)
		write_out(terminal);
	if (terminal->out.len > 0)
		fds[0].events |= POLLOUT;
	if (poll(fds, 2, timeout_ms) <= 0 || terminal->master < 0)
		return false;
	while (read_in(terminal))
		any = true;
	write_out(terminal);
	return any;
}

/* poll() on either end of a pty makes the kernel deliver what is still in its
 * buffers, so that its answer is the whole truth. */
static bool readable(int fd)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	return fd >= 0 && poll(&poll_fd, 1, 0) > 0;
}

bool terminal_input_taken(const struct terminal *terminal)
{
	return terminal->out.len == 0 && !readable(terminal->slave);
}

bool terminal_is_idle(struct terminal *terminal)
{
	return !readable(terminal->master);
}

const char *terminal_left_over(const struct terminal *terminal)
{
	struct termios modes;

	if (terminal->slave < 0)
		return NULL;
	if (terminal->altscreen)
		return "the alternate screen is still on";
	if (!terminal->cursor_visible)
		return "the cursor is still invisible";
	if (terminal->mouse)
		return "the mouse is still reported";
	if (tcgetattr(terminal->slave, &modes))
		return "the terminal's modes cannot be read";
	if (modes.c_lflag != terminal->modes.c_lflag)
		return "the terminal's local modes (echo, canonical, signals) are not put back";
	if (modes.c_iflag != terminal->modes.c_iflag || modes.c_oflag != terminal->modes.c_oflag)
		return "the terminal's input or output modes are not put back";
	return NULL;
}
