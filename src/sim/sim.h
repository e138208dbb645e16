/* What the whole simulator holds. */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include "dacache/base/clock.h"
#include "options.h"
#include "random.h"
#include "tenant.h"
#include "token.h"

struct sim {
	struct options options; /* as given; the quota may change by control */
	struct clock clock;
	struct random random;
	struct tenant *tenant;
	struct tokens *tokens;
	uint64_t correlations; /* given out so far */
};

#endif
