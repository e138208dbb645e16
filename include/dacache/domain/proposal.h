/* What a user wants an action to be: the three members and what is local. */
#ifndef DACACHE_DOMAIN_PROPOSAL_H
#define DACACHE_DOMAIN_PROPOSAL_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/base/buf.h"
#include "dacache/domain/action.h"
#include "dacache/domain/directive.h"
#include "dacache/domain/members.h"
#include "dacache/domain/tier.h"

enum { PAYLOAD_KB_DEFAULT = 12 };

/* Kept in the local store, per tenant and action. */
struct local_settings {
	struct tier_matrix matrix;
	int64_t payload_kb;
	struct directive_list directives;
};

void local_settings_init(struct local_settings *local); /* defaults */
/* *to is overwritten, not cleared first; no directives on failure. */
enum err_code local_settings_copy(const struct local_settings *from, struct local_settings *to);
/* Frees what it owns and leaves the defaults. */
void local_settings_clear(struct local_settings *local);
bool local_settings_equal(const struct local_settings *a, const struct local_settings *b);

/* tier decides the TTL unless it is TIER_CUSTOM, where members.ttl_s stands. */
struct proposal {
	struct cache_members members;
	enum tier tier;
	struct local_settings local;
};

/* The action as it is: nothing changed. A missing TTL becomes the tier
 * default's; a missing key stays missing; a TTL the server sent that is no
 * integer of 0-86400 stays CACHE_TTL_INVALID, as custom, for validate to refuse.
 * local NULL: the defaults. *out is overwritten, not cleared first. */
enum err_code proposal_from_action(const struct action *action, const struct local_settings *local,
				   struct proposal *out);
/* Set tier, and with it members.ttl_s from the matrix (custom keeps it). */
void proposal_set_tier(struct proposal *proposal, enum tier tier);
/* Set one tier's TTL; members.ttl_s follows when that tier is chosen.
 * TIER_CUSTOM: members.ttl_s alone, when custom is chosen. */
void proposal_set_tier_ttl(struct proposal *proposal, enum tier tier, int64_t ttl_s);
/* *to is overwritten, not cleared first. */
enum err_code proposal_copy(const struct proposal *from, struct proposal *to);
void proposal_clear(struct proposal *proposal);

/* JSON of the whole, for drafts, and back (ERR_PARSE): what breaks a rule of
 * validate survives too. *out is overwritten; cleared on failure. */
enum err_code proposal_to_json(const struct proposal *proposal, struct buf *out);
enum err_code proposal_from_json(const char *json, struct proposal *out, struct err *err);

#endif
