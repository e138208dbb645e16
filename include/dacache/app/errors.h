/* Errors grouped by cause, all of this run: they stay when the list of messages has let
 * the oldest go. */
#ifndef DACACHE_APP_ERRORS_H
#define DACACHE_APP_ERRORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/domain/cause.h"

enum {
	ERRORS_CAUSES_MAX = 64,    /* more are counted under "other causes" */
	ERRORS_MINUTES = 120,      /* of the spark lines */
	ERRORS_ACTIONS_MAX = 5000, /* a cause tells apart */
	ERRORS_ID_SIZE = 128
};

struct map;

struct error_group {
	struct cause cause; /* kind FAILURE_NONE: other causes */
	uint64_t failed;    /* calls that ended with it */
	uint64_t retried;   /* attempts that met it and were tried again */
	uint64_t fresh;     /* of both, since errors_seen */
	int64_t first_us;   /* wall */
	int64_t last_us;
	struct failure newest;
	char newest_action[ERRORS_ID_SIZE]; /* "": it concerned none */
	struct map *actions;                /* id -> how often; private */
	uint32_t minutes[ERRORS_MINUTES];   /* a ring; private */
	int64_t minute;                     /* the newest in it; private */
};

struct errors;

/* i from 0, the cause met last; NULL past the end. Valid until the loop turns. */
const struct error_group *errors_at(const struct errors *errors, size_t i);
/* The group of such a failure, NULL: none yet. */
const struct error_group *errors_find(const struct errors *errors, const struct cause *cause);
/* How often the cause was met, on that action (NULL: on all and none). */
uint64_t error_group_times(const struct error_group *group, const char *action_id);
size_t error_group_actions(const struct error_group *group); /* that it concerned */
/* The actions it concerned most, most first: at most n; returns how many. */
size_t error_group_top(const struct error_group *group, const char **ids, uint64_t *times,
		       size_t n);
/* n minutes up to now, oldest first: how often it was met. */
void error_group_minutes(const struct error_group *group, int64_t wall_us, double *out, size_t n);
/* One cause was looked at, or all (NULL). */
void errors_seen(struct errors *errors, const struct error_group *group);

#endif
