/* What a check of the audit's chain found. */
#ifndef DACACHE_DOMAIN_AUDIT_VERDICT_H
#define DACACHE_DOMAIN_AUDIT_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/domain/audit_entry.h"

enum audit_fault_kind {
	AUDIT_CHANGED,
	AUDIT_REMOVED,  /* from the start or the middle */
	AUDIT_INSERTED, /* not written by this program */
	AUDIT_TRUNCATED /* the newest entries are gone */
};

/* "changed", "removed", "inserted", "truncated" */
const char *audit_fault_name(enum audit_fault_kind kind);

struct audit_fault {
	enum audit_fault_kind kind;
	int64_t first_seq; /* the entry, or the first and the last of those that are gone */
	int64_t last_seq;
	char text[200]; /* one line that names them and says how it is known */
};

struct audit_verdict {
	int64_t entries; /* that were checked */
	int64_t faults;
	/* The newest entry, 0 and AUDIT_CHAIN_START without one: "SEQ:HASH" is the head
	 * to give the next time. */
	int64_t newest_seq;
	char newest_hash[AUDIT_HASH_SIZE];
	bool head_known;   /* there was a head to hold it against */
	int64_t past_head; /* entries newer than the head: nothing vouches for their number */
};

#endif
