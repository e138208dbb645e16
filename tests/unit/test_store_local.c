/* What is kept for each action: settings, drafts, hit counters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/store/statement.h"
#include "dacache/base/text.h"
#include "dacache/store/local.h"
#include "store_rig.h"
#include "temp_dir.h"

#define TENANT "https://platform.example.com"

static struct store *open_in(void **state)
{
	char path[TEMP_PATH_SIZE];
	struct store *store = NULL;
	struct err err = {0};

	temp_dir_join(*state, "dacache.db", path);
	assert_int_equal(store_open(path, TENANT, &store, &err), ERR_OK);
	return store;
}

static void settings_that_were_never_kept_are_the_defaults(void **state)
{
	struct store *store = open_in(state);
	struct local_settings found, usual;
	struct err err = {0};

	local_settings_init(&usual);
	assert_int_equal(local_settings_load(store, "a", &found, &err), ERR_OK);
	assert_true(local_settings_equal(&found, &usual));
	local_settings_clear(&found);
	local_settings_clear(&usual);
	store_close(&store);
}

static void settings_come_out_as_they_went_in(void **state)
{
	struct store *store = open_in(state);
	struct local_settings kept, found;
	struct err err = {0};

	local_settings_init(&kept);
	kept.matrix = (struct tier_matrix){{1, 0, 86400}};
	kept.payload_kb = 77;
	assert_int_equal(directive_list_add(&kept.directives, "https://crm.example/über?a=1,2",
					    "contact.\"updated\"", DIRECTIVE_REFRESH),
			 ERR_OK);
	assert_int_equal(
		directive_list_add(&kept.directives, "http://x.example", "顧客", DIRECTIVE_NOOP),
		ERR_OK);
	assert_int_equal(local_settings_save(store, "a", &kept, &err), ERR_OK);
	assert_int_equal(local_settings_load(store, "a", &found, &err), ERR_OK);
	assert_true(local_settings_equal(&found, &kept));
	local_settings_clear(&found);

	/* Saved again, they replace what was there. */
	directive_list_remove(&kept.directives, 0);
	kept.payload_kb = 12;
	assert_int_equal(local_settings_save(store, "a", &kept, &err), ERR_OK);
	assert_int_equal(local_settings_load(store, "a", &found, &err), ERR_OK);
	assert_true(local_settings_equal(&found, &kept));
	local_settings_clear(&found);
	local_settings_clear(&kept);
	store_close(&store);
}

static void broken_directives_are_told_and_not_dropped(void **state)
{
	struct store *store = open_in(state);
	struct local_settings settings;
	struct err err = {0};

	local_settings_init(&settings);
	assert_int_equal(local_settings_save(store, "act-7", &settings, &err), ERR_OK);
	assert_int_equal(store_exec(store, "UPDATE local_settings SET directives = '[{'", &err),
			 ERR_OK);
	assert_int_equal(local_settings_load(store, "act-7", &settings, &err), ERR_PARSE);
	assert_non_null(strstr(err.text, "act-7"));
	local_settings_clear(&settings);
	store_close(&store);
}

struct matrices {
	int n;
	struct tier_matrix last;
	char last_id[32];
};

static void take_matrix(void *context, const char *action_id, const struct tier_matrix *matrix)
{
	struct matrices *matrices = context;

	matrices->n++;
	matrices->last = *matrix;
	assert_true(strlen(action_id) < sizeof(matrices->last_id));
	strcpy(matrices->last_id, action_id);
}

static void matrices_other_than_the_default_are_listed(void **state)
{
	struct store *store = open_in(state);
	struct local_settings settings;
	struct matrices matrices = {.n = 0};
	struct err err = {0};

	local_settings_init(&settings);
	settings.payload_kb = 99;
	assert_int_equal(local_settings_save(store, "usual", &settings, &err), ERR_OK);
	settings.matrix.ttl_s[TIER_STATIC_REFERENCE] = 7200;
	assert_int_equal(local_settings_save(store, "other", &settings, &err), ERR_OK);
	assert_int_equal(local_matrix_each(store, take_matrix, &matrices, &err), ERR_OK);
	assert_int_equal(matrices.n, 1);
	assert_string_equal(matrices.last_id, "other");
	assert_memory_equal(&matrices.last, &settings.matrix, sizeof(matrices.last));
	local_settings_clear(&settings);
	store_close(&store);
}

