/* Looking at the outbox. */
#include "dacache/base/buf.h"
#include "dacache/store/outbox.h"
#include "outbox_rows.h"
#include "process.h"

enum { OUTBOX_SQL_MAX = 2048, COLUMN_OWNER = 13 };

enum err_code outbox_row_read(struct statement *statement, struct outbox_item *out, struct err *err)
{
	const char *directive = statement_peek(statement, 4);
	const char *state = statement_peek(statement, 8);
	const char *owner = statement_peek(statement, COLUMN_OWNER);

	*out = (struct outbox_item){0};
	out->id = statement_text(statement, 0);
	out->action_id = statement_text(statement, 1);
	out->source = statement_text(statement, 2);
	out->event_type = statement_text(statement, 3);
	out->target_key = statement_text(statement, 5);
	out->body = statement_text(statement, 6);
	out->created_us = statement_int(statement, 7);
	out->attempts = statement_int(statement, 9);
	out->next_us = statement_int(statement, 10);
	out->status = (int)statement_int(statement, 11);
	out->error = statement_text(statement, 12);
	out->is_sending = owner && process_is_alive(owner);
	if (statement->failed != SQLITE_OK)
		return store_failure(statement->store, statement->failed, err);
	if (!directive || !state || directive_action_parse(directive, &out->action, NULL) ||
	    delivery_state_parse(state, &out->state))
		return err_set(err, ERR_STORE,
			       "%s: webhook %s is in an unknown state; update dacache",
			       statement->store->path, out->id);
	return ERR_OK;
}

static void append_states(struct buf *sql, unsigned states)
{
	const char *before = " AND state IN (";

	for (enum delivery_state state = 0; state < DELIVERY_STATES; state++) {
		if (!(states & (1U << state)))
			continue;
		buf_printf(sql, "%s'%s'", before, delivery_state_name(state));
		before = ", ";
	}
	buf_puts(sql, ")");
}

static enum err_code each_row(struct statement *statement,
			      void (*fn)(void *context, const struct outbox_item *item),
			      void *context, struct err *err)
{
	bool row;
	enum err_code code = statement_row(statement, &row, err);

	while (code == ERR_OK && row) {
		struct outbox_item item;

		code = outbox_row_read(statement, &item, err);
		if (code == ERR_OK)
			fn(context, &item);
		outbox_item_clear(&item);
		if (code == ERR_OK)
			code = statement_row(statement, &row, err);
	}
	return code;
}

enum err_code outbox_each(struct store *store, unsigned states, size_t limit,
			  void (*fn)(void *context, const struct outbox_item *item), void *context,
			  struct err *err)
{
	struct statement statement = {.store = store};
	struct buf sql;
	enum err_code code;

	buf_init(&sql, OUTBOX_SQL_MAX);
	buf_puts(&sql, "SELECT " OUTBOX_COLUMNS " FROM outbox WHERE tenant_id = ?");
	if (states)
		append_states(&sql, states);
	buf_puts(&sql, " ORDER BY n DESC");
	if (limit > 0)
		buf_printf(&sql, " LIMIT %zu", limit);
	code = sql.failed ? err_set(err, sql.failed, "out of memory")
			  : statement_open(&statement, store, buf_str(&sql), err);
	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		code = each_row(&statement, fn, context, err);
	}
	statement_close(&statement);
	buf_free(&sql);
	return code;
}

enum err_code outbox_count(struct store *store, int64_t out[DELIVERY_STATES], struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code = statement_open(
		&statement, store,
		"SELECT state, count(*) FROM outbox WHERE tenant_id = ? GROUP BY state", err);

	for (int i = 0; i < DELIVERY_STATES; i++)
		out[i] = 0;
	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		code = statement_row(&statement, &row, err);
	}
	while (code == ERR_OK && row) {
		const char *name = statement_peek(&statement, 0);
		enum delivery_state state;

		if (name && delivery_state_parse(name, &state) == ERR_OK)
			out[state] = statement_int(&statement, 1);
		code = statement_row(&statement, &row, err);
	}
	statement_close(&statement);
	return code;
}

enum err_code outbox_next_due(struct store *store, int64_t *out, struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code =
		statement_open(&statement, store,
			       "SELECT owner, min(next_us) FROM outbox "
			       "WHERE tenant_id = ? AND state = 'pending' GROUP BY owner",
			       err);

	*out = -1;
	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		code = statement_row(&statement, &row, err);
	}
	while (code == ERR_OK && row) {
		const char *owner = statement_peek(&statement, 0);
		int64_t next_us = statement_int(&statement, 1);

		if ((*out < 0 || next_us < *out) && (!owner || !process_is_alive(owner)))
			*out = next_us;
		code = statement_row(&statement, &row, err);
	}
	statement_close(&statement);
	return code;
}
