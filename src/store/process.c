#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "statement.h"

enum { STAT_MAX = 1024, WORD_MAX = 64, FIELDS_FROM_STATE_TO_START = 19 };

struct process {
	int64_t pid;
	uint64_t start; /* clock ticks after the boot; 0: not known */
	char boot[WORD_MAX];
	char space[WORD_MAX]; /* the pid namespace */
};

/* A small file of /proc as text; false when it is not there. */
static bool read_small(const char *path, char *out, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	if (fd >= 0) {
		n = read(fd, out, size - 1);
		close(fd);
	}
	out[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* "PID (NAME) STATE …": the name may hold blanks and brackets. A zombie has
 * state Z: it does nothing any more, although its pid is still taken. */
static bool read_stat(int64_t pid, char *state, uint64_t *start)
{
	char path[WORD_MAX];
	char text[STAT_MAX];

	snprintf(path, sizeof(path), "/proc/%" PRId64 "/stat", pid);
	if (!read_small(path, text, sizeof(text)))
		return false;

	const char *at = strrchr(text, ')');

	if (!at || at[1] != ' ' || !at[2])
		return false;
	at += 2;
	*state = *at;
	for (int i = 0; i < FIELDS_FROM_STATE_TO_START && at; i++) {
		at = strchr(at, ' ');
		at = at ? at + 1 : NULL;
	}
	*start = at ? strtoull(at, NULL, 10) : 0;
	return *start != 0;
}

/* Where the system does not say, "-": then all processes share it. */
static void read_boot(char boot[WORD_MAX])
{
	if (!read_small("/proc/sys/kernel/random/boot_id", boot, WORD_MAX))
		strcpy(boot, "-");
	boot[strcspn(boot, " \n")] = '\0';
}

static void read_space(char space[WORD_MAX])
{
	ssize_t n = readlink("/proc/self/ns/pid", space, WORD_MAX - 1);

	if (n <= 0)
		n = snprintf(space, WORD_MAX, "-");
	space[n] = '\0';
}

static struct process this_process(void)
{
	struct process process = {.pid = getpid()};
	char state;

	if (!read_stat(process.pid, &state, &process.start))
		process.start = 0;
	read_boot(process.boot);
	read_space(process.space);
	return process;
}

void process_self(char out[PROCESS_SIZE])
{
	struct process process = this_process();

	snprintf(out, PROCESS_SIZE, "%" PRId64 " %" PRIu64 " %s %s", process.pid, process.start,
		 process.boot, process.space);
}

static bool parse(const char *words, struct process *out)
{
	return sscanf(words, "%" SCNd64 " %" SCNu64 " %63s %63s", &out->pid, &out->start, out->boot,
		      out->space) == 4 &&
	       out->pid > 0;
}

bool process_is_alive(const char *words)
{
	struct process process;
	struct process self = this_process();
	uint64_t start;
	char state;

	if (!parse(words, &process) || strcmp(process.boot, self.boot) != 0)
		return false;
	if (strcmp(process.space, self.space) != 0)
		return true;
	if (kill((pid_t)process.pid, 0) != 0 && errno == ESRCH)
		return false;
	if (!process.start || !read_stat(process.pid, &state, &start))
		return true;
	return start == process.start && state != 'Z' && state != 'X';
}

enum err_code process_find_dead(struct store *store, const char *sql, char out[PROCESS_SIZE],
				struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code = statement_open(&statement, store, sql, err);

	out[0] = '\0';
	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		code = statement_row(&statement, &row, err);
	}
	while (code == ERR_OK && row && !out[0]) {
		const char *owner = statement_peek(&statement, 0);

		if (owner && !process_is_alive(owner))
			snprintf(out, PROCESS_SIZE, "%s", owner);
		code = statement_row(&statement, &row, err);
	}
	statement_close(&statement);
	return code;
}
