/* command: the table, finding, splitting a line, and the one check of read-only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app_rig.h"
#include "dacache/app/command.h"

static const struct command *found(const char *name, enum command_where where)
{
	const struct command *command = NULL;
	struct err err = {0};

	assert_int_equal(command_find(name, where, &command, &err), ERR_OK);
	return command;
}

static void not_found(const char *name, enum command_where where, const char *text)
{
	const struct command *command = NULL;
	struct err err = {0};

	assert_int_equal(command_find(name, where, &command, &err), ERR_USAGE);
	assert_null(command);
	assert_string_equal(err.text, text);
}

static void names(void **state)
{
	(void)state;
	assert_int_equal(found("set", AT_SHELL)->id, COMMAND_SET);
	assert_int_equal(found("audit", AT_SHELL)->id, COMMAND_AUDIT_SHELL);
	assert_int_equal(found("audit", AT_PROMPT)->id, COMMAND_AUDIT);
	assert_int_equal(found("fire", AT_PROMPT)->id, COMMAND_FIRE_NOW);
	not_found("sett", AT_SHELL, "no command 'sett'; did you mean 'set'?");
	not_found("se", AT_SHELL, "no command 'se'; did you mean 'set'?");
	not_found("zzzzzzzz", AT_SHELL, "no command 'zzzzzzzz'; see dacache --help");
	not_found("zzzzzzzz", AT_PROMPT, "no command 'zzzzzzzz'; :help lists them");
	not_found("open", AT_SHELL, "no command 'open'; see dacache --help");
}

static void beginnings_at_the_prompt(void **state)
{
	(void)state;
	assert_int_equal(found("dra", AT_PROMPT)->id, COMMAND_DRAFTS);
	assert_int_equal(found("q", AT_PROMPT)->id, COMMAND_QUIT);
	not_found("re", AT_PROMPT, "'re' begins more than one command");
	not_found("", AT_PROMPT, "no command ''; :help lists them");
}

/* One name, one command, in each place; each says what it is for. */
static void the_table_is_sound(void **state)
{
	const struct command *table = command_table();

	(void)state;
	for (int i = 0; i < COMMANDS; i++) {
		assert_int_equal(table[i].id, i);
		assert_true(strlen(table[i].help) > 10);
		for (int k = 0; k < i; k++)
			assert_false((table[i].where & table[k].where) &&
				     !strcmp(table[i].name, table[k].name));
	}
}

static void split(const char *line, const char *const *wanted, int count)
{
	char **words = NULL;
	struct err err = {0};
	int n;

	assert_int_equal(command_split(line, &words, &n, &err), ERR_OK);
	assert_int_equal(n, count);
	for (int i = 0; i < n; i++)
		assert_string_equal(words[i], wanted[i]);
	assert_null(words[n]);
	free(words);
}

static void splitting(void **state)
{
	const char *const plain[] = {"filter", "crm", "!x"};
	const char *const quoted[] = {"open", "Get it", "a\"b", "", "x y\\", "tail"};
	const char *const letters[] = {"a", "b", "c"};
	const char *const joined[] = {"abc def"};

	(void)state;
	split("filter crm  !x ", plain, 3);
	split("\topen 'Get it' \"a\\\"b\" '' 'x y\\' tail", quoted, 6);
	split("a b c", letters, 3);
	split("a\"b\"'c d'ef", (const char *const[]){"abc def"}, 1);
	split("abc\\ def", joined, 1);
	split("", NULL, 0);
	split("   ", NULL, 0);
	split("\\", (const char *const[]){"\\"}, 1);
}

static void open_quotes(void **state)
{
	const char *const lines[] = {"'", "a \"b", "\"a\\\"", "x 'y z"};
	char **words = NULL;
	struct err err = {0};
	int n;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(command_split(lines[i], &words, &n, &err), ERR_USAGE);
		assert_string_equal(err.text, "a quote is not closed");
		assert_int_equal(n, 0);
		assert_null(words);
	}
}

static enum err_code note_call(void *context, int argc, char **argv, struct err *err)
{
	(void)argv;
	(void)err;
	*(int *)context += argc;
	return ERR_OK;
}

static enum err_code dispatch(const struct session *session, const char *name, int *calls)
{
	static command_fn *const handlers[COMMANDS] = {
		[COMMAND_SET] = note_call, [COMMAND_FIRE] = note_call, [COMMAND_LIST] = note_call};
	char word[16] = "word";
	char *argv[] = {word, NULL};
	struct err err = {0};

	return command_dispatch(session, found(name, AT_SHELL), handlers, calls, 1, argv, &err);
}

static void dispatching(void **state)
{
	int calls = 0;

	(void)state;
	assert_int_equal(dispatch(NULL, "set", &calls), ERR_OK);
	assert_int_equal(calls, 1);
	assert_int_equal(dispatch(NULL, "doctor", &calls), ERR_USAGE);
	assert_int_equal(calls, 1);
}

static void read_only_refuses_all_that_writes(void **state)
{
	struct app_rig rig;
	char store[TEMP_PATH_SIZE];
	struct session_options options = {
		.profile = &rig.profile, .store_path = store, .read_only = true};
	struct err err = {0};
	int calls = 0;

	(void)state;
	app_rig_up(&rig);
	assert_int_equal(dispatch(rig.session, "set", &calls), ERR_OK);
	assert_int_equal(dispatch(rig.session, "list", &calls), ERR_OK);
	assert_int_equal(calls, 2);
	session_free(&rig.session);
	temp_dir_join(rig.dir, "dacache/dacache.db", store);
	assert_int_equal(session_new(rig.loop, &options, &rig.session, &err), ERR_OK);
	assert_int_equal(dispatch(rig.session, "set", &calls), ERR_READ_ONLY);
	assert_int_equal(dispatch(rig.session, "fire", &calls), ERR_READ_ONLY);
	assert_int_equal(calls, 2);
	assert_int_equal(dispatch(rig.session, "list", &calls), ERR_OK);
	assert_int_equal(calls, 3);
	app_rig_down(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(beginnings_at_the_prompt),
		cmocka_unit_test(the_table_is_sound),
		cmocka_unit_test(splitting),
		cmocka_unit_test(open_quotes),
		cmocka_unit_test(dispatching),
		cmocka_unit_test(read_only_refuses_all_that_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
