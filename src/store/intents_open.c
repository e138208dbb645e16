/* The open intents: whose they are, and what the dead have left. */
#include <stdio.h>
#include <string.h>

#include "dacache/store/intents.h"
#include "local_columns.h"
#include "process.h"
#include "statement.h"

/* The columns of SELECT_OPEN in order; LOCAL_COLUMNS stand at its end. */
#define SELECT_OPEN                                                                                \
	"SELECT id, action_id, name, base_enabled, base_key, base_ttl_s, base_etag, if_match, "    \
	"wanted_enabled, wanted_key, wanted_ttl_s, attempt, who, wall_us, local_changed, owner, "  \
	"recovered, unknown, checks, next_check_us, message, " LOCAL_COLUMNS                       \
	" FROM intent WHERE tenant_id = ? ORDER BY id"

/* The owner of what a process left when it ended: nobody, and no process's words. */
#define LEFT "left"

enum { COLUMN_OWNER = 15, COLUMN_LOCAL = 21 };

static void read_members(struct statement *statement, int column, struct cache_members *out)
{
	out->enabled = statement_int(statement, column) != 0;
	out->key = statement_text(statement, column + 1);
	out->ttl_s = statement_int(statement, column + 2);
}

static enum intent_owner owner_of(const struct store *store, const char *words)
{
	if (strcmp(words, store->self) == 0)
		return INTENT_OURS;
	return process_is_alive(words) ? INTENT_OTHERS : INTENT_OWNER_DEAD;
}

static enum err_code read_intent(struct statement *statement, struct intent *out, struct err *err)
{
	intent_init(out);
	out->id = statement_int(statement, 0);
	out->action_id = statement_text(statement, 1);
	out->name = statement_text(statement, 2);
	read_members(statement, 3, &out->base);
	out->base_etag = statement_text(statement, 6);
	out->if_match = statement_text(statement, 7);
	read_members(statement, 8, &out->wanted);
	out->attempt = statement_int(statement, 11);
	out->who = statement_text(statement, 12);
	out->wall_us = statement_int(statement, 13);
	out->local_changed = statement_int(statement, 14) != 0;
	out->owner = owner_of(statement->store, statement_peek(statement, COLUMN_OWNER));
	out->recovered = statement_int(statement, 16) != 0;
	out->unknown = statement_int(statement, 17) != 0;
	out->checks = statement_int(statement, 18);
	out->next_check_us = statement_int(statement, 19);
	out->message = statement_text(statement, 20);
	if (statement->failed != SQLITE_OK)
		return store_failure(statement->store, statement->failed, err);
	return local_columns_read(statement, COLUMN_LOCAL, out->action_id, &out->local, err);
}

enum err_code intent_each_open(struct store *store,
			       void (*fn)(void *context, const struct intent *intent),
			       void *context, struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code = statement_open(&statement, store, SELECT_OPEN, err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		code = statement_row(&statement, &row, err);
	}
	while (code == ERR_OK && row) {
		struct intent intent;

		code = read_intent(&statement, &intent, err);
		if (code == ERR_OK)
			fn(context, &intent);
		intent_clear(&intent);
		if (code == ERR_OK)
			code = statement_row(&statement, &row, err);
	}
	statement_close(&statement);
	return code;
}

static enum err_code find_dead(struct store *store, char owner[PROCESS_SIZE], struct err *err)
{
	return process_find_dead(store, "SELECT DISTINCT owner FROM intent WHERE tenant_id = ?",
				 owner, err);
}

static enum err_code take_over(struct store *store, const char *from,
			       struct intent_claimed *claimed, struct err *err)
{
	bool was_left = strcmp(from, LEFT) == 0;
	struct statement statement;
	char self[PROCESS_SIZE];
	enum err_code code = statement_open(&statement, store,
					    "UPDATE intent SET owner = ?, recovered = ? "
					    "WHERE tenant_id = ? AND owner = ?",
					    err);

	process_self(self);
	if (code == ERR_OK) {
		statement_bind_text(&statement, self);
		statement_bind_int(&statement, !was_left);
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, from);
		code = statement_run(&statement, err);
	}
	if (code == ERR_OK)
		*(was_left ? &claimed->left : &claimed->dead) += (size_t)sqlite3_changes(store->db);
	statement_close(&statement);
	return code;
}

enum err_code intent_claim_dead(struct store *store, struct intent_claimed *claimed,
				struct err *err)
{
	char owner[PROCESS_SIZE];
	enum err_code code = find_dead(store, owner, err);

	*claimed = (struct intent_claimed){0};
	if (code != ERR_OK || !owner[0])
		return code;

	/* Looked at again under the write lock: another process may be claiming too. */
	code = store_begin(store, err);
	if (code != ERR_OK)
		return code;
	code = find_dead(store, owner, err);
	while (code == ERR_OK && owner[0]) {
		code = take_over(store, owner, claimed, err);
		if (code == ERR_OK)
			code = find_dead(store, owner, err);
	}
	code = store_end(store, code, err);
	if (code != ERR_OK)
		*claimed = (struct intent_claimed){0};
	return code;
}

enum err_code intent_leave_unknown(struct store *store, struct err *err)
{
	struct statement statement;
	char self[PROCESS_SIZE];
	enum err_code code = statement_open(&statement, store,
					    "UPDATE intent SET owner = '" LEFT "' "
					    "WHERE tenant_id = ? AND owner = ? AND unknown = 1 "
					    "AND recovered = 0",
					    err);

	process_self(self);
	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, self);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}
