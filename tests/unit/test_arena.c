#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/base/arena.h"

static void test_pieces_are_apart_and_zeroed(void **state)
{
	struct arena arena;
	unsigned char *pieces[1000];
	size_t i;
	size_t k;

	(void)state;
	arena_init(&arena);
	for (i = 0; i < 1000; i++) {
		pieces[i] = arena_take(&arena, i + 1);
		assert_non_null(pieces[i]);
		assert_int_equal((uintptr_t)pieces[i] % sizeof(void *), 0);
		for (k = 0; k <= i; k++)
			assert_int_equal(pieces[i][k], 0);
		memset(pieces[i], (int)(i % 251) + 1, i + 1);
	}
	for (i = 0; i < 1000; i++)
		for (k = 0; k <= i; k++)
			assert_int_equal(pieces[i][k], i % 251 + 1);
	arena_free(&arena);
}

static void test_large_pieces(void **state)
{
	struct arena arena;
	unsigned char *large;
	unsigned char *small;

	(void)state;
	arena_init(&arena);
	assert_null(arena_take(&arena, SIZE_MAX));
	large = arena_take(&arena, 1024 * 1024);
	assert_non_null(large);
	small = arena_take(&arena, 1);
	assert_non_null(small);
	memset(large, 1, 1024 * 1024);
	assert_int_equal(*small, 0);
	arena_free(&arena);
}

static void test_bytes_lie_close(void **state)
{
	struct arena arena;
	char *first;
	char *second;

	(void)state;
	arena_init(&arena);
	first = arena_take_bytes(&arena, 3);
	second = arena_take_bytes(&arena, 1024 * 1024);
	assert_non_null(second);
	assert_ptr_equal(arena_take_bytes(&arena, 5), first + 3);
	/* Behind the last byte of a chunk, too. */
	assert_int_equal(second[1024 * 1024 + ARENA_BEHIND - 1], 0);
	assert_null(arena_take_bytes(&arena, SIZE_MAX));
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces_are_apart_and_zeroed),
		cmocka_unit_test(test_large_pieces),
		cmocka_unit_test(test_bytes_lie_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
