#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dacache/loop/loop.h"

/* What callbacks leave behind: a letter each. */
struct fixture {
	struct clock_manual times;
	struct loop *loop;
	char log[64];
	int pair[2];
	struct loop_watch *watch;
	struct loop_watch *other;
	struct loop_timer *timer;
	int events;
};

static int setup(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){.times = {.monotonic_us = 1000}};
	*state = &fixture;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fixture.pair) < 0)
		return -1;
	return loop_new(clock_manual(&fixture.times), &fixture.loop, NULL) ? -1 : 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	loop_free(&f->loop);
	close(f->pair[0]);
	if (f->pair[1] >= 0)
		close(f->pair[1]);
	return f->loop ? -1 : 0;
}

static void note(struct fixture *f, char c)
{
	size_t len = strlen(f->log);

	assert_true(len + 1 < sizeof(f->log));
	f->log[len] = c;
}

/* A turn that does not wait. */
static void turn(struct fixture *f)
{
	assert_int_equal(loop_turn(f->loop, 0, NULL), ERR_OK);
}

static void note_a(void *context)
{
	note(context, 'a');
}

static void note_b(void *context)
{
	note(context, 'b');
}

static void note_c(void *context)
{
	note(context, 'c');
}

static void note_fd(void *context, int fd, int events)
{
	struct fixture *f = context;

	(void)fd;
	f->events = events;
	note(f, 'f');
}

static void timers_fire_in_order_of_time_then_of_start(void **state)
{
	struct fixture *f = *state;

	loop_timer_start(f->loop, 30, note_c, f, NULL);
	loop_timer_start(f->loop, 10, note_a, f, NULL);
	loop_timer_start(f->loop, 30, note_a, f, NULL);
	loop_timer_start(f->loop, 20, note_b, f, NULL);
	turn(f);
	assert_string_equal(f->log, "");
	f->times.monotonic_us += 10;
	turn(f);
	assert_string_equal(f->log, "a");
	f->times.monotonic_us += 1000;
	turn(f);
	assert_string_equal(f->log, "abca");
	turn(f);
	assert_string_equal(f->log, "abca");
}

static void many_timers_keep_their_order(void **state)
{
	struct fixture *f = *state;
	struct loop_timer *timers[200];
	int64_t last = 0;

	for (int i = 0; i < 200; i++)
		loop_timer_start(f->loop, (i * 7919) % 997 + 1, note_a, f, &timers[i]);
	for (int i = 0; i < 200; i += 2)
		loop_timer_stop(&timers[i]);
	for (int64_t at = 1; at <= 998; at++) {
		f->times.monotonic_us = 1000 + at;
		turn(f);
		for (int i = 1; i < 200; i += 2) {
			bool due = (i * 7919) % 997 + 1 <= at;
			assert_int_equal(timers[i] == NULL, due);
		}
		memset(f->log, 0, sizeof(f->log));
		last = at;
	}
	assert_int_equal(last, 998);
}

static void stopped_timer_stays_silent(void **state)
{
	struct fixture *f = *state;

	loop_timer_start(f->loop, 0, note_a, f, &f->timer);
	assert_non_null(f->timer);
	loop_timer_stop(&f->timer);
	assert_null(f->timer);
	loop_timer_stop(&f->timer);
	turn(f);
	assert_string_equal(f->log, "");
}

static void note_nulled(void *context)
{
	struct fixture *f = context;

	note(f, f->timer ? 'T' : 'n');
}

static void fired_timer_is_nulled_before_its_function(void **state)
{
	struct fixture *f = *state;

	loop_timer_start(f->loop, -5, note_nulled, f, &f->timer);
	turn(f);
	assert_string_equal(f->log, "n");
}

static void again(void *context)
{
	struct fixture *f = context;

	note(f, 'a');
	loop_timer_start(f->loop, 0, again, f, &f->timer);
}

