#include "statement.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"

static bool disk_is_full(const struct store *store, int code)
{
	int number = sqlite3_system_errno(store->db);

	if ((code & 0xff) == SQLITE_IOERR)
		return number == ENOSPC || number == EDQUOT;
	return (code & 0xff) == SQLITE_FULL;
}

static enum err_code failure_of_file(const struct store *store, int code, struct err *err)
{
	int number = sqlite3_system_errno(store->db);
	const char *why = number ? strerror(number) : sqlite3_errstr(code);

	switch (code & 0xff) {
	case SQLITE_CANTOPEN:
		return err_set(err, ERR_STORE,
			       "%s cannot be opened: %s; check that it is a file, and that you may "
			       "write to it and to its directory",
			       store->path, why);
	case SQLITE_IOERR:
		return err_set(err, ERR_STORE,
			       "%s cannot be read or written: %s; check the disk it is on",
			       store->path, why);
	default:
		return err_set(err, ERR_STORE, "%s: %s", store->path, sqlite3_errmsg(store->db));
	}
}

enum err_code store_failure(const struct store *store, int code, struct err *err)
{
	if (disk_is_full(store, code))
		return err_set(err, ERR_STORE,
			       "%s: the disk is full; free some space, then try again",
			       store->path);
	switch (code & 0xff) {
	case SQLITE_NOMEM:
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return err_set(err, ERR_STORE,
			       "%s is read-only; check its owner and mode (chmod u+w), and whether "
			       "its file system is mounted read-only",
			       store->path);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return err_set(
			err, ERR_STORE,
			"%s is damaged, or no store of dacache; move it away and start again "
			"(`sqlite3 FILE .recover` often saves what it held)",
			store->path);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(err, ERR_STORE,
			       "%s is locked by another program; end that program or try again",
			       store->path);
	default:
		return failure_of_file(store, code, err);
	}
}

enum err_code store_exec(struct store *store, const char *sql, struct err *err)
{
	int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? ERR_OK : store_failure(store, code, err);
}

enum err_code store_begin(struct store *store, struct err *err)
{
	store->chain.known = false;
	return store_exec(store, "BEGIN IMMEDIATE", err);
}

enum err_code store_end(struct store *store, enum err_code code, struct err *err)
{
	store->chain.known = false;
	if (code == ERR_OK)
		code = store_exec(store, "COMMIT", err);
	/* SQLite has rolled back by itself after some errors. */
	if (code != ERR_OK && !sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	return code;
}

enum err_code store_quick_end(struct store *store, enum err_code code, struct err *err)
{
	struct err ignored;
	enum err_code restored;

	code = store_end(store, code, err);
	sqlite3_busy_timeout(store->db, STORE_BUSY_MS);
	restored = store_exec(store, "PRAGMA synchronous = FULL", code == ERR_OK ? err : &ignored);
	return code != ERR_OK ? code : restored;
}

enum err_code store_quick_begin(struct store *store, int wait_ms, struct err *err)
{
	enum err_code code = store_exec(store, "PRAGMA synchronous = NORMAL", err);

	if (code != ERR_OK)
		return code;
	sqlite3_busy_timeout(store->db, wait_ms);
	code = store_begin(store, err);
	if (code == ERR_OK)
		return ERR_OK;
	if ((sqlite3_errcode(store->db) & 0xff) == SQLITE_BUSY)
		code = err_set(err, ERR_TIMEOUT, "%s is being written by another program",
			       store->path);
	return store_quick_end(store, code, err);
}

/* One that was kept, or NULL. While it is in use it stands in no place: the same words
 * may be asked again inside its own rows. */
static sqlite3_stmt *take_kept(struct store *store, const char *sql)
{
	for (size_t i = 0; i < STATEMENTS_KEPT; i++) {
		sqlite3_stmt *kept = store->kept[i];

		if (!kept || strcmp(sqlite3_sql(kept), sql) != 0)
			continue;
		store->kept[i] = NULL;
		return kept;
	}
	return NULL;
}

/* Where no place is free, the one whose turn it is goes. */
static void keep(struct store *store, sqlite3_stmt *handle)
{
	size_t place = 0;

	while (place < STATEMENTS_KEPT && store->kept[place])
		place++;
	if (place == STATEMENTS_KEPT) {
		place = store->next_kept;
		store->next_kept = (place + 1) % STATEMENTS_KEPT;
		sqlite3_finalize(store->kept[place]);
	}
	store->kept[place] = handle;
}

void statements_drop(struct store *store)
{
	for (size_t i = 0; i < STATEMENTS_KEPT; i++) {
		sqlite3_finalize(store->kept[i]);
		store->kept[i] = NULL;
	}
}

enum err_code statement_open(struct statement *statement, struct store *store, const char *sql,
			     struct err *err)
{
	int code = SQLITE_OK;

