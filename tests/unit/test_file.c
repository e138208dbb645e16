/* Whole files: written private and at once, read with a maximum. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <dirent.h>

#include "dacache/base/file.h"
#include "temp_dir.h"

static void holds(const char *path, const char *text)
{
	struct buf bytes;

	buf_init(&bytes, 1000);
	assert_int_equal(file_read(path, &bytes, NULL), ERR_OK);
	assert_string_equal(buf_str(&bytes), text);
	buf_free(&bytes);
}

/* Names in the directory, hidden ones too. */
static int count(const struct temp_dir *dir)
{
	DIR *names = opendir(dir->path);
	int n = 0;

	assert_non_null(names);
	while (readdir(names))
		n++;
	closedir(names);
	return n - 2;
}

static void a_file_is_private(void **state)
{
	char path[TEMP_PATH_SIZE];
	struct stat status;

	temp_dir_join(*state, "file", path);
	assert_int_equal(file_write_private(path, "text", 4, false, NULL), ERR_OK);
	holds(path, "text");
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_int_equal(count(*state), 1);
}

static void what_is_there_stays(void **state)
{
	char path[TEMP_PATH_SIZE];
	struct err err;

	temp_dir_join(*state, "file", path);
	temp_dir_write(path, "old", 3, 0644);
	assert_int_equal(file_write_private(path, "new", 3, false, &err), ERR_CONFLICT);
	assert_non_null(strstr(err.text, "is there already"));
	holds(path, "old");
	assert_int_equal(count(*state), 1);
}

static void a_link_to_nothing_is_there_too(void **state)
{
	char path[TEMP_PATH_SIZE];

	temp_dir_join(*state, "link", path);
	assert_int_equal(symlink("nowhere", path), 0);
	assert_int_equal(file_write_private(path, "new", 3, false, NULL), ERR_CONFLICT);
	assert_int_equal(count(*state), 1);
}

static void replaced_only_when_asked(void **state)
{
	char path[TEMP_PATH_SIZE];
	char other[TEMP_PATH_SIZE];
	struct stat status;

	temp_dir_join(*state, "file", path);
	temp_dir_join(*state, "link", other);
	temp_dir_write(path, "old", 3, 0644);
	assert_int_equal(symlink("file", other), 0);
	assert_int_equal(file_write_private(other, "new", 3, true, NULL), ERR_OK);
	holds(path, "new");
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_int_equal(lstat(other, &status), 0);
	assert_true(S_ISLNK(status.st_mode));
	assert_int_equal(count(*state), 2);
}

static void only_regular_files(void **state)
{
	char path[TEMP_PATH_SIZE];
	struct err err;
	struct buf bytes;

	buf_init(&bytes, 1000);
	temp_dir_join(*state, "fifo", path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(file_write_private(path, "x", 1, true, &err), ERR_IO);
	assert_int_equal(file_read(path, &bytes, &err), ERR_IO);
	assert_int_equal(file_read("/", &bytes, &err), ERR_IO);
	temp_dir_join(*state, "none/file", path);
	assert_int_equal(file_write_private(path, "x", 1, true, &err), ERR_IO);
	assert_int_equal(file_read(path, &bytes, &err), ERR_NOT_FOUND);
	assert_int_equal(count(*state), 1);
}

static void reading_has_its_limit(void **state)
{
	char path[TEMP_PATH_SIZE];
	struct err err;
	struct buf bytes;

	temp_dir_join(*state, "file", path);
	temp_dir_write(path, "12345", 5, 0600);
	buf_init(&bytes, 5);
	assert_int_equal(file_read(path, &bytes, &err), ERR_OK);
	buf_free(&bytes);
	buf_init(&bytes, 4);
	assert_int_equal(file_read(path, &bytes, &err), ERR_LIMIT);
	buf_free(&bytes);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, temp_dir_setup, temp_dir_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_private),
		TEST(what_is_there_stays),
		TEST(a_link_to_nothing_is_there_too),
		TEST(replaced_only_when_asked),
		TEST(only_regular_files),
		TEST(reading_has_its_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
