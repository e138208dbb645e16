#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/base/map.h"

enum { MANY = 5000 };

static int numbers[MANY];

static const char *key_of(int i)
{
	static char key[32];

	snprintf(key, sizeof(key), "key %d", i);
	return key;
}

static int new_map(void **state)
{
	return map_new((struct map **)state) ? -1 : 0;
}

static int free_map(void **state)
{
	map_free((struct map **)state);
	return *state ? -1 : 0;
}

static void put_get_replace(void **state)
{
	struct map *map = *state;
	int a = 1;
	int b = 2;

	assert_null(map_get(map, "k"));
	assert_false(map_has(map, "k"));
	assert_int_equal(map_put(map, "k", &a), ERR_OK);
	assert_ptr_equal(map_get(map, "k"), &a);
	assert_int_equal(map_put(map, "k", &b), ERR_OK);
	assert_ptr_equal(map_get(map, "k"), &b);
	assert_int_equal(map_count(map), 1);
}

static void null_values_are_there(void **state)
{
	struct map *map = *state;

	assert_int_equal(map_put(map, "", NULL), ERR_OK);
	assert_true(map_has(map, ""));
	assert_null(map_get(map, ""));
	assert_int_equal(map_count(map), 1);
}

static void keys_are_copies(void **state)
{
	struct map *map = *state;
	char key[] = "one";
	int a = 1;

	map_put(map, key, &a);
	key[0] = 'X';
	assert_true(map_has(map, "one"));
	assert_false(map_has(map, key));
}

static void many_keys_survive_removals(void **state)
{
	struct map *map = *state;

	for (int i = 0; i < MANY; i++)
		assert_int_equal(map_put(map, key_of(i), &numbers[i]), ERR_OK);
	assert_int_equal(map_count(map), MANY);
	for (int i = 0; i < MANY; i += 3)
		assert_ptr_equal(map_remove(map, key_of(i)), &numbers[i]);
	assert_null(map_remove(map, key_of(0)));
	for (int i = 0; i < MANY; i++)
		assert_ptr_equal(map_get(map, key_of(i)), i % 3 == 0 ? NULL : &numbers[i]);
	assert_int_equal(map_count(map), MANY - (MANY + 2) / 3);
}

static void reserved_room_changes_nothing_else(void **state)
{
	struct map *map = *state;

	map_put(map, key_of(7), &numbers[7]);
	assert_int_equal(map_reserve(map, MANY), ERR_OK);
	assert_int_equal(map_reserve(map, 1), ERR_OK);
	assert_int_equal(map_count(map), 1);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(map_put(map, key_of(i), &numbers[i]), ERR_OK);
	for (int i = 0; i < MANY; i++)
		assert_ptr_equal(map_get(map, key_of(i)), &numbers[i]);
	assert_int_equal(map_count(map), MANY);
	assert_int_equal(map_reserve(map, SIZE_MAX), ERR_NO_MEMORY);
}

static void walk_meets_each_once(void **state)
{
	struct map *map = *state;
	int seen[100] = {0};
	size_t cursor = 0;
	const char *key;
	void *value;

	for (int i = 0; i < 100; i++)
		map_put(map, key_of(i), &numbers[i]);
	while (map_next(map, &cursor, &key, &value)) {
		long i = (int *)value - numbers;
		assert_string_equal(key, key_of((int)i));
		seen[i]++;
	}
	for (int i = 0; i < 100; i++)
		assert_int_equal(seen[i], 1);
}

/* Keys that differ in one byte, at each place, and in their length alone. */
static void keys_are_told_apart_by_each_byte(void **state)
{
	struct map *map = *state;
	char key[41];

	for (int len = 0; len <= 40; len++) {
		memset(key, 'k', sizeof(key));
		key[len] = '\0';
		assert_int_equal(map_put(map, key, &numbers[len]), ERR_OK);
	}
	for (int at = 0; at < 40; at++) {
		memset(key, 'k', sizeof(key));
		key[40] = '\0';
		key[at] = 'x';
		assert_false(map_has(map, key));
		assert_int_equal(map_put(map, key, &numbers[100 + at]), ERR_OK);
	}
	assert_int_equal(map_count(map), 81);
	memset(key, 'k', sizeof(key));
	key[17] = '\0';
	assert_ptr_equal(map_get(map, key), &numbers[17]);
	key[17] = 'k';
	key[40] = '\0';
	key[33] = 'x';
	assert_ptr_equal(map_get(map, key), &numbers[133]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(put_get_replace, new_map, free_map),
		cmocka_unit_test_setup_teardown(null_values_are_there, new_map, free_map),
		cmocka_unit_test_setup_teardown(keys_are_copies, new_map, free_map),
		cmocka_unit_test_setup_teardown(many_keys_survive_removals, new_map, free_map),
		cmocka_unit_test_setup_teardown(reserved_room_changes_nothing_else, new_map,
						free_map),
		cmocka_unit_test_setup_teardown(walk_meets_each_once, new_map, free_map),
		cmocka_unit_test_setup_teardown(keys_are_told_apart_by_each_byte, new_map,
						free_map),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
