#include "history_rows.h"

enum { LATENCIES_MAX = 64 * 1024 };

enum err_code history_writer_open(struct store *store, struct history_writer *writer,
				  struct err *err)
{
	enum err_code code;

	*writer = (struct history_writer){.store = store};
	buf_init(&writer->of_hits, LATENCIES_MAX);
	buf_init(&writer->of_misses, LATENCIES_MAX);
	code = statement_open(&writer->find, store,
			      "SELECT hits, misses, expired, of_hits, of_misses FROM history "
			      "WHERE action = ? AND span_s = ? AND start_us = ?",
			      err);
	if (code == ERR_OK)
		code = statement_open(
			&writer->put, store,
			"INSERT INTO history (action, span_s, start_us, hits, misses, expired, "
			"of_hits, of_misses) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
			"ON CONFLICT (action, span_s, start_us) DO UPDATE SET "
			"hits = excluded.hits, misses = excluded.misses, "
			"expired = excluded.expired, of_hits = excluded.of_hits, "
			"of_misses = excluded.of_misses",
			err);
	if (code == ERR_OK)
		code = statement_open(&writer->hour, store,
				      "SELECT max(start_us) FROM history WHERE action = ? "
				      "AND span_s = 3600 AND start_us BETWEEN ? AND ?",
				      err);
	if (code == ERR_OK)
		code = statement_open(&writer->number, store, HISTORY_NUMBER_SQL, err);
	return code;
}

void history_writer_close(struct history_writer *writer)
{
	statement_close(&writer->find);
	statement_close(&writer->put);
	statement_close(&writer->hour);
	statement_close(&writer->number);
	buf_free(&writer->of_hits);
	buf_free(&writer->of_misses);
}

static void read_latencies(struct statement *statement, int column, struct sparse_histogram *into)
{
	const void *data = sqlite3_column_blob(statement->handle, column);
	int len = sqlite3_column_bytes(statement->handle, column);

	if (data && len > 0)
		sparse_histogram_decode(data, (size_t)len, into);
}

void history_read_contents(struct statement *statement, int column, bool with_latencies,
			   struct history_slice *out)
{
	struct hit_count count = {
		.hits = (uint64_t)statement_int(statement, column),
		.misses = (uint64_t)statement_int(statement, column + 1),
		.expired = (uint64_t)statement_int(statement, column + 2),
	};

	hit_count_add(&out->count, count);
	if (!with_latencies)
		return;
	read_latencies(statement, column + 3, &out->of_hits);
	read_latencies(statement, column + 4, &out->of_misses);
}

static void bind_key(struct statement *statement, const struct history_key *key)
{
	statement_again(statement);
	statement_bind_int(statement, key->action);
	statement_bind_int(statement, key->span_s);
	statement_bind_int(statement, key->start_us);
}

static enum err_code put_row(struct history_writer *writer, const struct history_key *key,
			     const struct history_slice *slice, struct err *err)
{
	struct statement *put = &writer->put;
	enum err_code code;

	buf_reset(&writer->of_hits);
	buf_reset(&writer->of_misses);
	code = sparse_histogram_encode(&slice->of_hits, &writer->of_hits);
	if (code == ERR_OK)
		code = sparse_histogram_encode(&slice->of_misses, &writer->of_misses);
	if (code != ERR_OK)
		return err_set(err, code, "the history: latencies do not fit");
	bind_key(put, key);
	statement_bind_int(put, (int64_t)slice->count.hits);
	statement_bind_int(put, (int64_t)slice->count.misses);
	statement_bind_int(put, (int64_t)slice->count.expired);
	statement_bind_bytes(put, writer->of_hits.data, writer->of_hits.len);
	statement_bind_bytes(put, writer->of_misses.data, writer->of_misses.len);
	return statement_run(put, err);
}

enum err_code history_writer_add(struct history_writer *writer, const struct history_key *key,
				 const struct history_slice *slice, struct err *err)
{
	struct history_slice sum = {.count = slice->count};
	bool row = false;
	enum err_code code;

	bind_key(&writer->find, key);
	code = statement_row(&writer->find, &row, err);
	if (code != ERR_OK)
		return code;
	if (!row)
		return put_row(writer, key, slice, err);
	history_read_contents(&writer->find, 0, true, &sum);
	sparse_histogram_merge(&sum.of_hits, &slice->of_hits);
	sparse_histogram_merge(&sum.of_misses, &slice->of_misses);
	statement_again(&writer->find); /* its row is about to change */
	code = put_row(writer, key, &sum, err);
	history_slice_clear(&sum);
	return code;
}

/* The newest slice of hours that began in this hour and not after it. A slice that does
 * not begin at a full minute begins at a change: so does then one of hours. */
enum err_code history_hour_of(struct history_writer *writer, struct history_key *key,
			      struct err *err)
{
	int64_t hour_us = key->start_us - key->start_us % HISTORY_HOUR_US;
	struct statement *hour = &writer->hour;
	bool row = false;
	enum err_code code;

	key->span_s = HISTORY_SPAN_HOUR;
	if (key->start_us % HISTORY_MINUTE_US != 0)
		return ERR_OK;
	statement_again(hour);
	statement_bind_int(hour, key->action);
	statement_bind_int(hour, hour_us);
	statement_bind_int(hour, key->start_us);
	code = statement_row(hour, &row, err);
	if (code == ERR_OK)
		key->start_us =
			row && !statement_is_null(hour, 0) ? statement_int(hour, 0) : hour_us;
	return code;
}
