/* One entry of the audit. */
#ifndef DACACHE_DOMAIN_AUDIT_ENTRY_H
#define DACACHE_DOMAIN_AUDIT_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/base/buf.h"
#include "dacache/domain/members.h"

enum outcome {
	OUTCOME_APPLIED,
	OUTCOME_UNCHANGED,
	OUTCOME_CONFLICT,
	OUTCOME_REFUSED,     /* by validation, ours or the server's; or by the server's 4xx */
	OUTCOME_NOT_APPLIED, /* failed, and surely without effect */
	OUTCOME_UNKNOWN,     /* the answer was lost */
	OUTCOMES
};

/* "applied", "unchanged", "conflict", "refused", "not applied", "unknown" */
const char *outcome_name(enum outcome outcome);
enum err_code outcome_parse(const char *name, enum outcome *out);

enum { AUDIT_HASH_SIZE = 65 };
#define AUDIT_CHAIN_START "0000000000000000000000000000000000000000000000000000000000000000"

/* Strings are owned and may be NULL where nothing is known. */
struct audit_entry {
	int64_t seq; /* set by the store */
	int64_t wall_us;
	char *action; /* "cache_update", "local_update", "webhook", "hit" … */
	char *data_action_id;
	char *name; /* of the Data Action */
	bool has_payload;
	struct cache_members payload; /* what was asked for */
	bool has_before;
	struct cache_members before;
	char etag[ETAG_HEX_SIZE]; /* SHA-256 of payload, "" without one */
	char *if_match;
	int status;        /* HTTP, 0: none */
	double latency_ms; /* of the answered attempt; -1: none */
	char *who;
	enum outcome outcome;
	int64_t attempts;
	char *correlation_id;
	char *message; /* one line in words */
	/* The chain, set by the store ("" where it has not): the hash of the entry
	 * before this one (AUDIT_CHAIN_START: there was none), and this one's own. */
	char prev_hash[AUDIT_HASH_SIZE];
	char hash[AUDIT_HASH_SIZE];
};

void audit_entry_init(struct audit_entry *entry);
void audit_entry_clear(struct audit_entry *entry);
enum err_code audit_entry_copy(const struct audit_entry *from, struct audit_entry *to);

/* One JSON object without a newline: timestamp (seconds with a fraction),
 * action, data_action_id, payload, etag, if_match, status, latency_ms, who,
 * outcome, attempts, correlation_id, before, message, seq, name; and prev_hash,
 * hash where they are set. */
enum err_code audit_entry_to_json(const struct audit_entry *entry, struct buf *out);

/* Hex SHA-256 of the same members as canonical JSON (sorted, no blanks, ASCII),
 * prev_hash among them and hash left out: in Python, of an entry that was read
 * from `audit --json`, del e["hash"]; sha256(json.dumps(e, sort_keys=True,
 * separators=(",", ":")).encode()). */
enum err_code audit_entry_hash(const struct audit_entry *entry, char out[AUDIT_HASH_SIZE]);

#endif
