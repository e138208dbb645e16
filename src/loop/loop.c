/* A turn: hook -> sleep in poll -> descriptors -> timers -> free what was
 * unwatched meanwhile. */
#include "dacache/loop/loop.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/vec.h"
#include "signals.h"
#include "timers.h"

struct loop_watch {
	struct loop *loop;
	int fd;
	int events;
	loop_fd_fn *fn;
	void *context;
	bool is_urgent;
	bool ended; /* unwatched inside a turn: freed at its end */
};

struct loop {
	struct clock clock;
	struct vec watches; /* struct loop_watch * */
	struct vec polls;   /* struct pollfd, one a watch, made each turn */
	struct timers timers;
	struct signals signals;
	struct loop_watch *signal_watch;
	loop_fn *before_sleep;
	void *before_sleep_context;
	uint64_t turns;
	size_t turn_of;    /* index of the watch whose turn it is */
	bool was_urgent;   /* the turn before was the urgent ones' alone */
	int64_t urgent_us; /* when one of them was served last, -1: never */
	bool in_turn;
	bool stopped;
};

enum err_code loop_new(struct clock clock, struct loop **out, struct err *err)
{
	struct loop *loop = calloc(1, sizeof(*loop));

	*out = NULL;
	if (!loop)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	loop->clock = clock;
	loop->urgent_us = -1;
	vec_init(&loop->watches, sizeof(struct loop_watch *));
	vec_init(&loop->polls, sizeof(struct pollfd));
	timers_init(&loop->timers);
	signals_init(&loop->signals);
	*out = loop;
	return ERR_OK;
}

static struct loop_watch *watch_at(const struct loop *loop, size_t i)
{
	return *(struct loop_watch **)vec_at(&loop->watches, i);
}

void loop_free(struct loop **loop)
{
	struct loop *gone = *loop;

	if (!gone)
		return;
	assert(!gone->in_turn);
	signals_free(&gone->signals);
	timers_free(&gone->timers);
	for (size_t i = 0; i < gone->watches.len; i++)
		free(watch_at(gone, i));
	vec_free(&gone->watches);
	vec_free(&gone->polls);
	free(gone);
	*loop = NULL;
}

const struct clock *loop_clock(const struct loop *loop)
{
	return &loop->clock;
}

static bool is_watched(const struct loop *loop, int fd)
{
	for (size_t i = 0; i < loop->watches.len; i++) {
		const struct loop_watch *watch = watch_at(loop, i);
		if (watch->fd == fd && !watch->ended)
			return true;
	}
	return false;
}

enum err_code loop_watch(struct loop *loop, int fd, int events, loop_fd_fn *fn, void *context,
			 struct loop_watch **out)
{
	if (out)
		*out = NULL;
	if (fd < 0 || is_watched(loop, fd))
		return ERR_USAGE;

	struct loop_watch *watch = calloc(1, sizeof(*watch));
	if (!watch || vec_push(&loop->watches, &watch)) {
		free(watch);
		return ERR_NO_MEMORY;
	}
	*watch = (struct loop_watch){
		.loop = loop,
		.fd = fd,
		.events = events,
		.fn = fn,
		.context = context,
	};
	if (out)
		*out = watch;
	return ERR_OK;
}

void loop_watch_events(struct loop_watch *watch, int events)
{
	watch->events = events;
}

static void free_ended(struct loop *loop)
{
	size_t kept = 0;

	for (size_t i = 0; i < loop->watches.len; i++) {
		struct loop_watch *watch = watch_at(loop, i);
		if (watch->ended)
			free(watch);
		else
			*(struct loop_watch **)vec_at(&loop->watches, kept++) = watch;
	}
	loop->watches.len = kept;
}

void loop_unwatch(struct loop_watch **watch)
{
	struct loop_watch *ended = *watch;

	if (!ended)
		return;
	*watch = NULL;
	ended->ended = true;
	if (!ended->loop->in_turn)
		free_ended(ended->loop);
}

enum err_code loop_timer_start(struct loop *loop, int64_t delay_us, loop_fn *fn, void *context,
			       struct loop_timer **out)
{
	int64_t now = clock_monotonic_us(&loop->clock);
	int64_t most = INT64_MAX - now;

	if (delay_us < 0)
		delay_us = 0;
	return timers_add(&loop->timers, now + (delay_us < most ? delay_us : most), fn, context,
			  out);
}

static void serve_signals(void *context, int fd, int events)
{
	struct loop *loop = context;

	(void)fd;
	(void)events;
	signals_serve(&loop->signals);
}

enum err_code loop_on_signal(struct loop *loop, int signal_number, loop_signal_fn *fn,
			     void *context)
{
	enum err_code code = signals_open(&loop->signals);

	if (!code && !loop->signal_watch)
		code = loop_watch(loop, loop->signals.read_fd, LOOP_READ, serve_signals, loop,
				  &loop->signal_watch);
	if (!code)
		loop_watch_urgent(loop->signal_watch);
	return code ? code : signals_set(&loop->signals, signal_number, fn, context);
}

void loop_before_sleep(struct loop *loop, loop_fn *fn, void *context)
{
	loop->before_sleep = fn;
	loop->before_sleep_context = context;
}

void loop_stop(struct loop *loop)
{
	loop->stopped = true;
}

uint64_t loop_turns(const struct loop *loop)
{
	return loop->turns;
}

