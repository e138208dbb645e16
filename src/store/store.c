#include "dacache/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "dacache/base/text.h"
#include "dacache/store/history.h"
#include "directory.h"
#include "migrations.h"
#include "statement.h"
#include "store_open.h"

enum {
	WAL_PAUSE_MS = 10,
	CHECKPOINT_PAGES = 1000,
	MODE_SIZE = 16,
	FILE_MODE = 0600,
	PATH_TEXT_MAX = 4096
};

static enum err_code create_file(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);

	if (fd >= 0) {
		close(fd);
		return directory_sync_for(path, err);
	}
	if (errno == EEXIST)
		return ERR_OK;
	return err_set(err, ERR_IO, "%s cannot be made: %s; check its directory", path,
		       strerror(errno));
}

/* A store that was there with a wider mode. SQLite gives -wal and -shm the mode
 * of the file itself. By path: closing a descriptor of a file that SQLite has
 * open in this program would drop SQLite's locks. */
static enum err_code make_private(const char *path, struct err *err)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	char name[PATH_TEXT_MAX];
	struct stat status;

	for (int i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
		if (stat(name, &status) != 0 || !(status.st_mode & 077) ||
		    status.st_uid != geteuid())
			continue;
		if (chmod(name, status.st_mode & 0700) != 0)
			return err_set(err, ERR_IO, "%s: %s", name, strerror(errno));
	}
	return ERR_OK;
}

/* SQLite's code; *mode is the journal mode that resulted. */
static int ask_for_wal(sqlite3 *db, char mode[MODE_SIZE])
{
	sqlite3_stmt *handle = NULL;
	int code = sqlite3_prepare_v2(db, "PRAGMA journal_mode = WAL", -1, &handle, NULL);

	mode[0] = '\0';
	if (code == SQLITE_OK)
		code = sqlite3_step(handle);
	if (code == SQLITE_ROW) {
		snprintf(mode, MODE_SIZE, "%s", (const char *)sqlite3_column_text(handle, 0));
		code = SQLITE_OK;
	}
	sqlite3_finalize(handle);
	return code;
}

/* Where two programs make the store at the same time, SQLite reports it busy at
 * once: it waits for no lock while it changes the journal mode. */
static enum err_code use_wal(struct store *store, struct err *err)
{
	const struct timespec pause = {.tv_nsec = WAL_PAUSE_MS * 1000000L};
	char mode[MODE_SIZE];
	int code = ask_for_wal(store->db, mode);

	for (int waited = 0; (code & 0xff) == SQLITE_BUSY && waited < STORE_BUSY_MS;
	     waited += WAL_PAUSE_MS) {
		nanosleep(&pause, NULL);
		code = ask_for_wal(store->db, mode);
	}
	if (code != SQLITE_OK)
		return store_failure(store, code, err);
	if (strcmp(mode, "wal") == 0)
		return ERR_OK;
	return err_set(err, ERR_STORE,
		       "%s: its file system cannot hold a shared store (no WAL); set "
		       "XDG_STATE_HOME to a local disk",
		       store->path);
}

static enum err_code open_database(struct store *store, struct err *err)
{
	int code = sqlite3_open_v2(store->path, &store->db, SQLITE_OPEN_READWRITE, NULL);

	if (code != SQLITE_OK)
		return store_failure(store, code, err);
	sqlite3_extended_result_codes(store->db, 1);
	sqlite3_busy_timeout(store->db, STORE_BUSY_MS);
	/* SQLite falls back to reading alone without a word. */
	if (sqlite3_db_readonly(store->db, "main") == 1)
		return store_failure(store, SQLITE_READONLY, err);

	enum err_code result = use_wal(store, err);

	/* Not before it is known to be a database. */
	if (result == ERR_OK)
		result = make_private(store->path, err);
	if (result != ERR_OK)
		return result;
	/* Of what a statement with triggers may have to take back a copy is kept, each page
	 * of it anew: in a transaction of hundreds of entries thousands of writes to a file
	 * in /var/tmp. No statement here sorts much. */
	return store_exec(store,
			  "PRAGMA synchronous = FULL;"
			  "PRAGMA temp_store = MEMORY;"
			  "PRAGMA foreign_keys = ON;"
			  "PRAGMA trusted_schema = OFF",
			  err);
}

