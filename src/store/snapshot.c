#include "dacache/store/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "statement.h"

/* Parts as a head keeps them: id and hash, 8 bytes each, the lowest first. */
enum { PART_BYTES = 16 };

static uint64_t get64(const unsigned char *at)
{
	uint64_t value = 0;

	for (int i = 7; i >= 0; i--)
		value = value << 8 | at[i];
	return value;
}

static void put64(unsigned char *at, uint64_t value)
{
	for (int i = 0; i < 8; i++, value >>= 8)
		at[i] = (unsigned char)value;
}

/* ---- heads ---- */

void snapshot_head_clear(struct snapshot_head *head)
{
	free(head->parts);
	*head = (struct snapshot_head){0};
}

static enum err_code read_parts(const struct statement *statement, int column,
				struct snapshot_head *out, struct err *err)
{
	const unsigned char *data = sqlite3_column_blob(statement->handle, column);
	size_t len = (size_t)sqlite3_column_bytes(statement->handle, column) / PART_BYTES;

	out->parts = calloc(len > 0 ? len : 1, sizeof(*out->parts));
	if (out->parts == NULL)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	for (size_t i = 0; i < len; i++) {
		out->parts[i].id = (int64_t)get64(data + i * PART_BYTES);
		out->parts[i].hash = get64(data + i * PART_BYTES + 8);
	}
	out->len = len;
	return ERR_OK;
}

enum err_code snapshot_head_load(struct store *store, enum snapshot_kind kind,
				 struct snapshot_head *out, struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code = statement_open(&statement, store,
					    "SELECT as_of_us, rows, part_rows, parts FROM snapshot"
					    " WHERE tenant_id = ? AND kind = ?",
					    err);

	*out = (struct snapshot_head){0};
	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_int(&statement, kind);
		code = statement_row(&statement, &row, err);
	}
	if (code == ERR_OK && !row)
		code = err_set(err, ERR_NOT_FOUND, "the list was not kept");
	if (code == ERR_OK) {
		out->as_of_us = statement_int(&statement, 0);
		out->rows = statement_int(&statement, 1);
		out->part_rows = statement_int(&statement, 2);
		code = read_parts(&statement, 3, out, err);
	}
	statement_close(&statement);
	return code;
}

