/* Slices of look-ups: added, read. */
#include "dacache/store/history.h"

#include <string.h>

#include "history_rows.h"
#include "process.h"

void history_slice_clear(struct history_slice *slice)
{
	sparse_histogram_clear(&slice->of_hits);
	sparse_histogram_clear(&slice->of_misses);
	slice->count = (struct hit_count){0};
}

/* --- which action --- */

/* *out 0: it has no row. */
static enum err_code ask_number(struct statement *statement, const char *action_id, int64_t *out,
				struct err *err)
{
	bool row = false;
	enum err_code code;

	*out = 0;
	statement_again(statement);
	statement_bind_int(statement, statement->store->tenant_id);
	statement_bind_text(statement, action_id);
	code = statement_row(statement, &row, err);
	if (code == ERR_OK && row)
		*out = statement_int(statement, 0);
	statement_again(statement);
	return code;
}

static enum err_code find_number(struct store *store, const char *action_id, int64_t *out,
				 struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(&statement, store, HISTORY_NUMBER_SQL, err);

	*out = 0;
	if (code == ERR_OK)
		code = ask_number(&statement, action_id, out, err);
	statement_close(&statement);
	return code;
}

static enum err_code find_or_add_number(struct history_writer *writer, const char *action_id,
					int64_t *out, struct err *err)
{
	struct statement statement;
	enum err_code code = ask_number(&writer->number, action_id, out, err);

	if (code != ERR_OK || *out != 0)
		return code;
	code = statement_open(&statement, writer->store,
			      "INSERT INTO history_action (tenant_id, action_id) VALUES (?, ?)",
			      err);
	if (code == ERR_OK) {
		statement_bind_int(&statement, writer->store->tenant_id);
		statement_bind_text(&statement, action_id);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code ? code : ask_number(&writer->number, action_id, out, err);
}

/* --- adding --- */

static enum err_code add_slice(struct history_writer *writer, const struct history_slice *slice,
			       int64_t now_us, struct err *err)
{
	struct history_key key = {.span_s = HISTORY_SPAN_MINUTE, .start_us = slice->start_us};
	enum err_code code;

	if (slice->start_us < now_us - HISTORY_HOURS_US)
		return ERR_OK;
	code = find_or_add_number(writer, slice->action_id, &key.action, err);
	if (code == ERR_OK && slice->is_hour)
		key.span_s = HISTORY_SPAN_HOUR;
	else if (code == ERR_OK && slice->start_us < now_us - HISTORY_MINUTES_US)
		code = history_hour_of(writer, &key, err);
	return code ? code : history_writer_add(writer, &key, slice, err);
}

enum err_code history_add(struct store *store, const struct history_slice *slices, size_t n,
			  int64_t now_us, struct err *err)
{
	struct history_writer writer;
	enum err_code code = store_quick_begin(store, STORE_BUSY_MS, err);
	size_t i;

	if (code != ERR_OK)
		return code;
	code = history_writer_open(store, &writer, err);
	for (i = 0; i < n && code == ERR_OK; i++)
		code = add_slice(&writer, &slices[i], now_us, err);
	if (code == ERR_OK)
		code = history_tidy(&writer, now_us, err);
	history_writer_close(&writer);
	return store_quick_end(store, code, err);
}

/* --- reading --- */

static enum err_code tell_rows(struct statement *statement, const char *action_id,
			       bool with_latencies,
			       void (*fn)(void *context, const struct history_slice *slice),
			       void *context, struct err *err)
{
	bool row = false;
	enum err_code code = statement_row(statement, &row, err);

	while (code == ERR_OK && row) {
		struct history_slice slice = {.action_id = action_id};

		slice.start_us = statement_int(statement, 0);
		slice.is_hour = statement_int(statement, 1) != HISTORY_SPAN_MINUTE;
		history_read_contents(statement, 2, with_latencies, &slice);
		fn(context, &slice);
		history_slice_clear(&slice);
		code = statement_row(statement, &row, err);
	}
	return code;
}

enum err_code history_each(struct store *store, const char *action_id, int64_t from_us,
			   int64_t to_us, bool with_latencies,
			   void (*fn)(void *context, const struct history_slice *slice),
			   void *context, struct err *err)
{
	const char *sql = with_latencies
				  ? "SELECT start_us, span_s, hits, misses, expired, of_hits, "
				    "of_misses FROM history WHERE action = ? AND span_s IN (60, "
				    "3600) AND start_us >= ? AND start_us < ? ORDER BY start_us"
				  : "SELECT start_us, span_s, hits, misses, expired FROM history "
				    "WHERE action = ? AND span_s IN (60, 3600) AND start_us >= ? "
				    "AND start_us < ? ORDER BY start_us";
	struct statement statement;
	int64_t number;
	enum err_code code = find_number(store, action_id ? action_id : "", &number, err);

	if (code != ERR_OK || number == 0)
		return code;
	code = statement_open(&statement, store, sql, err);
	if (code == ERR_OK) {
		statement_bind_int(&statement, number);
		statement_bind_int(&statement, from_us);
		statement_bind_int(&statement, to_us);
		code = tell_rows(&statement, action_id ? action_id : "", with_latencies, fn,
				 context, err);
	}
	statement_close(&statement);
	return code;
}

/* The newest of one span; *end_us 0: none. */
static enum err_code newest_of_span(struct store *store, int64_t number, int span_s,
				    int64_t before_us, int64_t *end_us, struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code = statement_open(&statement, store,
					    "SELECT max(start_us) FROM history WHERE action = ? "
					    "AND span_s = ? AND start_us < ? "
					    "HAVING max(start_us) IS NOT NULL",
					    err);

	*end_us = 0;
	if (code == ERR_OK) {
		statement_bind_int(&statement, number);
		statement_bind_int(&statement, span_s);
		statement_bind_int(&statement, before_us);
		code = statement_row(&statement, &row, err);
	}
	if (code == ERR_OK && row)
		*end_us = statement_int(&statement, 0) + span_s * INT64_C(1000000);
	statement_close(&statement);
	return code;
}

enum err_code history_newest(struct store *store, int64_t before_us, int64_t *end_us,
			     struct err *err)
{
	static const int spans[] = {HISTORY_SPAN_MINUTE, HISTORY_SPAN_HOUR};
	int64_t number;
	enum err_code code = find_number(store, "", &number, err);
	size_t i;

	*end_us = 0;
	for (i = 0; i < 2 && code == ERR_OK && number != 0 && *end_us == 0; i++)
		code = newest_of_span(store, number, spans[i], before_us, end_us, err);
	if (*end_us > before_us)
		*end_us = before_us;
	return code;
}

enum err_code history_actions(struct store *store, size_t limit,
			      void (*fn)(void *context, const char *action_id), void *context,
			      struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code = statement_open(
		&statement, store,
		"SELECT action_id FROM history_action a WHERE tenant_id = ? AND action_id <> '' "
		"ORDER BY max(coalesce((SELECT max(start_us) FROM history "
		"WHERE action = a.id AND span_s = 60), 0), "
		"coalesce((SELECT max(start_us) FROM history "
		"WHERE action = a.id AND span_s = 3600), 0)) DESC, action_id LIMIT ?",
		err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_int(&statement, (int64_t)limit);
		code = statement_row(&statement, &row, err);
	}
	while (code == ERR_OK && row) {
		fn(context, statement_peek(&statement, 0));
		code = statement_row(&statement, &row, err);
	}
	statement_close(&statement);
	return code;
}

enum err_code history_size(struct store *store, int64_t *rows, int64_t *bytes, struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code =
		statement_open(&statement, store, "SELECT rows, bytes FROM history_size", err);

	*rows = *bytes = 0;
	if (code == ERR_OK)
		code = statement_row(&statement, &row, err);
	if (code == ERR_OK && row) {
		*rows = statement_int(&statement, 0);
		*bytes = statement_int(&statement, 1);
	}
	statement_close(&statement);
	return code;
}

/* --- whose a file is --- */

static enum err_code read_owner(struct store *store, const char *source, char out[PROCESS_SIZE],
				struct err *err)
{
	struct statement statement;
	const char *owner;
	bool row = false;
	enum err_code code = statement_open(
		&statement, store,
		"SELECT owner FROM history_source WHERE tenant_id = ? AND source = ?", err);

	out[0] = '\0';
	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, source);
		code = statement_row(&statement, &row, err);
	}
	owner = code == ERR_OK && row ? statement_peek(&statement, 0) : NULL;
	if (owner) {
		strncpy(out, owner, PROCESS_SIZE - 1);
		out[PROCESS_SIZE - 1] = '\0';
	}
	statement_close(&statement);
	return code;
}