	*statement = (struct statement){.store = store, .failed = SQLITE_OK};
	statement->handle = take_kept(store, sql);
	if (!statement->handle)
		code = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
					  &statement->handle, NULL);
	return code == SQLITE_OK ? ERR_OK : store_failure(store, code, err);
}

/* Reset ends its hold on the store; what was bound is not ours to keep. */
void statement_close(struct statement *statement)
{
	if (!statement->handle)
		return;
	sqlite3_reset(statement->handle);
	sqlite3_clear_bindings(statement->handle);
	keep(statement->store, statement->handle);
	statement->handle = NULL;
}

void statement_again(struct statement *statement)
{
	sqlite3_reset(statement->handle);
	statement->bound = 0;
}

static void keep_failure(struct statement *statement, int code)
{
	if (code != SQLITE_OK && statement->failed == SQLITE_OK)
		statement->failed = code;
}

void statement_bind_text(struct statement *statement, const char *value)
{
	/* A NULL pointer binds NULL. */
	keep_failure(statement, sqlite3_bind_text(statement->handle, ++statement->bound, value, -1,
						  SQLITE_STATIC));
}

void statement_bind_int(struct statement *statement, int64_t value)
{
	keep_failure(statement, sqlite3_bind_int64(statement->handle, ++statement->bound, value));
}

void statement_bind_real(struct statement *statement, double value)
{
	keep_failure(statement, sqlite3_bind_double(statement->handle, ++statement->bound, value));
}

void statement_bind_bytes(struct statement *statement, const void *data, size_t len)
{
	if (len == 0)
		statement_bind_null(statement);
	else
		keep_failure(statement, sqlite3_bind_blob64(statement->handle, ++statement->bound,
							    data, len, SQLITE_STATIC));
}

void statement_bind_null(struct statement *statement)
{
	keep_failure(statement, sqlite3_bind_null(statement->handle, ++statement->bound));
}

void statement_bind_members(struct statement *statement, const struct cache_members *members)
{
	statement_bind_int(statement, members->enabled);
	statement_bind_text(statement, members->key);
	statement_bind_int(statement, members->ttl_s);
}

void statement_name_text(struct statement *statement, const char *name, const char *value)
{
	int i = sqlite3_bind_parameter_index(statement->handle, name);

	if (i > 0)
		keep_failure(statement,
			     sqlite3_bind_text(statement->handle, i, value, -1, SQLITE_STATIC));
}

void statement_name_int(struct statement *statement, const char *name, int64_t value)
{
	int i = sqlite3_bind_parameter_index(statement->handle, name);

	if (i > 0)
		keep_failure(statement, sqlite3_bind_int64(statement->handle, i, value));
}

enum err_code statement_row(struct statement *statement, bool *row, struct err *err)
{
	*row = false;
	if (statement->failed != SQLITE_OK)
		return store_failure(statement->store, statement->failed, err);

	int code = sqlite3_step(statement->handle);

	*row = code == SQLITE_ROW;
	if (code == SQLITE_ROW || code == SQLITE_DONE)
		return ERR_OK;
	return store_failure(statement->store, code, err);
}

enum err_code statement_run(struct statement *statement, struct err *err)
{
	bool row;

	return statement_row(statement, &row, err);
}

enum err_code statement_run_with(struct store *store, const char *sql, int64_t value,
				 struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(&statement, store, sql, err);

	if (code == ERR_OK) {
		statement_bind_int(&statement, value);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

int64_t statement_int(const struct statement *statement, int column)
{
	return sqlite3_column_int64(statement->handle, column);
}

double statement_real(const struct statement *statement, int column)
{
	return sqlite3_column_double(statement->handle, column);
}

bool statement_is_null(const struct statement *statement, int column)
{
	return sqlite3_column_type(statement->handle, column) == SQLITE_NULL;
}

const char *statement_peek(const struct statement *statement, int column)
{
	return (const char *)sqlite3_column_text(statement->handle, column);
}

char *statement_text(struct statement *statement, int column)
{
	if (statement_is_null(statement, column))
		return NULL;

	char *copy = text_dup(statement_peek(statement, column));

	if (!copy)
		keep_failure(statement, SQLITE_NOMEM);
	return copy;
}

char *statement_blob(struct statement *statement, int column, size_t *len)
{
	const void *data = sqlite3_column_blob(statement->handle, column);
	int bytes = sqlite3_column_bytes(statement->handle, column);
	char *copy = malloc((size_t)bytes + 1);

	*len = (size_t)bytes;
	if (!copy) {
		keep_failure(statement, SQLITE_NOMEM);
		return NULL;
	}
	if (bytes > 0)
		memcpy(copy, data, (size_t)bytes);
	copy[bytes] = '\0';
	return copy;
}
