/* The one poll loop: file descriptors, timers, signals, and a hook before each
 * sleep. It sleeps until something is due; nothing due, no wake-up. */
#ifndef DACACHE_LOOP_LOOP_H
#define DACACHE_LOOP_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/base/clock.h"
#include "dacache/base/err.h"

struct loop;
struct loop_watch;
struct loop_timer;

enum { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_HANGUP = 4 };

typedef void loop_fd_fn(void *context, int fd, int events);
typedef void loop_fn(void *context);
typedef void loop_signal_fn(void *context, int signal_number);

/* At most one loop a process may take signals (the handler writes to its
 * self-pipe). */
enum err_code loop_new(struct clock clock, struct loop **out, struct err *err);
void loop_free(struct loop **loop); /* watches and timers end with it */
const struct clock *loop_clock(const struct loop *loop);

/* Call fn when fd is ready for any of events (LOOP_READ|LOOP_WRITE). One watch
 * a descriptor. */
enum err_code loop_watch(struct loop *loop, int fd, int events, loop_fd_fn *fn, void *context,
			 struct loop_watch **out);
void loop_watch_events(struct loop_watch *watch, int events);
/* Served before all others and before timers, alone in its turn: the terminal. Of the
 * others one is served a turn, each in its turn. */
void loop_watch_urgent(struct loop_watch *watch);
/* How long until none of the urgent was served for quiet_us; 0: it is quiet. For what
 * takes more than a moment and may wait for a pause between keys. */
int64_t loop_until_quiet_us(const struct loop *loop, int64_t quiet_us);
void loop_unwatch(struct loop_watch **watch); /* safe inside any callback; NULL is fine */

/* One shot, after delay_us (microseconds, 0: the next turn). The timer is gone
 * once it fired; *out, when not NULL, is then nulled before fn runs. */
enum err_code loop_timer_start(struct loop *loop, int64_t delay_us, loop_fn *fn, void *context,
			       struct loop_timer **out);
void loop_timer_stop(struct loop_timer **timer); /* NULL is fine */

/* fn runs in the loop, never in the handler. fn NULL restores the default. */
enum err_code loop_on_signal(struct loop *loop, int signal_number, loop_signal_fn *fn,
			     void *context);

/* Run before each sleep; the place of the one doupdate(). One hook. */
void loop_before_sleep(struct loop *loop, loop_fn *fn, void *context);

enum err_code loop_run(struct loop *loop, struct err *err); /* until loop_stop */
void loop_stop(struct loop *loop);
/* One turn: sleep at most max_wait_us (-1: until something is due), serve what
 * is due. */
enum err_code loop_turn(struct loop *loop, int64_t max_wait_us, struct err *err);
/* Turns since the loop began: what tests count instead of time. */
uint64_t loop_turns(const struct loop *loop);

#endif
