/* A store that this program may not write: read all the same.
 *
 * A file with a write-ahead log is read through that log's shared index, which a reader must
 * be able to make; where there is no log the file is whole, and is read as it lies there. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dacache/base/buf.h"
#include "dacache/base/text.h"
#include "migrations.h"
#include "statement.h"
#include "store_open.h"

enum { URI_MAX = 16384, PATH_TEXT_MAX = 4096 };

static bool is_refused(const char *path, int mode)
{
	return faccessat(AT_FDCWD, path, mode, AT_EACCESS) != 0 &&
	       (errno == EACCES || errno == EROFS || errno == EPERM);
}

/* Of the folder that the path lies in, or would lie in: the nearest that is there. */
static bool folder_is_refused(const char *path)
{
	char folder[PATH_TEXT_MAX];
	struct stat status;
	char *slash;

	if (snprintf(folder, sizeof(folder), "%s", path) >= (int)sizeof(folder))
		return false;
	while ((slash = strrchr(folder, '/'))) {
		slash[slash == folder] = '\0';
		if (stat(folder, &status) == 0)
			return is_refused(folder, W_OK | X_OK);
		if (errno != ENOENT || slash == folder)
			return false;
	}
	return false;
}

bool store_may_only_be_read(const char *path)
{
	struct stat status;

	if (stat(path, &status) == 0)
		return is_refused(path, W_OK) || folder_is_refused(path);
	return errno == ENOENT && folder_is_refused(path);
}

/* "file:/a%20b?immutable=1" */
static enum err_code put_uri(const char *path, struct buf *out)
{
	buf_puts(out, "file:");
	for (; *path; path++) {
		if (strchr("%?#", *path))
			buf_printf(out, "%%%02x", (unsigned char)*path);
		else
			buf_putc(out, *path);
	}
	return buf_puts(out, "?immutable=1");
}

/* Another program has it open, or died with it. */
static bool has_log(const char *path)
{
	char log[PATH_TEXT_MAX];
	struct stat status;

	snprintf(log, sizeof(log), "%s-wal", path);
	return stat(log, &status) == 0 && status.st_size > 0;
}

static int open_file(struct store *store)
{
	struct buf uri;
	int code = SQLITE_NOMEM;

	if (has_log(store->path))
		return sqlite3_open_v2(store->path, &store->db, SQLITE_OPEN_READONLY, NULL);
	buf_init(&uri, URI_MAX);
	if (put_uri(store->path, &uri) == ERR_OK)
		code = sqlite3_open_v2(buf_str(&uri), &store->db,
				       SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
	buf_free(&uri);
	return code;
}

/* None is there: an empty one in memory, in which nothing can be put. */
static enum err_code open_empty(struct store *store, struct err *err)
{
	int code = sqlite3_open_v2(":memory:", &store->db,
				   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);

	if (code != SQLITE_OK)
		return store_failure(store, code, err);
	return migrations_run_all(store, err);
}

static enum err_code open_either(struct store *store, struct err *err)
{
	struct stat status;
	int code;

	if (stat(store->path, &status) != 0)
		return open_empty(store, err);
	code = open_file(store);
	if (code != SQLITE_OK)
		return store_failure(store, code, err);
	sqlite3_extended_result_codes(store->db, 1);
	sqlite3_busy_timeout(store->db, STORE_BUSY_MS);
	return migrations_run_all(store, err);
}

enum err_code store_open_reading(const char *path, const char *tenant, struct store **out,
				 struct err *err)
{
	struct store *store = calloc(1, sizeof(*store));
	enum err_code code = ERR_NO_MEMORY;

	*out = NULL;
	if (!store || !(store->path = text_dup(path)))
		err_set(err, code, "out of memory");
	else
		code = open_either(store, err);
	if (code == ERR_OK)
		code = store_exec(store, "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF",
				  err);
	if (code == ERR_OK)
		code = store_find_tenant(store, tenant, err);
	if (code != ERR_OK) {
		store_close(&store);
		return code;
	}
	process_self(store->self);
	store->is_read_only = true;
	*out = store;
	return ERR_OK;
}

enum err_code store_open_any(const char *path, const char *tenant, struct store **out,
			     struct err *err)
{
	struct err why = {0};
	enum err_code code = store_open(path, tenant, out, err);

	if (code == ERR_OK || !store_may_only_be_read(path))
		return code;
	if (store_open_reading(path, tenant, out, &why) == ERR_OK) {
		err_clear(err);
		return ERR_OK;
	}
	return code;
}

bool store_is_read_only(const struct store *store, struct err *err)
{
	if (!store || !store->is_read_only)
		return false;
	if (err)
		err_set(err, ERR_READ_ONLY,
			"%s is read-only; check its owner and mode and its directory's (chmod "
			"u+w), and whether its file system is mounted read-only",
			store->path);
	return true;
}