static enum err_code write_head(struct store *store, enum snapshot_kind kind,
				const struct snapshot_head *head, const unsigned char *parts,
				struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(&statement, store,
					    "INSERT OR REPLACE INTO snapshot"
					    " (tenant_id, kind, as_of_us, rows, part_rows, parts)"
					    " VALUES (?, ?, ?, ?, ?, ?)",
					    err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_int(&statement, kind);
		statement_bind_int(&statement, head->as_of_us);
		statement_bind_int(&statement, head->rows);
		statement_bind_int(&statement, head->part_rows);
		sqlite3_bind_blob64(statement.handle, ++statement.bound, parts,
				    head->len * PART_BYTES, SQLITE_STATIC);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

static enum err_code part_is_there(struct statement *statement, int64_t id, struct err *err)
{
	bool row = false;
	enum err_code code;

	statement->bound = 0;
	sqlite3_reset(statement->handle);
	statement_bind_int(statement, id);
	code = statement_row(statement, &row, err);
	if (code == ERR_OK && !row)
		code = err_set(err, ERR_NOT_FOUND, "a part of the list is gone");
	return code;
}

static enum err_code parts_are_there(struct store *store, const struct snapshot_head *head,
				     struct err *err)
{
	struct statement statement;
	enum err_code code =
		statement_open(&statement, store, "SELECT 1 FROM snapshot_part WHERE id = ?", err);

	for (size_t i = 0; i < head->len && code == ERR_OK; i++)
		if (head->parts[i].id != 0)
			code = part_is_there(&statement, head->parts[i].id, err);
	statement_close(&statement);
	return code;
}

static enum err_code drop_head(struct store *store, enum snapshot_kind kind, struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(
		&statement, store, "DELETE FROM snapshot WHERE tenant_id = ? AND kind = ?", err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		statement_bind_int(&statement, kind);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

enum err_code snapshot_head_save(struct store *store, enum snapshot_kind kind,
				 const struct snapshot_head *head, struct err *err)
{
	unsigned char *parts = malloc(head->len > 0 ? head->len * PART_BYTES : 1);
	enum err_code code;

	if (parts == NULL)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	for (size_t i = 0; i < head->len; i++) {
		put64(parts + i * PART_BYTES, (uint64_t)head->parts[i].id);
		put64(parts + i * PART_BYTES + 8, head->parts[i].hash);
	}
	code = store_quick_begin(store, STORE_BUSY_MS, err);
	if (code == ERR_OK) {
		code = parts_are_there(store, head, err);
		if (code == ERR_OK)
			code = write_head(store, kind, head, parts, err);
		if (code == ERR_OK && kind == SNAPSHOT_WHOLE)
			code = drop_head(store, SNAPSHOT_PARTIAL, err);
		code = store_quick_end(store, code, err);
	}
	free(parts);
	return code;
}

/* ---- parts ---- */

static enum err_code add_part(struct store *store, const void *data, size_t len, int64_t *id,
			      struct err *err)
{
	struct statement statement;
	enum err_code code =
		statement_open(&statement, store,
			       "INSERT INTO snapshot_part (tenant_id, data) VALUES (?, ?)", err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, store->tenant_id);
		sqlite3_bind_blob64(statement.handle, ++statement.bound, data, len, SQLITE_STATIC);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	*id = sqlite3_last_insert_rowid(store->db);
	return code;
}

enum err_code snapshot_part_add(struct store *store, const void *data, size_t len, int64_t *id,
				struct err *err)
{
	enum err_code code = store_quick_begin(store, STORE_BUSY_MS, err);

	return code == ERR_OK ? store_quick_end(store, add_part(store, data, len, id, err), err)
			      : code;
}

enum err_code snapshot_part_read(struct store *store, int64_t id,
				 void (*fn)(void *context, const void *data, size_t len),
				 void *context, struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code = statement_open(
		&statement, store, "SELECT data FROM snapshot_part WHERE id = ? AND tenant_id = ?",
		err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, id);
		statement_bind_int(&statement, store->tenant_id);
		code = statement_row(&statement, &row, err);
	}
	if (code == ERR_OK && !row)
		code = err_set(err, ERR_NOT_FOUND, "a part of the list is gone");
	if (code == ERR_OK)
		fn(context, sqlite3_column_blob(statement.handle, 0),
		   (size_t)sqlite3_column_bytes(statement.handle, 0));
	statement_close(&statement);
	return code;
}

/* ---- tidying ---- */

static int compare_ids(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a;
	int64_t right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

/* The ids that heads of the tenant name, sorted; malloc'd. */
static enum err_code named_ids(struct store *store, int64_t **out, size_t *n, struct err *err)
{
	struct snapshot_head heads[2] = {0};
	enum err_code code = ERR_OK;
	size_t len = 0;

	*out = NULL;
	*n = 0;
	for (int kind = 0; kind < 2 && code == ERR_OK; kind++) {
		code = snapshot_head_load(store, (enum snapshot_kind)kind, &heads[kind], err);
		if (code == ERR_NOT_FOUND)
			code = ERR_OK;
		len += heads[kind].len;
	}
	if (code == ERR_OK)
		*out = calloc(len > 0 ? len : 1, sizeof(**out));
	if (code == ERR_OK && *out == NULL)
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
	for (int kind = 0; kind < 2; kind++) {
		for (size_t i = 0; code == ERR_OK && i < heads[kind].len; i++)
			(*out)[(*n)++] = heads[kind].parts[i].id;
		snapshot_head_clear(&heads[kind]);
	}
	if (code == ERR_OK && *n > 1)
		qsort(*out, *n, sizeof(**out), compare_ids);
	return code;
}

static enum err_code delete_part(struct store *store, int64_t id, struct err *err)
{
	struct statement statement;
	enum err_code code =
		statement_open(&statement, store, "DELETE FROM snapshot_part WHERE id = ?", err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, id);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

/* Up to limit ids of the tenant's parts that are not among those named. */
static enum err_code loose_ids(struct store *store, const int64_t *named, size_t n, int64_t *out,
			       int limit, int *found, struct err *err)
{
	struct statement statement;
	bool row = true;
	enum err_code code = statement_open(
		&statement, store, "SELECT id FROM snapshot_part WHERE tenant_id = ?", err);

	*found = 0;
	if (code == ERR_OK)
		statement_bind_int(&statement, store->tenant_id);
	while (code == ERR_OK && *found < limit) {
		int64_t id;

		code = statement_row(&statement, &row, err);
		if (code != ERR_OK || !row)
			break;
		id = statement_int(&statement, 0);
		if (n == 0 || bsearch(&id, named, n, sizeof(id), compare_ids) == NULL)
			out[(*found)++] = id;
	}
	statement_close(&statement);
	return code;
}

static enum err_code tidy(struct store *store, int64_t *loose, int limit, int *found,
			  struct err *err)
{
	int64_t *named = NULL;
	size_t n = 0;
	enum err_code code = named_ids(store, &named, &n, err);

	if (code == ERR_OK)
		code = loose_ids(store, named, n, loose, limit, found, err);
	for (int i = 0; i < *found && code == ERR_OK; i++)
		code = delete_part(store, loose[i], err);
	free(named);
	return code;
}

enum err_code snapshot_tidy(struct store *store, int limit, bool *more, struct err *err)
{
	int64_t *loose = calloc((size_t)limit, sizeof(*loose));
	int found = 0;
	enum err_code code;

	*more = false;
	if (loose == NULL)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	code = store_quick_begin(store, STORE_BUSY_MS, err);
	if (code == ERR_OK)
		code = store_quick_end(store, tidy(store, loose, limit, &found, err), err);
	*more = code == ERR_OK && found == limit;
	free(loose);
	return code;
}
