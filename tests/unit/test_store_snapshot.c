/* snapshot: the kept list, in parts that count once a head names them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/store/snapshot.h"
#include "temp_dir.h"

#define TENANT "https://one.example"

static struct store *open_store(void **state, const char *tenant)
{
	char path[TEMP_PATH_SIZE];
	struct store *store = NULL;
	struct err err;

	temp_dir_join(*state, "dacache.db", path);
	assert_int_equal(store_open(path, tenant, &store, &err), ERR_OK);
	return store;
}

static int64_t add(struct store *store, const char *text)
{
	struct err err;
	int64_t id = 0;

	assert_int_equal(snapshot_part_add(store, text, strlen(text), &id, &err), ERR_OK);
	assert_true(id > 0);
	return id;
}

static void copy(void *context, const void *data, size_t len)
{
	snprintf(context, 32, "%.*s", (int)len, (const char *)data);
}

static const char *text_of(struct store *store, int64_t id)
{
	static char text[32];
	struct err err;

	text[0] = '\0';
	if (snapshot_part_read(store, id, copy, text, &err))
		return NULL;
	return text;
}

static enum err_code save(struct store *store, enum snapshot_kind kind, int64_t as_of_us,
			  const int64_t *ids, size_t n)
{
	struct snapshot_part parts[4];
	struct snapshot_head head = {as_of_us, (int64_t)n * 500, 500, parts, n};
	struct err err;

	for (size_t i = 0; i < n; i++)
		parts[i] = (struct snapshot_part){ids[i], UINT64_MAX - i};
	return snapshot_head_save(store, kind, &head, &err);
}

static void a_list_comes_back(void **state)
{
	struct store *store = open_store(state, TENANT);
	int64_t ids[] = {add(store, "first"), 0, add(store, "third")};
	struct snapshot_head head;
	struct err err;

	assert_int_equal(snapshot_head_load(store, SNAPSHOT_WHOLE, &head, &err), ERR_NOT_FOUND);
	assert_int_equal(save(store, SNAPSHOT_WHOLE, 4711, ids, 3), ERR_OK);
	store_close(&store);
	store = open_store(state, TENANT);
	assert_int_equal(snapshot_head_load(store, SNAPSHOT_WHOLE, &head, &err), ERR_OK);
	assert_int_equal(head.as_of_us, 4711);
	assert_int_equal(head.rows, 1500);
	assert_int_equal(head.part_rows, 500);
	assert_int_equal(head.len, 3);
	assert_true(head.parts[2].hash == UINT64_MAX - 2);
	assert_int_equal(head.parts[1].id, 0);
	assert_string_equal(text_of(store, head.parts[0].id), "first");
	assert_string_equal(text_of(store, head.parts[2].id), "third");
	assert_null(text_of(store, 999));
	snapshot_head_clear(&head);
	store_close(&store);
}

static void each_tenant_has_its_own(void **state)
{
	struct store *store = open_store(state, TENANT);
	int64_t id = add(store, "mine");
	struct snapshot_head head;
	struct err err;
	bool more;

	assert_int_equal(save(store, SNAPSHOT_WHOLE, 1, &id, 1), ERR_OK);
	store_close(&store);
	store = open_store(state, "https://two.example");
	assert_int_equal(snapshot_head_load(store, SNAPSHOT_WHOLE, &head, &err), ERR_NOT_FOUND);
	assert_null(text_of(store, id));
	assert_int_equal(snapshot_tidy(store, 10, &more, &err), ERR_OK);
	store_close(&store);
	store = open_store(state, TENANT);
	assert_string_equal(text_of(store, id), "mine");
	store_close(&store);
}

static void a_whole_one_ends_the_partial_one(void **state)
{
	struct store *store = open_store(state, TENANT);
	int64_t ids[] = {add(store, "a"), add(store, "b")};
	struct snapshot_head head;
	struct err err;

	assert_int_equal(save(store, SNAPSHOT_PARTIAL, 1, ids, 1), ERR_OK);
	assert_int_equal(snapshot_head_load(store, SNAPSHOT_PARTIAL, &head, &err), ERR_OK);
	assert_int_equal(head.len, 1);
	snapshot_head_clear(&head);
	assert_int_equal(save(store, SNAPSHOT_WHOLE, 2, ids, 2), ERR_OK);
	assert_int_equal(snapshot_head_load(store, SNAPSHOT_PARTIAL, &head, &err), ERR_NOT_FOUND);
	assert_int_equal(snapshot_head_load(store, SNAPSHOT_WHOLE, &head, &err), ERR_OK);
	assert_int_equal(head.len, 2);
	snapshot_head_clear(&head);
	store_close(&store);
}

/* What another program tidied away is no part of a list. */
static void no_head_names_what_is_gone(void **state)
{
	struct store *store = open_store(state, TENANT);
	int64_t ids[] = {add(store, "a"), 999};
	struct snapshot_head head;
	struct err err;

	assert_int_equal(save(store, SNAPSHOT_WHOLE, 1, ids, 1), ERR_OK);
	assert_int_equal(save(store, SNAPSHOT_WHOLE, 2, ids, 2), ERR_NOT_FOUND);
	assert_int_equal(snapshot_head_load(store, SNAPSHOT_WHOLE, &head, &err), ERR_OK);
	assert_int_equal(head.as_of_us, 1);
	snapshot_head_clear(&head);
	store_close(&store);
}

static void parts_without_a_head_go(void **state)
{
	struct store *store = open_store(state, TENANT);
	int64_t kept = add(store, "kept");
	int64_t partial = add(store, "partial");
	int64_t loose[] = {add(store, "x"), add(store, "y"), add(store, "z")};
	struct err err;
	bool more = false;

	assert_int_equal(save(store, SNAPSHOT_WHOLE, 1, &kept, 1), ERR_OK);
	assert_int_equal(save(store, SNAPSHOT_PARTIAL, 1, &partial, 1), ERR_OK);
	assert_int_equal(snapshot_tidy(store, 2, &more, &err), ERR_OK);
	assert_true(more);
	assert_int_equal(snapshot_tidy(store, 2, &more, &err), ERR_OK);
	assert_false(more);
	for (size_t i = 0; i < 3; i++)
		assert_null(text_of(store, loose[i]));
	assert_string_equal(text_of(store, kept), "kept");
	assert_string_equal(text_of(store, partial), "partial");
	store_close(&store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_list_comes_back, temp_dir_setup,
						temp_dir_teardown),
		cmocka_unit_test_setup_teardown(each_tenant_has_its_own, temp_dir_setup,
						temp_dir_teardown),
		cmocka_unit_test_setup_teardown(a_whole_one_ends_the_partial_one, temp_dir_setup,
						temp_dir_teardown),
		cmocka_unit_test_setup_teardown(no_head_names_what_is_gone, temp_dir_setup,
						temp_dir_teardown),
		cmocka_unit_test_setup_teardown(parts_without_a_head_go, temp_dir_setup,
						temp_dir_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
