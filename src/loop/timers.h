/* Timers in a binary heap, the earliest on top. Private to the loop. */
#ifndef DACACHE_LOOP_TIMERS_H
#define DACACHE_LOOP_TIMERS_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/base/vec.h"
#include "dacache/loop/loop.h"

struct timers {
	struct vec heap; /* struct loop_timer * */
	uint64_t started;
};

struct loop_timer {
	struct timers *timers;
	size_t at; /* in the heap */
	int64_t due_us;
	uint64_t number; /* of those due at one time the first started goes first */
	loop_fn *fn;
	void *context;
	struct loop_timer **owner;
};

void timers_init(struct timers *timers);
void timers_free(struct timers *timers); /* without calling anybody */

enum err_code timers_add(struct timers *timers, int64_t due_us, loop_fn *fn, void *context,
			 struct loop_timer **out);
/* When the earliest is due; false when there is none. */
bool timers_next_due(const struct timers *timers, int64_t *due_us);
/* Fire what is due at now_us, but nothing that was started meanwhile. */
void timers_fire(struct timers *timers, int64_t now_us);

#endif
