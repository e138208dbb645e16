#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "dacache/base/clock.h"
#include "secret.h"

extern char **environ;

enum { OUTPUT_MAX = 64 * 1024, CHUNK = 4096, EXIT_PAUSE_NS = 5000000 };

struct run {
	pid_t pid;
	int fd; /* its output */
	int64_t deadline_us;
	int limit_ms;
	struct buf output;
};

static int64_t now_us(void)
{
	const struct clock clock = clock_system();

	return clock_monotonic_us(&clock);
}

/* A group of its own, so that all of a command can be ended; signals as a shell
 * expects them, whatever this program has set. */
static int spawn_shell(pid_t *pid, const char *command, int output)
{
	char shell[] = "sh", option[] = "-c";
	char *arguments[] = {shell, option, strdup(command), NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, usual;
	int why;

	if (!arguments[2])
		return ENOMEM;
	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	sigaddset(&usual, SIGINT);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &usual);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
						      POSIX_SPAWN_SETSIGDEF);
	why = posix_spawn(pid, "/bin/sh", &files, &attributes, arguments, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	free(arguments[2]);
	return why;
}

static enum err_code start(struct run *run, const char *command, struct err *err)
{
	int ends[2];

	if (pipe(ends) != 0)
		return err_set(err, ERR_IO, "client_secret_command: %s", strerror(errno));
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);

	int why = spawn_shell(&run->pid, command, ends[1]);

	close(ends[1]);
	if (why != 0) {
		close(ends[0]);
		return err_set(err, ERR_IO, "client_secret_command: /bin/sh: %s", strerror(why));
	}
	run->fd = ends[0];
	return ERR_OK;
}

static enum err_code too_late(const struct run *run, struct err *err)
{
	return err_set(err, ERR_TIMEOUT, "client_secret_command did not end within %d ms",
		       run->limit_ms);
}

/* Read once; *end at the end of the output. */
static enum err_code read_some(struct run *run, bool *end, struct err *err)
{
	char chunk[CHUNK];
	ssize_t n = read(run->fd, chunk, sizeof(chunk));
	enum err_code code = ERR_OK;

	*end = n == 0;
	if (n < 0 && errno != EINTR)
		code = err_set(err, ERR_IO, "client_secret_command: %s", strerror(errno));
	else if (n > 0 && (code = buf_append(&run->output, chunk, (size_t)n)) != ERR_OK)
		err_set(err, code, "client_secret_command prints more than %d bytes", OUTPUT_MAX);
	secret_wipe(chunk, sizeof(chunk));
	return code;
}

static enum err_code read_output(struct run *run, struct err *err)
{
	bool end = false;

	while (!end) {
		struct pollfd pollfd = {.fd = run->fd, .events = POLLIN};
		int64_t left_us = run->deadline_us - now_us();

		if (left_us <= 0)
			return too_late(run, err);

		int n = poll(&pollfd, 1, (int)(left_us / 1000) + 1);

		if (n < 0 && errno != EINTR)
			return err_set(err, ERR_IO, "client_secret_command: %s", strerror(errno));
		if (n <= 0)
			continue;

		enum err_code code = read_some(run, &end, err);

		if (code != ERR_OK)
			return code;
	}
	return ERR_OK;
}

/* It closed its output, so it is about to end: look now and then. */
static enum err_code wait_for_end(struct run *run, struct err *err)
{
	const struct timespec pause = {.tv_nsec = EXIT_PAUSE_NS};
	int status = 0;
	pid_t pid;

	while ((pid = waitpid(run->pid, &status, WNOHANG)) <= 0) {
		if (pid < 0 && errno != EINTR)
			return err_set(err, ERR_IO, "client_secret_command: %s", strerror(errno));
		if (now_us() >= run->deadline_us)
			return too_late(run, err);
		nanosleep(&pause, NULL);
	}
	run->pid = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return ERR_OK;
	if (WIFEXITED(status))
		return err_set(err, ERR_IO, "client_secret_command failed with exit status %d",
			       WEXITSTATUS(status));
	return err_set(err, ERR_IO, "client_secret_command was ended by signal %d",
		       WTERMSIG(status));
}

static enum err_code take_line(const struct run *run, char **out, struct err *err)
{
	const char *text = buf_str(&run->output);
	size_t len = strcspn(text, "\r\n");

	if (len == 0)
		return err_set(err, ERR_INVALID, "client_secret_command printed no first line");
	*out = strndup(text, len);
	return *out ? ERR_OK : err_set(err, ERR_NO_MEMORY, "out of memory");
}

enum err_code secret_from_command(const char *command, int limit_ms, char **out, struct err *err)
{
	struct run run = {.limit_ms = limit_ms, .deadline_us = now_us() + limit_ms * INT64_C(1000)};

	*out = NULL;

	enum err_code code = start(&run, command, err);

	if (code != ERR_OK)
		return code;
	buf_init(&run.output, OUTPUT_MAX);
	code = read_output(&run, err);
	close(run.fd);
	if (code == ERR_OK)
		code = wait_for_end(&run, err);
	if (run.pid > 0) {
		kill(-run.pid, SIGKILL);
		while (waitpid(run.pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	if (code == ERR_OK)
		code = take_line(&run, out, err);
	secret_free_buf(&run.output);
	return code;
}
