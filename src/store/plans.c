#include "dacache/store/plans.h"

#include <string.h>

#include "dacache/base/text.h"
#include "process.h"
#include "statement.h"

enum err_code plan_run_begin(struct store *store, const struct plan_run_request *request,
			     int64_t *id, struct err *err)
{
	char self[PROCESS_SIZE];
	struct statement statement;
	enum err_code code = statement_open(&statement, store,
					    "INSERT INTO plan_run (tenant_id, sha256, file, total, "
					    "started_us, plan, owner) VALUES (?, ?, ?, ?, ?, ?, ?)",
					    err);

	*id = 0;
	if (code == ERR_OK) {
		process_self(self);
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, request->sha256);
		statement_bind_text(&statement, request->file);
		statement_bind_int(&statement, request->total);
		statement_bind_int(&statement, request->wall_us);
		statement_bind_text(&statement, request->plan);
		statement_bind_text(&statement, self);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	if (code == ERR_OK)
		*id = sqlite3_last_insert_rowid(store->db);
	return code;
}

enum err_code plan_run_end(struct store *store, int64_t id, int64_t wall_us, struct err *err)
{
	struct statement statement;
	enum err_code code =
		statement_open(&statement, store,
			       "UPDATE plan_run SET ended_us = ?, plan = NULL WHERE id = ?", err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, wall_us);
		statement_bind_int(&statement, id);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

#define RUN_COLUMNS                                                                                \
	"id, started_us, ended_us, total, (SELECT count(*) FROM plan_item WHERE run_id = id "      \
	"AND outcome IN ('applied', 'unchanged'))"

static struct plan_run read_run(struct statement *statement)
{
	return (struct plan_run){
		.id = statement_int(statement, 0),
		.started_us = statement_int(statement, 1),
		.ended_us = statement_int(statement, 2),
		.total = statement_int(statement, 3),
		.done = statement_int(statement, 4),
	};
}

enum err_code plan_run_find(struct store *store, const char *sha256, struct plan_run *out,
			    bool *found, struct err *err)
{
	struct statement statement;
	enum err_code code =
		statement_open(&statement, store,
			       "SELECT " RUN_COLUMNS " FROM plan_run WHERE tenant_id = ? AND "
			       "sha256 = ? ORDER BY id DESC LIMIT 1",
			       err);

	*found = false;
	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, sha256);
		code = statement_row(&statement, found, err);
	}
	if (code == ERR_OK && *found)
		*out = read_run(&statement);
	statement_close(&statement);
	return code;
}

/* --- what was left of one whose plan is kept --- */

static bool is_free(struct statement *statement, int column)
{
	const char *owner = statement_peek(statement, column);
	char self[PROCESS_SIZE];

	process_self(self);
	return !owner || strcmp(owner, self) == 0 || !process_is_alive(owner);
}

enum err_code plan_run_left(struct store *store, struct plan_run *out, char **file, bool *found,
			    struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code =
		statement_open(&statement, store,
			       "SELECT " RUN_COLUMNS ", file, owner FROM plan_run WHERE tenant_id "
			       "= ? AND plan IS NOT NULL ORDER BY id DESC",
			       err);

	*found = false;
	*file = NULL;
	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		code = statement_row(&statement, &row, err);
	}
	while (code == ERR_OK && row && !is_free(&statement, 6))
		code = statement_row(&statement, &row, err);
	if (code == ERR_OK && row) {
		*out = read_run(&statement);
		*file = text_dup(statement_peek(&statement, 5));
		*found = *file != NULL;
		code = *file ? ERR_OK : err_set(err, ERR_NO_MEMORY, "out of memory");
	}
	statement_close(&statement);
	return code;
}

static enum err_code own(struct store *store, int64_t id, struct err *err)
{
	char self[PROCESS_SIZE];
	struct statement statement;
	enum err_code code = statement_open(&statement, store,
					    "UPDATE plan_run SET owner = ? WHERE id = ?", err);

	if (code == ERR_OK) {
		process_self(self);
		statement_bind_text(&statement, self);
		statement_bind_int(&statement, id);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

enum err_code plan_run_take(struct store *store, int64_t id, struct buf *plan, struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code = statement_open(&statement, store,
					    "SELECT plan FROM plan_run WHERE tenant_id = ? AND id "
					    "= ? AND plan IS NOT NULL",
					    err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_int(&statement, id);
		code = statement_row(&statement, &row, err);
	}
	if (code == ERR_OK && !row)
		code = err_set(err, ERR_NOT_FOUND, "that change of many is not kept any more");
	if (code == ERR_OK)
		code = buf_puts(plan, statement_peek(&statement, 0));
	statement_close(&statement);
	return code == ERR_OK ? own(store, id, err) : code;
}

enum err_code plan_run_each(struct store *store, int64_t id,
			    void (*fn)(void *context, const char *action_id, enum outcome outcome),
			    void *context, struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code =
		statement_open(&statement, store,
			       "SELECT action_id, outcome FROM plan_item WHERE run_id = ?", err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, id);
		code = statement_row(&statement, &row, err);
	}
	while (code == ERR_OK && row) {
		enum outcome outcome;

		if (outcome_parse(statement_peek(&statement, 1), &outcome) == ERR_OK)
			fn(context, statement_peek(&statement, 0), outcome);
		code = statement_row(&statement, &row, err);
	}
	statement_close(&statement);
	return code;
}

enum err_code plan_item_record(struct store *store, int64_t run_id, const char *action_id,
			       enum outcome outcome, int64_t wall_us, struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(&statement, store,
					    "INSERT OR REPLACE INTO plan_item (run_id, action_id, "
					    "outcome, wall_us) VALUES (?, ?, ?, ?)",
					    err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, run_id);
		statement_bind_text(&statement, action_id);
		statement_bind_text(&statement, outcome_name(outcome));
		statement_bind_int(&statement, wall_us);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}
