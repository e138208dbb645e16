/* Opening the store: modes, versions, tenants, and what can be wrong with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/store/migrations.h"
#include "dacache/base/text.h"
#include "dacache/store/local.h"
#include "store_rig.h"
#include "temp_dir.h"

#define TENANT "https://platform.example.com"

static struct store *must_open(const char *path, const char *tenant)
{
	struct store *store = NULL;
	struct err err = {0};
	enum err_code code = store_open(path, tenant, &store, &err);

	assert_string_equal(err.text, "");
	assert_int_equal(code, ERR_OK);
	return store;
}

/* Opening fails, names the file and says `word`. */
static void must_refuse(const char *path, enum err_code code, const char *word)
{
	struct store *store = NULL;
	struct err err = {0};

	assert_int_equal(store_open(path, TENANT, &store, &err), code);
	assert_null(store);
	assert_non_null(strstr(err.text, path));
	assert_non_null(strstr(err.text, word));
}

static unsigned mode_of(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return status.st_mode & 07777;
}

static void save_draft(struct store *store, const char *id)
{
	struct err err = {0};
	char *text = text_dup(id);
	const struct draft draft = {.action_id = text, .form = text, .wall_us = 1};

	assert_int_equal(draft_save(store, &draft, &err), ERR_OK);
	free(text);
}

static void directory_and_files_are_the_owners_alone(void **state)
{
	char path[TEMP_PATH_SIZE], wal[TEMP_PATH_SIZE], shm[TEMP_PATH_SIZE], dir[TEMP_PATH_SIZE];
	mode_t before = umask(0);

	temp_dir_join(*state, "a/b/dacache.db", path);
	temp_dir_join(*state, "a/b/dacache.db-wal", wal);
	temp_dir_join(*state, "a/b/dacache.db-shm", shm);

	struct store *store = must_open(path, TENANT);

	save_draft(store, "x");
	umask(before);
	assert_int_equal(mode_of(path), 0600);
	assert_int_equal(mode_of(wal), 0600);
	assert_int_equal(mode_of(shm), 0600);
	temp_dir_join(*state, "a", dir);
	assert_int_equal(mode_of(dir), 0700);
	temp_dir_join(*state, "a/b", dir);
	assert_int_equal(mode_of(dir), 0700);
	store_close(&store);
	assert_null(store);
}

static void a_store_others_may_read_is_closed_to_them(void **state)
{
	char path[TEMP_PATH_SIZE], wal[TEMP_PATH_SIZE];

	temp_dir_join(*state, "dacache.db", path);
	temp_dir_join(*state, "dacache.db-wal", wal);

	struct store *running = must_open(path, TENANT);

	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(chmod(wal, 0644), 0);

	struct store *store = must_open(path, TENANT);

	assert_int_equal(mode_of(path), 0600);
	assert_int_equal(mode_of(wal), 0600);
	store_close(&store);
	store_close(&running);
}

static void writes_are_synced_and_the_version_is_kept(void **state)
{
	char path[TEMP_PATH_SIZE];

	temp_dir_join(*state, "dacache.db", path);

	struct store *store = must_open(path, TENANT);

	assert_int_equal(store_rig_number(store, "PRAGMA synchronous"), 2); /* FULL */
	assert_int_equal(store_rig_number(store, "PRAGMA foreign_keys"), 1);
	assert_int_equal(store_rig_number(store, "PRAGMA user_version"), store_schema_version());
	store_close(&store);
}

static void reopening_keeps_what_was_written(void **state)
{
	struct draft draft;
	struct err err = {0};
	char path[TEMP_PATH_SIZE];

	temp_dir_join(*state, "dacache.db", path);

	struct store *store = must_open(path, TENANT);

	save_draft(store, "kept");
	store_close(&store);
	store = must_open(path, TENANT);
	assert_int_equal(draft_load(store, "kept", &draft, &err), ERR_OK);
	draft_clear(&draft);
	store_close(&store);
}