static void timer_started_by_a_timer_waits_for_the_next_turn(void **state)
{
	struct fixture *f = *state;

	again(f);
	turn(f);
	assert_string_equal(f->log, "aa");
	turn(f);
	assert_string_equal(f->log, "aaa");
	assert_int_equal(loop_turns(f->loop), 2);
	loop_timer_stop(&f->timer);
}

static void stop_other(void *context)
{
	struct fixture *f = context;

	note(f, 's');
	loop_timer_stop(&f->timer);
}

static void timer_may_stop_one_that_is_due(void **state)
{
	struct fixture *f = *state;

	loop_timer_start(f->loop, 0, stop_other, f, NULL);
	loop_timer_start(f->loop, 0, note_a, f, &f->timer);
	turn(f);
	assert_string_equal(f->log, "s");
}

static void far_timer_does_not_overflow(void **state)
{
	struct fixture *f = *state;

	loop_timer_start(f->loop, INT64_MAX, note_a, f, &f->timer);
	turn(f);
	assert_string_equal(f->log, "");
	loop_timer_stop(&f->timer);
}

static void watch_sees_what_it_asked_for(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(loop_watch(f->loop, f->pair[0], LOOP_READ, note_fd, f, &f->watch), ERR_OK);
	turn(f);
	assert_string_equal(f->log, "");
	assert_int_equal(write(f->pair[1], "x", 1), 1);
	turn(f);
	assert_string_equal(f->log, "f");
	assert_int_equal(f->events, LOOP_READ);
	loop_watch_events(f->watch, LOOP_READ | LOOP_WRITE);
	turn(f);
	assert_int_equal(f->events, LOOP_READ | LOOP_WRITE);
	loop_watch_events(f->watch, 0);
	turn(f);
	assert_string_equal(f->log, "ff");
	loop_unwatch(&f->watch);
	assert_null(f->watch);
	loop_unwatch(&f->watch);
}

static void hang_up_lets_a_reader_meet_the_end(void **state)
{
	struct fixture *f = *state;

	loop_watch(f->loop, f->pair[0], LOOP_READ, note_fd, f, &f->watch);
	close(f->pair[1]);
	f->pair[1] = -1;
	turn(f);
	assert_int_equal(f->events, LOOP_READ | LOOP_HANGUP);
}

static void one_watch_a_descriptor(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(loop_watch(f->loop, -1, LOOP_READ, note_fd, f, &f->watch), ERR_USAGE);
	assert_int_equal(loop_watch(f->loop, f->pair[0], LOOP_READ, note_fd, f, &f->watch), ERR_OK);
	assert_int_equal(loop_watch(f->loop, f->pair[0], LOOP_WRITE, note_fd, f, &f->other),
			 ERR_USAGE);
	assert_null(f->other);
	loop_unwatch(&f->watch);
	assert_int_equal(loop_watch(f->loop, f->pair[0], LOOP_READ, note_fd, f, &f->watch), ERR_OK);
}

/* Whoever is served first ends both. */
static void end_both(void *context, int fd, int events)
{
	struct fixture *f = context;

	(void)fd;
	(void)events;
	note(f, 'e');
	loop_unwatch(&f->watch);
	loop_unwatch(&f->other);
}

static void watches_may_end_each_other(void **state)
{
	struct fixture *f = *state;

	loop_watch(f->loop, f->pair[0], LOOP_WRITE, end_both, f, &f->watch);
	loop_watch(f->loop, f->pair[1], LOOP_WRITE, end_both, f, &f->other);
	turn(f);
	assert_string_equal(f->log, "e");
	turn(f);
	assert_string_equal(f->log, "e");
}

/* The descriptor is watched anew in the same turn: the old readiness is not
 * for the new watch. */
static void replace(void *context, int fd, int events)
{
	struct fixture *f = context;

	(void)events;
	note(f, 'r');
	loop_unwatch(&f->watch);
	assert_int_equal(loop_watch(f->loop, fd, LOOP_WRITE, note_fd, f, &f->watch), ERR_OK);
	loop_unwatch(&f->other);
	assert_int_equal(loop_watch(f->loop, f->pair[1], LOOP_WRITE, note_fd, f, &f->other),
			 ERR_OK);
}

