/* The program is at rest when, in this order,
 *   1. its terminal holds no input that it has not read,
 *   2. its main thread sleeps in a call that waits (poll, select, a read of the
 *      terminal) and not merely for a moment: a short time-out is a wait for
 *      the rest of an escape sequence, or a frame that is due,
 *   3. its children and the simulator sleep too,
 *   4. it has not woken since step 2 (its count of switches is the same): so
 *      nothing was on its way between it and the simulator,
 *   5. it left no output on the terminal that was not seen.
 * A signal or a byte that arrives makes a sleeping thread runnable at once, and
 * poll() on either end of the pty makes the kernel deliver what its buffers
 * hold; hence each answer is the truth at its time.
 *
 * Where /proc/PID/syscall cannot be read, "no output and asleep for SILENCE_MS"
 * has to do. */
#include "quiet.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "files.h"

enum { MOMENT_MS = 100, SILENCE_MS = 200, ARGS = 6 };

enum sleep { AWAKE, ASLEEP, UNKNOWN };

struct call {
	long number;
	unsigned long args[ARGS];
};

static enum sleep read_call(pid_t pid, pid_t task, struct call *out)
{
	char path[64];
	char line[256] = "";
	FILE *file;
	int fields;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/syscall", (int)pid, (int)task);
	file = fopen(path, "re");
	if (!file)
		return UNKNOWN;
	if (!fgets(line, sizeof(line), file)) {
		fclose(file);
		return UNKNOWN;
	}
	fclose(file);
	if (strncmp(line, "running", 7) == 0)
		return AWAKE;
	fields = sscanf(line, "%ld %lx %lx %lx %lx %lx %lx", &out->number, &out->args[0],
			&out->args[1], &out->args[2], &out->args[3], &out->args[4], &out->args[5]);
	return fields == ARGS + 1 ? ASLEEP : AWAKE;
}

/* A timespec or timeval in the program's memory as milliseconds; -1 when it
 * waits without end or the memory cannot be read. */
static long remote_ms(pid_t pid, unsigned long address, long per_ms)
{
	long value[2];
	struct iovec here = {.iov_base = value, .iov_len = sizeof(value)};
	/* An address of another process: there is no pointer to make it from. */
	struct iovec there = {.iov_len = sizeof(value)};

	if (!address)
		return -1;
	memcpy(&there.iov_base, &address, sizeof(address));
	if (process_vm_readv(pid, &here, 1, &there, 1, 0) != (ssize_t)sizeof(value))
		return -1;
	return value[0] * 1000 + value[1] / per_ms;
}

/* Does the call wait for something from outside, and how long at most? *ms is
 * -1 for ever. */
static bool waits(pid_t pid, const struct call *call, long *ms)
{
	*ms = -1;
	switch (call->number) {
#ifdef SYS_poll
	case SYS_poll:
		*ms = (int)call->args[2];
		return true;
#endif
#ifdef SYS_epoll_wait
	case SYS_epoll_wait:
#endif
	case SYS_epoll_pwait:
		*ms = (int)call->args[3];
		return true;
#ifdef SYS_select
	case SYS_select:
		*ms = remote_ms(pid, call->args[4], 1000);
		return true;
#endif
	case SYS_ppoll:
		*ms = remote_ms(pid, call->args[2], 1000000);
		return true;
	case SYS_pselect6:
		*ms = remote_ms(pid, call->args[4], 1000000);
		return true;
	case SYS_read:
		return call->args[0] == STDIN_FILENO;
	case SYS_restart_syscall:
		return true;
	default:
		return false;
	}
}

/* The same for a helper (the simulator): any thread may also wait for a signal,
 * a lock, a connection. */
static bool helper_waits(pid_t pid, const struct call *call)
{
	long ms;

	switch (call->number) {
#ifdef SYS_pause
	case SYS_pause:
#endif
#ifdef SYS_accept
	case SYS_accept:
#endif
	case SYS_accept4:
	case SYS_futex:
	case SYS_nanosleep:
	case SYS_clock_nanosleep:
	case SYS_rt_sigtimedwait:
	case SYS_rt_sigsuspend:
	case SYS_wait4:
	case SYS_recvfrom:
		return true;
	default:
		return waits(pid, call, &ms);
	}
}

static enum sleep app_sleep(pid_t pid)
{
	struct call call;
	enum sleep state = read_call(pid, pid, &call);
	long ms;

	if (state != ASLEEP)
		return state;
	return waits(pid, &call, &ms) && (ms < 0 || ms > MOMENT_MS) ? ASLEEP : AWAKE;
}

/* All threads of a helper. One that is gone meanwhile counts as awake. */
static bool helper_sleeps(pid_t pid)
{
	char path[64];
	struct dirent *entry;
	struct call call;
	bool sleeps = true;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	tasks = opendir(path);
	if (!tasks)
		return true;
	while (sleeps && (entry = readdir(tasks))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		sleeps = read_call(pid, (pid_t)atol(entry->d_name), &call) == ASLEEP &&
			 helper_waits(pid, &call);
	}
	closedir(tasks);
	return sleeps;
}

static bool children_sleep(pid_t pid)
{
	char path[64];
	long child;
	bool sleep = true;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	file = fopen(path, "re");
	if (!file)
		return true;
	while (sleep && fscanf(file, "%ld", &child) == 1)
		sleep = helper_sleeps((pid_t)child);
	fclose(file);
	return sleep;
}

static long switches(pid_t pid)
{
	static const char name[] = "voluntary_ctxt_switches:";
	char path[64];
	char line[256];
	long count = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return -1;
	while (count < 0 && fgets(line, sizeof(line), file)) {
		if (strncmp(line, name, sizeof(name) - 1) == 0)
			count = atol(line + sizeof(name) - 1);
	}
	fclose(file);
	return count;
}

static bool state_is_sleeping(pid_t pid)
{
	char path[64];
	char state = 'R';
	char line[512];
	const char *end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return true; /* no /proc at all: silence alone has to do */
	if (fgets(line, sizeof(line), file) && (end = strrchr(line, ')')) && end[1])
		state = end[2];
	fclose(file);
	return state == 'S';
}

static bool quiet_by_silence(struct quiet *quiet, struct terminal *terminal, pid_t app)
{
	if (!terminal_input_taken(terminal) || !state_is_sleeping(app) ||
	    !terminal_is_idle(terminal)) {
		quiet->silent_since = 0;
		return false;
	}
	if (!quiet->silent_since)
		quiet->silent_since = now_ms();
	return now_ms() - quiet->silent_since >= SILENCE_MS;
}

bool quiet_now(struct quiet *quiet, struct terminal *terminal, pid_t app, pid_t sim)
{
	long before = switches(app);
	enum sleep state;

	if (quiet->no_proc)
		return quiet_by_silence(quiet, terminal, app);
	if (!terminal_input_taken(terminal))
		return false;
	state = app_sleep(app);
	if (state == UNKNOWN)
		return quiet_by_silence(quiet, terminal, app);
	return state == ASLEEP && children_sleep(app) && (!sim || helper_sleeps(sim)) &&
	       app_sleep(app) == ASLEEP && switches(app) == before && terminal_is_idle(terminal);
}
