/* index_view: filter, sort, and what changes under it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/app/internal.h"
#include "app_rig.h"

#define LIST "GET /api/v2/dataactions?"
#define ROW(id, name, category, key, ttl, on)                                                      \
	"{\"id\":\"" id "\",\"name\":\"" name "\",\"category\":\"" category "\",\"cacheKey\":" key \
	",\"cacheTtl\":" ttl ",\"cacheEnabled\":" on "}"

static const char tenant[] = "[" ROW("1", "delta", "CRM", "\"k_b\"", "300", "true") "," //
	ROW("2", "Alpha", "Billing", "\"k_a\"", "60", "true") ","                       //
	ROW("3", "charlie", "CRM", "null", "60", "false") ","                           //
	ROW("4", "Bravo", "crm", "\"k_c\"", "86400", "true") ","                        //
	ROW("5", "\\u00c4rger", "Zoll", "\"k_d\"", "60", "true") "]";

struct world {
	struct app_rig rig;
	struct index_view *view;
};

static int up(void **state)
{
	static struct world world;
	struct index_progress progress;

	app_rig_up(&world.rig);
	/* five on a page of two: they are all there is */
	app_rig_script(&world.rig, LIST, "200 OK", tenant, -1);
	app_rig_read(&world.rig, &progress);
	assert_true(progress.whole);
	assert_int_equal(index_view_new(session_index(world.rig.session), &world.view), ERR_OK);
	*state = &world;
	return 0;
}

static int down(void **state)
{
	struct world *world = *state;

	index_view_free(&world->view);
	app_rig_down(&world->rig);
	return 0;
}

static void expect(struct world *world, const char *ids)
{
	assert_string_equal(app_rig_ids(&world->rig, world->view), ids);
}

static void filter(struct world *world, const char *text, const char *ids)
{
	struct err err = {0};

	assert_int_equal(index_view_filter(world->view, text, &err), ERR_OK);
	assert_string_equal(index_view_filter_text(world->view), text);
	expect(world, ids);
}

static void filters(void **state)
{
	struct world *world = *state;

	expect(world, "1 2 3 4 5");
	filter(world, "crm", "1 3 4");
	filter(world, "crm !charlie", "1 4");
	filter(world, "ttl:>60", "1 4");
	filter(world, "tier:high_priority", "2 3 5");
	filter(world, "key:none", "3");
	filter(world, "\xc3\xa4rger", "5");
	filter(world, "enabled:no", "3");
	filter(world, "nothing", "");
	filter(world, "", "1 2 3 4 5");
}

/* Word by word and letter by letter, as one types, and back. */
static void typed_filters(void **state)
{
	struct world *world = *state;
	struct index *index = session_index(world->rig.session);

	index_view_sort(world->view, INDEX_BY_NAME, true);
	filter(world, "", "5 1 3 4 2");
	filter(world, "r", "5 1 3 4");
	filter(world, "r c", "1 3 4");
	filter(world, "r crm", "1 3 4");
	filter(world, "r crm !k", "3");
	filter(world, "r crm !k_", "3");
	filter(world, "r crm !k_b", "3 4");
	filter(world, "r crm", "1 3 4");
	filter(world, "r", "5 1 3 4");
	/* a row that changes meanwhile comes in, and goes out */
	index_count_error(index, "2");
	filter(world, "err:", "2");
	filter(world, "err: b", "2");
	index_view_sort(world->view, INDEX_BY_NONE, false);
	filter(world, "b", "1 2 4");
	index_view_sort(world->view, INDEX_BY_NAME, false);
	filter(world, "bi", "2");
}

static void a_wrong_filter_leaves_the_old_one(void **state)
{
	struct world *world = *state;
	struct err err = {0};

	filter(world, "crm", "1 3 4");
	assert_int_equal(index_view_filter(world->view, "ttl:>x", &err), ERR_USAGE);
	assert_non_null(strstr(err.text, "ttl:>x"));
	assert_string_equal(index_view_filter_text(world->view), "crm");
	expect(world, "1 3 4");
}

