/* The actions that are counted, in the order of their newest look-up: where there are too
 * many, those that were quiet the longest are forgotten, one for each that comes. */
#include <stdlib.h>

#include "dacache/base/text.h"
#include "live_internal.h"

enum {
	ACTIONS_MAX = 50000,
	BYTES_MAX = 64 * 1024 * 1024, /* of all together */
	FORGOTTEN_A_TURN = 64,
	MANY = 1024 /* from here on the map is made for all at once: to grow takes milliseconds */
};

static void leave_order(struct live *live, struct live_action *action)
{
	if (action->newer)
		action->newer->older = action->older;
	else
		live->newest = action->older;
	if (action->older)
		action->older->newer = action->newer;
	else
		live->oldest = action->newer;
}

static void become_newest(struct live *live, struct live_action *action)
{
	action->newer = NULL;
	action->older = live->newest;
	if (live->newest)
		live->newest->newer = action;
	else
		live->oldest = action;
	live->newest = action;
}

static void clear_action(struct live_action *action)
{
	hit_windows_free(&action->windows);
	sparse_histogram_clear(&action->of_hits);
	sparse_histogram_clear(&action->of_misses);
	free(action->id);
}

static void forget(struct live *live, struct live_action *action)
{
	live_history_let_go(live, action);
	map_remove(live->actions, action->id);
	leave_order(live, action);
	live->bytes -= action->bytes;
	clear_action(action);
	free(action);
}

void live_actions_free(struct live *live)
{
	while (live->oldest)
		forget(live, live->oldest);
	map_free(&live->actions);
	clear_action(&live->tenant);
}

void live_action_weigh(struct live *live, struct live_action *action)
{
	size_t bytes = sizeof(*action) + hit_windows_bytes(action->windows) +
		       sparse_histogram_bytes(&action->of_hits) +
		       sparse_histogram_bytes(&action->of_misses);

	live->bytes += bytes - action->bytes;
	action->bytes = bytes;
}

static void make_room(struct live *live)
{
	int i;

	for (i = 0; i < FORGOTTEN_A_TURN && live->oldest; i++) {
		if (map_count(live->actions) < ACTIONS_MAX && live->bytes <= BYTES_MAX)
			break;
		forget(live, live->oldest);
	}
	if (map_count(live->actions) == MANY)
		map_reserve(live->actions, ACTIONS_MAX);
}

static struct live_action *add(struct live *live, const char *id)
{
	struct live_action *action = calloc(1, sizeof(*action));

	if (!action)
		return NULL;
	action->id = text_dup(id);
	if (!action->id || hit_windows_new(LIVE_WINDOW_S, &action->windows) ||
	    map_put(live->actions, action->id, action)) {
		clear_action(action);
		free(action);
		return NULL;
	}
	become_newest(live, action);
	return action;
}

struct live_action *live_find_or_add(struct live *live, const char *id)
{
	struct live_action *action = map_get(live->actions, id);

	if (!action) {
		make_room(live);
		return add(live, id);
	}
	if (action != live->newest) {
		leave_order(live, action);
		become_newest(live, action);
	}
	return action;
}