static void tenants_do_not_see_each_other(void **state)
{
	struct draft draft;
	struct err err = {0};
	char path[TEMP_PATH_SIZE];

	temp_dir_join(*state, "dacache.db", path);

	struct store *one = must_open(path, TENANT);
	struct store *other = must_open(path, "https://other.example.com");

	save_draft(one, "x");
	assert_int_equal(draft_load(other, "x", &draft, &err), ERR_NOT_FOUND);
	store_close(&other);
	store_close(&one);
}

static void spellings_of_one_tenant_are_one_tenant(void **state)
{
	struct draft draft;
	struct err err = {0};
	char path[TEMP_PATH_SIZE];

	temp_dir_join(*state, "dacache.db", path);

	struct store *one = must_open(path, "https://host.example.com/Path");
	struct store *same = must_open(path, "HTTPS://Host.Example.COM/Path//");
	struct store *other = must_open(path, "https://host.example.com/path");

	save_draft(one, "x");
	assert_int_equal(draft_load(same, "x", &draft, &err), ERR_OK);
	draft_clear(&draft);
	assert_int_equal(draft_load(other, "x", &draft, &err), ERR_NOT_FOUND);
	store_close(&other);
	store_close(&same);
	store_close(&one);
}

static void a_newer_schema_is_refused(void **state)
{
	char path[TEMP_PATH_SIZE];
	struct err err = {0};

	temp_dir_join(*state, "dacache.db", path);

	struct store *store = must_open(path, TENANT);

	assert_int_equal(store_exec(store, "PRAGMA user_version = 4711", &err), ERR_OK);
	store_close(&store);
	must_refuse(path, ERR_STORE, "schema 4711");
}

static void what_is_no_database_is_refused(void **state)
{
	char path[TEMP_PATH_SIZE], text[8192];

	memset(text, 'x', sizeof(text));
	temp_dir_join(*state, "dacache.db", path);
	temp_dir_write(path, text, sizeof(text), 0644);
	must_refuse(path, ERR_STORE, "damaged");
	assert_int_equal(mode_of(path), 0644); /* it is not ours: left alone */
}

/* The second page on is overwritten: the header still looks right. */
static void a_damaged_database_is_named(void **state)
{
	char path[TEMP_PATH_SIZE], text[262144];
	struct err err = {0};
	struct stat status;

	temp_dir_join(*state, "dacache.db", path);

	struct store *store = must_open(path, TENANT);

	store_close(&store);
	assert_int_equal(stat(path, &status), 0);
	assert_true(status.st_size > 8192 && status.st_size < (off_t)sizeof(text));

	FILE *file = fopen(path, "r+");

	assert_non_null(file);
	memset(text, 'x', sizeof(text));
	assert_int_equal(fseek(file, 4096, SEEK_SET), 0);
	assert_int_equal(fwrite(text, 1, (size_t)status.st_size - 4096, file),
			 status.st_size - 4096);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(store_open(path, TENANT, &store, &err), ERR_STORE);
	assert_non_null(strstr(err.text, path));
	assert_non_null(strstr(err.text, "damaged"));
}

static void a_directory_in_the_files_place_is_named(void **state)
{
	char path[TEMP_PATH_SIZE];

	temp_dir_join(*state, "dacache.db", path);
	assert_int_equal(mkdir(path, 0700), 0);
	must_refuse(path, ERR_STORE, "cannot be opened");
}

static void a_file_in_the_directorys_place_is_named(void **state)
{
	char file[TEMP_PATH_SIZE], path[TEMP_PATH_SIZE];
	struct store *store = NULL;
	struct err err = {0};

	temp_dir_join(*state, "dacache", file);
	temp_dir_write(file, "", 0, 0600);
	temp_dir_join(*state, "dacache/dacache.db", path);
	assert_int_equal(store_open(path, TENANT, &store, &err), ERR_IO);
	assert_non_null(strstr(err.text, path));
	assert_non_null(strstr(err.text, "Not a directory"));
}

/* Modes bind root as little as they bind tests that root runs: the child gives
 * its rights away first. Its exit status says how it went. */
static int open_without_rights(const char *path)
{
	struct store *store = NULL;
	struct err err = {0};

	if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
		return 2;

	enum err_code code = store_open(path, TENANT, &store, &err);

	store_close(&store);
	return code == ERR_STORE && strstr(err.text, path) && strstr(err.text, "read-only") ? 0 : 1;
}

