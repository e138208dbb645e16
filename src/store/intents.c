#include "dacache/store/intents.h"

#include "audit_rows.h"
#include "dacache/base/buf.h"
#include "dacache/store/audit.h"
#include "dacache/store/local.h"
#include "dacache/store/outbox.h"
#include "local_columns.h"
#include "process.h"
#include "statement.h"

static void bind_members(struct statement *statement, const struct cache_members *members)
{
	statement_bind_int(statement, members->enabled);
	statement_bind_text(statement, members->key);
	statement_bind_int(statement, members->ttl_s);
}

static enum err_code insert(struct store *store, const struct intent *intent, const char *owner,
			    const struct buf *directives, struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(
		&statement, store,
		"INSERT INTO intent (tenant_id, action_id, name, base_enabled, base_key, "
		"base_ttl_s, base_etag, if_match, wanted_enabled, wanted_key, wanted_ttl_s, "
		"attempt, who, wall_us, " LOCAL_COLUMNS ", local_changed, owner) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, intent->action_id);
		statement_bind_text(&statement, intent->name);
		bind_members(&statement, &intent->base);
		statement_bind_text(&statement, intent->base_etag);
		statement_bind_text(&statement, intent->if_match);
		bind_members(&statement, &intent->wanted);
		statement_bind_int(&statement, intent->attempt);
		statement_bind_text(&statement, intent->who);
		statement_bind_int(&statement, intent->wall_us);
		local_columns_bind(&statement, &intent->local, directives);
		statement_bind_int(&statement, intent->local_changed);
		statement_bind_text(&statement, owner);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

enum err_code intent_open(struct store *store, const struct intent *intent, int64_t *id,
			  struct err *err)
{
	struct buf directives;
	char owner[PROCESS_SIZE];
	enum err_code code =
		local_directives_json(&intent->local, intent->action_id, &directives, err);

	*id = 0;
	process_self(owner);
	if (code == ERR_OK)
		code = insert(store, intent, owner, &directives, err);
	if (code == ERR_OK)
		*id = sqlite3_last_insert_rowid(store->db);
	buf_free(&directives);
	return code;
}

/* Runs a statement whose last two parameters are the id and the owner. */
static enum err_code change_own(struct statement *statement, int64_t id, struct err *err)
{
	char owner[PROCESS_SIZE];

	process_self(owner);
	statement_bind_int(statement, id);
	statement_bind_text(statement, owner);

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

enum err_code intent_close(struct store *store, int64_t id, const struct intent_end *end,
			   struct err *err)
{
	enum err_code code = store_begin(store, err);

	if (code != ERR_OK)
		return code;
	code = remove_own(store, id, err);
	if (code == ERR_OK)
		code = audit_append(store, end->entry, err);
	for (size_t i = 0; code == ERR_OK && i < end->notes_len; i++)
		code = audit_append(store, &end->notes[i], err);
	if (code == ERR_OK && end->local)
		code = local_settings_save(store, end->entry->data_action_id, end->local, err);
	for (size_t i = 0; code == ERR_OK && i < end->items_len; i++)
		code = outbox_add(store, &end->items[i], err);
	code = store_end(store, code, err);
	if (code == ERR_OK)
		audit_head_write(store);
	return code;
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

enum err_code intent_mark_unknown(struct store *store, int64_t id, int64_t next_check_us,
				  const char *message, struct audit_entry *entry, struct err *err)
{
	enum err_code code = store_begin(store, err);

	if (code != ERR_OK)
		return code;
	code = set_unknown(store, id, next_check_us, message, err);
	if (code == ERR_OK && entry)
		code = audit_append(store, entry, err);
	code = store_end(store, code, err);
	if (code == ERR_OK && entry)
		audit_head_write(store);
	return code;
}
