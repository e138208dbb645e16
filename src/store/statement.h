/* The connection, and SQL statements on it. Private to the store. */
#ifndef DACACHE_STORE_STATEMENT_H
#define DACACHE_STORE_STATEMENT_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "dacache/domain/audit_entry.h"
#include "dacache/domain/members.h"
#include "dacache/store/store.h"
#include "process.h"

/* How long a write waits for another program's. */
enum { STORE_BUSY_MS = 5000 };
/* Preparing one takes longer than running most. */
enum { STATEMENTS_KEPT = 24 };

struct store {
	sqlite3 *db;
	char *path;
	int64_t tenant_id;        /* row of the tenant table */
	char *tenant;             /* its base URL as the table has it */
	bool is_read_only;        /* opened by store_open_any where it could not be written */
	int64_t history_rows_max; /* see history.h; tests make them smaller */
	int64_t history_bytes_max;
	/* The newest entry of the audit, while the transaction that wrote it lasts. */
	struct {
		bool known;
		int64_t seq;
		char hash[AUDIT_HASH_SIZE];
	} chain;
	/* Why the audit's head file is not up to date; code ERR_OK: it is. */
	struct err head_problem;
	char self[PROCESS_SIZE]; /* this process, for who owns an intent */
	/* Statements that are closed, kept prepared for the next time; NULL: a free place. */
	sqlite3_stmt *kept[STATEMENTS_KEPT];
	size_t next_kept; /* the place that is taken when none is free */
	void (*on_commit)(void *context, int pages);
	void *on_commit_context;
};

/* What went wrong and what to do, with the file's name. code is SQLite's. */
enum err_code store_failure(const struct store *store, int code, struct err *err);

/* SQL without parameters and without an answer. */
enum err_code store_exec(struct store *store, const char *sql, struct err *err);

/* A write transaction, begun at once (BEGIN IMMEDIATE), so that what it reads
 * cannot change under it. store_end commits when code is ERR_OK, else rolls
 * back; it returns code, or why the commit failed. */
enum err_code store_begin(struct store *store, struct err *err);
enum err_code store_end(struct store *store, enum err_code code, struct err *err);
/* The same for what may be lost: the commit waits for no disk. It is whole or not there
 * after a power failure, none is ahead of one before it, and the next commit of anything
 * else makes it durable too. Another program's write is waited for wait_ms at most:
 * ERR_TIMEOUT. Each begin that is ERR_OK has its end. */
enum err_code store_quick_begin(struct store *store, int wait_ms, struct err *err);
enum err_code store_quick_end(struct store *store, enum err_code code, struct err *err);

/* One statement. Errors of binding and of reading a column are kept and come
 * out of the next statement_row or of statement_run. */
struct statement {
	struct store *store;
	sqlite3_stmt *handle;
	int bound;  /* parameters bound in order so far */
	int failed; /* SQLite's code of the first error */
};

/* Always followed by statement_close, also where it fails. */
enum err_code statement_open(struct statement *statement, struct store *store, const char *sql,
			     struct err *err);
void statement_close(struct statement *statement);
/* Before the connection is closed. */
void statements_drop(struct store *store);

/* To be bound and run once more. */
void statement_again(struct statement *statement);

/* The next parameter in order. The text must outlive the statement's run. */
void statement_bind_text(struct statement *statement, const char *value); /* NULL: NULL */
void statement_bind_int(struct statement *statement, int64_t value);
void statement_bind_real(struct statement *statement, double value);
void statement_bind_bytes(struct statement *statement, const void *data, size_t len); /* 0: NULL */
void statement_bind_null(struct statement *statement);
/* Three: enabled, key, ttl_s. */
void statement_bind_members(struct statement *statement, const struct cache_members *members);
/* By name; nothing happens where the statement has no such parameter. */
void statement_name_text(struct statement *statement, const char *name, const char *value);
void statement_name_int(struct statement *statement, const char *name, int64_t value);

/* The next row; *row is false at the end. */
enum err_code statement_row(struct statement *statement, bool *row, struct err *err);
/* Run a statement that answers no rows. */
enum err_code statement_run(struct statement *statement, struct err *err);
/* Opened, run with its one parameter, and closed. */
enum err_code statement_run_with(struct store *store, const char *sql, int64_t value,
				 struct err *err);

int64_t statement_int(const struct statement *statement, int column);
double statement_real(const struct statement *statement, int column);
bool statement_is_null(const struct statement *statement, int column);
/* Valid until the next row; NULL for NULL. */
const char *statement_peek(const struct statement *statement, int column);
/* A malloc'd copy of bytes with a NUL behind them, which *len leaves out; NULL has
 * none. */
char *statement_blob(struct statement *statement, int column, size_t *len);
/* A malloc'd copy; NULL for NULL. */
char *statement_text(struct statement *statement, int column);

#endif
