/* The key table: one meaning a key and context, and no write on a letter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "dacache/ui/keys.h"

static void one_meaning_a_context(void **state)
{
	size_t n;
	const struct key_binding *table = keys_table(&n);

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++)
			if (table[i].context == table[k].context)
				assert_int_not_equal(table[i].code, table[k].code);
}

static void every_key_is_explained(void **state)
{
	size_t n;
	const struct key_binding *table = keys_table(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		bool explained = table[i].help[0] != '\0';
		for (size_t k = 0; k < i && !explained; k++)
			explained = table[k].context == table[i].context &&
				    table[k].action == table[i].action && table[k].help[0];
		assert_true(explained);
	}
}

static void no_letter_writes(void **state)
{
	size_t n;
	const struct key_binding *table = keys_table(&n);

	(void)state;
	for (size_t i = 0; i < n; i++)
		if (table[i].action == ACT_APPLY)
			assert_true(table[i].code >= K_SPECIAL);
}

static void special_contexts_come_first(void **state)
{
	const enum key_context audit[] = {KEYS_AUDIT, KEYS_MAIN};
	const enum key_context other[] = {KEYS_LIVE, KEYS_MAIN};

	(void)state;
	assert_int_equal(keys_find(audit, 2, 'a'), ACT_SCOPE);
	assert_int_equal(keys_find(other, 2, 'a'), ACT_GO_AUDIT);
	assert_int_equal(keys_find(other, 2, K_CTRL('C')), ACT_CANCEL);
	assert_int_equal(keys_find(other, 2, 0x1f600), ACT_NONE);
	assert_int_equal(keys_find(NULL, 0, 'j'), ACT_NONE);
}

static void names(void **state)
{
	char name[16];
	char all[64];

	(void)state;
	keys_name(K_F2, name);
	assert_string_equal(name, "F2");
	keys_name(K_CTRL('L'), name);
	assert_string_equal(name, "Ctrl-L");
	keys_name(' ', name);
	assert_string_equal(name, "Space");
	keys_name('j', name);
	assert_string_equal(name, "j");
	keys_of(KEYS_MOVE, ACT_DOWN, all, sizeof all);
	assert_string_equal(all, "j Down");
	keys_of(KEYS_MOVE, ACT_DOWN, all, 4);
	assert_true(strlen(all) < 4);
}

static void text_keys(void **state)
{
	const struct key letter = {.code = 'a'};
	const struct key wide = {.code = 0x5ba2};
	const struct key control = {.code = K_CTRL('A')};
	const struct key c1 = {.code = 0x9b};
	const struct key arrow = {.code = K_UP};

	(void)state;
	assert_true(keys_is_text(&letter));
	assert_true(keys_is_text(&wide));
	assert_false(keys_is_text(&control));
	assert_false(keys_is_text(&c1));
	assert_false(keys_is_text(&arrow));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_meaning_a_context),
		cmocka_unit_test(every_key_is_explained),
		cmocka_unit_test(no_letter_writes),
		cmocka_unit_test(special_contexts_come_first),
		cmocka_unit_test(names),
		cmocka_unit_test(text_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
