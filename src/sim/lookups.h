/* Made-up look-ups: contacts arrive, their Data Actions are asked for, and
 * each action's cache, as it is set now, has the answer or not. */
#ifndef SIM_LOOKUPS_H
#define SIM_LOOKUPS_H

#include <stdint.h>

#include "dacache/base/err.h"

struct sim;
struct lookups;

/* Writes to the --feed at --lookups-rate. *sim must outlive it. */
enum err_code lookups_new(struct sim *sim, struct lookups **out, struct err *err);
void lookups_free(struct lookups **lookups);
void lookups_reset(struct lookups *lookups); /* caches empty */

/* When the next one comes (monotonic microseconds), INT64_MAX for never. */
int64_t lookups_due(const struct lookups *lookups);
/* Make those that are due. */
void lookups_run(struct lookups *lookups, int64_t now_us);
uint64_t lookups_total(const struct lookups *lookups);
size_t lookups_cached(const struct lookups *lookups); /* keys in the caches, see cache.h */

#endif
