/* Another admin, who changes an action now and then. */
#ifndef SIM_ADMIN_H
#define SIM_ADMIN_H

#include <stdint.h>

#include "random.h"

struct sim;

struct admin {
	struct random random;
	int64_t next_us; /* monotonic; INT64_MAX: never */
};

void admin_start(struct admin *admin, const struct sim *sim);
/* Change an action when it is time. */
void admin_run(struct admin *admin, struct sim *sim, int64_t now_us);

#endif