static struct draft draft_of(const char *id, const char *name, const char *form, int64_t wall_us)
{
	return (struct draft){
		.action_id = text_dup(id),
		.name = text_dup(name),
		.form = text_dup(form),
		.base_etag = text_dup("\"12\""),
		.base = text_dup("{\"base\":1}"),
		.wall_us = wall_us,
	};
}

static void keep_draft(struct store *store, const char *id, const char *name, const char *form,
		       int64_t wall_us)
{
	struct err err = {0};
	struct draft draft = draft_of(id, name, form, wall_us);

	assert_int_equal(draft_save(store, &draft, &err), ERR_OK);
	draft_clear(&draft);
}

static void a_draft_comes_out_as_it_was_typed(void **state)
{
	static const char form[] = "{\"key\":\"顧客_{contactId} 🂡 e\xCC\x81\\n'\\\"; --\"}";
	struct store *store = open_in(state);
	struct draft draft;
	struct err err = {0};

	keep_draft(store, "id/ü", "Kündigung 顧客", form, INT64_C(1767189729123456));
	assert_int_equal(draft_load(store, "id/ü", &draft, &err), ERR_OK);
	assert_string_equal(draft.action_id, "id/ü");
	assert_string_equal(draft.name, "Kündigung 顧客");
	assert_string_equal(draft.form, form);
	assert_string_equal(draft.base_etag, "\"12\"");
	assert_string_equal(draft.base, "{\"base\":1}");
	assert_true(draft.wall_us == INT64_C(1767189729123456));
	draft_clear(&draft);
	assert_null(draft.form);
	store_close(&store);
}

static void a_draft_may_lack_all_but_its_action(void **state)
{
	struct store *store = open_in(state);
	struct draft draft;
	struct err err = {0};

	keep_draft(store, "a", NULL, NULL, 5);
	assert_int_equal(draft_load(store, "a", &draft, &err), ERR_OK);
	assert_null(draft.name);
	assert_null(draft.form);
	draft_clear(&draft);
	store_close(&store);
}

static void the_last_draft_of_an_action_stands(void **state)
{
	struct store *store = open_in(state);
	struct draft draft;
	struct err err = {0};

	keep_draft(store, "a", "A", "old", 1);
	keep_draft(store, "a", "A", "new", 2);
	assert_int_equal(draft_load(store, "a", &draft, &err), ERR_OK);
	assert_string_equal(draft.form, "new");
	draft_clear(&draft);
	assert_int_equal(draft_delete(store, "a", &err), ERR_OK);
	assert_int_equal(draft_load(store, "a", &draft, &err), ERR_NOT_FOUND);
	assert_string_equal(err.text, "");
	assert_int_equal(draft_delete(store, "a", &err), ERR_OK);
	store_close(&store);
}

static void join_ids(void *context, const struct draft *draft)
{
	assert_int_equal(buf_printf(context, "%s ", draft->action_id), ERR_OK);
}

/* What is kept quickly leaves the commits behind it as safe as ever, also when another
 * program writes meanwhile. */
static void a_draft_is_kept_without_waiting(void **state)
{
	enum { FULL = 2 };
	struct store *store = open_in(state), *other = open_in(state);
	struct draft draft = draft_of("a", "A", "form", 1), found;
	struct err err = {0};

	assert_int_equal(store_begin(other, &err), ERR_OK);
	assert_int_equal(draft_keep(store, &draft, &err), ERR_TIMEOUT);
	assert_int_equal(store_rig_number(store, "PRAGMA synchronous"), FULL);
	assert_int_equal(store_rig_number(store, "PRAGMA busy_timeout"), STORE_BUSY_MS);
	assert_int_equal(store_end(other, ERR_OK, &err), ERR_OK);
	assert_int_equal(draft_keep(store, &draft, &err), ERR_OK);
	assert_int_equal(store_rig_number(store, "PRAGMA synchronous"), FULL);
	assert_int_equal(draft_load(other, "a", &found, &err), ERR_OK);
	assert_string_equal(found.form, "form");
	draft_clear(&found);
	draft_clear(&draft);
	store_close(&other);
	store_close(&store);
}

static void drafts_are_listed_newest_first(void **state)
{
	struct store *store = open_in(state);
	struct buf ids;
	struct err err = {0};

	buf_init(&ids, 100);
	keep_draft(store, "b", "B", "x", 20);
	keep_draft(store, "a", "A", "x", 30);
	keep_draft(store, "c", "C", "x", 10);
	assert_int_equal(draft_each(store, join_ids, &ids, &err), ERR_OK);
	assert_string_equal(buf_str(&ids), "a b c ");
	buf_free(&ids);
	store_close(&store);
}

