/* What a fatal signal needs must be at a fixed place: the one state of this
 * layer that is not in struct ui. The handler does nothing but write(),
 * tcsetattr() and raise(). */
#include "term_restore.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static struct {
	volatile sig_atomic_t armed;
	int fd;
	struct termios modes;
} saved;

static const int fatal[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

static void restore_and_die(int number)
{
	/* Paste and mouse off, main screen, plain, cursor on. */
	static const char reset[] = "\033[?2004l\033[?1000l\033[?1006l\033[?1002l\033[?1049l"
				    "\033[0m\033[?25h\r\n";

	if (saved.armed) {
		saved.armed = 0;
		ssize_t ignored = write(saved.fd, reset, sizeof reset - 1);
		(void)ignored;
		tcsetattr(saved.fd, TCSANOW, &saved.modes);
	}
	raise(number);
}

void term_restore_arm(int fd)
{
	struct sigaction ours;

	if (tcgetattr(fd, &saved.modes) != 0)
		return;
	saved.fd = fd;
	saved.armed = 1;
	memset(&ours, 0, sizeof ours);
	ours.sa_handler = restore_and_die;
	ours.sa_flags = (int)SA_RESETHAND;
	sigemptyset(&ours.sa_mask);
	for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++) {
		struct sigaction theirs;
		if (sigaction(fatal[i], NULL, &theirs) == 0 && theirs.sa_handler == SIG_DFL)
			sigaction(fatal[i], &ours, NULL);
	}
}

void term_restore_disarm(void)
{
	saved.armed = 0;
}
