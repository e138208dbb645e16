#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* A handler gets no context: what it needs is here, and nothing else is. A
 * mark a signal, because a full pipe must not lose one. */
static volatile sig_atomic_t wake_fd = -1;
static volatile sig_atomic_t arrived[SIGNALS_MAX];

static void on_signal(int number)
{
	int saved = errno;

	arrived[number] = 1;
	ssize_t written = write(wake_fd, "", 1);
	(void)written; /* a full pipe wakes the loop as well */
	errno = saved;
}

void signals_init(struct signals *signals)
{
	*signals = (struct signals){.read_fd = -1, .write_fd = -1};
}

static enum err_code restore_default(int number)
{
	struct sigaction action = {.sa_handler = SIG_DFL};

	sigemptyset(&action.sa_mask);
	return sigaction(number, &action, NULL) == 0 ? ERR_OK : ERR_USAGE;
}

void signals_free(struct signals *signals)
{
	for (int number = 1; number < SIGNALS_MAX; number++) {
		if (signals->handlers[number].fn)
			restore_default(number);
	}
	if (signals->read_fd < 0)
		return;
	wake_fd = -1;
	close(signals->read_fd);
	close(signals->write_fd);
	signals_init(signals);
}

static int set_flags(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return -1;
	return fcntl(fd, F_SETFD, FD_CLOEXEC);
}

enum err_code signals_open(struct signals *signals)
{
	int fds[2];

	if (signals->read_fd >= 0)
		return ERR_OK;
	if (wake_fd >= 0)
		return ERR_USAGE;
	if (pipe(fds) < 0)
		return ERR_IO;
	if (set_flags(fds[0]) < 0 || set_flags(fds[1]) < 0) {
		close(fds[0]);
		close(fds[1]);
		return ERR_IO;
	}
	signals->read_fd = fds[0];
	signals->write_fd = fds[1];
	wake_fd = fds[1];
	return ERR_OK;
}

enum err_code signals_set(struct signals *signals, int number, loop_signal_fn *fn, void *context)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

	if (number < 1 || number >= SIGNALS_MAX)
		return ERR_USAGE;
	if (!fn) {
		signals->handlers[number].fn = NULL;
		return restore_default(number);
	}
	arrived[number] = 0;
	signals->handlers[number].fn = fn;
	signals->handlers[number].context = context;
	sigfillset(&action.sa_mask);
	if (sigaction(number, &action, NULL) < 0) {
		signals->handlers[number].fn = NULL;
		return ERR_USAGE;
	}
	return ERR_OK;
}

void signals_serve(struct signals *signals)
{
	char bytes[64];

	/* Empty the pipe first: a signal from here on wakes the loop again. */
	while (read(signals->read_fd, bytes, sizeof(bytes)) > 0)
		;
	for (int number = 1; number < SIGNALS_MAX; number++) {
		if (!arrived[number])
			continue;
		arrived[number] = 0;
		if (signals->handlers[number].fn)
			signals->handlers[number].fn(signals->handlers[number].context, number);
	}
}
