/* An audit entry as a row, and what its parts share. Private to the store. */
#ifndef DACACHE_STORE_AUDIT_ROWS_H
#define DACACHE_STORE_AUDIT_ROWS_H

#include "dacache/domain/audit_entry.h"
#include "statement.h"

#define AUDIT_COLUMNS                                                                              \
	"wall_us, action, data_action_id, name, payload_enabled, payload_key, payload_ttl_s, "     \
	"before_enabled, before_key, before_ttl_s, etag, if_match, status, latency_ms, who, "      \
	"outcome, attempts, correlation_id, message, prev_hash, hash"

/* The next 21 parameters. */
void audit_row_bind(struct statement *statement, const struct audit_entry *entry);
/* From a row of AUDIT_COLUMNS and seq. *known is false where the outcome is no word
 * of ours. The entry is the caller's to clear, also on failure. */
enum err_code audit_row_read(struct statement *statement, struct audit_entry *entry, bool *known,
			     struct err *err);

/* Gives entries that are older than the chain their place in it. Within a
 * transaction, without the trigger that refuses updates. */
enum err_code audit_chain_fill(struct store *store, struct err *err);

/* The newest entry of this tenant: 0 and AUDIT_CHAIN_START when there is none. */
enum err_code audit_chain_end(struct store *store, int64_t *seq, char hash[AUDIT_HASH_SIZE],
			      struct err *err);
/* The hash of one entry of this tenant, "" when there is none of that seq. */
enum err_code audit_chain_hash_at(struct store *store, int64_t seq, char hash[AUDIT_HASH_SIZE],
				  struct err *err);

/* What a head says: entry seq has this hash; seq 0: there is no entry. */
struct audit_head {
	int64_t seq;
	char hash[AUDIT_HASH_SIZE];
};

/* "SEQ:HASH", len bytes. */
bool audit_head_parse(const char *text, size_t len, struct audit_head *out);
/* This tenant's line of the head file; *found is false without file or line. */
enum err_code audit_head_read(struct store *store, struct audit_head *out, bool *found,
			      struct err *err);
/* After a transaction with entries was committed. What goes wrong is kept for
 * audit_head_problem. */
void audit_head_write(struct store *store);

#endif
