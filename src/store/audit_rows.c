#include "audit_rows.h"

#include <string.h>

/* The order of AUDIT_COLUMNS, with seq behind them where it is read. */
enum column {
	COLUMN_WALL,
	COLUMN_ACTION,
	COLUMN_DATA_ACTION_ID,
	COLUMN_NAME,
	COLUMN_PAYLOAD,
	COLUMN_BEFORE = COLUMN_PAYLOAD + 3,
	COLUMN_ETAG = COLUMN_BEFORE + 3,
	COLUMN_IF_MATCH,
	COLUMN_STATUS,
	COLUMN_LATENCY,
	COLUMN_WHO,
	COLUMN_OUTCOME,
	COLUMN_ATTEMPTS,
	COLUMN_CORRELATION_ID,
	COLUMN_MESSAGE,
	COLUMN_PREV_HASH,
	COLUMN_HASH,
	COLUMN_SEQ
};

static void bind_members(struct statement *statement, bool has, const struct cache_members *members)
{
	if (!has) {
		for (int i = 0; i < 3; i++)
			statement_bind_null(statement);
		return;
	}
	statement_bind_members(statement, members);
}

void audit_row_bind(struct statement *statement, const struct audit_entry *entry)
{
	statement_bind_int(statement, entry->wall_us);
	statement_bind_text(statement, entry->action);
	statement_bind_text(statement, entry->data_action_id);
	statement_bind_text(statement, entry->name);
	bind_members(statement, entry->has_payload, &entry->payload);
	bind_members(statement, entry->has_before, &entry->before);
	statement_bind_text(statement, entry->etag);
	statement_bind_text(statement, entry->if_match);
	statement_bind_int(statement, entry->status);
	statement_bind_real(statement, entry->latency_ms);
	statement_bind_text(statement, entry->who);
	statement_bind_text(statement, outcome_name(entry->outcome));
	statement_bind_int(statement, entry->attempts);
	statement_bind_text(statement, entry->correlation_id);
	statement_bind_text(statement, entry->message);
	statement_bind_text(statement, entry->prev_hash);
	statement_bind_text(statement, entry->hash);
}

static void read_members(struct statement *statement, int column, bool *has,
			 struct cache_members *members)
{
	*has = !statement_is_null(statement, column);
	if (!*has)
		return;
	members->enabled = statement_int(statement, column) != 0;
	members->key = statement_text(statement, column + 1);
	members->ttl_s = statement_int(statement, column + 2);
}

/* "" for NULL. */
static void read_hex(struct statement *statement, int column, char out[ETAG_HEX_SIZE])
{
	const char *text = statement_peek(statement, column);
	size_t len = text ? strlen(text) : 0;

	if (len >= ETAG_HEX_SIZE)
		len = ETAG_HEX_SIZE - 1;
	if (len > 0)
		memcpy(out, text, len);
	out[len] = '\0';
}

static bool read_outcome(struct statement *statement, enum outcome *out)
{
	const char *text = statement_peek(statement, COLUMN_OUTCOME);

	return text && outcome_parse(text, out) == ERR_OK;
}

enum err_code audit_row_read(struct statement *statement, struct audit_entry *entry, bool *known,
			     struct err *err)
{
	audit_entry_init(entry);
	entry->seq = statement_int(statement, COLUMN_SEQ);
	entry->wall_us = statement_int(statement, COLUMN_WALL);
	entry->action = statement_text(statement, COLUMN_ACTION);
	entry->data_action_id = statement_text(statement, COLUMN_DATA_ACTION_ID);
	entry->name = statement_text(statement, COLUMN_NAME);
	read_members(statement, COLUMN_PAYLOAD, &entry->has_payload, &entry->payload);
	read_members(statement, COLUMN_BEFORE, &entry->has_before, &entry->before);
	read_hex(statement, COLUMN_ETAG, entry->etag);
	entry->if_match = statement_text(statement, COLUMN_IF_MATCH);
	entry->status = (int)statement_int(statement, COLUMN_STATUS);
	entry->latency_ms = statement_real(statement, COLUMN_LATENCY);
	entry->who = statement_text(statement, COLUMN_WHO);
	entry->attempts = statement_int(statement, COLUMN_ATTEMPTS);
	entry->correlation_id = statement_text(statement, COLUMN_CORRELATION_ID);
	entry->message = statement_text(statement, COLUMN_MESSAGE);
	read_hex(statement, COLUMN_PREV_HASH, entry->prev_hash);
	read_hex(statement, COLUMN_HASH, entry->hash);
	*known = read_outcome(statement, &entry->outcome);
	if (statement->failed != SQLITE_OK)
		return store_failure(statement->store, statement->failed, err);
	return ERR_OK;
}
