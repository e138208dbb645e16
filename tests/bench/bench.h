/* What the parts of tty_bench share: what is asked of it, samples, the time. */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { TEXTS_MAX = 8 };

struct options {
	int rows;
	int cols;
	int count;                    /* -n: runs, or keys */
	int64_t every_us;             /* -i: between keys */
	int64_t seconds;              /* -d: of watching */
	int64_t limit_us;             /* -l: for each wait */
	const char *mark;             /* -m: where the selection is, see keys.c */
	const char *texts[TEXTS_MAX]; /* -t: wait for these on the screen */
	size_t n_texts;
	const char *keys[TEXTS_MAX]; /* -k: typed after each text but the last */
	size_t n_keys;
	const char *until;  /* -u: no more keys once it is on the screen */
	const char *fifo;   /* -f */
	const char *source; /* -s: what is written into the FIFO */
	char **argv;        /* the program */
};

/* The modes: each prints one line of JSON and returns 0, or complains and
 * returns 1. */
int bench_first(const struct options *options);
int bench_keys(const struct options *options);
int bench_idle(const struct options *options);
int bench_answer(const struct options *options);
int bench_flood(const struct options *options);
int bench_command(const struct options *options);

/* CLOCK_MONOTONIC in microseconds. */
int64_t now_us(void);

/* Times of one kind, in microseconds. */
struct samples {
	int64_t *us;
	size_t len;
	size_t room;
};

void samples_add(struct samples *samples, int64_t us);
void samples_free(struct samples *samples);
/* By nearest rank, of 0 to 1; 0 when there are none. */
int64_t samples_at(struct samples *samples, double share);
/* ,"NAME_p50_ms":1.23,"NAME_p99_ms":... with the least and the most. */
void samples_print(struct samples *samples, const char *name);

/* What /proc tells of a process with all its threads. */
struct proc_figures {
	int64_t cpu_us;   /* user and system */
	int64_t wake_ups; /* voluntary context switches: it slept, and woke */
	int64_t rss_kib;
	int64_t peak_kib;
};

bool proc_read(pid_t pid, struct proc_figures *out);

#endif
