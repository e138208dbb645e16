/* How far a stage is, on stderr. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dacache/base/text.h"
#include "plan.h"

enum { SHOW_EVERY_US = 100000 };

void plan_progress_init(struct plan_progress *progress, struct session *session, const char *verb,
			const char *hint)
{
	/* What is done in a moment needs none. */
	*progress = (struct plan_progress){
		.shown_us = clock_monotonic_us(loop_clock(session_loop(session))),
		.verb = verb,
		.hint = hint,
		.is_shown = isatty(STDERR_FILENO) != 0};
}

static void put_rate(struct buf *out, const struct bulk_progress *now)
{
	char span[CLOCK_TEXT_SIZE];

	if (now->per_s > 0)
		buf_printf(out, now->per_s < 10 ? "  %.1f/s" : "  %.0f/s", now->per_s);
	if (now->left_s < 0 || now->ended == now->total)
		return;
	clock_format_span((now->left_s > 0 ? now->left_s : 1) * 1000000, span);
	buf_printf(out, now->left_s > 0 ? "  %s left" : "  under %s left", span);
}

void plan_progress_show(struct plan_progress *progress, struct session *session,
			const struct bulk *bulk)
{
	int64_t now_us = clock_monotonic_us(loop_clock(session_loop(session)));
	struct bulk_progress now;
	char ended[32];
	char total[32];
	struct buf line;

	if (!progress->is_shown || now_us - progress->shown_us < SHOW_EVERY_US)
		return;
	progress->shown_us = now_us;
	bulk_progress(bulk, &now);
	text_format_count((int64_t)now.ended, ended);
	text_format_count((int64_t)now.total, total);
	buf_init(&line, 4096);
	buf_printf(&line, "\r%s %s of %s", progress->verb, ended, total);
	put_rate(&line, &now);
	if (progress->hint && !now.stopping)
		buf_printf(&line, "  %s", progress->hint);
	buf_puts(&line, "\033[K");
	fputs(buf_str(&line), stderr);
	fflush(stderr);
	buf_free(&line);
}

void plan_progress_end(const struct plan_progress *progress)
{
	if (!progress->is_shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
}
