/* Changing the outbox: rows come, are claimed, tried, and end. */
#include "dacache/store/outbox.h"

#include "audit_rows.h"
#include "dacache/base/vec.h"
#include "dacache/store/audit.h"
#include "outbox_rows.h"
#include "process.h"

enum { DELIVERED_KEPT = 1000 };

static const int64_t us_per_s = 1000000;

enum err_code outbox_add(struct store *store, const struct outbox_item *item, struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(
		&statement, store,
		"INSERT INTO outbox (tenant_id, id, action_id, source, event_type, directive, "
		"target_key, body, created_us, next_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, item->id);
		statement_bind_text(&statement, item->action_id);
		statement_bind_text(&statement, item->source);
		statement_bind_text(&statement, item->event_type);
		statement_bind_text(&statement, directive_action_name(item->action));
		statement_bind_text(&statement, item->target_key);
		statement_bind_text(&statement, item->body);
		statement_bind_int(&statement, item->created_us);
		statement_bind_int(&statement, item->created_us);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

/* --- claiming --------------------------------------------------------------------- */

static enum err_code free_one_owner(struct store *store, const char *owner, struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(
		&statement, store,
		"UPDATE outbox SET owner = NULL WHERE tenant_id = ? AND owner = ?", err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, owner);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

static enum err_code free_the_deads(struct store *store, struct err *err)
{
	char owner[PROCESS_SIZE];
	enum err_code code;

	do {
		code = process_find_dead(store,
					 "SELECT DISTINCT owner FROM outbox WHERE tenant_id = ? "
					 "AND state = 'pending' AND owner IS NOT NULL",
					 owner, err);
		if (code == ERR_OK && owner[0])
			code = free_one_owner(store, owner, err);
	} while (code == ERR_OK && owner[0]);
	return code;
}

static enum err_code select_due(struct store *store, int64_t now_us, size_t limit,
				struct vec *items, struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code = statement_open(
		&statement, store,
		"SELECT " OUTBOX_COLUMNS " FROM outbox WHERE tenant_id = ? AND "
		"state = 'pending' AND next_us <= ? AND owner IS NULL ORDER BY next_us, n LIMIT ?",
		err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_int(&statement, now_us);
		statement_bind_int(&statement, limit > INT64_MAX ? INT64_MAX : (int64_t)limit);
		code = statement_row(&statement, &row, err);
	}
	while (code == ERR_OK && row) {
		struct outbox_item item;

		code = outbox_row_read(&statement, &item, err);
		item.is_sending = true;
		if (code == ERR_OK && vec_push(items, &item) != ERR_OK)
			code = err_set(err, ERR_NO_MEMORY, "out of memory");
		if (code != ERR_OK)
			outbox_item_clear(&item);
		else
			code = statement_row(&statement, &row, err);
	}
	statement_close(&statement);
	return code;
}

static enum err_code own_one(struct store *store, const char *id, struct err *err)
{
	struct statement statement;
	char self[PROCESS_SIZE];
	enum err_code code =
		statement_open(&statement, store, "UPDATE outbox SET owner = ? WHERE id = ?", err);

	process_self(self);
	if (code == ERR_OK) {
		statement_bind_text(&statement, self);
		statement_bind_text(&statement, id);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

static enum err_code claim(struct store *store, int64_t now_us, size_t limit, struct vec *items,
			   struct err *err)
{
	enum err_code code = store_begin(store, err);

	if (code != ERR_OK)
		return code;
	code = free_the_deads(store, err);
	if (code == ERR_OK)
		code = select_due(store, now_us, limit, items, err);
	for (size_t i = 0; code == ERR_OK && i < items->len; i++)
		code = own_one(store, ((struct outbox_item *)vec_at(items, i))->id, err);
	return store_end(store, code, err);
}

enum err_code outbox_claim_due(struct store *store, int64_t now_us, size_t limit,
			       void (*fn)(void *context, const struct outbox_item *item),
			       void *context, struct err *err)
{
	struct vec items;
	int64_t due;
	enum err_code code = outbox_next_due(store, &due, err);

	if (code != ERR_OK || due < 0 || due > now_us)
		return code;
	vec_init(&items, sizeof(struct outbox_item));
	code = claim(store, now_us, limit, &items, err);
	for (size_t i = 0; i < items.len; i++) {
		struct outbox_item *item = vec_at(&items, i);

		if (code == ERR_OK)
			fn(context, item);
		outbox_item_clear(item);
	}
	vec_free(&items);
	return code;
}

/* --- the end of a try ------------------------------------------------------------------ */

/* The attempts so far of a row that is this process's. */
static enum err_code find_own(struct store *store, const char *id, int64_t *attempts,
			      struct err *err)
{
	struct statement statement;
	char self[PROCESS_SIZE];
	bool row = false;
	enum err_code code = statement_open(&statement, store,
					    "SELECT attempts FROM outbox WHERE tenant_id = ? AND "
					    "id = ? AND owner = ? AND state = 'pending'",
					    err);

	process_self(self);
	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, id);
		statement_bind_text(&statement, self);
		code = statement_row(&statement, &row, err);
	}
	if (code == ERR_OK && row)
		*attempts = statement_int(&statement, 0);
	else if (code == ERR_OK)
		code = err_set(err, ERR_CONFLICT, "webhook %s is not this process's to send", id);
	statement_close(&statement);
	return code;
}

static enum err_code write_result(struct store *store, const char *id, int64_t attempts,
				  const struct outbox_result *result,
				  const struct delivery_verdict *verdict, struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(
		&statement, store,
		"UPDATE outbox SET state = ?, attempts = ?, next_us = ?, status = ?, error = ?, "
		"owner = NULL WHERE id = ?",
		err);

	if (code == ERR_OK) {
		statement_bind_text(&statement, delivery_state_name(verdict->state));
		statement_bind_int(&statement, attempts);
		statement_bind_int(&statement, result->wall_us + verdict->delay_s * us_per_s);
		statement_bind_int(&statement, result->status);
		statement_bind_text(&statement, result->error);
		statement_bind_text(&statement, id);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

static enum err_code drop_old(struct store *store, struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(
		&statement, store,
		"DELETE FROM outbox WHERE tenant_id = ?1 AND state = 'delivered' AND n <= "
		"(SELECT n FROM outbox WHERE tenant_id = ?1 AND state = 'delivered' "
		"ORDER BY n DESC LIMIT 1 OFFSET ?2)",
		err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_int(&statement, DELIVERED_KEPT);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

static enum err_code record(struct store *store, const char *id, const struct outbox_result *result,
			    struct delivery_verdict *verdict, struct err *err)
{
	int64_t attempts = 0;
	enum err_code code = find_own(store, id, &attempts, err);

	if (code != ERR_OK)
		return code;
	*verdict = delivery_judge(result->status, attempts + 1);
	code = write_result(store, id, attempts + 1, result, verdict, err);
	if (code == ERR_OK && verdict->state == DELIVERY_DELIVERED)
		code = drop_old(store, err);
	if (code == ERR_OK && result->entry)
		code = audit_append(store, result->entry, err);
	return code;
}

enum err_code outbox_record(struct store *store, const char *id, const struct outbox_result *result,
			    struct delivery_verdict *verdict, struct err *err)
{
	struct delivery_verdict own;
	enum err_code code = store_begin(store, err);

	if (code != ERR_OK)
		return code;
	code = record(store, id, result, verdict ? verdict : &own, err);
	code = store_end(store, code, err);
	if (code == ERR_OK && result->entry)
		audit_head_write(store);
	return code;
}

static enum err_code run_on(struct store *store, const char *sql, int64_t number, const char *id,
			    struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(&statement, store, sql, err);

	if (code == ERR_OK) {
		statement_name_int(&statement, ":number", number);
		statement_name_text(&statement, ":id", id);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

enum err_code outbox_release(struct store *store, const char *id, struct err *err)
{
	int64_t attempts;
	enum err_code code = store_begin(store, err);

	if (code != ERR_OK)
		return code;
	code = find_own(store, id, &attempts, err);
	if (code == ERR_OK)
		code = run_on(store, "UPDATE outbox SET owner = NULL WHERE id = :id", 0, id, err);
	return store_end(store, code, err);
}

/* --- once more ------------------------------------------------------------------------- */

static enum err_code may_retry(struct store *store, const char *id, struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code = statement_open(
		&statement, store,
		"SELECT " OUTBOX_COLUMNS " FROM outbox WHERE tenant_id = ? AND id = ?", err);
	struct outbox_item item = {0};

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, id);
		code = statement_row(&statement, &row, err);
	}
	if (code == ERR_OK)
		code = row ? outbox_row_read(&statement, &item, err)
			   : err_set(err, ERR_NOT_FOUND, "there is no webhook %s", id);
	if (code == ERR_OK && item.state == DELIVERY_DELIVERED)
		code = err_set(err, ERR_INVALID, "webhook %s is delivered already", id);
	else if (code == ERR_OK && item.is_sending)
		code = err_set(err, ERR_CONFLICT, "webhook %s is being sent", id);
	outbox_item_clear(&item);
	statement_close(&statement);
	return code;
}

enum err_code outbox_retry(struct store *store, const char *id, int64_t now_us, struct err *err)
{
	enum err_code code = store_begin(store, err);

	if (code != ERR_OK)
		return code;
	code = may_retry(store, id, err);
	if (code == ERR_OK)
		code = run_on(store,
			      "UPDATE outbox SET state = 'pending', attempts = 0, "
			      "next_us = :number, owner = NULL WHERE id = :id",
			      now_us, id, err);
	return store_end(store, code, err);
}