static int status_of(pid_t pid)
{
	int status = 0;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void a_read_only_store_is_named(void **state)
{
	const struct temp_dir *dir = *state;
	char path[TEMP_PATH_SIZE];

	temp_dir_join(dir, "dacache.db", path);

	struct store *store = must_open(path, TENANT);

	store_close(&store);
	if (geteuid() == 0)
		assert_int_equal(chmod(path, 0444), 0);
	else
		assert_int_equal(chmod(path, 0400), 0);
	assert_int_equal(chmod(dir->path, 0755), 0);

	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(open_without_rights(path));
	assert_int_equal(status_of(pid), 0);
}

static void a_locked_store_is_named(void **state)
{
	struct err err = {0};
	char path[TEMP_PATH_SIZE];
	const struct draft draft = {.action_id = path, .wall_us = 1};

	temp_dir_join(*state, "dacache.db", path);

	struct store *holder = must_open(path, TENANT);
	struct store *waiter = must_open(path, TENANT);

	assert_int_equal(store_begin(holder, &err), ERR_OK);
	sqlite3_busy_timeout(waiter->db, 1);
	assert_int_equal(draft_save(waiter, &draft, &err), ERR_STORE);
	assert_non_null(strstr(err.text, path));
	assert_non_null(strstr(err.text, "locked"));
	assert_int_equal(store_end(holder, ERR_OK, &err), ERR_OK);
	assert_int_equal(draft_save(waiter, &draft, &err), ERR_OK);
	store_close(&waiter);
	store_close(&holder);
}

static void a_full_disk_is_named_and_nothing_is_half_written(void **state)
{
	struct err err = {0};
	char path[TEMP_PATH_SIZE], *form = calloc(1, 200001);
	struct draft draft = {.action_id = path, .form = form, .wall_us = 1};

	assert_non_null(form);
	memset(form, 'x', 200000);
	temp_dir_join(*state, "dacache.db", path);

	struct store *store = must_open(path, TENANT);

	assert_int_equal(store_exec(store, "PRAGMA max_page_count = 20", &err), ERR_OK);
	assert_int_equal(draft_save(store, &draft, &err), ERR_STORE);
	assert_non_null(strstr(err.text, path));
	assert_non_null(strstr(err.text, "disk is full"));
	assert_int_equal(store_rig_number(store, "SELECT count(*) FROM draft"), 0);
	draft.form = NULL;
	assert_int_equal(draft_save(store, &draft, &err), ERR_OK);
	store_close(&store);
	free(form);
}

static enum err_code add_two(struct store *store, struct err *err)
{
	return store_exec(store, "INSERT INTO more VALUES (2)", err);
}

static const struct migration growing[] = {
	{.sql = "CREATE TABLE old (x)"},
	{.sql = "INSERT INTO old VALUES (1); CREATE TABLE more AS SELECT x + 1 AS x FROM old"},
	{.sql = "INSERT INTO more VALUES (7)",
	 .fill = add_two,
	 .sql_after = "UPDATE more SET x = x * 10"},
};

static struct store *raw_open(const char *path)
{
	struct store *store = calloc(1, sizeof(*store));

	assert_non_null(store);
	store->path = text_dup(path);
	assert_non_null(store->path);
	assert_int_equal(sqlite3_open(path, &store->db), SQLITE_OK);
	sqlite3_busy_timeout(store->db, 60000);
	return store;
}

static void an_older_schema_takes_the_missing_steps_alone(void **state)
{
	char path[TEMP_PATH_SIZE];
	struct err err = {0};

	temp_dir_join(*state, "old.db", path);

	struct store *store = raw_open(path);

	assert_int_equal(migrations_run(store, growing, 1, &err), ERR_OK);
	assert_int_equal(store_rig_number(store, "PRAGMA user_version"), 1);
	assert_int_equal(migrations_run(store, growing, 3, &err), ERR_OK);
	assert_int_equal(store_rig_number(store, "PRAGMA user_version"), 3);
	assert_int_equal(store_rig_number(store, "SELECT sum(x) FROM more"), 110);
	assert_int_equal(migrations_run(store, growing, 3, &err), ERR_OK);
	assert_int_equal(store_rig_number(store, "SELECT sum(x) FROM more"), 110);
	assert_int_equal(migrations_run(store, growing, 2, &err), ERR_STORE);
	store_close(&store);
}

static void a_step_that_fails_leaves_nothing(void **state)
{
	static const struct migration broken[] = {
		{.sql = "CREATE TABLE fine (x)"},
		{.sql = "CREATE TABLE half (x)", .fill = add_two},
	};
	char path[TEMP_PATH_SIZE];
	struct err err = {0};

	temp_dir_join(*state, "old.db", path);

	struct store *store = raw_open(path);

	assert_int_equal(migrations_run(store, broken, 2, &err), ERR_STORE);
	assert_non_null(strstr(err.text, "schema 2"));
	assert_non_null(strstr(err.text, path));
	assert_int_equal(store_rig_number(store, "PRAGMA user_version"), 1);
	assert_int_equal(store_rig_number(store, "SELECT count(*) FROM sqlite_master"), 1);
	store_close(&store);
}

/* Eight programs at once on a store that is not there yet. */
static void programs_may_make_the_store_at_the_same_time(void **state)
{
	enum { PROGRAMS = 8 };
	pid_t pids[PROGRAMS];
	char path[TEMP_PATH_SIZE];

	temp_dir_join(*state, "dir/dacache.db", path);
	for (int i = 0; i < PROGRAMS; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0) {
			struct store *store = NULL;
			struct err err = {0};

			if (store_open(path, TENANT, &store, &err) != ERR_OK)
				dprintf(2, "%s\n", err.text);
			_exit(store ? 0 : 1);
		}
	}
	for (int i = 0; i < PROGRAMS; i++)
		assert_int_equal(status_of(pids[i]), 0);

	struct store *store = must_open(path, TENANT);

	assert_int_equal(store_rig_number(store, "SELECT count(*) FROM tenant"), 1);
	store_close(&store);
}

