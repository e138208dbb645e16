#include "dacache/store/kept_messages.h"

#include "statement.h"

static enum err_code insert(struct store *store, const struct kept_message *messages, size_t n,
			    struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(&statement, store,
					    "INSERT INTO message (tenant_id, run, number, wall_us, "
					    "content) VALUES (?, ?, ?, ?, ?)",
					    err);

	for (size_t i = 0; i < n && code == ERR_OK; i++) {
		statement_again(&statement);
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, messages[i].run);
		statement_bind_int(&statement, (int64_t)messages[i].number);
		statement_bind_int(&statement, messages[i].wall_us);
		statement_bind_text(&statement, messages[i].content);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

static enum err_code drop_old(struct store *store, struct err *err)
{
	return statement_run_with(
		store, "DELETE FROM message WHERE id <= (SELECT max(id) FROM message) - ?",
		KEPT_MESSAGES_MAX, err);
}

enum err_code kept_messages_add(struct store *store, const struct kept_message *messages, size_t n,
				int wait_ms, struct err *err)
{
	enum err_code code = n > 0 ? store_quick_begin(store, wait_ms, err) : ERR_OK;

	if (n == 0 || code != ERR_OK)
		return code;
	code = insert(store, messages, n, err);
	if (code == ERR_OK)
		code = drop_old(store, err);
	return store_quick_end(store, code, err);
}

enum err_code kept_messages_each(struct store *store, int64_t since_us, size_t limit,
				 void (*fn)(void *context, const struct kept_message *message),
				 void *context, struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code =
		statement_open(&statement, store,
			       "SELECT run, number, wall_us, content FROM message "
			       "WHERE tenant_id = ? AND wall_us >= ? ORDER BY id DESC LIMIT ?",
			       err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_int(&statement, since_us);
		statement_bind_int(&statement, (int64_t)limit);
		code = statement_row(&statement, &row, err);
	}
	while (code == ERR_OK && row) {
		const struct kept_message message = {
			.run = statement_peek(&statement, 0),
			.number = (uint64_t)statement_int(&statement, 1),
			.wall_us = statement_int(&statement, 2),
			.content = statement_peek(&statement, 3),
		};

		fn(context, &message);
		code = statement_row(&statement, &row, err);
	}
	statement_close(&statement);
	return code;
}
