#include "timers.h"

#include <stdlib.h>

void timers_init(struct timers *timers)
{
	*timers = (struct timers){0};
	vec_init(&timers->heap, sizeof(struct loop_timer *));
}

static struct loop_timer **slot_at(const struct timers *timers, size_t i)
{
	return vec_at(&timers->heap, i);
}

void timers_free(struct timers *timers)
{
	for (size_t i = 0; i < timers->heap.len; i++)
		free(*slot_at(timers, i));
	vec_free(&timers->heap);
}

static bool is_before(const struct loop_timer *a, const struct loop_timer *b)
{
	return a->due_us < b->due_us || (a->due_us == b->due_us && a->number < b->number);
}

static void put_at(struct timers *timers, size_t i, struct loop_timer *timer)
{
	*slot_at(timers, i) = timer;
	timer->at = i;
}

static void move_up(struct timers *timers, struct loop_timer *timer)
{
	size_t i = timer->at;

	while (i > 0 && is_before(timer, *slot_at(timers, (i - 1) / 2))) {
		put_at(timers, i, *slot_at(timers, (i - 1) / 2));
		i = (i - 1) / 2;
	}
	put_at(timers, i, timer);
}

static void move_down(struct timers *timers, struct loop_timer *timer)
{
	size_t i = timer->at;

	for (;;) {
		size_t child = 2 * i + 1;
		if (child >= timers->heap.len)
			break;
		if (child + 1 < timers->heap.len &&
		    is_before(*slot_at(timers, child + 1), *slot_at(timers, child)))
			child++;
		if (!is_before(*slot_at(timers, child), timer))
			break;
		put_at(timers, i, *slot_at(timers, child));
		i = child;
	}
	put_at(timers, i, timer);
}

enum err_code timers_add(struct timers *timers, int64_t due_us, loop_fn *fn, void *context,
			 struct loop_timer **out)
{
	struct loop_timer *timer = calloc(1, sizeof(*timer));

	if (out)
		*out = NULL;
	if (!timer || vec_push(&timers->heap, &timer)) {
		free(timer);
		return ERR_NO_MEMORY;
	}
	*timer = (struct loop_timer){
		.timers = timers,
		.at = timers->heap.len - 1,
		.due_us = due_us,
		.number = timers->started++,
		.fn = fn,
		.context = context,
		.owner = out,
	};
	move_up(timers, timer);
	if (out)
		*out = timer;
	return ERR_OK;
}

/* Take the timer out of the heap and out of its owner's sight. */
static void detach(struct loop_timer *timer)
{
	struct timers *timers = timer->timers;
	struct loop_timer *last = *slot_at(timers, timers->heap.len - 1);

	timers->heap.len--;
	if (last != timer) {
		put_at(timers, timer->at, last);
		move_up(timers, last);
		move_down(timers, last);
	}
	if (timer->owner)
		*timer->owner = NULL;
}

bool timers_next_due(const struct timers *timers, int64_t *due_us)
{
	if (timers->heap.len == 0)
		return false;
	*due_us = (*slot_at(timers, 0))->due_us;
	return true;
}

void timers_fire(struct timers *timers, int64_t now_us)
{
	uint64_t first_new = timers->started;

	while (timers->heap.len > 0) {
		struct loop_timer *timer = *slot_at(timers, 0);
		if (timer->due_us > now_us || timer->number >= first_new)
			return;
		loop_fn *fn = timer->fn;
		void *context = timer->context;
		detach(timer);
		free(timer);
		fn(context);
	}
}

void loop_timer_stop(struct loop_timer **timer)
{
	struct loop_timer *stopped = *timer;

	if (!stopped)
		return;
	detach(stopped);
	free(stopped);
	*timer = NULL;
}
