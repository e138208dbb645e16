/* kill_at N COMMAND [ARG ...]: run a command and kill it (SIGKILL) as it enters its
 * N-th system call, before that call does anything; N 0: never. Counts the calls of
 * the command's first thread, by ptrace, from just before its execve. Prints their
 * number on descriptor 9 when that is open. Exit: the command's, 128 and the signal
 * that ended it (137: killed), 125 when it could not be traced. */
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

enum { EXIT_TRACE = 125, EXIT_SIGNAL = 128, CALL_STOP = SIGTRAP | 0x80, REPORT_FD = 9 };

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

/* The signal to hand on to the command when it goes on; 0 where it stopped for us:
 * at its start, after execve, at a call. */
static long signal_of(int status)
{
	int stop = WSTOPSIG(status);

	return stop == SIGSTOP || stop == SIGTRAP || stop == CALL_STOP ? 0 : stop;
}

/* To its next stop; false when it has ended instead. */
static bool go_on(pid_t child, int *status)
{
	return ptrace(PTRACE_SYSCALL, child, NULL, signal_of(*status)) == 0 &&
	       waitpid(child, status, 0) == child && WIFSTOPPED(*status);
}

/* Each call stops twice: on its way in, and on its way out. */
static long trace(pid_t child, long kill_at, int *status)
{
	bool entering = true;
	long calls = 0;

	while (go_on(child, status)) {
		if (WSTOPSIG(*status) != CALL_STOP)
			continue;
		calls += entering;
		if (entering && calls == kill_at) {
			kill(child, SIGKILL);
			waitpid(child, status, 0);
			break;
		}
		entering = !entering;
	}
	return calls;
}

static int exit_code(int status)
{
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	return WIFSIGNALED(status) ? EXIT_SIGNAL + WTERMSIG(status) : fail("ptrace");
}

int main(int argc, char **argv)
{
	long calls;
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
	if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) != 0)
		return fail("the command did not start");
	calls = trace(child, strtol(argv[1], NULL, 10), &status);
	dprintf(REPORT_FD, "%ld\n", calls);
	return exit_code(status);
}
