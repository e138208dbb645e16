#include "tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROW_BYTES = 4096, END_LIMIT_US = 5000000 };

static void run_program(char *const argv[])
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	execvp(argv[0], argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

bool tty_start(struct tty *tty, const struct options *options)
{
	struct winsize size = {.ws_row = (unsigned short)options->rows,
			       .ws_col = (unsigned short)options->cols};

	memset(tty, 0, sizeof(*tty));
	tty->rows = options->rows;
	tty->cols = options->cols;
	tty->vt = vterm_new(tty->rows, tty->cols);
	vterm_set_utf8(tty->vt, 1);
	tty->screen = vterm_obtain_screen(tty->vt);
	vterm_screen_enable_altscreen(tty->screen, 1);
	vterm_screen_reset(tty->screen, 1);
	tty->started_us = now_us();
	tty->pid = forkpty(&tty->fd, NULL, NULL, &size);
	if (tty->pid == 0)
		run_program(options->argv);
	if (tty->pid > 0) {
		fcntl(tty->fd, F_SETFL, O_RDWR | O_NONBLOCK);
		fcntl(tty->fd, F_SETFD, FD_CLOEXEC);
		return true;
	}
	perror("tty_bench: forkpty");
	vterm_free(tty->vt);
	return false;
}

static bool take(struct tty *tty)
{
	char chunk[65536];
	ssize_t len = read(tty->fd, chunk, sizeof(chunk));

	if (len <= 0)
		return false;
	tty->last_us = now_us();
	if (!tty->first_us)
		tty->first_us = tty->last_us;
	tty->bytes += (uint64_t)len;
	vterm_input_write(tty->vt, chunk, (size_t)len);
	return true;
}

bool tty_pump(struct tty *tty, int64_t until_us)
{
	struct pollfd fd = {.fd = tty->fd, .events = POLLIN};
	int64_t left = until_us - now_us();
	struct timespec wait = {0};

	if (left > 0) {
		wait.tv_sec = left / 1000000;
		wait.tv_nsec = left % 1000000 * 1000;
	}
	if (ppoll(&fd, 1, &wait, NULL) <= 0)
		return false;
	if (take(tty))
		return true;
	/* Its end: the terminal is readable for ever, so wait without it. */
	if (errno != EAGAIN)
		ppoll(NULL, 0, &wait, NULL);
	return false;
}

void tty_watch(struct tty *tty, int64_t until_us)
{
	do
		tty_pump(tty, until_us);
	while (now_us() < until_us);
}

static void row_text(const struct tty *tty, int row, char out[ROW_BYTES + 1])
{
	VTermRect rect = {
		.start_row = row, .end_row = row + 1, .start_col = 0, .end_col = tty->cols};
	size_t len = vterm_screen_get_text(tty->screen, out, ROW_BYTES, rect);

	out[len < ROW_BYTES ? len : ROW_BYTES] = '\0';
}

bool tty_shows(const struct tty *tty, const char *text)
{
	char line[ROW_BYTES + 1];
	int row;

	for (row = 0; row < tty->rows; row++) {
		row_text(tty, row, line);
		if (strstr(line, text))
			return true;
	}
	return false;
}

static void show_screen(const struct tty *tty)
{
	char line[ROW_BYTES + 1];
	int row;

	for (row = 0; row < tty->rows; row++) {
		row_text(tty, row, line);
		fprintf(stderr, "%3d |%s\n", row + 1, line);
	}
}

bool tty_expect(struct tty *tty, const char *text, int64_t limit_us)
{
	int64_t until_us = now_us() + limit_us;

	while (!tty_shows(tty, text)) {
		if (now_us() >= until_us) {
			fprintf(stderr, "tty_bench: \"%s\" is not on the screen:\n", text);
			show_screen(tty);
			return false;
		}
		tty_pump(tty, until_us);
	}
	return true;
}

void tty_rest(struct tty *tty, int64_t silence_us)
{
	/* What is live is never silent: then this long is enough. */
	int64_t until_us = now_us() + 2 * silence_us;

	while (now_us() < until_us && tty_pump(tty, now_us() + silence_us))
		;
}

bool tty_settle(struct tty *tty, const struct options *options, int64_t silence_us)
{
	size_t i;

	for (i = 0; i < options->n_texts; i++)
		if (!tty_expect(tty, options->texts[i], options->limit_us))
			return false;
	tty_rest(tty, silence_us);
	return true;
}

void tty_type(struct tty *tty, const char *keys)
{
	if (write(tty->fd, keys, strlen(keys)) < 0)
		perror("tty_bench: write to the terminal");
}

/* The program may be writing: its terminal must be read until it is gone. */
static bool ended_within(struct tty *tty, int64_t limit_us)
{
	int64_t until_us = now_us() + limit_us;

	while (waitpid(tty->pid, NULL, WNOHANG) == 0) {
		if (now_us() >= until_us)
			return false;
		tty_pump(tty, now_us() + 1000);
	}
	return true;
}

void tty_end(struct tty *tty)
{
	kill(tty->pid, SIGTERM);
	if (!ended_within(tty, END_LIMIT_US)) {
		fprintf(stderr, "tty_bench: it did not end by SIGTERM\n");
		kill(tty->pid, SIGKILL);
		waitpid(tty->pid, NULL, 0);
	}
	close(tty->fd);
	vterm_free(tty->vt);
}
