/* The list widget: the cursor follows an id while rows come, go and move. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "dacache/ui/list.h"

enum { ROWS_MAX = 64 };

/* Ids "a", "b", …; NULL: not read yet. */
struct rows {
	const char *ids[ROWS_MAX];
	size_t len;
};

static size_t rows_len(const void *context)
{
	return ((const struct rows *)context)->len;
}

static const char *rows_id(const void *context, size_t i)
{
	return ((const struct rows *)context)->ids[i];
}

static long rows_find(const void *context, const char *id)
{
	const struct rows *rows = context;

	for (size_t i = 0; i < rows->len; i++)
		if (rows->ids[i] && strcmp(rows->ids[i], id) == 0)
			return (long)i;
	return -1;
}

static void rows_insert(struct rows *rows, size_t at, const char *id)
{
	memmove(rows->ids + at + 1, rows->ids + at, (rows->len - at) * sizeof rows->ids[0]);
	rows->ids[at] = id;
	rows->len++;
}

static void rows_remove(struct rows *rows, size_t at)
{
	rows->len--;
	memmove(rows->ids + at, rows->ids + at + 1, (rows->len - at) * sizeof rows->ids[0]);
}

static void begin(struct list *list, struct rows *rows, size_t n)
{
	static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
	struct list_source source = {rows_len, rows_id, rows_find, NULL, rows};

	memset(rows, 0, sizeof *rows);
	for (size_t i = 0; i < n; i++)
		rows->ids[i] = names[i];
	rows->len = n;
	list_init(list, &source);
	list->rows = 4;
	list_follow(list);
}

static void follows_the_id(void **state)
{
	struct list list;
	struct rows rows;

	(void)state;
	begin(&list, &rows, 8);
	list_go(&list, 5);
	assert_string_equal(list.id, "f");
	assert_int_equal(list.top, 2);
	rows_insert(&rows, 0, "new");
	list_follow(&list);
	assert_string_equal(list.id, "f");
	assert_int_equal(list.cursor, 6);
	assert_int_equal(list.top, 3); /* it stays on its line of the screen */
	rows_remove(&rows, 1);
	rows_remove(&rows, 1);
	list_follow(&list);
	assert_int_equal(list.cursor, 4);
	assert_string_equal(list.id, "f");
}

static void takes_the_place_of_what_went(void **state)
{
	struct list list;
	struct rows rows;

	(void)state;
	begin(&list, &rows, 5);
	list_go(&list, 2);
	rows_remove(&rows, 2);
	list_follow(&list);
	assert_string_equal(list.id, "d");
	list_go(&list, 3);
	rows_remove(&rows, 3);
	list_follow(&list);
	assert_string_equal(list.id, "d");
	while (rows.len > 0)
		rows_remove(&rows, 0);
	list_follow(&list);
	assert_string_equal(list.id, "");
	assert_int_equal(list.cursor, 0);
}

static void waits_for_what_is_wanted(void **state)
{
	struct list list;
	struct rows rows;

	(void)state;
	begin(&list, &rows, 3);
	assert_false(list_select(&list, "x"));
	assert_string_equal(list.id, "a");
	rows_insert(&rows, 3, "x");
	list_follow(&list);
	assert_string_equal(list.id, "x");
	assert_false(list_select(&list, "y"));
	assert_true(list_action(&list, ACT_UP)); /* the user goes elsewhere */
	rows_insert(&rows, 0, "y");
	list_follow(&list);
	assert_string_equal(list.id, "c");
}

static void takes_the_id_when_it_comes(void **state)
{
	struct list list;
	struct rows rows;

	(void)state;
	begin(&list, &rows, 6);
	rows.ids[4] = NULL;
	list_go(&list, 4);
	assert_string_equal(list.id, "");
	rows.ids[4] = "late";
	list_follow(&list);
	assert_string_equal(list.id, "late");
	assert_int_equal(list.cursor, 4);
}

static void moves(void **state)
{
	struct list list;
	struct rows rows;
	size_t first;
	size_t end;

	(void)state;
	begin(&list, &rows, 10);
	assert_true(list_action(&list, ACT_UP));
	assert_int_equal(list.cursor, 0);
	assert_true(list_action(&list, ACT_PAGE_DOWN));
	assert_int_equal(list.cursor, 3);
	assert_int_equal(list.top, 3);
	assert_true(list_action(&list, ACT_LAST));
	assert_int_equal(list.cursor, 9);
	list_visible(&list, &first, &end);
	assert_int_equal(first, 6);
	assert_int_equal(end, 10);
	assert_true(list_action(&list, ACT_DOWN));
	assert_int_equal(list.cursor, 9);
	assert_true(list_action(&list, ACT_FIRST));
	assert_int_equal(list.top, 0);
	assert_false(list_action(&list, ACT_OPEN));
}

static void mouse(void **state)
{
	struct list list;
	struct rows rows;
	bool clicked;
	struct mouse press = {MOUSE_PRESS, 2, 5};
	struct mouse wheel = {MOUSE_WHEEL_DOWN, 0, 0};

	(void)state;
	begin(&list, &rows, 3);
	assert_true(list_mouse(&list, &press, &clicked));
	assert_true(clicked);
	assert_string_equal(list.id, "c");
	press.row = 3; /* below the last row */
	assert_false(list_mouse(&list, &press, &clicked));
	assert_false(clicked);
	list_go(&list, 0);
	assert_true(list_mouse(&list, &wheel, &clicked));
	assert_int_equal(list.cursor, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_the_id),
		cmocka_unit_test(takes_the_place_of_what_went),
		cmocka_unit_test(waits_for_what_is_wanted),
		cmocka_unit_test(takes_the_id_when_it_comes),
		cmocka_unit_test(moves),
		cmocka_unit_test(mouse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