static void record(struct store *store, const char *id, bool hit, int64_t n)
{
	struct err err = {0};

	assert_int_equal(hit_record(store, id, hit, n, 1, &err), ERR_OK);
}

static void check_count(struct store *store, const char *id, uint64_t hits, uint64_t misses)
{
	struct hit_count count;
	struct err err = {0};

	assert_int_equal(hit_load(store, id, &count, &err), ERR_OK);
	assert_true(count.hits == hits);
	assert_true(count.misses == misses);
}

static void hits_are_counted_per_action_and_in_all(void **state)
{
	struct store *store = open_in(state);

	check_count(store, "a", 0, 0);
	check_count(store, NULL, 0, 0);
	record(store, "a", true, 3);
	record(store, "a", false, 1);
	record(store, "a", true, 1);
	record(store, "b", false, 1000000000);
	check_count(store, "a", 4, 1);
	check_count(store, "b", 0, 1000000000);
	check_count(store, NULL, 4, 1000000001);
	store_close(&store);
	store = open_in(state);
	check_count(store, "a", 4, 1);
	store_close(&store);
}

static void a_record_of_nothing_is_refused(void **state)
{
	struct store *store = open_in(state);
	struct err err = {0};

	assert_int_equal(hit_record(store, "a", true, 0, 1, &err), ERR_INVALID);
	assert_int_equal(hit_record(store, "a", true, -1, 1, &err), ERR_INVALID);
	assert_int_equal(hit_record(store, "a", true, 1000000001, 1, &err), ERR_INVALID);
	check_count(store, NULL, 0, 0);
	store_close(&store);
}

static void join_records(void *context, const char *action_id, bool hit, int64_t n)
{
	assert_int_equal(buf_printf(context, "%s%c%d ", action_id, hit ? '+' : '-', (int)n),
			 ERR_OK);
}

static void another_programs_records_are_seen_once(void **state)
{
	struct store *screen = open_in(state);
	struct store *shell = open_in(state);
	int64_t after = -1;
	struct buf text;
	struct err err = {0};

	buf_init(&text, 100);
	record(shell, "old", true, 1);
	assert_int_equal(hit_each_since(screen, &after, join_records, &text, &err), ERR_OK);
	assert_string_equal(buf_str(&text), "");
	record(shell, "a", true, 2);
	record(shell, "b", false, 1);
	assert_int_equal(hit_each_since(screen, &after, join_records, &text, &err), ERR_OK);
	assert_string_equal(buf_str(&text), "a+2 b-1 ");
	assert_int_equal(hit_each_since(screen, &after, join_records, &text, &err), ERR_OK);
	assert_string_equal(buf_str(&text), "a+2 b-1 ");
	buf_free(&text);
	store_close(&shell);
	store_close(&screen);
}

static void old_records_go_and_their_counts_stay(void **state)
{
	struct store *store = open_in(state);
	struct statement statement;
	struct err err = {0};
	bool row;

	record(store, "a", true, 5);
	/* As if ten thousand had come since. */
	assert_int_equal(store_exec(store,
				    "INSERT INTO hit_record (id, tenant_id, action_id, hit, n, "
				    "wall_us) SELECT 10001, tenant_id, action_id, hit, n, wall_us "
				    "FROM hit_record",
				    &err),
			 ERR_OK);
	record(store, "a", true, 1);
	assert_int_equal(statement_open(&statement, store, "SELECT min(id) FROM hit_record", &err),
			 ERR_OK);
	assert_int_equal(statement_row(&statement, &row, &err), ERR_OK);
	assert_int_equal(statement_int(&statement, 0), 10001);
	statement_close(&statement);
	check_count(store, "a", 6, 0);
	store_close(&store);
}

#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, temp_dir_setup, temp_dir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIR(settings_that_were_never_kept_are_the_defaults),
		IN_DIR(settings_come_out_as_they_went_in),
		IN_DIR(broken_directives_are_told_and_not_dropped),
		IN_DIR(matrices_other_than_the_default_are_listed),
		IN_DIR(a_draft_comes_out_as_it_was_typed),
		IN_DIR(a_draft_may_lack_all_but_its_action),
		IN_DIR(the_last_draft_of_an_action_stands),
		IN_DIR(a_draft_is_kept_without_waiting),
		IN_DIR(drafts_are_listed_newest_first),
		IN_DIR(hits_are_counted_per_action_and_in_all),
		IN_DIR(a_record_of_nothing_is_refused),
		IN_DIR(another_programs_records_are_seen_once),
		IN_DIR(old_records_go_and_their_counts_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