static void sort(struct world *world, enum index_column column, bool reverse, const char *ids)
{
	bool is_reverse;

	index_view_sort(world->view, column, reverse);
	assert_int_equal(index_view_sorted_by(world->view, &is_reverse), column);
	assert_int_equal(is_reverse, reverse);
	expect(world, ids);
}

/* Equal rows keep the tenant's order, both ways. */
static void sorts(void **state)
{
	struct world *world = *state;

	sort(world, INDEX_BY_NAME, false, "2 4 3 1 5");
	sort(world, INDEX_BY_NAME, true, "5 1 3 4 2");
	sort(world, INDEX_BY_CATEGORY, false, "2 1 3 4 5");
	sort(world, INDEX_BY_CATEGORY, true, "5 1 3 4 2");
	sort(world, INDEX_BY_TTL, false, "2 3 5 1 4");
	sort(world, INDEX_BY_TTL, true, "4 1 2 3 5");
	sort(world, INDEX_BY_TIER, false, "1 2 3 5 4");
	sort(world, INDEX_BY_KEY, false, "3 2 1 4 5");
	sort(world, INDEX_BY_NONE, true, "5 4 3 2 1");
	sort(world, INDEX_BY_NONE, false, "1 2 3 4 5");
}

static void sorts_by_what_is_live(void **state)
{
	struct world *world = *state;
	struct live *live = session_live(world->rig.session);

	live_add_hits(live, "4", true, 3);
	live_add_hits(live, "4", false, 1);
	live_add_hits(live, "2", true, 1);
	sort(world, INDEX_BY_HIT_RATE, true, "2 4 1 3 5");
	index_count_error(session_index(world->rig.session), "5");
	sort(world, INDEX_BY_ERRORS, true, "5 1 2 3 4");
	filter(world, "err:>0", "5");
}

static void finds_by_id(void **state)
{
	struct world *world = *state;

	sort(world, INDEX_BY_NAME, false, "2 4 3 1 5");
	assert_int_equal(index_view_find(world->view, "1"), 3);
	assert_int_equal(index_view_find(world->view, "nobody"), -1);
	filter(world, "crm", "4 3 1");
	assert_int_equal(index_view_find(world->view, "2"), -1);
	assert_int_equal(index_view_find(world->view, "4"), 0);
	assert_null(index_view_row(world->view, 3));
	assert_int_equal(index_view_len(world->view), 3);
}

static void a_change_moves_a_row(void **state)
{
	struct world *world = *state;
	const char *body = ROW("2", "zulu", "Billing", "\"k_a\"", "61", "true");
	struct action *action = NULL;
	struct err err = {0};

	sort(world, INDEX_BY_NAME, false, "2 4 3 1 5");
	assert_int_equal(action_parse(body, strlen(body), NULL, &action, &err), ERR_OK);
	index_update(session_index(world->rig.session), action);
	action_free(&action);
	expect(world, "4 3 1 2 5");
	filter(world, "tier:custom", "4 2");
}

/* Rows that are on their way have their place; a filter or a sort leaves them out. */
static void rows_not_read_yet(void **state)
{
	struct world *world = *state;
	struct index *index = session_index(world->rig.session);
	struct index_progress progress;

	scripted_server_free(world->rig.server);
	world->rig.server = scripted_server_new(world->rig.loop, NULL);
	index_start(index);
	index_progress(index, &progress);
	assert_true(progress.reading);
	/* what is known stays until it is read again */
	expect(world, "1 2 3 4 5");
	session_free(&world->rig.session);
	index_view_free(&world->view);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(filters, up, down),
		cmocka_unit_test_setup_teardown(typed_filters, up, down),
		cmocka_unit_test_setup_teardown(a_wrong_filter_leaves_the_old_one, up, down),
		cmocka_unit_test_setup_teardown(sorts, up, down),
		cmocka_unit_test_setup_teardown(sorts_by_what_is_live, up, down),
		cmocka_unit_test_setup_teardown(finds_by_id, up, down),
		cmocka_unit_test_setup_teardown(a_change_moves_a_row, up, down),
		cmocka_unit_test_setup_teardown(rows_not_read_yet, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