/* malloc'd: scheme and host in lower case, no slash at the end, so that two
 * spellings of one tenant share what is kept. */
static char *tenant_key(const char *url)
{
	char *key = text_dup(url);

	if (!key)
		return NULL;

	char *host = strstr(key, "://");
	char *end = host ? host + 3 + strcspn(host + 3, "/") : key;
	size_t len = strlen(key);

	for (char *p = key; p < end; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	while (len > 0 && key[len - 1] == '/')
		key[--len] = '\0';
	return key;
}

static enum err_code find_tenant(struct store *store, const char *key, bool *found, struct err *err)
{
	struct statement statement;
	enum err_code code =
		statement_open(&statement, store, "SELECT id FROM tenant WHERE base_url = ?", err);

	if (code == ERR_OK) {
		statement_bind_text(&statement, key);
		code = statement_row(&statement, found, err);
	}
	if (code == ERR_OK && *found)
		store->tenant_id = statement_int(&statement, 0);
	statement_close(&statement);
	return code;
}

static enum err_code add_tenant(struct store *store, const char *key, struct err *err)
{
	struct statement statement;
	enum err_code code = statement_open(
		&statement, store, "INSERT OR IGNORE INTO tenant (base_url) VALUES (?)", err);

	if (code == ERR_OK) {
		statement_bind_text(&statement, key);
		code = statement_run(&statement, err);
	}
	statement_close(&statement);
	return code;
}

enum err_code store_find_tenant(struct store *store, const char *tenant, struct err *err)
{
	bool found = false;

	store->tenant = tenant_key(tenant);
	if (!store->tenant)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	return find_tenant(store, store->tenant, &found, err);
}

static enum err_code use_tenant(struct store *store, const char *tenant, struct err *err)
{
	enum err_code code = store_find_tenant(store, tenant, err);
	bool found;

	if (code != ERR_OK || store->tenant_id != 0)
		return code;
	code = add_tenant(store, store->tenant, err);
	return code ? code : find_tenant(store, store->tenant, &found, err);
}

enum err_code store_open(const char *path, const char *tenant, struct store **out, struct err *err)
{
	enum err_code code;
	struct store *store = calloc(1, sizeof(*store));

	*out = NULL;
	if (!store || !(store->path = text_dup(path))) {
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
		goto done;
	}
	store->history_rows_max = HISTORY_ROWS_MAX;
	store->history_bytes_max = HISTORY_BYTES_MAX;
	process_self(store->self);
	code = directory_make_for(path, err);
	if (code == ERR_OK)
		code = create_file(path, err);
	if (code == ERR_OK)
		code = open_database(store, err);
	if (code == ERR_OK)
		code = migrations_run_all(store, err);
	if (code == ERR_OK)
		code = use_tenant(store, tenant, err);
done:
	if (code == ERR_OK)
		*out = store;
	else
		store_close(&store);
	return code;
}

void store_close(struct store **store)
{
	if (!*store)
		return;
	statements_drop(*store);
	sqlite3_close((*store)->db);
	free((*store)->tenant);
	free((*store)->path);
	free(*store);
	*store = NULL;
}

static int committed(void *context, sqlite3 *db, const char *name, int pages)
{
	struct store *store = context;

	(void)db;
	(void)name;
	store->on_commit(store->on_commit_context, pages);
	return SQLITE_OK;
}

/* SQLite's own checkpoints hang on the same hook: this one takes their place. */
void store_on_commit(struct store *store, void (*fn)(void *context, int pages), void *context)
{
	store->on_commit = fn;
	store->on_commit_context = context;
	if (fn)
		sqlite3_wal_hook(store->db, committed, store);
	else
		sqlite3_wal_autocheckpoint(store->db, CHECKPOINT_PAGES);
}

void store_checkpoint(struct store *store)
{
	sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

void store_libraries(char *out, size_t size)
{
	snprintf(out, size, "SQLite %s, zlib %s", sqlite3_libversion(), zlibVersion());
}
