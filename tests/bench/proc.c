#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"

/* The number behind "NAME:" in a file of /proc; -1: none. */
static int64_t number_in(const char *path, const char *name)
{
	size_t len = strlen(name);
	char line[256];
	int64_t number = -1;
	FILE *file = fopen(path, "re");

	while (file && number < 0 && fgets(line, sizeof(line), file))
		if (strncmp(line, name, len) == 0 && line[len] == ':')
			number = atoll(line + len + 1);
	if (file)
		fclose(file);
	return number;
}

static int64_t wake_ups_of(pid_t pid)
{
	char path[300];
	struct dirent *entry;
	int64_t sum = 0;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	tasks = opendir(path);
	while (tasks && (entry = readdir(tasks))) {
		int64_t switches;

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%s/status", (int)pid, entry->d_name);
		switches = number_in(path, "voluntary_ctxt_switches");
		sum += switches > 0 ? switches : 0;
	}
	if (tasks)
		closedir(tasks);
	return sum;
}

bool proc_read(pid_t pid, struct proc_figures *out)
{
	struct timespec cpu;
	char path[64];
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &cpu))
		return false;
	out->cpu_us = (int64_t)cpu.tv_sec * 1000000 + cpu.tv_nsec / 1000;
	out->wake_ups = wake_ups_of(pid);
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	out->rss_kib = number_in(path, "VmRSS");
	out->peak_kib = number_in(path, "VmHWM");
	return out->peak_kib >= 0;
}
