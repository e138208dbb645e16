/* kill_at N COMMAND [ARG ...]: run a command and kill it (SIGKILL) as it enters its
 * N-th system call; N 0: never. Counts the calls of the command's first thread, by
 * ptrace. Prints the number of calls on descriptor 9 when that is open. Exit: the
 * command's, 137 when it was killed, 125 when it could not be traced. */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_TRACE = 125, EXIT_KILLED = 137, REPORT_FD = 9 };

static int fail(const char *what)
{
	fprintf(stderr, "kill_at: %s: %s\n", what, strerror(errno));
	return EXIT_TRACE;
}

static void run_command(char **argv)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0) {
		raise(SIGSTOP);
		execvp(argv[0], argv);
	}
	fprintf(stderr, "kill_at: %s: %s\n", argv[0], strerror(errno));
	_exit(EXIT_TRACE);
}

/* The signal to hand on to the command when it goes on; 0 for our own stops. */
static long signal_of(int status)
{
	int stop = WSTOPSIG(status);

	return stop == SIGTRAP || stop == SIGSTOP ? 0 : stop;
}

/* Each call stops twice: on its way in, and on its way out. */
static int trace(pid_t child, long kill_at, long *calls)
{
	bool entering = true;
	int status;

	while (waitpid(child, &status, 0) == child) {
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
		if (WIFSIGNALED(status))
			return 128 + WTERMSIG(status);
		if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
			*calls += entering;
			entering = !entering;
			if (*calls == kill_at) {
				kill(child, SIGKILL);
				waitpid(child, &status, 0);
				return EXIT_KILLED;
			}
		}
		if (ptrace(PTRACE_SYSCALL, child, NULL, signal_of(status)) != 0)
			return fail("ptrace");
	}
	return fail("waitpid");
}

int main(int argc, char **argv)
{
	long calls = 0;
	int status;
	pid_t child;

	if (argc < 3) {
		fputs("kill_at N COMMAND [ARG ...]\n", stderr);
		return EXIT_TRACE;
	}
	child = fork();
	if (child < 0)
		return fail("fork");
	if (child == 0)
		run_command(argv + 2);
	if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
		return fail("the command did not start");
	if (ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) != 0 ||
	    ptrace(PTRACE_SYSCALL, child, NULL, NULL) != 0)
		return fail("ptrace");
	status = trace(child, strtol(argv[1], NULL, 10), &calls);
	dprintf(REPORT_FD, "%ld\n", calls);
	return status;
}
