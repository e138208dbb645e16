/* Sorting rows, held against qsort. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/app/index_sort.h"

enum { ITEMS = 3000, TEXT_SIZE = 400 };

struct world {
	struct sort_item items[ITEMS];
	struct sort_item wanted[ITEMS];
	char texts[ITEMS][TEXT_SIZE + SORT_READS_BEHIND];
	uint64_t random;
};

static int up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->random = 1;
	*state = world;
	return 0;
}

static int down(void **state)
{
	free(*state);
	return 0;
}

static unsigned next(struct world *world)
{
	world->random = world->random * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned)(world->random >> 33);
}

static int compare_texts(const struct sort_item *a, const struct sort_item *b)
{
	return strcmp(a->text, b->text);
}

static int compare_keys(const struct sort_item *a, const struct sort_item *b)
{
	return (a->key > b->key) - (a->key < b->key);
}

typedef int compare_fn(const struct sort_item *a, const struct sort_item *b);
typedef void sort_fn(struct sort_item *items, size_t n, bool reverse);

/* The plainest sort there is: each goes behind what is not above it. */
static void sort_plainly(struct sort_item *items, size_t n, compare_fn *compare, bool reverse)
{
	for (size_t i = 1; i < n; i++) {
		struct sort_item item = items[i];
		size_t to = i;

		for (; to > 0; to--) {
			int order = compare(&items[to - 1], &item);

			if ((reverse ? -order : order) <= 0)
				break;
			items[to] = items[to - 1];
		}
		items[to] = item;
	}
}

static void check(struct world *world, size_t n, sort_fn *sort, compare_fn *compare)
{
	for (int reverse = 0; reverse < 2; reverse++) {
		struct sort_item *sorted = malloc((n + 1) * sizeof(*sorted));

		assert_non_null(sorted);
		memcpy(sorted, world->items, n * sizeof(*sorted));
		memcpy(world->wanted, world->items, n * sizeof(*sorted));
		sort(sorted, n, reverse);
		sort_plainly(world->wanted, n, compare, reverse);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(sorted[i].position, world->wanted[i].position);
		free(sorted);
	}
}

static void texts(void **state)
{
	static const char *const words[] = {"get ", "get customer ", "",       "\xc3\xa4", "\x01",
					    "z",    "12345678",      "1234567"};
	static const size_t counts[] = {0, 1, 2, 31, 33, ITEMS};
	struct world *world = *state;

	for (uint32_t i = 0; i < ITEMS; i++) {
		unsigned n = next(world) % 5;

		world->texts[i][0] = '\0';
		for (unsigned k = 0; k < n; k++)
			strcat(world->texts[i], words[next(world) % 8]);
		/* what stands behind the end does not count */
		memset(world->texts[i] + strlen(world->texts[i]) + 1, (int)next(world) % 256, 10);
		world->items[i] = (struct sort_item){.text = world->texts[i], .position = i};
	}
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		check(world, counts[i], index_sort_texts, compare_texts);
}

static void long_texts(void **state)
{
	struct world *world = *state;
	const uint32_t n = 200;

	for (uint32_t i = 0; i < n; i++) {
		size_t len = TEXT_SIZE - 4 - next(world) % 2 * 100;

		memset(world->texts[i], 'x', len);
		snprintf(world->texts[i] + len, 4, "%u", next(world) % 20);
		world->items[i] = (struct sort_item){.text = world->texts[i], .position = i};
	}
	check(world, n, index_sort_texts, compare_texts);
}

static void keys(void **state)
{
	static const uint64_t masks[] = {0, 1, 0xff00, UINT64_MAX, 0xff000000000000ff};
	struct world *world = *state;

	for (size_t m = 0; m < sizeof(masks) / sizeof(masks[0]); m++) {
		for (uint32_t i = 0; i < ITEMS; i++) {
			uint64_t key = (uint64_t)next(world) << 40 ^ next(world);

			world->items[i] = (struct sort_item){.key = key & masks[m], .position = i};
		}
		check(world, ITEMS, index_sort_keys, compare_keys);
		check(world, 7, index_sort_keys, compare_keys);
	}
}

static void numbers_as_keys(void **state)
{
	static const double rising[] = {-1e300, -2, -1, -0.5, 0, 1e-9, 0.25, 1, 60, 86400, 1e300};

	(void)state;
	for (size_t i = 1; i < sizeof(rising) / sizeof(rising[0]); i++)
		assert_true(index_sort_key(rising[i - 1]) < index_sort_key(rising[i]));
	assert_int_equal(index_sort_key(-0.0), index_sort_key(0.0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(texts, up, down),
		cmocka_unit_test_setup_teardown(long_texts, up, down),
		cmocka_unit_test_setup_teardown(keys, up, down),
		cmocka_unit_test(numbers_as_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
