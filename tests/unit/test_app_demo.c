/* demo_directory: what killed demos left is removed, and nothing else. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/app/demo_directory.h"
#include "temp_dir.h"

static void touch(const char *directory, const char *name)
{
	char path[2 * TEMP_PATH_SIZE];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	close(fd);
}

static bool is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

static void gone_at_its_end(void **state)
{
	const char *base = ((struct temp_dir *)*state)->path;
	struct demo_directory demo;
	struct err err;
	char path[DEMO_PATH_MAX];

	assert_int_equal(demo_directory_make(base, &demo, &err), ERR_OK);
	snprintf(path, sizeof(path), "%s", demo.path);
	touch(path, "demo.db");
	touch(path, "demo.db-wal");
	demo_directory_remove(&demo);
	assert_false(is_there(path));
	demo_directory_remove(&demo);
}

static void no_place(void **state)
{
	struct demo_directory demo;
	struct err err;

	(void)state;
	assert_int_equal(demo_directory_make("/nowhere", &demo, &err), ERR_IO);
	assert_string_equal(err.text,
			    "no directory for the demo in /nowhere: No such file or directory");
	demo_directory_remove(&demo);
}

/* A demo that was killed: its process ends without a word. */
static void left_behind(const char *base, char path[DEMO_PATH_MAX])
{
	int tell[2];
	pid_t pid;

	assert_int_equal(pipe(tell), 0);
	pid = fork();
	if (pid == 0) {
		struct demo_directory demo;
		struct err err;

		if (demo_directory_make(base, &demo, &err))
			_exit(1);
		touch(demo.path, "demo.db");
		if (write(tell[1], demo.path, sizeof(demo.path)) < 0)
			_exit(1);
		_exit(0);
	}
	assert_int_equal(read(tell[0], path, DEMO_PATH_MAX), DEMO_PATH_MAX);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	close(tell[0]);
	close(tell[1]);
}

static void the_next_one_tidies_up(void **state)
{
	const char *base = ((struct temp_dir *)*state)->path;
	struct demo_directory alive;
	struct err err;
	char dead[DEMO_PATH_MAX];
	char other[4 * TEMP_PATH_SIZE];
	char file[2 * TEMP_PATH_SIZE];
	char link[2 * TEMP_PATH_SIZE];
	char elsewhere[2 * TEMP_PATH_SIZE];

	snprintf(elsewhere, sizeof(elsewhere), "%s/elsewhere", base);
	assert_int_equal(mkdir(elsewhere, 0700), 0);
	left_behind(base, dead);
	assert_true(is_there(dead));
	assert_int_equal(demo_directory_make(base, &alive, &err), ERR_OK);
	touch(alive.path, "demo.db");
	touch(base, "dacache-demo.file");
	touch(elsewhere, "precious");
	snprintf(link, sizeof(link), "%s/dacache-demo.link", base);
	assert_int_equal(symlink(elsewhere, link), 0);
	demo_directory_clean(base);
	assert_false(is_there(dead));
	snprintf(file, sizeof(file), "%s/demo.db", alive.path);
	assert_true(is_there(file));
	snprintf(other, sizeof(other), "%s/precious", elsewhere);
	assert_true(is_there(other));
	assert_true(is_there(link));
	demo_directory_remove(&alive);
	unlink(link);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(gone_at_its_end, temp_dir_setup, temp_dir_teardown),
		cmocka_unit_test_setup_teardown(no_place, temp_dir_setup, temp_dir_teardown),
		cmocka_unit_test_setup_teardown(the_next_one_tidies_up, temp_dir_setup,
						temp_dir_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
