#include "dacache/store/audit.h"

#include <stdlib.h>
#include <string.h>

#include "audit_rows.h"
#include "dacache/base/buf.h"

enum { AUDIT_SQL_MAX = 4096 };

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

/* Entries between these seqs, both included, may lie within the times asked for. */
struct seq_bounds {
	int64_t first;
	int64_t last;
};

/* From the hours: times need not be in the order of seq. */
static enum err_code find_bounds(struct store *store, const struct audit_query *query,
				 struct seq_bounds *out, struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code = statement_open(
		&statement, store,
		"SELECT coalesce(min(first_seq), 1), coalesce(max(last_seq), 0) FROM audit_hour "
		"WHERE tenant_id = ? AND hour BETWEEN ? / 3600000000 AND ? / 3600000000",
		err);

	*out = (struct seq_bounds){0};
	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_int(&statement, query->since_us ? query->since_us : INT64_MIN);
		statement_bind_int(&statement, query->until_us ? query->until_us : INT64_MAX);
		code = statement_row(&statement, &row, err);
	}
	if (code == ERR_OK && row)
		*out = (struct seq_bounds){statement_int(&statement, 0),
					   statement_int(&statement, 1)};
	statement_close(&statement);
	return code;
}

static bool has_times(const struct audit_query *query)
{
	return query->since_us != 0 || query->until_us != 0;
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
	if (has_times(query))
		buf_puts(sql, " AND seq >= :first AND seq <= :last");
	if (query->since_us != 0)
		buf_puts(sql, " AND wall_us >= :since");
	if (query->until_us != 0)
		buf_puts(sql, " AND wall_us <= :until");
	if (query->outcome >= 0)
		buf_puts(sql, " AND outcome = :outcome");
	if (query->status >= 0)
		buf_puts(sql, " AND status = :status");
}

static void bind_query(struct statement *statement, const struct audit_query *query,
		       const struct seq_bounds *bounds)
{
	statement_name_int(statement, ":first", bounds->first);
	statement_name_int(statement, ":last", bounds->last);
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

	struct seq_bounds bounds = {0};
	enum err_code code = has_times(query) ? find_bounds(store, query, &bounds, err) : ERR_OK;

	if (code == ERR_OK)
		code = statement_open(statement, store, buf_str(sql), err);
	if (code == ERR_OK)
		bind_query(statement, query, &bounds);
	return code;
}

static enum err_code read_entry(struct statement *statement, struct audit_entry *entry,
				struct err *err)
{
	bool known;
	enum err_code code = audit_row_read(statement, entry, &known, err);

	if (code == ERR_OK && !known)
		code = err_set(err, ERR_STORE,
			       "%s: audit entry %lld has an unknown outcome; update dacache, or "
			       "see `dacache audit --verify`",
			       statement->store->path, (long long)entry->seq);
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
	buf_puts(&sql, "SELECT " AUDIT_COLUMNS ", seq");
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