static void note_pages(void *context, int pages)
{
	*(int *)context = pages;
}

static void commits_are_told_and_brought_in_when_asked(void **state)
{
	char path[TEMP_PATH_SIZE];
	struct store *store;
	int pages = 0;
	int before;

	temp_dir_join(*state, "dacache.db", path);
	store = must_open(path, TENANT);
	store_on_commit(store, note_pages, &pages);
	save_draft(store, "a");
	assert_true(pages > 0);
	before = pages;
	save_draft(store, "b");
	assert_true(pages > before);
	store_checkpoint(store);
	save_draft(store, "c"); /* the log begins anew */
	assert_true(pages < before);
	before = pages;
	store_on_commit(store, NULL, NULL);
	save_draft(store, "d");
	assert_int_equal(pages, before);
	store_close(&store);
}

#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, temp_dir_setup, temp_dir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIR(directory_and_files_are_the_owners_alone),
		IN_DIR(a_store_others_may_read_is_closed_to_them),
		IN_DIR(writes_are_synced_and_the_version_is_kept),
		IN_DIR(reopening_keeps_what_was_written),
		IN_DIR(tenants_do_not_see_each_other),
		IN_DIR(spellings_of_one_tenant_are_one_tenant),
		IN_DIR(a_newer_schema_is_refused),
		IN_DIR(what_is_no_database_is_refused),
		IN_DIR(a_damaged_database_is_named),
		IN_DIR(a_directory_in_the_files_place_is_named),
		IN_DIR(a_file_in_the_directorys_place_is_named),
		IN_DIR(a_read_only_store_is_named),
		IN_DIR(a_locked_store_is_named),
		IN_DIR(a_full_disk_is_named_and_nothing_is_half_written),
		IN_DIR(an_older_schema_takes_the_missing_steps_alone),
		IN_DIR(a_step_that_fails_leaves_nothing),
		IN_DIR(commits_are_told_and_brought_in_when_asked),
		IN_DIR(programs_may_make_the_store_at_the_same_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
