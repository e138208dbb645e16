/* A command, its output thrown away: time, processor and memory. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

struct costs {
	struct samples wall;
	struct samples cpu;
	struct samples peak_kib; /* not a time, but sorted all the same */
};

static void run_program(char *const argv[])
{
	int fd = open("/dev/null", O_RDWR);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	execvp(argv[0], argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static int64_t microseconds(struct timeval time)
{
	return (int64_t)time.tv_sec * 1000000 + time.tv_usec;
}

static bool one_run(const struct options *options, struct costs *costs)
{
	int64_t start_us = now_us();
	struct rusage usage;
	int status;
	pid_t pid = fork();

	if (pid == 0)
		run_program(options->argv);
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid) {
		perror("tty_bench: fork");
		return false;
	}
	samples_add(&costs->wall, now_us() - start_us);
	samples_add(&costs->cpu, microseconds(usage.ru_utime) + microseconds(usage.ru_stime));
	samples_add(&costs->peak_kib, usage.ru_maxrss);
	if (status)
		fprintf(stderr, "tty_bench: %s failed, status %#x\n", options->argv[0],
			(unsigned)status);
	return status == 0;
}

int bench_command(const struct options *options)
{
	struct costs costs = {0};
	bool ok = true;

	for (int run = 0; ok && run < options->count; run++)
		ok = one_run(options, &costs);
	if (ok) {
		printf("{\"mode\":\"command\",\"runs\":%d", options->count);
		samples_print(&costs.wall, "wall");
		samples_print(&costs.cpu, "cpu");
		printf(",\"peak_kib\":%lld}\n", (long long)samples_at(&costs.peak_kib, 0.5));
	}
	samples_free(&costs.wall);
	samples_free(&costs.cpu);
	samples_free(&costs.peak_kib);
	return ok ? 0 : 1;
}
