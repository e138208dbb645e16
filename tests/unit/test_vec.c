#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/base/vec.h"

static int value(const struct vec *vec, size_t i)
{
	return *(const int *)vec_at(vec, i);
}

static void fill(struct vec *vec, int n)
{
	vec_init(vec, sizeof(int));
	for (int i = 0; i < n; i++)
		assert_int_equal(vec_push(vec, &i), ERR_OK);
}

static void push_keeps_order(void **state)
{
	struct vec vec;

	(void)state;
	fill(&vec, 1000);
	assert_int_equal(vec.len, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(value(&vec, (size_t)i), i);
	vec_free(&vec);
	assert_int_equal(vec.len, 0);
}

static void insert_and_remove_shift_the_rest(void **state)
{
	struct vec vec;
	int nine = 9;

	(void)state;
	fill(&vec, 3);
	assert_int_equal(vec_insert(&vec, 0, &nine), ERR_OK);
	assert_int_equal(vec_insert(&vec, 2, &nine), ERR_OK);
	assert_int_equal(vec_insert(&vec, 5, &nine), ERR_OK);
	assert_memory_equal(vec.items, ((int[]){9, 0, 9, 1, 2, 9}), 6 * sizeof(int));
	vec_remove(&vec, 2);
	vec_remove(&vec, 4);
	vec_remove(&vec, 0);
	assert_int_equal(vec.len, 3);
	assert_memory_equal(vec.items, ((int[]){0, 1, 2}), 3 * sizeof(int));
	vec_free(&vec);
}

static void resize_zeroes_what_is_new(void **state)
{
	struct vec vec;

	(void)state;
	fill(&vec, 4);
	assert_int_equal(vec_resize(&vec, 2), ERR_OK);
	assert_int_equal(vec_resize(&vec, 5), ERR_OK);
	assert_memory_equal(vec.items, ((int[]){0, 1, 0, 0, 0}), 5 * sizeof(int));
	assert_int_equal(vec_resize(&vec, 0), ERR_OK);
	assert_int_equal(vec.len, 0);
	vec_free(&vec);
}

static void reserve_keeps_items_and_refuses_overflow(void **state)
{
	struct vec vec;

	(void)state;
	fill(&vec, 2);
	assert_int_equal(vec_reserve(&vec, 100), ERR_OK);
	assert_int_equal(vec.len, 2);
	assert_true(vec.cap >= 100);
	assert_int_equal(vec_reserve(&vec, SIZE_MAX / 2), ERR_NO_MEMORY);
	assert_int_equal(value(&vec, 1), 1);
	vec_free(&vec);
}

static void drop_takes_the_first(void **state)
{
	struct vec vec;

	(void)state;
	fill(&vec, 10);
	vec_drop(&vec, 0);
	assert_int_equal(vec.len, 10);
	vec_drop(&vec, 3);
	assert_int_equal(vec.len, 7);
	assert_int_equal(value(&vec, 0), 3);
	assert_int_equal(value(&vec, 6), 9);
	vec_drop(&vec, 7);
	assert_int_equal(vec.len, 0);
	vec_free(&vec);
	vec_init(&vec, sizeof(int));
	vec_drop(&vec, 0);
}

static void clear_keeps_the_room(void **state)
{
	struct vec vec;

	(void)state;
	fill(&vec, 20);
	size_t cap = vec.cap;
	vec_clear(&vec);
	assert_int_equal(vec.len, 0);
	assert_int_equal(vec.cap, cap);
	vec_free(&vec);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(push_keeps_order),
		cmocka_unit_test(insert_and_remove_shift_the_rest),
		cmocka_unit_test(resize_zeroes_what_is_new),
		cmocka_unit_test(reserve_keeps_items_and_refuses_overflow),
		cmocka_unit_test(drop_takes_the_first),
		cmocka_unit_test(clear_keeps_the_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
