/* A program on a terminal of its own, with an emulator behind it. */
#ifndef BENCH_TTY_H
#define BENCH_TTY_H

#include <vterm.h>

#include "bench.h"

struct tty {
	pid_t pid;
	int fd;
	int rows;
	int cols;
	int64_t started_us;
	int64_t first_us; /* when the first byte came; 0: none yet */
	int64_t last_us;  /* when the last bytes came */
	uint64_t bytes;
	VTerm *vt;
	VTermScreen *screen;
};

/* Start options->argv; false: said why on standard error. */
bool tty_start(struct tty *tty, const struct options *options);
/* Wait until output comes, or until the time is until_us; take it in. False:
 * none came. */
bool tty_pump(struct tty *tty, int64_t until_us);
/* Take in what comes until then. */
void tty_watch(struct tty *tty, int64_t until_us);
bool tty_shows(const struct tty *tty, const char *text);
/* False when it is not there within the limit: the screen is then on standard
 * error. */
bool tty_expect(struct tty *tty, const char *text, int64_t limit_us);
/* No output for so long; but at most twice that, as what is live is never silent. */
void tty_rest(struct tty *tty, int64_t silence_us);
/* All of options->texts, and then no output for so long, as tty_rest has it. */
bool tty_settle(struct tty *tty, const struct options *options, int64_t silence_us);
void tty_type(struct tty *tty, const char *keys);
/* End the program, and wait for its end. */
void tty_end(struct tty *tty);

#endif
