#include "dacache/store/audit.h"

#include <stdlib.h>
#include <string.h>

#include "dacache/base/buf.h"
#include "statement.h"

enum { AUDIT_SQL_MAX = 4096 };

#define COLUMNS                                                                                    \
	"wall_us, action, data_action_id, name, payload_enabled, payload_key, payload_ttl_s, "     \
	"before_enabled, before_key, before_ttl_s, etag, if_match, status, latency_ms, who, "      \
	"outcome, attempts, correlation_id, message"

/* The order of COLUMNS, with seq behind them. */
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
	COLUMN_SEQ
};

static void bind_members(struct statement *statement, bool has, const struct cache_members *members)
{
	if (!has) {
		for (int i = 0; i < 3; i++)
			statement_bind_null(statement);
		return;
	}
	statement_bind_int(statement, members->enabled);
	statement_bind_text(statement, members->key);
	statement_bind_int(statement, members->ttl_s);
}

static void bind_entry(struct statement *statement, const struct audit_entry *entry)
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
}

enum err_code audit_append(struct store *store, struct audit_entry *entry, struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(
		&statement, store,
		"INSERT INTO audit (tenant_id, " COLUMNS ") "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		bind_entry(&statement, entry);
		code = statement_run(&statement, err);
	}
	if (code == ERR_OK)
		entry->seq = sqlite3_last_insert_rowid(store->db);
	statement_close(&statement);
	return code;
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

static void read_etag(struct statement *statement, char out[ETAG_HEX_SIZE])
{
	const char *text = statement_peek(statement, COLUMN_ETAG);
	size_t len = text ? strlen(text) : 0;

	if (len >= ETAG_HEX_SIZE)
		len = ETAG_HEX_SIZE - 1;
	if (len > 0)
		memcpy(out, text, len);
	out[len] = '\0';
}

static enum err_code read_outcome(struct statement *statement, enum outcome *out, struct err *err)
{
	const char *text = statement_peek(statement, COLUMN_OUTCOME);

	if (text && outcome_parse(text, out) == ERR_OK)
		return ERR_OK;
	return err_set(err, ERR_STORE,
		       "%s: audit entry %lld has an unknown outcome; update dacache",
		       statement->store->path, (long long)statement_int(statement, COLUMN_SEQ));
}

static enum err_code read_entry(struct statement *statement, struct audit_entry *entry,
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
	read_etag(statement, entry->etag);
	entry->if_match = statement_text(statement, COLUMN_IF_MATCH);
	entry->status = (int)statement_int(statement, COLUMN_STATUS);
	entry->latency_ms = statement_real(statement, COLUMN_LATENCY);
	entry->who = statement_text(statement, COLUMN_WHO);
	entry->attempts = statement_int(statement, COLUMN_ATTEMPTS);
	entry->correlation_id = statement_text(statement, COLUMN_CORRELATION_ID);
	entry->message = statement_text(statement, COLUMN_MESSAGE);
	if (statement->failed != SQLITE_OK)
		return store_failure(statement->store, statement->failed, err);
	return read_outcome(statement, &entry->outcome, err);
}

/* Each index is in the order of seq and holds the other things to filter by.
 * Named, because SQLite cannot know that an action has fewer entries than an
 * outcome. */
static const char *best_index(const struct audit_query *query)
{
	if (query->data_action_id)
		return "audit_of_action";
	if (query->outcome >= 0)
		return "audit_of_outcome";
	if (query->status >= 0)
		return "audit_of_status";
	return "audit_all";
}

/* Parameters are named, so that bind_query need not know which are there. */
static void append_where(struct buf *sql, const struct audit_query *query)
{
	buf_printf(sql, " FROM audit INDEXED BY %s WHERE tenant_id = :tenant", best_index(query));
	if (query->data_action_id)
		buf_puts(sql, " AND data_action_id = :id");
	if (query->before_seq > 0)
		buf_puts(sql, " AND seq < :before");
	if (query->after_seq > 0)
		buf_puts(sql, " AND seq > :after");
	if (query->since_us != 0)
		buf_puts(sql, " AND wall_us >= :since");
	if (query->until_us != 0)
		buf_puts(sql, " AND wall_us <= :until");
	if (query->outcome >= 0)
		buf_puts(sql, " AND outcome = :outcome");
	if (query->status >= 0)
		buf_puts(sql, " AND status = :status");
}

static void bind_query(struct statement *statement, const struct audit_query *query)
{
	statement_name_int(statement, ":tenant", statement->store->tenant_id);
	statement_name_text(statement, ":id", query->data_action_id);
	statement_name_int(statement, ":before", query->before_seq);
	statement_name_int(statement, ":after", query->after_seq);
	statement_name_int(statement, ":since", query->since_us);
	statement_name_int(statement, ":until", query->until_us);
	if (query->outcome >= 0)
		statement_name_text(statement, ":outcome",
				    outcome_name((enum outcome)query->outcome));
	statement_name_int(statement, ":status", query->status);
}

static enum err_code open_query(struct statement *statement, struct store *store,
				const struct buf *sql, const struct audit_query *query,
				struct err *err)
{
	*statement = (struct statement){.store = store};
	if (sql->failed != ERR_OK)
		return err_set(err, sql->failed, "out of memory");

	enum err_code code = statement_open(statement, store, buf_str(sql), err);

	if (code == ERR_OK)
		bind_query(statement, query);
	return code;
}

static enum err_code deliver_rows(struct statement *statement,
				  bool (*fn)(void *context, const struct audit_entry *entry),
				  void *context, struct err *err)
{
	bool go_on = true;

	while (go_on) {
		struct audit_entry entry;
		bool row;
		enum err_code code = statement_row(statement, &row, err);

		if (code != ERR_OK || !row)
			return code;
		code = read_entry(statement, &entry, err);
		if (code == ERR_OK)
			go_on = fn(context, &entry);
		audit_entry_clear(&entry);
		if (code != ERR_OK)
			return code;
	}
	return ERR_OK;
}

enum err_code audit_each(struct store *store, const struct audit_query *query, size_t limit,
			 bool (*fn)(void *context, const struct audit_entry *entry), void *context,
			 struct err *err)
{
	struct statement statement;
	struct buf sql;

	buf_init(&sql, AUDIT_SQL_MAX);
	buf_puts(&sql, "SELECT " COLUMNS ", seq");
	append_where(&sql, query);
	buf_puts(&sql, query->oldest_first ? " ORDER BY seq" : " ORDER BY seq DESC");
	if (limit > 0)
		buf_printf(&sql, " LIMIT %zu", limit);

	enum err_code code = open_query(&statement, store, &sql, query, err);

	if (code == ERR_OK)
		code = deliver_rows(&statement, fn, context, err);
	statement_close(&statement);
	buf_free(&sql);
	return code;
}

/* The one number that a query answers. */
static enum err_code one_number(struct store *store, const char *what,
				const struct audit_query *query, int64_t *out, struct err *err)
{
	struct statement statement;
	struct buf sql;
	bool row = false;

	*out = 0;
	buf_init(&sql, AUDIT_SQL_MAX);
	buf_puts(&sql, what);
	append_where(&sql, query);

	enum err_code code = open_query(&statement, store, &sql, query, err);

	if (code == ERR_OK)
		code = statement_row(&statement, &row, err);
	if (code == ERR_OK && row)
		*out = statement_int(&statement, 0);
	statement_close(&statement);
	buf_free(&sql);
	return code;
}

enum err_code audit_count(struct store *store, const struct audit_query *query, int64_t *out,
			  struct err *err)
{
	return one_number(store, "SELECT count(*)", query, out, err);
}

enum err_code audit_newest(struct store *store, int64_t *out, struct err *err)
{
	const struct audit_query all = {.outcome = -1, .status = -1};

	return one_number(store, "SELECT coalesce(max(seq), 0)", &all, out, err);
}
