/* A PUT that is about to leave, or whose outcome is not known yet. */
#ifndef DACACHE_DOMAIN_INTENT_H
#define DACACHE_DOMAIN_INTENT_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/domain/members.h"
#include "dacache/domain/proposal.h"

enum intent_owner {
	INTENT_OURS,       /* this process's */
	INTENT_OTHERS,     /* a living process's, or one that cannot be seen from here */
	INTENT_OWNER_DEAD, /* nobody's any more: intent_claim_dead takes it */
};

/* Strings are owned; NULL where nothing is known, but for action_id and if_match. */
struct intent {
	int64_t id; /* set by the store */
	char *action_id;
	char *name; /* of the Data Action */
	struct cache_members base;
	char *base_etag; /* as the server sent it; NULL: it sent none */
	char *if_match;  /* of every attempt */
	struct cache_members wanted;
	int64_t attempt; /* the last that may have left, from 1 */
	char *who;
	int64_t wall_us; /* when it was opened */
	/* As wanted: what the webhooks follow, and what is to be saved when local_changed. */
	struct local_settings local;
	bool local_changed;
	int64_t plan_run; /* the run of a plan it belongs to (store/plans.h); 0: none */

	/* What the store knows besides; not written by intent_open. */
	enum intent_owner owner;
	bool recovered;        /* taken over from a process that died */
	bool unknown;          /* the answer was lost, and so was that of reading again */
	int64_t checks;        /* how often it stayed unknown */
	int64_t next_check_us; /* wall; 0 unless unknown */
	char *message;         /* why it is unknown, one line */
};

void intent_init(struct intent *intent);
void intent_clear(struct intent *intent);
/* Overwrites *to without clearing it first. ERR_NO_MEMORY leaves it as it was. */
enum err_code intent_copy(const struct intent *from, struct intent *to);

#endif