static void watch_made_in_a_turn_waits_for_the_next(void **state)
{
	struct fixture *f = *state;

	loop_watch(f->loop, f->pair[0], LOOP_WRITE, replace, f, &f->watch);
	loop_watch(f->loop, f->pair[1], LOOP_WRITE, note_fd, f, &f->other);
	turn(f);
	assert_string_equal(f->log, "r");
	turn(f);
	assert_string_equal(f->log, "rf");
	turn(f);
	assert_string_equal(f->log, "rff");
}

static void note_first(void *context, int fd, int events)
{
	(void)fd;
	(void)events;
	note(context, '1');
}

static void note_second(void *context, int fd, int events)
{
	(void)fd;
	(void)events;
	note(context, '2');
}

static void watches_are_served_in_turns(void **state)
{
	struct fixture *f = *state;

	loop_watch(f->loop, f->pair[0], LOOP_WRITE, note_first, f, &f->watch);
	loop_watch(f->loop, f->pair[1], LOOP_WRITE, note_second, f, &f->other);
	turn(f);
	turn(f);
	turn(f);
	turn(f);
	assert_true(strcmp(f->log, "1212") == 0 || strcmp(f->log, "2121") == 0);
}

static void urgent_watch_comes_first(void **state)
{
	struct fixture *f = *state;

	loop_watch(f->loop, f->pair[0], LOOP_WRITE, note_first, f, &f->watch);
	loop_watch(f->loop, f->pair[1], LOOP_WRITE, note_second, f, &f->other);
	loop_watch_urgent(f->other);
	turn(f);
	assert_string_equal(f->log, "2");
	turn(f); /* always ready, it must not keep the other from its turn */
	assert_string_equal(f->log, "221");
}

/* Between a key and its frame there is nothing else. */
static void timers_wait_for_an_urgent_watch(void **state)
{
	struct fixture *f = *state;

	loop_watch(f->loop, f->pair[0], LOOP_WRITE, note_first, f, &f->watch);
	loop_watch_urgent(f->watch);
	loop_timer_start(f->loop, 0, note_a, f, NULL);
	turn(f);
	assert_string_equal(f->log, "1");
	turn(f); /* always ready, it must not keep the timer from its turn */
	assert_string_equal(f->log, "11a");
}

static void quiet_is_the_time_since_an_urgent_watch(void **state)
{
	struct fixture *f = *state;

	loop_watch(f->loop, f->pair[0], LOOP_WRITE, note_first, f, &f->watch);
	turn(f);
	assert_int_equal(loop_until_quiet_us(f->loop, 500), 0);
	loop_watch_urgent(f->watch);
	turn(f);
	assert_int_equal(loop_until_quiet_us(f->loop, 500), 500);
	f->times.monotonic_us += 200;
	assert_int_equal(loop_until_quiet_us(f->loop, 500), 300);
	assert_int_equal(loop_until_quiet_us(f->loop, 100), 0);
	f->times.monotonic_us += 1000;
	assert_int_equal(loop_until_quiet_us(f->loop, 500), 0);
}

static void note_hook(void *context)
{
	note(context, 'h');
}

static void hook_runs_before_each_sleep(void **state)
{
	struct fixture *f = *state;

	loop_before_sleep(f->loop, note_hook, f);
	loop_timer_start(f->loop, 0, note_a, f, NULL);
	turn(f);
	turn(f);
	assert_string_equal(f->log, "hah");
}

static void stop_loop(void *context)
{
	struct fixture *f = context;

	note(f, 's');
	loop_stop(f->loop);
}

static void run_ends_with_stop(void **state)
{
	struct fixture *f = *state;

	loop_timer_start(f->loop, 0, stop_loop, f, NULL);
	assert_int_equal(loop_run(f->loop, NULL), ERR_OK);
	assert_string_equal(f->log, "s");
	assert_int_equal(loop_turns(f->loop), 1);

	/* A stop in the hook is not slept through. */
	loop_before_sleep(f->loop, stop_loop, f);
	assert_int_equal(loop_run(f->loop, NULL), ERR_OK);
	assert_string_equal(f->log, "ss");
}

