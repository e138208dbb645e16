/* few pages wait --commit--> many: a timer --nobody types--> into the file: few
 *                                   ^             |
 *                                   +-- keys came-+
 */
#include "checkpoint.h"

#include <stdlib.h>

enum {
	MANY_PAGES = 1000,      /* of 4 KiB: some 10 ms */
	TOO_MANY_PAGES = 16384, /* with so many it waits no longer for a pause */
	QUIET_US = 1000000,
	BETWEEN_US = 1000000 /* where another program reads, they stay many */
};

struct checkpoint {
	struct loop *loop;
	struct store *store;
	struct loop_timer *timer;
	int64_t last_us;
	int pages;
	void (*written)(void *context);
	void *context;
};

static void come_due(void *context);

static void wait_for(struct checkpoint *checkpoint, int64_t delay_us)
{
	int64_t now_us = clock_monotonic_us(loop_clock(checkpoint->loop));
	int64_t least_us = checkpoint->last_us + BETWEEN_US - now_us;

	if (!checkpoint->timer)
		loop_timer_start(checkpoint->loop, delay_us > least_us ? delay_us : least_us,
				 come_due, checkpoint, &checkpoint->timer);
}

static void come_due(void *context)
{
	struct checkpoint *checkpoint = context;
	int64_t left_us = loop_until_quiet_us(checkpoint->loop, QUIET_US);

	if (left_us > 0 && checkpoint->pages < TOO_MANY_PAGES) {
		wait_for(checkpoint, left_us);
		return;
	}
	store_checkpoint(checkpoint->store);
	checkpoint->last_us = clock_monotonic_us(loop_clock(checkpoint->loop));
	checkpoint->written(checkpoint->context);
}

static void committed(void *context, int pages)
{
	struct checkpoint *checkpoint = context;

	checkpoint->pages = pages;
	if (pages >= MANY_PAGES)
		wait_for(checkpoint, loop_until_quiet_us(checkpoint->loop, QUIET_US));
	checkpoint->written(checkpoint->context);
}

enum err_code checkpoint_new(struct loop *loop, struct store *store, void (*written)(void *context),
			     void *context, struct checkpoint **out)
{
	struct checkpoint *checkpoint = calloc(1, sizeof(*checkpoint));

	*out = checkpoint;
	if (!checkpoint)
		return ERR_NO_MEMORY;
	checkpoint->loop = loop;
	checkpoint->store = store;
	checkpoint->written = written;
	checkpoint->context = context;
	checkpoint->last_us = -BETWEEN_US;
	store_on_commit(store, committed, checkpoint);
	return ERR_OK;
}

void checkpoint_free(struct checkpoint **checkpoint)
{
	if (!*checkpoint)
		return;
	loop_timer_stop(&(*checkpoint)->timer);
	store_on_commit((*checkpoint)->store, NULL, NULL);
	free(*checkpoint);
	*checkpoint = NULL;
}
