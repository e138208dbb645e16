/* What is too old, or too much, of the history. */
#include "dacache/base/vec.h"
#include "history_rows.h"

/* Rows a time: some 20 ms. */
enum { PIECE = 1000 };

struct old_row {
	struct history_key key;
	struct history_slice slice;
};

/* The oldest minutes before a time, taken out of the table. */
static enum err_code take_minutes(struct store *store, int64_t before_us, struct vec *out,
				  struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code = statement_open(
		&statement, store,
		"SELECT action, start_us, hits, misses, expired, of_hits, of_misses "
		"FROM history WHERE span_s = 60 AND start_us < ? ORDER BY start_us LIMIT ?",
		err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, before_us);
		statement_bind_int(&statement, PIECE);
		code = statement_row(&statement, &row, err);
	}
	while (code == ERR_OK && row) {
		struct old_row old = {.key = {.action = statement_int(&statement, 0),
					      .span_s = HISTORY_SPAN_MINUTE,
					      .start_us = statement_int(&statement, 1)}};

		history_read_contents(&statement, 2, true, &old.slice);
		if (vec_push(out, &old)) {
			history_slice_clear(&old.slice);
			code = err_set(err, ERR_NO_MEMORY, "out of memory");
		} else {
			code = statement_row(&statement, &row, err);
		}
	}
	statement_close(&statement);
	return code;
}

static enum err_code delete_row(struct statement *statement, const struct history_key *key,
				struct err *err)
{
	statement_again(statement);
	statement_bind_int(statement, key->action);
	statement_bind_int(statement, key->span_s);
	statement_bind_int(statement, key->start_us);
	return statement_run(statement, err);
}

static enum err_code move_to_hours(struct history_writer *writer, const struct vec *minutes,
				   struct err *err)
{
	struct statement gone;
	enum err_code code = statement_open(
		&gone, writer->store,
		"DELETE FROM history WHERE action = ? AND span_s = ? AND start_us = ?", err);
	size_t i;

	for (i = 0; i < minutes->len && code == ERR_OK; i++) {
		struct old_row *old = vec_at(minutes, i);
		struct history_key key = old->key;

		code = delete_row(&gone, &old->key, err);
		if (code == ERR_OK)
			code = history_hour_of(writer, &key, err);
		if (code == ERR_OK)
			code = history_writer_add(writer, &key, &old->slice, err);
	}
	statement_close(&gone);
	return code;
}

/* *moved: whether there was anything. */
static enum err_code roll_up(struct history_writer *writer, int64_t before_us, bool *moved,
			     struct err *err)
{
	struct vec minutes;
	enum err_code code;
	size_t i;

	vec_init(&minutes, sizeof(struct old_row));
	code = take_minutes(writer->store, before_us, &minutes, err);
	if (code == ERR_OK)
		code = move_to_hours(writer, &minutes, err);
	*moved = minutes.len > 0;
	for (i = 0; i < minutes.len; i++)
		history_slice_clear(&((struct old_row *)vec_at(&minutes, i))->slice);
	vec_free(&minutes);
	return code;
}

static enum err_code delete_oldest(struct store *store, int span_s, int64_t before_us,
				   struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(
		&statement, store,
		"DELETE FROM history WHERE (action, span_s, start_us) IN "
		"(SELECT action, span_s, start_us FROM history WHERE span_s = ? AND start_us < ? "
		"ORDER BY start_us LIMIT ?)",
		err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, span_s);
		statement_bind_int(&statement, before_us);
		statement_bind_int(&statement, PIECE);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

/* Past the bound: hours of what is over a day old; then the oldest hours go, then the
 * oldest minutes. */
static enum err_code make_less(struct history_writer *writer, int64_t now_us, struct err *err)
{
	struct store *store = writer->store;
	int64_t rows;
	int64_t bytes;
	int64_t rows_before;
	int64_t bytes_before;
	bool moved = false;
	enum err_code code = history_size(store, &rows_before, &bytes_before, err);

	if (code != ERR_OK ||
	    (rows_before <= store->history_rows_max && bytes_before <= store->history_bytes_max))
		return code;
	code = roll_up(writer, now_us - 24 * HISTORY_HOUR_US, &moved, err);
	if (code != ERR_OK || moved)
		return code;
	code = delete_oldest(store, HISTORY_SPAN_HOUR, INT64_MAX, err);
	if (code == ERR_OK)
		code = history_size(store, &rows, &bytes, err);
	if (code == ERR_OK && rows == rows_before)
		code = delete_oldest(store, HISTORY_SPAN_MINUTE, INT64_MAX, err);
	return code;
}

enum err_code history_tidy(struct history_writer *writer, int64_t now_us, struct err *err)
{
	bool moved;
	enum err_code code = roll_up(writer, now_us - HISTORY_MINUTES_US, &moved, err);

	if (code == ERR_OK)
		code = delete_oldest(writer->store, HISTORY_SPAN_HOUR, now_us - HISTORY_HOURS_US,
				     err);
	return code ? code : make_less(writer, now_us, err);
}
