/* Appending: each entry carries the hash of the one before it. */
#include <stdio.h>
#include <string.h>

#include "audit_rows.h"
#include "dacache/store/audit.h"

static enum err_code read_hash(struct statement *statement, int64_t *seq,
			       char hash[AUDIT_HASH_SIZE], struct err *err)
{
	bool row;
	enum err_code code = statement_row(statement, &row, err);

	if (code == ERR_OK && row) {
		const char *text = statement_peek(statement, 1);

		*seq = statement_int(statement, 0);
		snprintf(hash, AUDIT_HASH_SIZE, "%s", text ? text : "");
	}
	return code;
}

enum err_code audit_chain_end(struct store *store, int64_t *seq, char hash[AUDIT_HASH_SIZE],
			      struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(&statement, store,
					    "SELECT seq, hash FROM audit INDEXED BY audit_all "
					    "WHERE tenant_id = ? ORDER BY seq DESC LIMIT 1",
					    err);

	*seq = 0;
	strcpy(hash, AUDIT_CHAIN_START);
	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		code = read_hash(&statement, seq, hash, err);
	}
	statement_close(&statement);
	return code;
}

enum err_code audit_chain_hash_at(struct store *store, int64_t seq, char hash[AUDIT_HASH_SIZE],
				  struct err *err)
{
	struct statement statement;
	enum err_code code =
		statement_open(&statement, store,
			       "SELECT seq, hash FROM audit WHERE seq = ? AND tenant_id = ?", err);

	hash[0] = '\0';
	if (code == ERR_OK) {
		statement_bind_int(&statement, seq);
		statement_bind_int(&statement, store->tenant_id);
		code = read_hash(&statement, &seq, hash, err);
	}
	statement_close(&statement);
	return code;
}

/* The hash covers seq, so it is taken before the row is there: the write lock is
 * held. */
static enum err_code next_seq(struct store *store, int64_t *out, struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code =
		statement_open(&statement, store,
			       "SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = "
			       "'audit'), 0), coalesce((SELECT max(seq) FROM audit), 0)) + 1",
			       err);

	if (code == ERR_OK)
		code = statement_row(&statement, &row, err);
	if (code == ERR_OK && row)
		*out = statement_int(&statement, 0);
	statement_close(&statement);
	return code;
}

static enum err_code seal(struct audit_entry *entry, struct err *err)
{
	enum err_code code = audit_entry_hash(entry, entry->hash);

	return code == ERR_OK ? ERR_OK
			      : err_set(err, code, "the hash of an audit entry cannot be taken");
}

static enum err_code insert(struct store *store, const struct audit_entry *entry, struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(&statement, store,
					    "INSERT INTO audit (seq, tenant_id, " AUDIT_COLUMNS
					    ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
					    "?, ?, ?, ?, ?, ?, ?, ?, ?)",
					    err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, entry->seq);
		statement_bind_int(&statement, store->tenant_id);
		audit_row_bind(&statement, entry);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

/* Behind the newest: that of this transaction, where it has one. */
static enum err_code follow(struct store *store, struct audit_entry *entry, struct err *err)
{
	int64_t last;
	enum err_code code;

	if (store->chain.known) {
		entry->seq = store->chain.seq + 1;
		strcpy(entry->prev_hash, store->chain.hash);
		return ERR_OK;
	}
	code = audit_chain_end(store, &last, entry->prev_hash, err);
	return code == ERR_OK ? next_seq(store, &entry->seq, err) : code;
}

static enum err_code append(struct store *store, struct audit_entry *entry, struct err *err)
{
	enum err_code code = follow(store, entry, err);

	if (code == ERR_OK)
		code = seal(entry, err);
	if (code == ERR_OK)
		code = insert(store, entry, err);
	store->chain.known = code == ERR_OK;
	if (code == ERR_OK) {
		store->chain.seq = entry->seq;
		strcpy(store->chain.hash, entry->hash);
	}
	return code;
}

enum err_code audit_append(struct store *store, struct audit_entry *entry, struct err *err)
{
	bool alone = sqlite3_get_autocommit(store->db) != 0;
	enum err_code code = alone ? store_begin(store, err) : ERR_OK;

	if (code == ERR_OK) {
		code = append(store, entry, err);
		if (alone)
			code = store_end(store, code, err);
	}
	if (code != ERR_OK) {
		entry->seq = 0;
		entry->prev_hash[0] = entry->hash[0] = '\0';
	} else if (alone) {
		audit_head_write(store);
	}
	return code;
}

enum err_code audit_import(struct store *store, const struct audit_entry *entries, size_t n,
			   struct err *err)
{
	enum err_code code = store_begin(store, err);

	if (code != ERR_OK)
		return code;
	for (size_t i = 0; i < n && code == ERR_OK; i++)
		code = insert(store, &entries[i], err);
	return store_end(store, code, err);
}

/* --- entries older than the chain --------------------------------------------------- */

static enum err_code write_hashes(struct store *store, const struct audit_entry *entry,
				  struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(
		&statement, store, "UPDATE audit SET prev_hash = ?, hash = ? WHERE seq = ?", err);

	if (code == ERR_OK) {
		statement_bind_text(&statement, entry->prev_hash);
		statement_bind_text(&statement, entry->hash);
		statement_bind_int(&statement, entry->seq);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

/* prev_hash is that of the entry before, and becomes this one's. */
static enum err_code fill_one(struct statement *rows, char prev_hash[AUDIT_HASH_SIZE],
			      struct err *err)
{
	struct audit_entry entry;
	bool known;
	enum err_code code = audit_row_read(rows, &entry, &known, err);

	strcpy(entry.prev_hash, prev_hash);
	if (code == ERR_OK)
		code = seal(&entry, err);
	if (code == ERR_OK)
		code = write_hashes(rows->store, &entry, err);
	strcpy(prev_hash, entry.hash);
	audit_entry_clear(&entry);
	return code;
}

enum { COLUMN_TENANT = 22 };

enum err_code audit_chain_fill(struct store *store, struct err *err)
{
	struct statement rows;
	char prev_hash[AUDIT_HASH_SIZE] = AUDIT_CHAIN_START;
	int64_t tenant = 0;
	bool row = false;
	enum err_code code = statement_open(&rows, store,
					    "SELECT " AUDIT_COLUMNS ", seq, tenant_id FROM audit "
					    "INDEXED BY audit_all ORDER BY tenant_id, seq",
					    err);

	if (code == ERR_OK)
		code = statement_row(&rows, &row, err);
	while (code == ERR_OK && row) {
		if (statement_int(&rows, COLUMN_TENANT) != tenant)
			strcpy(prev_hash, AUDIT_CHAIN_START);
		tenant = statement_int(&rows, COLUMN_TENANT);
		code = fill_one(&rows, prev_hash, err);
		if (code == ERR_OK)
			code = statement_row(&rows, &row, err);
	}
	statement_close(&rows);
	return code;
}
