/* The request log on disk. */
#include "dacache/store/exchanges.h"

#include <stdio.h>

#include "exchange_rows.h"

/* --- writing --- */

/* A run whose calls have all gone meanwhile has its row again. */
static enum err_code begin_run(struct store *store, const struct exchange_run *run, int64_t *id,
			       struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(
		&statement, store,
		"INSERT OR IGNORE INTO request_run (id, tenant_id, started_us, command) "
		"VALUES (?, ?, ?, ?)",
		err);

	if (code == ERR_OK) {
		if (run->id)
			statement_bind_int(&statement, run->id);
		else
			statement_bind_null(&statement);
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_int(&statement, run->started_us);
		statement_bind_text(&statement, run->command);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	*id = run->id ? run->id : sqlite3_last_insert_rowid(store->db);
	return code;
}

static enum err_code add_rows(struct store *store, int64_t run_id,
			      const struct exchange *const *exchanges, size_t n, struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(&statement, store, EXCHANGE_INSERT, err);

	for (size_t i = 0; code == ERR_OK && i < n; i++) {
		statement_again(&statement);
		exchange_row_bind(&statement, run_id, exchanges[i]);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

/* The newest row that is one too many; 0: none is. */
static enum err_code find_surplus(struct store *store, int64_t *row, struct err *err)
{
	struct statement statement;
	int64_t rows = 0;
	int64_t bytes = 0;
	bool found = false;
	enum err_code code = statement_open(
		&statement, store,
		"SELECT n, bytes FROM request INDEXED BY request_bytes ORDER BY n DESC", err);

	*row = 0;
	if (code == ERR_OK)
		code = statement_row(&statement, &found, err);
	while (code == ERR_OK && found && !*row) {
		bytes += statement_int(&statement, 1);
		if (++rows > EXCHANGES_KEPT || bytes > EXCHANGES_BYTES_KEPT)
			*row = statement_int(&statement, 0);
		code = statement_row(&statement, &found, err);
	}
	statement_close(&statement);
	return code;
}

static enum err_code drop_surplus(struct store *store, struct err *err)
{
	char sql[128];
	int64_t row = 0;
	enum err_code code = find_surplus(store, &row, err);

	if (code != ERR_OK || !row)
		return code;
	snprintf(sql, sizeof(sql), "DELETE FROM request WHERE n <= %lld", (long long)row);
	code = store_exec(store, sql, err);
	if (code == ERR_OK)
		code = store_exec(store,
				  "DELETE FROM request_run WHERE NOT EXISTS "
				  "(SELECT 1 FROM request WHERE run_id = request_run.id)",
				  err);
	return code;
}

enum err_code exchanges_append(struct store *store, struct exchange_run *run,
			       const struct exchange *const *exchanges, size_t n, int wait_ms,
			       struct err *err)
{
	int64_t id = 0;
	enum err_code code;

	if (n == 0)
		return ERR_OK;
	code = store_quick_begin(store, wait_ms, err);
	if (code != ERR_OK)
		return code;
	code = begin_run(store, run, &id, err);
	if (code == ERR_OK)
		code = add_rows(store, id, exchanges, n, err);
	if (code == ERR_OK)
		code = drop_surplus(store, err);
	code = store_quick_end(store, code, err);
	if (code == ERR_OK)
		run->id = id;
	return code;
}

/* --- reading --- */

enum err_code exchanges_run(struct store *store, int64_t id, struct exchange_run *out,
			    struct err *err)
{
	struct statement statement;
	bool found = false;
	enum err_code code = statement_open(
		&statement, store,
		"SELECT id, started_us, command, (SELECT count(*) FROM request "
		"WHERE request.tenant_id = request_run.tenant_id AND run_id = request_run.id) "
		"FROM request_run WHERE tenant_id = :tenant AND (:id = 0 OR id = :id) "
		"ORDER BY id DESC LIMIT 1",
		err);

	*out = (struct exchange_run){0};
	if (code == ERR_OK) {
		statement_name_int(&statement, ":tenant", store->tenant_id);
		statement_name_int(&statement, ":id", id);
		code = statement_row(&statement, &found, err);
	}
	if (code == ERR_OK && found) {
		out->id = statement_int(&statement, 0);
		out->started_us = statement_int(&statement, 1);
		snprintf(out->command, sizeof(out->command), "%s", statement_peek(&statement, 2));
		out->calls = statement_int(&statement, 3);
	}
	statement_close(&statement);
	if (code == ERR_OK && !found)
		code = id ? err_set(err, ERR_NOT_FOUND, "the log has no run %lld of this tenant",
				    (long long)id)
			  : err_set(err, ERR_NOT_FOUND, "the log has no request of this tenant");
	return code;
}

enum err_code exchanges_each(struct store *store, int64_t run_id,
			     bool (*fn)(void *context, int64_t row,
					const struct exchange *exchange),
			     void *context, struct err *err)
{
	struct statement statement;
	bool found = false;
	enum err_code code = statement_open(&statement, store,
					    "SELECT " EXCHANGE_HEAD_COLUMNS " FROM request "
					    "WHERE tenant_id = :tenant AND (:run = 0 OR "
					    "run_id = :run) ORDER BY n DESC",
					    err);

	if (code == ERR_OK) {
		statement_name_int(&statement, ":tenant", store->tenant_id);
		statement_name_int(&statement, ":run", run_id);
		code = statement_row(&statement, &found, err);
	}
	while (code == ERR_OK && found) {
		struct exchange exchange;

		code = exchange_row_read(&statement, false, &exchange, err);
		if (code == ERR_OK && !fn(context, statement_int(&statement, 0), &exchange))
			found = false;
		exchange_clear(&exchange);
		if (code == ERR_OK && found)
			code = statement_row(&statement, &found, err);
	}
	statement_close(&statement);
	return code;
}

enum err_code exchanges_load(struct store *store, int64_t row, struct exchange *out,
			     struct err *err)
{
	struct statement statement;
	bool found = false;
	enum err_code code = statement_open(&statement, store,
					    "SELECT " EXCHANGE_HEAD_COLUMNS
					    ", " EXCHANGE_BODY_COLUMNS " FROM request "
					    "WHERE tenant_id = ? AND n = ?",
					    err);

	*out = (struct exchange){0};
	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_int(&statement, row);
		code = statement_row(&statement, &found, err);
	}
	if (code == ERR_OK)
		code = found ? exchange_row_read(&statement, true, out, err)
			     : err_set(err, ERR_NOT_FOUND, "the request is no longer in the log");
	statement_close(&statement);
	if (code != ERR_OK)
		exchange_clear(out);
	return code;
}
