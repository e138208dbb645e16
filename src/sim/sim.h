/* What the whole simulator holds. */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include <stdio.h>

#include "admin.h"
#include "dacache/base/clock.h"
#include "options.h"
#include "random.h"
#include "tenant.h"
#include "token.h"

struct faults;
struct lookups;
struct reqlog;
struct webhooks;

struct sim {
	struct options options;
	struct clock clock;
	struct random random;
	struct tenant *tenant;
	struct tokens *tokens;
	struct faults *faults;
	struct reqlog *log;
	struct webhooks *webhooks;
	struct lookups *lookups; /* NULL without --feed */
	struct admin admin;
	/* The quota as it is now: requests a window (-1: no limit), seconds. */
	int64_t quota_allowed;
	int64_t quota_seconds;
};

/* A simulator as the options ask for it. *err names the option that is off
 * (ERR_USAGE, ERR_IO, ERR_PARSE, ERR_INVALID). */
enum err_code sim_open(struct sim *sim, const struct options *options, struct err *err);
void sim_close(struct sim *sim);

/* Look-ups and the other admin: when something is next to do (monotonic
 * microseconds, INT64_MAX for never), and doing it. */
int64_t sim_due(const struct sim *sim);
void sim_run(struct sim *sim, int64_t now_us);

/* Everything as it was at the start: actions, tokens, quota, faults, logs. */
enum err_code sim_reset(struct sim *sim, struct err *err);

/* The tenant as --data takes it, an action a line. ERR_IO. */
enum err_code sim_dump(const struct sim *sim, FILE *out, struct err *err);

#endif
