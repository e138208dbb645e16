/* What a call to the tenant is for: calls wait in lanes, served in this order, and
 * the quota's ledger tells who spent what. */
#ifndef DACACHE_DOMAIN_LANE_H
#define DACACHE_DOMAIN_LANE_H

enum lane { LANE_INTERACTIVE, LANE_RECOVERY, LANE_BULK, LANE_WATCH, LANE_BACKGROUND, LANES };

/* "interactive", "recovery", "bulk", "watch", "background" */
const char *lane_name(enum lane lane);

#endif
