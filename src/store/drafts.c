#include <stdlib.h>

#include "dacache/store/local.h"
#include "statement.h"

#define SELECT_DRAFT                                                                               \
	"SELECT action_id, name, form, base_etag, base, wall_us FROM draft WHERE tenant_id = ?"

void draft_clear(struct draft *draft)
{
	free(draft->action_id);
	free(draft->name);
	free(draft->form);
	free(draft->base_etag);
	free(draft->base);
	*draft = (struct draft){0};
}

enum err_code draft_save(struct store *store, const struct draft *draft, struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(
		&statement, store,
		"INSERT OR REPLACE INTO draft (tenant_id, action_id, name, form, base_etag, base, "
		"wall_us) VALUES (?, ?, ?, ?, ?, ?, ?)",
		err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, draft->action_id);
		statement_bind_text(&statement, draft->name);
		statement_bind_text(&statement, draft->form);
		statement_bind_text(&statement, draft->base_etag);
		statement_bind_text(&statement, draft->base);
		statement_bind_int(&statement, draft->wall_us);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

enum err_code draft_keep(struct store *store, const struct draft *draft, struct err *err)
{
	enum err_code code = store_quick_begin(store, 0, err);

	return code == ERR_OK ? store_quick_end(store, draft_save(store, draft, err), err) : code;
}

static enum err_code read_draft(struct statement *statement, struct draft *out, struct err *err)
{
	out->action_id = statement_text(statement, 0);
	out->name = statement_text(statement, 1);
	out->form = statement_text(statement, 2);
	out->base_etag = statement_text(statement, 3);
	out->base = statement_text(statement, 4);
	out->wall_us = statement_int(statement, 5);
	if (statement->failed == SQLITE_OK)
		return ERR_OK;
	draft_clear(out);
	return store_failure(statement->store, statement->failed, err);
}

enum err_code draft_load(struct store *store, const char *action_id, struct draft *out,
			 struct err *err)
{
	struct statement statement;
	bool row = false;

	*out = (struct draft){0};

	enum err_code code =
		statement_open(&statement, store, SELECT_DRAFT " AND action_id = ?", err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, action_id);
		code = statement_row(&statement, &row, err);
	}
	if (code == ERR_OK)
		code = row ? read_draft(&statement, out, err) : ERR_NOT_FOUND;
	statement_close(&statement);
	return code;
}

enum err_code draft_delete(struct store *store, const char *action_id, struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(
		&statement, store, "DELETE FROM draft WHERE tenant_id = ? AND action_id = ?", err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, action_id);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

enum err_code draft_each(struct store *store, void (*fn)(void *context, const struct draft *draft),
			 void *context, struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code =
		statement_open(&statement, store, SELECT_DRAFT " ORDER BY wall_us DESC", err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		code = statement_row(&statement, &row, err);
	}
	while (code == ERR_OK && row) {
		struct draft draft;

		code = read_draft(&statement, &draft, err);
		if (code != ERR_OK)
			break;
		fn(context, &draft);
		draft_clear(&draft);
		code = statement_row(&statement, &row, err);
	}
	statement_close(&statement);
	return code;
}
