/* Signals by a self-pipe: the handler leaves a mark and wakes the loop. Private
 * to the loop. */
#ifndef DACACHE_LOOP_SIGNALS_H
#define DACACHE_LOOP_SIGNALS_H

#include "dacache/loop/loop.h"

enum { SIGNALS_MAX = 65 };

struct signals {
	int read_fd; /* -1 until the first signal is asked for */
	int write_fd;
	struct {
		loop_signal_fn *fn;
		void *context;
	} handlers[SIGNALS_MAX];
};

void signals_init(struct signals *signals);
/* Every signal that was taken gets its default action back. */
void signals_free(struct signals *signals);

/* ERR_USAGE when another loop of this process has the signals. */
enum err_code signals_open(struct signals *signals);
enum err_code signals_set(struct signals *signals, int number, loop_signal_fn *fn, void *context);
/* Call the functions of the signals that came since the last time. */
void signals_serve(struct signals *signals);

#endif