/* For poll: rounded up, or the loop would spin through the last millisecond. */
static int milliseconds(int64_t wait_us)
{
	if (wait_us <= 0)
		return 0;
	int64_t ms = wait_us / 1000 + (wait_us % 1000 > 0);
	return ms < INT_MAX ? (int)ms : INT_MAX;
}

static int sleep_ms(const struct loop *loop, int64_t max_wait_us)
{
	int64_t due_us;

	if (loop->stopped)
		return 0;
	if (!timers_next_due(&loop->timers, &due_us))
		return max_wait_us < 0 ? -1 : milliseconds(max_wait_us);
	int64_t wait_us = due_us - clock_monotonic_us(&loop->clock);
	if (max_wait_us >= 0 && max_wait_us < wait_us)
		wait_us = max_wait_us;
	return milliseconds(wait_us);
}

static enum err_code fill_polls(struct loop *loop)
{
	if (vec_resize(&loop->polls, loop->watches.len))
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < loop->watches.len; i++) {
		const struct loop_watch *watch = watch_at(loop, i);
		struct pollfd *entry = vec_at(&loop->polls, i);
		*entry = (struct pollfd){
			.fd = watch->events && !watch->ended ? watch->fd : -1,
			.events = (short)((watch->events & LOOP_READ ? POLLIN : 0) |
					  (watch->events & LOOP_WRITE ? POLLOUT : 0)),
		};
	}
	return ERR_OK;
}

static enum err_code sleep_in_poll(struct loop *loop, int timeout_ms, struct err *err)
{
	nfds_t count = (nfds_t)loop->polls.len;
	int n = poll(loop->polls.items, count, timeout_ms);

	if (n < 0 && errno == EINTR) /* the signal is in the pipe by now */
		n = poll(loop->polls.items, count, 0);
	if (n < 0 && errno != EINTR)
		return err_set(err, ERR_IO, "poll: %s", strerror(errno));
	return ERR_OK;
}

/* A hang-up or an error reads as readiness, so that a read or write meets it. */
static int events_of(const struct loop_watch *watch, short revents)
{
	int events = 0;

	if (revents & POLLIN)
		events |= LOOP_READ;
	if (revents & POLLOUT)
		events |= LOOP_WRITE;
	if (revents & (POLLHUP | POLLERR | POLLNVAL))
		events |= LOOP_HANGUP | LOOP_READ | LOOP_WRITE;
	return events & (watch->events | LOOP_HANGUP);
}

/* False: it was not ready. */
static bool serve_watch(struct loop *loop, size_t i)
{
	const struct pollfd *entry = vec_at(&loop->polls, i);
	const struct loop_watch *watch = watch_at(loop, i);
	/* Something else may have ended it or changed its mind. */
	int events = watch->ended ? 0 : events_of(watch, entry->revents);

	if (!events || !watch->events)
		return false;
	watch->fn(watch->context, watch->fd, events);
	return true;
}

static bool serve_urgent(struct loop *loop)
{
	bool served = false;

	for (size_t i = 0; i < loop->polls.len; i++)
		if (watch_at(loop, i)->is_urgent)
			served = serve_watch(loop, i) || served;
	return served;
}

static void serve_one_other(struct loop *loop)
{
	size_t n = loop->polls.len;

	for (size_t i = 0; i < n; i++) {
		size_t next = (loop->turn_of + i) % n;

		if (watch_at(loop, next)->is_urgent || !serve_watch(loop, next))
			continue;
		loop->turn_of = next + 1;
		return;
	}
}

/* Keys wait for one reply at most: the urgent are served before all others, and of
 * these one a turn. What came of a key is painted before anything else is done, timers
 * too. One that is always ready (a terminal that hung up) leaves the others every second
 * turn. */
static void serve(struct loop *loop)
{
	bool urgent = serve_urgent(loop);
	bool alone = urgent && !loop->was_urgent;

	if (urgent)
		loop->urgent_us = clock_monotonic_us(&loop->clock);
	loop->was_urgent = alone;
	if (alone)
		return;
	serve_one_other(loop);
	timers_fire(&loop->timers, clock_monotonic_us(&loop->clock));
}

int64_t loop_until_quiet_us(const struct loop *loop, int64_t quiet_us)
{
	int64_t left_us;

	if (loop->urgent_us < 0)
		return 0;
	left_us = loop->urgent_us + quiet_us - clock_monotonic_us(&loop->clock);
	return left_us > 0 ? left_us : 0;
}

void loop_watch_urgent(struct loop_watch *watch)
{
	watch->is_urgent = true;
}

enum err_code loop_turn(struct loop *loop, int64_t max_wait_us, struct err *err)
{
	assert(!loop->in_turn);
	loop->in_turn = true;
	loop->turns++;
	if (loop->before_sleep)
		loop->before_sleep(loop->before_sleep_context);

	enum err_code code = fill_polls(loop);
	if (code)
		err_set(err, code, "out of memory");
	else
		code = sleep_in_poll(loop, sleep_ms(loop, max_wait_us), err);
	if (!code)
		serve(loop);
	free_ended(loop);
	loop->in_turn = false;
	return code;
}

enum err_code loop_run(struct loop *loop, struct err *err)
{
	enum err_code code = ERR_OK;

	while (!loop->stopped && !code)
		code = loop_turn(loop, -1, err);
	loop->stopped = false;
	return code;
}
