/* What a program takes while nobody types: processor, wake-ups, bytes to the
 * terminal; and its memory. */
#include <stdio.h>

#include "tty.h"

/* Longer than the second that figures are brought up to date by. */
enum { SILENCE_US = 1300000 };

struct idle {
	double seconds; /* all runs together, like what follows */
	double cpu_us;
	double wake_ups;
	double bytes;
	struct samples rss_kib; /* no times, but sorted all the same */
	struct samples peak_kib;
};

static bool watch(struct tty *tty, const struct options *options, struct idle *idle)
{
	struct proc_figures before;
	struct proc_figures after;
	uint64_t bytes = tty->bytes;
	int64_t start_us = now_us();

	if (!proc_read(tty->pid, &before))
		return false;
	if (options->seconds > 0)
		tty_watch(tty, start_us + options->seconds * 1000000);
	idle->seconds += (double)(now_us() - start_us) / 1000000;
	if (!proc_read(tty->pid, &after))
		return false;
	idle->cpu_us += (double)(after.cpu_us - before.cpu_us);
	idle->wake_ups += (double)(after.wake_ups - before.wake_ups);
	idle->bytes += (double)(tty->bytes - bytes);
	samples_add(&idle->rss_kib, after.rss_kib);
	samples_add(&idle->peak_kib, after.peak_kib);
	return true;
}

static bool one_run(const struct options *options, struct idle *idle)
{
	struct tty tty;
	bool ok = tty_start(&tty, options);

	if (!ok)
		return false;
	ok = tty_settle(&tty, options, SILENCE_US) && watch(&tty, options, idle);
	tty_end(&tty);
	return ok;
}

int bench_idle(const struct options *options)
{
	struct idle idle = {0};
	bool ok = true;

	for (int run = 0; ok && run < options->count; run++)
		ok = one_run(options, &idle);
	if (ok) {
		printf("{\"mode\":\"idle\",\"runs\":%d,\"rss_kib\":%lld,\"peak_kib\":%lld",
		       options->count, (long long)samples_at(&idle.rss_kib, 0.5),
		       (long long)samples_at(&idle.peak_kib, 0.5));
		if (options->seconds > 0)
			printf(",\"seconds\":%.2f,\"cpu_percent\":%.4f,\"wakeups_per_s\":%.3f,"
			       "\"bytes_per_s\":%.1f",
			       idle.seconds, idle.cpu_us / 10000 / idle.seconds,
			       idle.wake_ups / idle.seconds, idle.bytes / idle.seconds);
		printf("}\n");
	}
	samples_free(&idle.rss_kib);
	samples_free(&idle.peak_kib);
	return ok ? 0 : 1;
}
