#include "dacache/store/intents.h"

#include "audit_rows.h"
#include "dacache/base/buf.h"
#include "dacache/store/audit.h"
#include "dacache/store/local.h"
#include "dacache/store/outbox.h"
#include "dacache/store/plans.h"
#include "local_columns.h"
#include "statement.h"

static enum err_code insert(struct store *store, const struct intent *intent, const char *owner,
			    const struct buf *directives, struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(
		&statement, store,
		"INSERT INTO intent (tenant_id, action_id, name, base_enabled, base_key, "
		"base_ttl_s, base_etag, if_match, wanted_enabled, wanted_key, wanted_ttl_s, "
		"attempt, who, wall_us, " LOCAL_COLUMNS ", local_changed, owner, plan_run) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, intent->action_id);
		statement_bind_text(&statement, intent->name);
		statement_bind_members(&statement, &intent->base);
		statement_bind_text(&statement, intent->base_etag);
		statement_bind_text(&statement, intent->if_match);
		statement_bind_members(&statement, &intent->wanted);
		statement_bind_int(&statement, intent->attempt);
		statement_bind_text(&statement, intent->who);
		statement_bind_int(&statement, intent->wall_us);
		local_columns_bind(&statement, &intent->local, directives);
		statement_bind_int(&statement, intent->local_changed);
		statement_bind_text(&statement, owner);
		if (intent->plan_run)
			statement_bind_int(&statement, intent->plan_run);
		else
			statement_bind_null(&statement);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

enum err_code intent_open(struct store *store, const struct intent *intent, int64_t *id,
			  struct err *err)
{
	struct buf directives;
	enum err_code code =
		local_directives_json(&intent->local, intent->action_id, &directives, err);

	*id = 0;
	if (code == ERR_OK)
		code = insert(store, intent, store->self, &directives, err);
	if (code == ERR_OK)
		*id = sqlite3_last_insert_rowid(store->db);
	buf_free(&directives);
	return code;
}

/* Runs a statement whose last two parameters are the id and the owner. */
static enum err_code change_own(struct statement *statement, int64_t id, struct err *err)
{
	statement_bind_int(statement, id);
	statement_bind_text(statement, statement->store->self);

	enum err_code code = statement_run(statement, err);

	if (code == ERR_OK && sqlite3_changes(statement->store->db) == 0)
		code = err_set(err, ERR_CONFLICT,
			       "intent %lld was closed already, or another process has it",
			       (long long)id);
	return code;
}

enum err_code intent_attempt(struct store *store, int64_t id, int64_t attempt, struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(
		&statement, store, "UPDATE intent SET attempt = ? WHERE id = ? AND owner = ?", err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, attempt);
		code = change_own(&statement, id, err);
	}
	statement_close(&statement);
	return code;
}

static enum err_code remove_own(struct store *store, int64_t id, struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(&statement, store,
					    "DELETE FROM intent WHERE id = ? AND owner = ?", err);

	if (code == ERR_OK)
		code = change_own(&statement, id, err);
	statement_close(&statement);
	return code;
}

/* The run of a plan that the intent belongs to; 0: none. */
static enum err_code read_plan_run(struct store *store, int64_t id, int64_t *out, struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code =
		statement_open(&statement, store, "SELECT plan_run FROM intent WHERE id = ?", err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, id);
		code = statement_row(&statement, &row, err);
	}
	*out = row ? statement_int(&statement, 0) : 0;
	statement_close(&statement);
	return code;
}

static enum err_code write_end(struct store *store, const struct intent_end *end, struct err *err)
{
	enum err_code code = audit_append(store, end->entry, err);

	for (size_t i = 0; code == ERR_OK && i < end->notes_len; i++)
		code = audit_append(store, &end->notes[i], err);
	if (code == ERR_OK && end->local)
		code = local_settings_save(store, end->entry->data_action_id, end->local, err);
	for (size_t i = 0; code == ERR_OK && i < end->items_len; i++)
		code = outbox_add(store, &end->items[i], err);
	return code;
}

/* Inside a transaction. */
static enum err_code close_one(struct store *store, const struct intent_closing *closing,
			       struct err *err)
{
	const struct audit_entry *entry = closing->end->entry;
	int64_t plan_run = closing->plan_run;
	enum err_code code = ERR_OK;

	if (closing->id && !plan_run)
		code = read_plan_run(store, closing->id, &plan_run, err);
	if (code == ERR_OK && closing->id)
		code = remove_own(store, closing->id, err);
	if (code == ERR_OK)
		code = write_end(store, closing->end, err);
	if (code == ERR_OK && plan_run)
		code = plan_item_record(store, plan_run, entry->data_action_id, entry->outcome,
					entry->wall_us, err);
	return code;
}

static enum err_code write_turn(struct store *store, const struct intent_turn *turn,
				struct err *err)
{
	enum err_code code = ERR_OK;

	for (size_t i = 0; code == ERR_OK && i < turn->closings_len; i++)
		code = close_one(store, &turn->closings[i], err);
	for (size_t i = 0; code == ERR_OK && i < turn->openings_len; i++)
		code = intent_open(store, &turn->openings[i], &turn->ids[i], err);
	return code;
}

enum err_code intent_write_turn(struct store *store, const struct intent_turn *turn,
				struct err *err)
{
	enum err_code code = store_begin(store, err);

	if (code != ERR_OK)
		return code;
	code = store_end(store, write_turn(store, turn, err), err);
	if (code == ERR_OK && turn->closings_len > 0)
		audit_head_write(store);
	return code;
}

enum err_code intent_close(struct store *store, int64_t id, const struct intent_end *end,
			   struct err *err)
{
	const struct intent_closing closing = {.id = id, .end = end};
	const struct intent_turn turn = {.closings = &closing, .closings_len = 1};

	return intent_write_turn(store, &turn, err);
}

enum err_code intent_withdraw(struct store *store, const int64_t *ids, size_t n, struct err *err)
{
	enum err_code code = store_begin(store, err);

	if (code != ERR_OK)
		return code;
	for (size_t i = 0; code == ERR_OK && i < n; i++)
		code = remove_own(store, ids[i], err);
	return store_end(store, code, err);
}

static enum err_code set_unknown(struct store *store, int64_t id, int64_t next_check_us,
				 const char *message, struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(
		&statement, store,
		"UPDATE intent SET unknown = 1, checks = checks + 1, next_check_us = ?, "
		"message = ? WHERE id = ? AND owner = ?",
		err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, next_check_us);
		statement_bind_text(&statement, message);
		code = change_own(&statement, id, err);
	}
	statement_close(&statement);
	return code;
}

static enum err_code note_unknown(struct store *store, int64_t id, const struct audit_entry *entry,
				  struct err *err)
{
	int64_t plan_run;
	enum err_code code = read_plan_run(store, id, &plan_run, err);

	if (code == ERR_OK && plan_run)
		code = plan_item_record(store, plan_run, entry->data_action_id, entry->outcome,
					entry->wall_us, err);
	return code;
}

enum err_code intent_mark_unknown(struct store *store, int64_t id, int64_t next_check_us,
				  const char *message, struct audit_entry *entry, struct err *err)
{
	enum err_code code = store_begin(store, err);

	if (code != ERR_OK)
		return code;
	code = set_unknown(store, id, next_check_us, message, err);
	if (code == ERR_OK && entry)
		code = audit_append(store, entry, err);
	if (code == ERR_OK && entry)
		code = note_unknown(store, id, entry, err);
	code = store_end(store, code, err);
	if (code == ERR_OK && entry)
		audit_head_write(store);
	return code;
}
