#include "process.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include "files.h"

static volatile sig_atomic_t wake_write_fd = -1;

static void on_child(int number)
{
	int saved = errno;

	(void)number;
	if (write(wake_write_fd, "", 1) < 0)
		errno = saved; /* full: it is readable already */
	errno = saved;
}

int process_wake_fd(void)
{
	struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_RESTART};
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK)) {
		perror("drive: pipe");
		exit(99);
	}
	wake_write_fd = ends[1];
	sigaction(SIGCHLD, &action, NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	return ends[0];
}

void process_wake_clear(int fd)
{
	char bytes[64];

	while (read(fd, bytes, sizeof(bytes)) > 0)
		;
}

static void redirect(const char *path, int flags, int target)
{
	int fd = open(path, flags, 0600);

	if (fd < 0)
		_exit(126);
	if (fd != target) {
		dup2(fd, target);
		close(fd);
	}
}

static void take_streams(const struct streams *streams)
{
	if (streams->terminal >= 0) {
		if (login_tty(streams->terminal))
			_exit(126);
		return;
	}
	redirect(streams->in ? streams->in : "/dev/null", O_RDONLY, STDIN_FILENO);
	redirect(streams->out, O_WRONLY | O_CREAT | O_APPEND, STDOUT_FILENO);
	if (streams->err)
		redirect(streams->err, O_WRONLY | O_CREAT | O_APPEND, STDERR_FILENO);
	else
		dup2(STDOUT_FILENO, STDERR_FILENO);
}

static void run_child(char *const argv[], const char *folder, const struct streams *streams,
		      int failure_fd)
{
	struct rlimit no_core = {0, 0};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setrlimit(RLIMIT_CORE, &no_core);
	if (chdir(folder))
		_exit(126);
	take_streams(streams);
	execv(argv[0], argv);
	if (write(failure_fd, &errno, sizeof(errno)) < 0)
		_exit(126);
	_exit(127);
}

bool process_start(struct process *process, char *const argv[], const char *folder,
		   const struct streams *streams)
{
	int ends[2];
	int reason = 0;
	pid_t pid;

	memset(process, 0, sizeof(*process));
	if (pipe2(ends, O_CLOEXEC))
		return false;
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		run_child(argv, folder, streams, ends[1]);
	close(ends[1]);
	if (pid > 0) {
		process->pid = pid;
		process->running = true;
		/* Ends with the exec, or tells why there was none. */
		while (read(ends[0], &reason, sizeof(reason)) < 0 && errno == EINTR)
			;
	}
	close(ends[0]);
	if (pid < 0 || reason) {
		if (pid > 0)
			waitpid(pid, NULL, 0);
		process->running = false;
		errno = reason ? reason : errno;
		return false;
	}
	return true;
}

void process_look(struct process *process)
{
	if (process->running && waitpid(process->pid, &process->status, WNOHANG) == process->pid)
		process->running = false;
}

bool process_exited_with(const struct process *process, int code)
{
	return WIFEXITED(process->status) && WEXITSTATUS(process->status) == code;
}

char *process_end_text(const struct process *process)
{
	if (process->running)
		return text_printf("is still running");
	if (WIFEXITED(process->status))
		return text_printf("exited with %d", WEXITSTATUS(process->status));
	return text_printf("was killed by SIG%s", sigabbrev_np(WTERMSIG(process->status)));
}

int signal_named(const char *name)
{
	if (strncmp(name, "SIG", 3) == 0)
		name += 3;
	for (int number = 1; number < 32; number++) {
		const char *known = sigabbrev_np(number);

		if (known && strcmp(known, name) == 0)
			return number;
	}
	return isdigit((unsigned char)name[0]) ? atoi(name) : 0;
}

static pid_t parent_of(const char *pid)
{
	char path[300];
	char line[512] = "";
	char state;
	int parent = 0;
	const char *end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fgets(line, sizeof(line), file) && (end = strrchr(line, ')')) &&
	    sscanf(end + 1, " %c %d", &state, &parent) != 2)
		parent = 0;
	fclose(file);
	return parent;
}

pid_t process_left_over(void)
{
	struct dirent *entry;
	pid_t found = 0;
	DIR *proc;

	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	proc = opendir("/proc");
	while (proc && !found && (entry = readdir(proc))) {
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    parent_of(entry->d_name) == getpid())
			found = (pid_t)atol(entry->d_name);
	}
	if (proc)
		closedir(proc);
	return found;
}
