/* How fast a program takes what comes by a FIFO: a file is written into it as fast
 * as it is read, and the clock stops when the FIFO is empty and the program sleeps:
 * it may read more than it has dealt with. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tty.h"

enum { SILENCE_US = 300000, SLEEPS_SEEN = 10 };

struct flood {
	struct tty tty;
	char *data;
	size_t len;
	size_t lines;
	int fifo;
};

static bool load(struct flood *flood, const char *path)
{
	struct stat about;
	FILE *file = fopen(path, "re");
	size_t i;

	if (file && fstat(fileno(file), &about) == 0) {
		flood->len = (size_t)about.st_size;
		flood->data = malloc(flood->len + 1);
		if (flood->data)
			flood->len = fread(flood->data, 1, flood->len, file);
	}
	if (file)
		fclose(file);
	for (i = 0; flood->data && i < flood->len; i++)
		flood->lines += flood->data[i] == '\n';
	if (flood->lines == 0)
		fprintf(stderr, "tty_bench: %s: no lines to be read\n", path);
	return flood->lines > 0;
}

/* There is no reader before the program has opened it. */
static bool open_fifo(struct flood *flood, const struct options *options)
{
	int64_t until_us = now_us() + options->limit_us;

	do {
		flood->fifo = open(options->fifo, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
		if (flood->fifo >= 0)
			return true;
		tty_pump(&flood->tty, now_us() + 1000);
	} while (errno == ENXIO && now_us() < until_us);
	fprintf(stderr, "tty_bench: %s: not opened for reading\n", options->fifo);
	return false;
}

static bool is_empty(int fifo)
{
	int left = 0;

	return ioctl(fifo, FIONREAD, &left) == 0 && left == 0;
}

/* Write what there is room for; the terminal is read meanwhile. */
static bool pour(struct flood *flood, int64_t limit_us)
{
	int64_t until_us = now_us() + limit_us;
	size_t done = 0;

	while (done < flood->len || !is_empty(flood->fifo)) {
		struct pollfd fds[2] = {{.fd = flood->tty.fd, .events = POLLIN},
					{.fd = flood->fifo, .events = POLLOUT}};
		ssize_t n = 0;

		if (now_us() >= until_us)
			return false;
		if (done == flood->len)
			fds[1].fd = -1;
		poll(fds, 2, 1);
		if (fds[0].revents)
			tty_pump(&flood->tty, 0);
		if (fds[1].fd >= 0 && fds[1].revents)
			n = write(flood->fifo, flood->data + done, flood->len - done);
		if (n < 0 && errno != EAGAIN)
			return false;
		done += n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* Whether it sleeps: not on a processor, nor waiting for one. */
static bool sleeps(pid_t pid)
{
	char path[64];
	char line[512] = "";
	const char *state;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (file && !fgets(line, sizeof(line), file))
		line[0] = '\0';
	if (file)
		fclose(file);
	state = strrchr(line, ')');
	return state && state[1] == ' ' && state[2] == 'S';
}

/* When it was done with all of it; it may sleep for a moment meanwhile. */
static int64_t wait_until_done(struct flood *flood, int64_t limit_us)
{
	int64_t until_us = now_us() + limit_us;
	int64_t done_us = now_us();
	int seen = 0;

	while (seen < SLEEPS_SEEN && now_us() < until_us) {
		if (!sleeps(flood->tty.pid))
			seen = 0;
		else if (seen++ == 0)
			done_us = now_us();
		tty_pump(&flood->tty, now_us() + 1000);
	}
	return done_us;
}

static bool one_run(struct flood *flood, const struct options *options, struct samples *taken)
{
	int64_t start_us;
	bool ok;

	if (!tty_start(&flood->tty, options))
		return false;
	ok = tty_settle(&flood->tty, options, SILENCE_US) && open_fifo(flood, options);
	start_us = now_us();
	ok = ok && pour(flood, options->limit_us);
	if (ok)
		samples_add(taken, wait_until_done(flood, options->limit_us) - start_us);
	if (flood->fifo >= 0)
		close(flood->fifo);
	tty_end(&flood->tty);
	return ok;
}

int bench_flood(const struct options *options)
{
	struct flood flood = {.fifo = -1};
	struct samples taken = {0};
	bool ok = false;

	if (!options->fifo || !options->source)
		fprintf(stderr, "tty_bench: flood needs a FIFO and a file, -f and -s\n");
	else
		ok = load(&flood, options->source);
	for (int run = 0; ok && run < options->count; run++)
		ok = one_run(&flood, options, &taken);
	if (ok) {
		printf("{\"mode\":\"flood\",\"runs\":%d,\"lines\":%zu", options->count,
		       flood.lines);
		samples_print(&taken, "taken");
		printf(",\"lines_per_s\":%.0f}\n",
		       (double)flood.lines * 1e6 / (double)samples_at(&taken, 0.5));
	}
	samples_free(&taken);
	free(flood.data);
	return ok ? 0 : 1;
}
