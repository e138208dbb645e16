/* One change under way: update.c sends and judges, update_end.c ends it. */
#ifndef DACACHE_SRC_APP_UPDATE_INTERNAL_H
#define DACACHE_SRC_APP_UPDATE_INTERNAL_H

#include "dacache/app/update.h"
#include "internal.h"

struct update {
	struct session *session;
	struct action *base;
	struct local_settings local_before;
	struct proposal wanted;
	struct update_result result;
	struct action *now; /* as the server has it */
	char correlation_id[80];
	int64_t intent_id; /* 0: no PUT was to be sent */
	bool was_conflict;
	struct attempts timeline; /* of all its PUTs */
	bool may_have_applied;    /* an earlier attempt met 5xx, or its answer was lost */
	const char *lost;         /* why nobody saw what came of the PUT; NULL: it was seen */
	update_phase_fn *phase;
	update_done_fn *fn;
	void *context;
	struct loop_timer *timer;
};

void update_free(void *update);
/* Audit, intent, local settings, webhooks; told; freed. A loop_fn. */
void update_end(void *update);

#endif
