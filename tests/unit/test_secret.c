/* The client secret from a command or a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "../../src/store/secret.h"
#include "temp_dir.h"

enum { AMPLE_MS = 60000 };

static void command_gives(const char *command, const char *wanted)
{
	char *secret = NULL;
	struct err err = {0};

	assert_int_equal(secret_from_command(command, AMPLE_MS, &secret, &err), ERR_OK);
	assert_string_equal(secret, wanted);
	secret_free(&secret);
	assert_null(secret);
}

static void command_fails(const char *command, enum err_code code, const char *word)
{
	char *secret = NULL;
	struct err err = {0};

	assert_int_equal(secret_from_command(command, AMPLE_MS, &secret, &err), code);
	assert_null(secret);
	assert_non_null(strstr(err.text, "client_secret_command"));
	assert_non_null(strstr(err.text, word));
	assert_null(strstr(err.text, "hush")); /* what it printed is not told */
}

static void the_first_line_of_a_command_is_the_secret(void **state)
{
	(void)state;
	command_gives("echo 's3cret with  blanks'; echo more", "s3cret with  blanks");
	command_gives("printf 'no newline'", "no newline");
	command_gives("printf 'dos\\r\\n'", "dos");
	command_gives("cat; echo after", "after"); /* it has no standard input */
}

static void a_command_that_fails_gives_nothing(void **state)
{
	(void)state;
	command_fails("echo hush; exit 3", ERR_IO, "exit status 3");
	command_fails("echo hush; kill -9 $$", ERR_IO, "signal 9");
	command_fails("exec /nowhere/at/all 2>&-", ERR_IO, "exit status 127");
	command_fails("true", ERR_INVALID, "no first line");
	command_fails("echo; echo hush", ERR_INVALID, "no first line");
	command_fails("exec yes hush", ERR_LIMIT, "more than");
}

static void a_command_that_does_not_end_is_ended(void **state)
{
	char *secret = NULL;
	struct err err = {0};

	(void)state;
	assert_int_equal(secret_from_command("echo early; tail -f /dev/null", 50, &secret, &err),
			 ERR_TIMEOUT);
	assert_null(secret);
	/* Also one that has closed its output. */
	assert_int_equal(
		secret_from_command("exec tail -f /dev/null >/dev/null", 50, &secret, &err),
		ERR_TIMEOUT);
	assert_null(secret);
}

static void the_first_line_of_a_file_is_the_secret(void **state)
{
	char path[TEMP_PATH_SIZE];
	char *secret = NULL;
	struct err err = {0};

	temp_dir_join(*state, "secret", path);
	temp_dir_write(path, "s3cret\nmore\n", 12, 0600);
	assert_int_equal(secret_from_file(path, &secret, &err), ERR_OK);
	assert_string_equal(secret, "s3cret");
	secret_free(&secret);
	temp_dir_write(path, "s3cret", 6, 0400);
	assert_int_equal(secret_from_file(path, &secret, &err), ERR_OK);
	assert_string_equal(secret, "s3cret");
	secret_free(&secret);
}

static void a_file_that_others_may_read_or_write_is_refused(void **state)
{
	static const unsigned modes[] = {0640, 0604, 0620, 0602, 0644, 0666};
	char path[TEMP_PATH_SIZE];
	char *secret = NULL;

	temp_dir_join(*state, "secret", path);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		struct err err = {0};

		temp_dir_write(path, "hush", 4, modes[i]);
		assert_int_equal(secret_from_file(path, &secret, &err), ERR_INVALID);
		assert_null(secret);
		assert_non_null(strstr(err.text, path));
		assert_non_null(strstr(err.text, "chmod 600"));
		assert_null(strstr(err.text, "hush"));
	}
}

static void what_is_no_secret_file_is_named(void **state)
{
	const struct temp_dir *dir = *state;
	char path[TEMP_PATH_SIZE];
	char *secret = NULL;
	struct err err = {0};

	temp_dir_join(dir, "secret", path);
	assert_int_equal(secret_from_file(path, &secret, &err), ERR_NOT_FOUND);
	assert_non_null(strstr(err.text, path));
	temp_dir_write(path, "\nhush", 5, 0600);
	assert_int_equal(secret_from_file(path, &secret, &err), ERR_INVALID);
	assert_int_equal(secret_from_file(dir->path, &secret, &err), ERR_IO);
	assert_non_null(strstr(err.text, "no regular file"));
	temp_dir_join(dir, "fifo", path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(secret_from_file(path, &secret, &err), ERR_IO);
	assert_null(secret);
}

#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, temp_dir_setup, temp_dir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_line_of_a_command_is_the_secret),
		cmocka_unit_test(a_command_that_fails_gives_nothing),
		cmocka_unit_test(a_command_that_does_not_end_is_ended),
		IN_DIR(the_first_line_of_a_file_is_the_secret),
		IN_DIR(a_file_that_others_may_read_or_write_is_refused),
		IN_DIR(what_is_no_secret_file_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
