#include "dacache/store/local.h"
#include "local_columns.h"

enum { DIRECTIVES_JSON_MAX = 1024 * 1024 };

enum err_code local_columns_read(struct statement *statement, int column, const char *action_id,
				 struct local_settings *out, struct err *err)
{
	for (int tier = 0; tier < TIER_COUNT; tier++)
		out->matrix.ttl_s[tier] = statement_int(statement, column + tier);
	out->payload_kb = statement_int(statement, column + TIER_COUNT);

	const char *json = statement_peek(statement, column + TIER_COUNT + 1);
	enum err_code code = directive_list_from_json(json ? json : "", &out->directives, err);

	if (code != ERR_OK)
		err_prefix(err, "%s: directives of %s", statement->store->path, action_id);
	return code;
}

void local_columns_bind(struct statement *statement, const struct local_settings *settings,
			const struct buf *directives)
{
	for (int tier = 0; tier < TIER_COUNT; tier++)
		statement_bind_int(statement, settings->matrix.ttl_s[tier]);
	statement_bind_int(statement, settings->payload_kb);
	statement_bind_text(statement, buf_str(directives));
}

enum err_code local_directives_json(const struct local_settings *settings, const char *action_id,
				    struct buf *out, struct err *err)
{
	buf_init(out, DIRECTIVES_JSON_MAX);

	enum err_code code = directive_list_to_json(&settings->directives, out);

	if (code != ERR_OK)
		err_set(err, code, "the directives of %s cannot be written", action_id);
	return code;
}

enum err_code local_settings_load(struct store *store, const char *action_id,
				  struct local_settings *out, struct err *err)
{
	struct statement statement;
	bool row = false;

	local_settings_init(out);

	enum err_code code =
		statement_open(&statement, store,
			       "SELECT " LOCAL_COLUMNS
			       " FROM local_settings WHERE tenant_id = ? AND action_id = ?",
			       err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, action_id);
		code = statement_row(&statement, &row, err);
	}
	if (code == ERR_OK && row)
		code = local_columns_read(&statement, 0, action_id, out, err);
	statement_close(&statement);
	if (code != ERR_OK) {
		local_settings_clear(out);
		local_settings_init(out);
	}
	return code;
}

static enum err_code write_settings(struct store *store, const char *action_id,
				    const struct local_settings *settings,
				    const struct buf *directives, struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(
		&statement, store,
		"INSERT OR REPLACE INTO local_settings (tenant_id, action_id, " LOCAL_COLUMNS ") "
		"VALUES (?, ?, ?, ?, ?, ?, ?)",
		err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, action_id);
		local_columns_bind(&statement, settings, directives);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

enum err_code local_settings_save(struct store *store, const char *action_id,
				  const struct local_settings *settings, struct err *err)
{
	struct buf directives;
	enum err_code code = local_directives_json(settings, action_id, &directives, err);

	if (code == ERR_OK)
		code = write_settings(store, action_id, settings, &directives, err);
	buf_free(&directives);
	return code;
}

enum err_code local_matrix_each(struct store *store,
				void (*fn)(void *context, const char *action_id,
					   const struct tier_matrix *matrix),
				void *context, struct err *err)
{
	const struct tier_matrix usual = tier_matrix_default();
	struct statement statement;
	bool row = false;
	enum err_code code = statement_open(
		&statement, store,
		"SELECT ttl_default_s, ttl_high_priority_s, ttl_static_reference_s, action_id "
		"FROM local_settings WHERE tenant_id = ? AND (ttl_default_s <> ? "
		"OR ttl_high_priority_s <> ? OR ttl_static_reference_s <> ?)",
		err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		for (int tier = 0; tier < TIER_COUNT; tier++)
			statement_bind_int(&statement, usual.ttl_s[tier]);
		code = statement_row(&statement, &row, err);
	}
	while (code == ERR_OK && row) {
		struct tier_matrix matrix;

		for (int tier = 0; tier < TIER_COUNT; tier++)
			matrix.ttl_s[tier] = statement_int(&statement, tier);
		fn(context, statement_peek(&statement, TIER_COUNT), &matrix);
		code = statement_row(&statement, &row, err);
	}
	statement_close(&statement);
	return code;
}
