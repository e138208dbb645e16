#include "dacache/store/local.h"
#include "statement.h"

/* How many of the latest records stay for programs that look at them now and
 * then; the totals keep all. */
enum { RECORDS_KEPT = 10000 };
#define RECORD_N_MAX INT64_C(1000000000)

static enum err_code add_record(struct store *store, const char *action_id, bool hit, int64_t n,
				int64_t wall_us, struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(&statement, store,
					    "INSERT INTO hit_record (tenant_id, action_id, hit, n, "
					    "wall_us) VALUES (?, ?, ?, ?, ?)",
					    err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, action_id);
		statement_bind_int(&statement, hit);
		statement_bind_int(&statement, n);
		statement_bind_int(&statement, wall_us);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

static enum err_code add_to_total(struct store *store, const char *action_id, bool hit, int64_t n,
				  struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(
		&statement, store,
		"INSERT INTO hit_total (tenant_id, action_id, hits, misses) VALUES (?, ?, ?, ?) "
		"ON CONFLICT (tenant_id, action_id) DO UPDATE SET hits = hits + excluded.hits, "
		"misses = misses + excluded.misses",
		err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, action_id);
		statement_bind_int(&statement, hit ? n : 0);
		statement_bind_int(&statement, hit ? 0 : n);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

static enum err_code drop_old_records(struct store *store, struct err *err)
{
	return statement_run_with(
		store, "DELETE FROM hit_record WHERE id <= (SELECT max(id) FROM hit_record) - ?",
		RECORDS_KEPT, err);
}

enum err_code hit_record(struct store *store, const char *action_id, bool hit, int64_t n,
			 int64_t wall_us, struct err *err)
{
	if (n < 1 || n > RECORD_N_MAX)
		return err_set(err, ERR_INVALID, "look-ups to record: 1 to %lld, not %lld",
			       (long long)RECORD_N_MAX, (long long)n);

	enum err_code code = store_begin(store, err);

	if (code != ERR_OK)
		return code;
	code = add_record(store, action_id, hit, n, wall_us, err);
	if (code == ERR_OK)
		code = add_to_total(store, action_id, hit, n, err);
	if (code == ERR_OK)
		code = drop_old_records(store, err);
	return store_end(store, code, err);
}

enum err_code hit_load(struct store *store, const char *action_id, struct hit_count *out,
		       struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code =
		statement_open(&statement, store,
			       action_id ? "SELECT hits, misses FROM hit_total "
					   "WHERE tenant_id = ? AND action_id = :id"
					 : "SELECT sum(hits), sum(misses) FROM hit_total "
					   "WHERE tenant_id = ?",
			       err);

	*out = (struct hit_count){0};
	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_name_text(&statement, ":id", action_id);
		code = statement_row(&statement, &row, err);
	}
	if (code == ERR_OK && row) {
		out->hits = (uint64_t)statement_int(&statement, 0);
		out->misses = (uint64_t)statement_int(&statement, 1);
	}
	statement_close(&statement);
	return code;
}

static enum err_code newest_record(struct store *store, int64_t *out, struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code = statement_open(&statement, store,
					    "SELECT coalesce(max(id), 0) FROM hit_record", err);

	if (code == ERR_OK)
		code = statement_row(&statement, &row, err);
	if (code == ERR_OK && row)
		*out = statement_int(&statement, 0);
	statement_close(&statement);
	return code;
}

enum err_code hit_each_since(struct store *store, int64_t *after_row,
			     void (*fn)(void *context, const char *action_id, bool hit, int64_t n),
			     void *context, struct err *err)
{
	struct statement statement;
	bool row = false;

	if (*after_row < 0)
		return newest_record(store, after_row, err);

	enum err_code code = statement_open(&statement, store,
					    "SELECT id, action_id, hit, n FROM hit_record "
					    "WHERE tenant_id = ? AND id > ? ORDER BY id",
					    err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_int(&statement, *after_row);
		code = statement_row(&statement, &row, err);
	}
	while (code == ERR_OK && row) {
		*after_row = statement_int(&statement, 0);
		fn(context, statement_peek(&statement, 1), statement_int(&statement, 2) != 0,
		   statement_int(&statement, 3));
		code = statement_row(&statement, &row, err);
	}
	statement_close(&statement);
	return code;
}
