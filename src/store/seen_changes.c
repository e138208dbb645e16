#include "dacache/store/seen_changes.h"

#include "statement.h"

#define SAME_US INT64_C(3600000000)

static void peek_members(const struct statement *statement, int column, struct cache_members *out)
{
	out->enabled = statement_int(statement, column) != 0;
	out->key = (char *)(uintptr_t)statement_peek(statement, column + 1);
	out->ttl_s = statement_int(statement, column + 2);
}

/* The newest that is known of this action says the same. */
static enum err_code is_known(struct store *store, const struct seen_change *change, bool *known,
			      struct err *err)
{
	struct cache_members after = {0};
	struct statement statement;
	enum err_code code = statement_open(&statement, store,
					    "SELECT after_enabled, after_key, after_ttl_s "
					    "FROM seen_change WHERE tenant_id = ? "
					    "AND action_id = ? AND wall_us >= ? "
					    "ORDER BY id DESC LIMIT 1",
					    err);

	*known = false;
	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, change->action_id);
		statement_bind_int(&statement, change->wall_us - SAME_US);
		code = statement_row(&statement, known, err);
	}
	if (code == ERR_OK && *known) {
		peek_members(&statement, 0, &after);
		*known = cache_members_equal(&after, &change->after);
	}
	statement_close(&statement);
	return code;
}

static enum err_code insert(struct store *store, const struct seen_change *change, struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(
		&statement, store,
		"INSERT INTO seen_change (tenant_id, action_id, name, who, wall_us, "
		"before_enabled, before_key, before_ttl_s, after_enabled, after_key, after_ttl_s) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, change->action_id);
		statement_bind_text(&statement, change->name);
		statement_bind_text(&statement, change->who);
		statement_bind_int(&statement, change->wall_us);
		statement_bind_members(&statement, &change->before);
		statement_bind_members(&statement, &change->after);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

static enum err_code drop_old(struct store *store, struct err *err)
{
	return statement_run_with(
		store, "DELETE FROM seen_change WHERE id <= (SELECT max(id) FROM seen_change) - ?",
		SEEN_CHANGES_MAX, err);
}

enum err_code seen_change_add(struct store *store, const struct seen_change *change,
			      struct err *err)
{
	bool known = false;
	enum err_code code = store_begin(store, err);

	if (code != ERR_OK)
		return code;
	code = is_known(store, change, &known, err);
	if (code == ERR_OK && !known)
		code = insert(store, change, err);
	if (code == ERR_OK && !known)
		code = drop_old(store, err);
	return store_end(store, code, err);
}

enum err_code seen_change_import(struct store *store, const struct seen_change *changes, size_t n,
				 struct err *err)
{
	enum err_code code = store_begin(store, err);

	if (code != ERR_OK)
		return code;
	for (size_t i = 0; i < n && code == ERR_OK; i++)
		code = insert(store, &changes[i], err);
	return store_end(store, code, err);
}

enum err_code seen_change_each(struct store *store, int64_t since_us,
			       void (*fn)(void *context, const struct seen_change *change),
			       void *context, struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code = statement_open(
		&statement, store,
		"SELECT action_id, name, who, wall_us, before_enabled, before_key, before_ttl_s, "
		"after_enabled, after_key, after_ttl_s FROM seen_change "
		"WHERE tenant_id = ? AND wall_us >= ? ORDER BY wall_us, id",
		err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_int(&statement, since_us);
		code = statement_row(&statement, &row, err);
	}
	while (code == ERR_OK && row) {
		struct seen_change change = {
			.action_id = statement_peek(&statement, 0),
			.name = statement_peek(&statement, 1),
			.who = statement_peek(&statement, 2),
			.wall_us = statement_int(&statement, 3),
		};

		peek_members(&statement, 4, &change.before);
		peek_members(&statement, 7, &change.after);
		fn(context, &change);
		code = statement_row(&statement, &row, err);
	}
	statement_close(&statement);
	return code;
}
