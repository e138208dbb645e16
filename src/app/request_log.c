/* Brings this run's exchanges to disk.
 *
 *   idle --exchange--> waiting --timer--> written: idle
 *                         ^  |
 *                         |  +-- a PUT is under way, another program writes, keys come
 *                         +--------+
 */
#include "request_log.h"

#include <stdio.h>
#include <stdlib.h>

#include "dacache/net/tenant.h"
#include "internal.h"

enum {
	MANY = 1024, /* with so many they no longer wait for PUTs to end: a plan has thousands */
	PART = 256,  /* exchanges of one transaction: they take some milliseconds */
	LITTLE = 16, /* the same, where a key may come: one millisecond */
	SOON_US = 2000000,  /* so long others may join the first that waits */
	FAILED_US = 100000, /* what failed is what will be looked for */
	AGAIN_US = 500000,  /* a PUT is under way */
	PAUSE_US = 30000000,
	QUIET_US = 300000,      /* no key came for so long: a pause */
	NO_PAUSE_US = 10000000, /* but it waits for one no longer than this */
	AT_EASE_MS = 20,        /* how long another program is waited for: a key may come */
	AT_THE_END_MS = 2000    /* nobody waits for a key any more */
};

struct request_log {
	struct session *session;
	const struct exchange_ring *ring;
	struct exchange_run run;
	uint64_t written; /* up to this number they are on disk */
	struct loop_timer *timer;
	int64_t due_us;        /* when it ends */
	int64_t since_us;      /* something waits; 0: nothing does */
	int64_t not_before_us; /* a store that takes nothing is left alone until then */
	bool is_screen;
	bool told_failure;
	struct err gave_way; /* why; ERR_OK: it did not */
};

enum err_code request_log_new(struct session *session, const struct exchange_ring *ring,
			      const char *command, struct request_log **out)
{
	struct request_log *log = calloc(1, sizeof(*log));

	*out = log;
	if (!log)
		return ERR_NO_MEMORY;
	log->session = session;
	log->ring = ring;
	log->run.started_us = clock_wall_us(loop_clock(session_loop(session)));
	log->is_screen = !command;
	snprintf(log->run.command, sizeof(log->run.command), "%s", command ? command : "screen");
	return ERR_OK;
}

void request_log_free(struct request_log **log)
{
	if (!*log)
		return;
	loop_timer_stop(&(*log)->timer);
	free(*log);
	*log = NULL;
}

int64_t request_log_run(const struct request_log *log)
{
	return log->run.id;
}

/* --- writing --- */

/* What left the ring unwritten, with a store that takes nothing for long, is lost. */
static enum err_code write_part(struct request_log *log, size_t most, int wait_ms, struct err *err)
{
	if (log->gave_way.code)
		return err_set(err, log->gave_way.code, "%s", log->gave_way.text);

	const struct exchange *part[PART];
	uint64_t number = log->written > log->ring->dropped ? log->written : log->ring->dropped;
	size_t n = 0;
	enum err_code code;

	while (n < most && number < log->ring->added)
		part[n++] = exchange_ring_numbered(log->ring, ++number);
	code = exchanges_append(session_store(log->session), &log->run, part, n, wait_ms, err);
	if (!code)
		log->written = number;
	return code;
}

void request_log_give_way(struct request_log *log, const struct err *err)
{
	log->gave_way = err ? *err : (struct err){0};
}

bool request_log_gave_way(const struct request_log *log)
{
	return log->gave_way.code != ERR_OK;
}

static bool is_behind(const struct request_log *log)
{
	return log->written < log->ring->added;
}

enum err_code request_log_flush(struct request_log *log, struct err *err)
{
	enum err_code code = ERR_OK;

	while (!code && is_behind(log) && !session_is_unrecorded(log->session))
		code = write_part(log, PART, AT_THE_END_MS, err);
	return code;
}

/* --- when --- */

static void come_due(void *context);

static void wait_for(struct request_log *log, int64_t us)
{
	struct loop *loop = session_loop(log->session);
	int64_t now_us = clock_monotonic_us(loop_clock(loop));
	int64_t due_us = now_us + us > log->not_before_us ? now_us + us : log->not_before_us;

	if (log->timer && log->due_us <= due_us)
		return;
	loop_timer_stop(&log->timer);
	log->due_us = due_us;
	loop_timer_start(loop, due_us - now_us, come_due, log, &log->timer);
}

static bool put_is_under_way(const struct request_log *log)
{
	struct tenant_status status;

	tenant_status(session_tenant(log->session), &status);
	return status.puts_in_flight > 0;
}

static void leave_alone(struct request_log *log, int64_t us)
{
	log->not_before_us = clock_monotonic_us(loop_clock(session_loop(log->session))) + us;
}

/* Said once, until it is well again. The next exchange tries again: no ticks at a full
 * disk. */
static void tell_failure(struct request_log *log, const struct err *err)
{
	leave_alone(log, PAUSE_US);
	if (!log->told_failure)
		messages_add(session_messages(log->session), SEVERITY_WARNING, NULL,
			     "the request log is not kept: %.300s", err->text);
	log->told_failure = true;
}

/* What stands between a key and its frame waits, but not for ever. */
static bool keys_come(const struct request_log *log)
{
	const struct loop *loop = session_loop(log->session);

	return loop_until_quiet_us(loop, QUIET_US) > 0 && log->ring->added - log->written < MANY &&
	       clock_monotonic_us(loop_clock(loop)) - log->since_us < NO_PAUSE_US;
}

static void come_due(void *context)
{
	struct request_log *log = context;
	struct loop *loop = session_loop(log->session);
	struct err err = {0};
	enum err_code code;

	if (put_is_under_way(log) && log->ring->added - log->written < MANY) {
		wait_for(log, AGAIN_US);
		return;
	}
	if (keys_come(log)) {
		wait_for(log, loop_until_quiet_us(loop, QUIET_US));
		return;
	}
	code = write_part(log, log->is_screen ? LITTLE : PART, AT_EASE_MS, &err);
	if (code == ERR_TIMEOUT) {
		leave_alone(log, SOON_US);
		wait_for(log, SOON_US);
	} else if (code) {
		tell_failure(log, &err);
	} else {
		log->told_failure = false;
		if (is_behind(log))
			wait_for(log, 0);
		else
			log->since_us = 0;
	}
}

void request_log_touch(struct request_log *log, const struct exchange *exchange)
{
	bool failed = exchange->status == 0 || exchange->status >= 400;

	if (session_is_unrecorded(log->session))
		return;
	if (!log->since_us)
		log->since_us = clock_monotonic_us(loop_clock(session_loop(log->session)));
	if (log->ring->added - log->written >= PART)
		wait_for(log, 0);
	else
		wait_for(log, failed ? FAILED_US : SOON_US);
}