static enum err_code write_owner(struct store *store, const char *source, const char *self,
				 struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(
		&statement, store,
		"INSERT INTO history_source (tenant_id, source, owner) VALUES (?, ?, ?) "
		"ON CONFLICT (tenant_id, source) DO UPDATE SET owner = excluded.owner",
		err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, source);
		statement_bind_text(&statement, self);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

enum err_code history_claim(struct store *store, const char *source, bool *ours, struct err *err)
{
	char self[PROCESS_SIZE];
	char owner[PROCESS_SIZE];
	enum err_code code = read_owner(store, source, owner, err);

	process_self(self);
	*ours = code == ERR_OK && strcmp(owner, self) == 0;
	if (code != ERR_OK || *ours || (owner[0] && process_is_alive(owner)))
		return code;
	code = store_begin(store, err);
	if (code != ERR_OK)
		return code;
	/* Another one may have been faster. */
	code = read_owner(store, source, owner, err);
	*ours = code == ERR_OK && (!owner[0] || !process_is_alive(owner));
	if (*ours)
		code = write_owner(store, source, self, err);
	code = store_end(store, code, err);
	*ours = *ours && code == ERR_OK;
	return code;
}

enum err_code history_disclaim(struct store *store, const char *source, struct err *err)
{
	struct statement statement;
	char self[PROCESS_SIZE];
	enum err_code code = statement_open(&statement, store,
					    "DELETE FROM history_source "
					    "WHERE tenant_id = ? AND source = ? AND owner = ?",
					    err);

	process_self(self);
	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_text(&statement, source);
		statement_bind_text(&statement, self);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}
