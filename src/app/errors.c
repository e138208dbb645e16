#include "dacache/app/errors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/map.h"
#include "internal.h"

enum { US_PER_MINUTE = 60000000 };

struct errors {
	struct error_group *groups[ERRORS_CAUSES_MAX + 1]; /* the cause met last first */
	size_t len;
};

enum err_code errors_new(struct errors **out)
{
	*out = calloc(1, sizeof(**out));
	return *out ? ERR_OK : ERR_NO_MEMORY;
}

void errors_free(struct errors **errors)
{
	size_t i;

	if (!*errors)
		return;
	for (i = 0; i < (*errors)->len; i++) {
		map_free(&(*errors)->groups[i]->actions);
		free((*errors)->groups[i]);
	}
	free(*errors);
	*errors = NULL;
}

const struct error_group *errors_at(const struct errors *errors, size_t i)
{
	return i < errors->len ? errors->groups[i] : NULL;
}

static size_t position(const struct errors *errors, const struct cause *cause)
{
	size_t i = 0;

	while (i < errors->len && !cause_equal(&errors->groups[i]->cause, cause))
		i++;
	return i;
}

const struct error_group *errors_find(const struct errors *errors, const struct cause *cause)
{
	return errors_at(errors, position(errors, cause));
}

/* --- what happened --- */

static struct error_group *group_new(struct errors *errors, const struct cause *cause)
{
	struct error_group *group = calloc(1, sizeof(*group));

	if (group && map_new(&group->actions)) {
		free(group);
		return NULL;
	}
	if (group) {
		group->cause = *cause;
		errors->groups[errors->len++] = group;
	}
	return group;
}

static struct error_group *group_for(struct errors *errors, const struct failure *failure)
{
	static const struct cause other;
	struct cause cause;
	size_t i;

	cause_of(failure, &cause);
	i = position(errors, &cause);
	if (i == errors->len && errors->len >= ERRORS_CAUSES_MAX) {
		cause = other;
		i = position(errors, &cause);
	}
	return i < errors->len ? errors->groups[i] : group_new(errors, &cause);
}

static void to_front(struct errors *errors, struct error_group *group)
{
	size_t i = 0;

	while (errors->groups[i] != group)
		i++;
	memmove(&errors->groups[1], &errors->groups[0], i * sizeof(errors->groups[0]));
	errors->groups[0] = group;
}

static void count_minute(struct error_group *group, int64_t wall_us)
{
	int64_t minute = wall_us / US_PER_MINUTE;
	int64_t gone = group->minute;

	if (minute - gone > ERRORS_MINUTES)
		gone = minute - ERRORS_MINUTES;
	while (gone < minute)
		group->minutes[++gone % ERRORS_MINUTES] = 0;
	if (minute > group->minute)
		group->minute = minute;
	group->minutes[minute % ERRORS_MINUTES]++;
}

static void count_action(struct error_group *group, const char *action_id)
{
	uintptr_t times = (uintptr_t)map_get(group->actions, action_id);

	if (times > 0 || map_count(group->actions) < ERRORS_ACTIONS_MAX)
		map_put(group->actions, action_id, (void *)(times + 1));
}

void errors_add(struct errors *errors, const char *action_id, const struct failure *failure,
		int64_t wall_us, bool retried)
{
	struct error_group *group = group_for(errors, failure);

	if (!group) /* no memory: the message tells of it all the same */
		return;
	if (retried)
		group->retried++;
	else
		group->failed++;
	group->fresh++;
	if (group->first_us == 0)
		group->first_us = wall_us;
	group->last_us = wall_us;
	group->newest = *failure;
	snprintf(group->newest_action, sizeof(group->newest_action), "%s",
		 action_id ? action_id : "");
	count_minute(group, wall_us);
	if (action_id && action_id[0])
		count_action(group, action_id);
	to_front(errors, group);
}

/* --- what is asked --- */

uint64_t error_group_times(const struct error_group *group, const char *action_id)
{
	if (!action_id)
		return group->failed + group->retried;
	return (uintptr_t)map_get(group->actions, action_id);
}

size_t error_group_actions(const struct error_group *group)
{
	return map_count(group->actions);
}

/* Keeps ids sorted by times, at most n of them. */
static size_t take_place(const char **ids, uint64_t *times, size_t len, size_t n, size_t at)
{
	size_t last = len < n ? len : n - 1;

	memmove(&ids[at + 1], &ids[at], (last - at) * sizeof(*ids));
	memmove(&times[at + 1], &times[at], (last - at) * sizeof(*times));
	return last + 1;
}

size_t error_group_top(const struct error_group *group, const char **ids, uint64_t *times, size_t n)
{
	size_t cursor = 0;
	size_t len = 0;
	const char *id;
	void *value;

	while (n > 0 && map_next(group->actions, &cursor, &id, &value)) {
		uint64_t count = (uintptr_t)value;
		size_t at = len;

		/* Of as many the one with the smaller id: a walk has no order of its own. */
		while (at > 0 && (times[at - 1] < count ||
				  (times[at - 1] == count && strcmp(ids[at - 1], id) > 0)))
			at--;
		if (at == n)
			continue;
		len = take_place(ids, times, len, n, at);
		ids[at] = id;
		times[at] = count;
	}
	return len;
}

void error_group_minutes(const struct error_group *group, int64_t wall_us, double *out, size_t n)
{
	int64_t now = wall_us / US_PER_MINUTE;
	size_t i;

	for (i = 0; i < n; i++) {
		int64_t minute = now - (int64_t)(n - 1 - i);
		bool kept = minute <= group->minute && minute > group->minute - ERRORS_MINUTES;

		out[i] = kept ? group->minutes[minute % ERRORS_MINUTES] : 0;
		if (out[i] <= 0)
			out[i] = -1; /* an empty place, not a low bar */
	}
}

void errors_seen(struct errors *errors, const struct error_group *group)
{
	size_t i;

	for (i = 0; i < errors->len; i++)
		if (!group || errors->groups[i] == group)
			errors->groups[i]->fresh = 0;
}