static void note_signal(void *context, int number)
{
	note(context, number == SIGUSR1 ? '1' : '2');
}

static void signals_are_served_in_the_loop(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(loop_on_signal(f->loop, SIGUSR1, note_signal, f), ERR_OK);
	assert_int_equal(loop_on_signal(f->loop, SIGUSR2, note_signal, f), ERR_OK);
	raise(SIGUSR2);
	raise(SIGUSR1);
	raise(SIGUSR1);
	assert_string_equal(f->log, "");
	assert_int_equal(loop_turn(f->loop, -1, NULL), ERR_OK);
	assert_string_equal(f->log, "12");
	turn(f);
	assert_string_equal(f->log, "12");
}

static void signal_defaults_come_back(void **state)
{
	struct fixture *f = *state;
	struct sigaction now;

	loop_on_signal(f->loop, SIGUSR1, note_signal, f);
	loop_on_signal(f->loop, SIGUSR2, note_signal, f);
	assert_int_equal(loop_on_signal(f->loop, SIGUSR1, NULL, NULL), ERR_OK);
	sigaction(SIGUSR1, NULL, &now);
	assert_true(now.sa_handler == SIG_DFL);
	loop_free(&f->loop);
	sigaction(SIGUSR2, NULL, &now);
	assert_true(now.sa_handler == SIG_DFL);
}

static void one_loop_has_the_signals(void **state)
{
	struct fixture *f = *state;
	struct loop *second;

	assert_int_equal(loop_new(clock_manual(&f->times), &second, NULL), ERR_OK);
	assert_int_equal(loop_on_signal(f->loop, SIGUSR1, note_signal, f), ERR_OK);
	assert_int_equal(loop_on_signal(second, SIGUSR2, note_signal, f), ERR_USAGE);
	loop_free(&f->loop);
	assert_int_equal(loop_on_signal(second, SIGUSR2, note_signal, f), ERR_OK);
	loop_free(&second);
	assert_int_equal(loop_new(clock_manual(&f->times), &f->loop, NULL), ERR_OK);
	assert_int_equal(loop_on_signal(f->loop, 0, note_signal, f), ERR_USAGE);
	assert_int_equal(loop_on_signal(f->loop, SIGKILL, note_signal, f), ERR_USAGE);
	loop_free(&f->loop);
}

#define LOOP_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LOOP_TEST(timers_fire_in_order_of_time_then_of_start),
		LOOP_TEST(many_timers_keep_their_order),
		LOOP_TEST(stopped_timer_stays_silent),
		LOOP_TEST(fired_timer_is_nulled_before_its_function),
		LOOP_TEST(timer_started_by_a_timer_waits_for_the_next_turn),
		LOOP_TEST(timer_may_stop_one_that_is_due),
		LOOP_TEST(far_timer_does_not_overflow),
		LOOP_TEST(watch_sees_what_it_asked_for),
		LOOP_TEST(hang_up_lets_a_reader_meet_the_end),
		LOOP_TEST(one_watch_a_descriptor),
		LOOP_TEST(watches_may_end_each_other),
		LOOP_TEST(watch_made_in_a_turn_waits_for_the_next),
		LOOP_TEST(watches_are_served_in_turns),
		LOOP_TEST(urgent_watch_comes_first),
		LOOP_TEST(timers_wait_for_an_urgent_watch),
		LOOP_TEST(quiet_is_the_time_since_an_urgent_watch),
		LOOP_TEST(hook_runs_before_each_sleep),
		LOOP_TEST(run_ends_with_stop),
		LOOP_TEST(signals_are_served_in_the_loop),
		LOOP_TEST(signal_defaults_come_back),
		LOOP_TEST(one_loop_has_the_signals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
