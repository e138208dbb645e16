/* index: reading a tenant page by page, also one whose pages move or that lies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/app/internal.h"
#include "app_rig.h"
#include "dacache/app/fetch.h"

#define LIST      "GET /api/v2/dataactions?"
#define ACTION(x) "{\"id\":\"" x "\",\"name\":\"" x "\"}"
#define ROW(x, key, ttl)                                                                           \
	"{\"id\":\"" x "\",\"name\":\"N" x "\",\"category\":\"C\",\"cacheEnabled\":true,"          \
	"\"cacheKey\":\"" key "\",\"cacheTtl\":" ttl "}"
#define OF(total, entities) "{\"entities\":[" entities "],\"total\":" total "}"

static int up(void **state)
{
	static struct app_rig rig;

	app_rig_up(&rig);
	*state = &rig;
	return 0;
}

static int down(void **state)
{
	app_rig_down(*state);
	return 0;
}

/* Reads the list to its end, and the ids of the whole are these. */
static struct index_progress read_ids(struct app_rig *rig, const char *ids)
{
	struct index_progress progress;
	struct index_view *view;

	app_rig_read(rig, &progress);
	assert_int_equal(index_view_new(session_index(rig->session), &view), ERR_OK);
	assert_string_equal(app_rig_ids(rig, view), ids);
	index_view_free(&view);
	return progress;
}

static void pages_with_totals(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;

	app_rig_page(rig, 1, OF("5", ACTION("a") "," ACTION("b")), 1);
	app_rig_page(rig, 2, OF("5", ACTION("c") "," ACTION("d")), 1);
	app_rig_page(rig, 3, OF("5", ACTION("e")), 1);
	progress = read_ids(rig, "a b c d e");
	assert_true(progress.whole && progress.total_known && !progress.failed);
	assert_int_equal(progress.loaded, 5);
	assert_int_equal(progress.total, 5);
	assert_int_equal(app_rig_sent(rig, LIST), 3);
	assert_true(rig->events[EVENT_INDEX] > 0);
}

static void nothing_at_all(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;

	app_rig_page(rig, 1, OF("0", ""), 1);
	progress = read_ids(rig, "");
	assert_true(progress.whole);
	assert_int_equal(progress.total, 0);
}

static void no_totals_until_a_short_page(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;

	app_rig_page(rig, 1, "[" ACTION("a") "," ACTION("b") "]", 1);
	app_rig_page(rig, 2, "[" ACTION("c") "]", 1);
	progress = read_ids(rig, "a b c");
	assert_true(progress.whole);
	assert_false(progress.total_known);
	assert_int_equal(progress.total, 3);
	assert_int_equal(app_rig_sent(rig, LIST), 2);
}

static void no_totals_and_full_pages_alone(void **state)
{
	struct app_rig *rig = *state;

	app_rig_page(rig, 1, "[" ACTION("a") "," ACTION("b") "]", 1);
	app_rig_page(rig, 2, "[" ACTION("c") "," ACTION("d") "]", 1);
	app_rig_page(rig, 3, "[]", 1);
	assert_true(read_ids(rig, "a b c d").whole);
}

/* It gives the same page for ever, whichever is asked for. */
static void a_server_that_has_no_pages(void **state)
{
	struct app_rig *rig = *state;

	app_rig_script(rig, LIST, "200 OK", "[" ACTION("a") "," ACTION("b") "]", -1);
	assert_true(read_ids(rig, "a b").whole);
	assert_int_equal(app_rig_sent(rig, LIST), 2);
}

/* While it is read, z comes in front: b moves to the second page, and is there
 * twice; d would be missed. */
static void a_page_that_moved(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;

	app_rig_page(rig, 1, OF("4", ACTION("a") "," ACTION("b")), 1);
	app_rig_page(rig, 2, OF("4", ACTION("b") "," ACTION("c")), 1);
	app_rig_page(rig, 1, OF("4", ACTION("z") "," ACTION("a")), 1);
	app_rig_page(rig, 2, OF("4", ACTION("b") "," ACTION("c")), 1);
	progress = read_ids(rig, "z a b c");
	assert_true(progress.whole);
	assert_int_equal(progress.loaded, 4);
	assert_int_equal(app_rig_sent(rig, LIST), 4);
}

/* The first page is read when there are four; then z comes in front. */
static void a_total_that_moves(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;

	app_rig_page(rig, 1, OF("4", ACTION("a") "," ACTION("b")), 1);
	app_rig_page(rig, 2, OF("5", ACTION("b") "," ACTION("c")), 1);
	app_rig_page(rig, 3, OF("5", ACTION("d")), 1);
	app_rig_page(rig, 1, OF("5", ACTION("z") "," ACTION("a")), 1);
	progress = read_ids(rig, "z a b c d");
	assert_true(progress.whole);
	assert_string_equal(progress.unsettled, "");
	assert_int_equal(app_rig_sent(rig, LIST), 4);
}

/* a goes after the first page was read: c slips past, and a must not stay. */
static void an_action_that_goes(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;

	app_rig_page(rig, 1, OF("5", ACTION("a") "," ACTION("b")), 1);
	app_rig_page(rig, 2, OF("4", ACTION("d") "," ACTION("e")), 1);
	app_rig_page(rig, 3, OF("4", ""), 1);
	app_rig_page(rig, 1, OF("4", ACTION("b") "," ACTION("c")), 1);
	progress = read_ids(rig, "b c d e");
	assert_true(progress.whole);
	assert_string_equal(progress.unsettled, "");
}

/* a and b go, x and y come at the end, while the first four are read: the total stands
 * still, e and f slipped past. */
static void the_list_moves_under_its_total(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;

	app_rig_page(rig, 1, OF("8", ACTION("a") "," ACTION("b")), 1);
	app_rig_page(rig, 2, OF("8", ACTION("c") "," ACTION("d")), 1);
	app_rig_page(rig, 1, OF("8", ACTION("c") "," ACTION("d")), -1);
	app_rig_page(rig, 2, OF("8", ACTION("e") "," ACTION("f")), -1);
	app_rig_page(rig, 3, OF("8", ACTION("g") "," ACTION("h")), -1);
	app_rig_page(rig, 4, OF("8", ACTION("x") "," ACTION("y")), -1);
	progress = read_ids(rig, "c d e f g h x y");
	assert_true(progress.whole);
	assert_int_equal(progress.loaded, 8);
	assert_string_equal(progress.unsettled, "");
	assert_int_equal(app_rig_sent(rig, LIST), 12);
}

/* Each time it is another one: that is said. */
static void a_list_that_never_stands_still(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;
	int i;

	for (i = 0; i < 3; i++) {
		app_rig_page(rig, 1, OF("8", ACTION("a") "," ACTION("b")), 1);
		app_rig_page(rig, 1, OF("8", ACTION("c") "," ACTION("d")), 1);
	}
	app_rig_page(rig, 2, OF("8", ACTION("s") "," ACTION("t")), -1);
	app_rig_page(rig, 3, OF("8", ACTION("u") "," ACTION("v")), -1);
	app_rig_page(rig, 4, OF("8", ACTION("x") "," ACTION("y")), -1);
	app_rig_read(rig, &progress);
	assert_true(progress.whole);
	assert_non_null(strstr(progress.unsettled, "the list changed each time it was read"));
	assert_int_equal(app_rig_sent(rig, LIST), 18);
}

/* Nothing moved: two pages more than there are. */
static void a_list_that_stands_still(void **state)
{
	struct app_rig *rig = *state;

	app_rig_page(rig, 1, OF("8", ACTION("a") "," ACTION("b")), -1);
	app_rig_page(rig, 2, OF("8", ACTION("c") "," ACTION("d")), -1);
	app_rig_page(rig, 3, OF("8", ACTION("e") "," ACTION("f")), -1);
	app_rig_page(rig, 4, OF("8", ACTION("g") "," ACTION("h")), -1);
	assert_string_equal(read_ids(rig, "a b c d e f g h").unsettled, "");
	assert_int_equal(app_rig_sent(rig, LIST), 6);
}

/* It says 2, and has 3 pages. */
static void a_total_that_counts_too_few(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;

	app_rig_page(rig, 1,
		     "{\"entities\":[" ACTION("a") "," ACTION("b") "],\"total\":2,\"pageCount\":2}",
		     1);
	app_rig_page(rig, 2, "{\"entities\":[" ACTION("c") "],\"total\":2,\"pageCount\":2}", 1);
	progress = read_ids(rig, "a b c");
	assert_true(progress.whole);
	assert_int_equal(progress.loaded, 3);
	assert_non_null(strstr(progress.unsettled, "but 3 came"));
}

/* It says 2 everywhere, and tells of next pages; those go round at the end. */
static void a_next_page_past_the_total(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;

	app_rig_page(rig, 1,
		     "{\"entities\":[" ACTION("a") "," ACTION(
			     "b") "],\"total\":2,"
				  "\"nextUri\":\"/api/v2/dataactions?page=2\"}",
		     -1);
	app_rig_page(rig, 2,
		     "{\"entities\":[" ACTION("c") "," ACTION(
			     "d") "],\"total\":2,"
				  "\"nextUri\":\"/api/v2/dataactions?page=1\"}",
		     -1);
	app_rig_page(rig, 3,
		     "{\"entities\":[" ACTION("a") "," ACTION(
			     "b") "],\"total\":2,"
				  "\"nextUri\":\"/api/v2/dataactions?page=2\"}",
		     -1);
	progress = read_ids(rig, "a b c d");
	assert_true(progress.whole);
	assert_non_null(strstr(progress.unsettled, "counts 2 Data Actions, but 4 came"));
	assert_int_equal(app_rig_sent(rig, LIST), 3);
}

/* It says 0, and links to no next page; but pages come full. */
static void a_total_of_nothing_over_full_pages(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;

	app_rig_page(rig, 1, OF("0", ACTION("a") "," ACTION("b")), -1);
	app_rig_page(rig, 2, OF("0", ACTION("c") "," ACTION("d")), -1);
	app_rig_page(rig, 3, OF("0", ACTION("e")), -1);
	progress = read_ids(rig, "a b c d e");
	assert_true(progress.whole);
	assert_non_null(strstr(progress.unsettled, "counts 0 Data Actions, but 5 came"));
}

static void a_next_page_of_null(void **state)
{
	struct app_rig *rig = *state;

	app_rig_page(rig, 1,
		     "{\"entities\":[" ACTION("a") "," ACTION("b") "],\"total\":2,"
								   "\"nextUri\":null}",
		     -1);
	assert_string_equal(read_ids(rig, "a b").unsettled, "");
	assert_int_equal(app_rig_sent(rig, LIST), 1);
}

/* It says 100,000, and has 3: that many pages are not asked for. */
static void a_total_that_counts_far_too_many(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;

	app_rig_page(rig, 1, OF("100000", ACTION("a") "," ACTION("b")), -1);
	app_rig_page(rig, 2, OF("100000", ACTION("c")), -1);
	app_rig_script(rig, LIST, "200 OK", OF("100000", ""), -1);
	progress = read_ids(rig, "a b c");
	assert_true(progress.whole);
	assert_non_null(strstr(progress.unsettled, "counts 100,000 Data Actions, but 3 came"));
	assert_true(app_rig_sent(rig, LIST) < 60);
}

/* A page in which this client may see nothing: those behind it count. */
static void an_empty_page_in_the_middle(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;

	app_rig_page(rig, 1, OF("6", ACTION("a") "," ACTION("b")), -1);
	app_rig_page(rig, 2, OF("6", ""), -1);
	app_rig_page(rig, 3, OF("6", ACTION("e") "," ACTION("f")), -1);
	progress = read_ids(rig, "a b e f");
	assert_true(progress.whole);
	assert_non_null(strstr(progress.unsettled, "but 4 came"));
}

static void an_id_that_is_there_twice(void **state)
{
	struct app_rig *rig = *state;

	app_rig_page(rig, 1, OF("3", ACTION("a") "," ACTION("b")), -1);
	app_rig_page(rig, 2, OF("3", ACTION("b")), -1);
	assert_true(read_ids(rig, "a b").whole);
	assert_int_equal(app_rig_sent(rig, LIST), 4);
}

static void fewer_than_it_says(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;

	app_rig_page(rig, 1, OF("6", ACTION("a") "," ACTION("b")), -1);
	app_rig_page(rig, 2, OF("6", ACTION("c")), -1);
	app_rig_page(rig, 3, OF("6", ""), -1);
	progress = read_ids(rig, "a b c");
	assert_true(progress.whole);
	assert_int_equal(progress.loaded, 3);
	assert_non_null(strstr(progress.unsettled, "but 3 came"));
}

static void more_than_it_says(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;

	app_rig_page(rig, 1, OF("1", ACTION("a") "," ACTION("b")), -1);
	app_rig_page(rig, 2, OF("1", ""), -1);
	progress = read_ids(rig, "a b");
	assert_true(progress.whole);
	assert_int_equal(progress.total, 2);
}

/* No memory is taken for what nobody can have: read on as without a total. */
static void an_absurd_total(void **state)
{
	struct app_rig *rig = *state;

	app_rig_page(rig, 1, OF("900000000000000", ACTION("a") "," ACTION("b")), -1);
	app_rig_page(rig, 2, OF("900000000000000", ACTION("c")), -1);
	assert_true(read_ids(rig, "a b c").whole);
	assert_int_equal(app_rig_sent(rig, LIST), 2);
}

/* Asked for pages of two, it gives one at a time: by its word, or silently. */
static void smaller_pages_than_asked(void **state)
{
	struct app_rig *rig = *state;

	app_rig_page(rig, 1,
		     "{\"entities\":[" ACTION("a") "],\"total\":2,\"pageSize\":1,\"pageNumber\":1}",
		     1);
	app_rig_page(rig, 2, OF("2", ACTION("b")), 1);
	assert_true(read_ids(rig, "a b").whole);
	assert_int_equal(app_rig_sent(rig, LIST "page=2&pageSize=1 "), 1);

	app_rig_page(rig, 1, OF("3", ACTION("c")), 1);
	app_rig_page(rig, 2, OF("3", ACTION("d")), 1);
	app_rig_page(rig, 3, OF("3", ACTION("e")), 1);
	assert_true(read_ids(rig, "c d e").whole);
}

static void larger_pages_than_asked(void **state)
{
	struct app_rig *rig = *state;

	app_rig_page(rig, 1, OF("5", ACTION("a") "," ACTION("b") "," ACTION("c")), -1);
	app_rig_page(rig, 2, OF("5", ACTION("d") "," ACTION("e")), -1);
	assert_true(read_ids(rig, "a b c d e").whole);
	assert_int_equal(app_rig_sent(rig, LIST), 2);
}

/* The last page has more than belongs there: no row may hide another. */
static void pages_that_overlap(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;

	app_rig_page(rig, 1, OF("6", ACTION("a") "," ACTION("b")), -1);
	app_rig_page(rig, 2, OF("6", ACTION("c") "," ACTION("d") "," ACTION("x")), -1);
	app_rig_page(rig, 3, OF("6", ACTION("e") "," ACTION("f")), -1);
	progress = read_ids(rig, "a b c d e f x");
	assert_int_equal(progress.loaded, 7);
}

static void entries_without_an_id(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;

	app_rig_page(rig, 1, OF("3", ACTION("a") ",{\"name\":\"x\"}"), 1);
	app_rig_page(rig, 2, OF("3", ACTION("b")), 1);
	progress = read_ids(rig, "a b");
	assert_int_equal(progress.broken, 1);
	assert_int_equal(app_rig_sent(rig, LIST), 2);
}

static void a_page_that_fails(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;

	app_rig_page(rig, 1, OF("3", ACTION("a") "," ACTION("b")), -1);
	app_rig_script(rig, LIST "page=2&", "403 Forbidden", "{\"code\":\"not.authorized\"}", 1);
	app_rig_page(rig, 2, OF("3", ACTION("c")), 1);
	app_rig_read(rig, &progress);
	assert_true(progress.failed);
	assert_false(progress.whole);
	assert_int_equal(progress.failure.kind, FAILURE_FORBIDDEN);
	assert_int_equal(progress.loaded, 2);
	assert_int_equal(messages_count(session_messages(rig->session)), 1);
	/* it goes on with what is missing */
	progress = read_ids(rig, "a b c");
	assert_true(progress.whole && !progress.failed);
	assert_int_equal(app_rig_sent(rig, LIST "page=1&"), 1);
}

struct stopper {
	struct app_rig *rig;
	bool stopped;
};

static void stop_at_four(void *context, const struct event *event)
{
	struct stopper *stopper = context;
	struct index *index = session_index(stopper->rig->session);
	struct index_progress progress;

	index_progress(index, &progress);
	if (event->type == EVENT_INDEX && progress.loaded == 4 && !stopper->stopped) {
		stopper->stopped = true;
		assert_true(index_stop(index));
	}
}

static void reading_stops_and_goes_on(void **state)
{
	struct app_rig *rig = *state;
	struct index *index = session_index(rig->session);
	struct stopper stopper = {.rig = rig};
	struct index_progress progress;
	bool unread;

	app_rig_page(rig, 1, OF("6", ACTION("a") "," ACTION("b")), 1);
	app_rig_page(rig, 2, OF("6", ACTION("c") "," ACTION("d")), 1);
	app_rig_page(rig, 3, OF("6", ACTION("e") "," ACTION("f")), -1);
	assert_false(index_stop(index));
	session_subscribe(rig->session, stop_at_four, &stopper);
	app_rig_read(rig, &progress);
	assert_true(progress.stopped && !progress.reading && !progress.whole && !progress.failed);
	assert_int_equal(progress.loaded, 4);
	assert_int_equal(progress.total, 6);
	assert_null(index_at(index, 4, &unread));
	assert_false(unread);
	assert_int_equal(messages_count(session_messages(rig->session)), 0);

	progress = read_ids(rig, "a b c d e f");
	assert_true(progress.whole && !progress.stopped);
	assert_int_equal(app_rig_sent(rig, LIST "page=1&"), 1);
	assert_int_equal(app_rig_sent(rig, LIST "page=2&"), 1);
	assert_false(index_stop(index));
}

/* Nothing came yet: there is nothing to keep, and it begins with the first page. */
static void reading_stops_at_once(void **state)
{
	struct app_rig *rig = *state;
	struct index *index = session_index(rig->session);
	struct index_progress progress;

	app_rig_page(rig, 1, OF("1", ACTION("a")), 1);
	index_start(index);
	assert_true(index_stop(index));
	app_rig_settle(rig);
	index_progress(index, &progress);
	assert_true(progress.stopped && !progress.total_known);
	assert_int_equal(progress.loaded, 0);
	assert_int_equal(app_rig_sent(rig, LIST), 0);
	progress = read_ids(rig, "a");
	assert_true(progress.whole);
}

static void a_page_that_is_no_list(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;

	app_rig_page(rig, 1, "{\"hello\":1}", 1);
	app_rig_read(rig, &progress);
	assert_true(progress.failed);
	assert_int_equal(progress.failure.kind, FAILURE_BROKEN_REPLY);
	assert_int_equal(progress.failure.status, 200);
}

static void rows_are_what_the_tenant_says(void **state)
{
	struct app_rig *rig = *state;
	struct index *index = session_index(rig->session);
	const struct index_row *row;

	app_rig_page(rig, 1, OF("2", ROW("a", "k_{x}", "60") "," ROW("b", "K_2", "\"60\"")), 1);
	read_ids(rig, "a b");
	row = index_find(index, "a");
	assert_string_equal(row->name, "Na");
	assert_string_equal(row->category, "C");
	assert_string_equal(row->key, "k_{x}");
	assert_int_equal(row->ttl_s, 60);
	assert_int_equal(row->tier, TIER_HIGH_PRIORITY);
	assert_true(row->enabled);
	assert_int_equal(index_find(index, "b")->ttl_s, CACHE_TTL_INVALID);
	assert_int_equal(index_find(index, "b")->tier, TIER_CUSTOM);
	assert_null(index_find(index, "c"));
}

static void reading_again_drops_and_keeps(void **state)
{
	struct app_rig *rig = *state;
	struct index *index = session_index(rig->session);

	app_rig_page(rig, 1, OF("2", ROW("a", "k", "60") "," ROW("b", "l", "60")), 1);
	read_ids(rig, "a b");
	index_mark(index, "a", true);
	index_mark(index, "b", true);
	index_mark(index, "nobody", true);
	assert_int_equal(index_marked(index), 2);
	app_rig_page(rig, 1, OF("2", ROW("c", "m", "60") "," ROW("a", "n", "300")), 1);
	read_ids(rig, "c a");
	assert_null(index_find(index, "b"));
	assert_string_equal(index_find(index, "a")->key, "n");
	assert_int_equal(index_find(index, "a")->tier, TIER_DEFAULT);
	assert_true(index_find(index, "a")->marked);
	assert_int_equal(index_marked(index), 1);
	index_mark_none(index);
	assert_int_equal(index_marked(index), 0);
}

static void other_keys(void **state)
{
	struct app_rig *rig = *state;
	struct key_lookup keys = session_key_lookup(rig->session);
	const char *other = NULL;
	struct buf example;

	app_rig_page(rig, 1, OF("2", ROW("a", "key_{x}", "60") "," ROW("b", "other", "60")), 1);
	read_ids(rig, "a b");
	assert_string_equal(keys.collision(keys.context, " KEY_{X} ", "b"), "Na");
	assert_null(keys.collision(keys.context, "key_{x}", "a"));
	assert_null(keys.collision(keys.context, "key_{y}", "b"));
	buf_init(&example, 100);
	assert_string_equal(keys.overlap(keys.context, "key_{y}", "b", &other, &example), "Na");
	assert_string_equal(other, "key_{x}");
	assert_null(keys.overlap(keys.context, "key_{y}", "a", &other, &example));
	buf_reset(&example);
	assert_string_equal(keys.overlap(keys.context, "KEY_{y}_Z", NULL, &other, &example), "Na");
	assert_string_equal(buf_str(&example), "key_42_z");
	buf_reset(&example);
	assert_string_equal(keys.overlap(keys.context, "{o}er", "a", &other, &example), "Nb");
	assert_string_equal(buf_str(&example), "other");
	/* one that differs in names alone goes before the others */
	assert_string_equal(keys.overlap(keys.context, "{x}", NULL, &other, &example), "Na");
	buf_free(&example);
	assert_null(keys.collision(keys.context, "", NULL));
}

static void note_fetch(void *context, const struct failure *failure, const struct action *action)
{
	int *kind = context;

	(void)action;
	*kind = (int)failure->kind;
}

static void fetch(struct app_rig *rig, const char *id, int *kind)
{
	struct err err = {0};

	*kind = -1;
	assert_int_equal(fetch_start(rig->session, id, note_fetch, kind, NULL, &err), ERR_OK);
	assert_int_equal(*kind, -1);
	app_rig_settle(rig);
}

static void a_fetched_action_updates_its_row(void **state)
{
	struct app_rig *rig = *state;
	struct index *index = session_index(rig->session);
	int kind;

	app_rig_page(rig, 1, OF("2", ROW("a", "k", "60") "," ROW("b", "l", "60")), 1);
	read_ids(rig, "a b");
	app_rig_script(rig, "GET /api/v2/dataactions/a ", "200 OK", ROW("a", "new", "3600"), 1);
	fetch(rig, "a", &kind);
	assert_int_equal(kind, FAILURE_NONE);
	assert_string_equal(index_find(index, "a")->key, "new");
	assert_int_equal(index_find(index, "a")->tier, TIER_STATIC_REFERENCE);
	/* no reply of another action may pass for it */
	app_rig_script(rig, "GET /api/v2/dataactions/b ", "200 OK", ROW("a", "x", "1"), 1);
	fetch(rig, "b", &kind);
	assert_int_equal(kind, FAILURE_BROKEN_REPLY);
	assert_string_equal(index_find(index, "a")->key, "new");
	assert_int_equal(index_find(index, "b")->errors, 1);
}

/* The first rows are there: the user jumps to the end. */
static void jump(void *context, const struct event *event)
{
	struct app_rig *rig = context;

	if (event->type == EVENT_INDEX)
		index_want(session_index(rig->session), 38);
}

static void the_cursor_s_page_comes_first(void **state)
{
	struct app_rig *rig = *state;
	struct index_progress progress;
	size_t i;

	app_rig_script(rig, LIST, "200 OK", OF("40", ACTION("a") "," ACTION("b")), -1);
	session_subscribe(rig->session, jump, rig);
	app_rig_read(rig, &progress);
	assert_true(progress.whole);
	for (i = 0; i < 8; i++)
		if (strstr(scripted_server_request(rig->server, LIST, i)->head, "page=20&"))
			break;
	assert_true(i < 8);
	assert_int_equal(app_rig_sent(rig, LIST "page=20&"), 2); /* once a pass */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(pages_with_totals, up, down),
		cmocka_unit_test_setup_teardown(nothing_at_all, up, down),
		cmocka_unit_test_setup_teardown(no_totals_until_a_short_page, up, down),
		cmocka_unit_test_setup_teardown(no_totals_and_full_pages_alone, up, down),
		cmocka_unit_test_setup_teardown(a_server_that_has_no_pages, up, down),
		cmocka_unit_test_setup_teardown(a_page_that_moved, up, down),
		cmocka_unit_test_setup_teardown(a_next_page_past_the_total, up, down),
		cmocka_unit_test_setup_teardown(a_total_of_nothing_over_full_pages, up, down),
		cmocka_unit_test_setup_teardown(a_next_page_of_null, up, down),
		cmocka_unit_test_setup_teardown(a_total_that_counts_far_too_many, up, down),
		cmocka_unit_test_setup_teardown(an_empty_page_in_the_middle, up, down),
		cmocka_unit_test_setup_teardown(an_id_that_is_there_twice, up, down),
		cmocka_unit_test_setup_teardown(a_total_that_moves, up, down),
		cmocka_unit_test_setup_teardown(an_action_that_goes, up, down),
		cmocka_unit_test_setup_teardown(the_list_moves_under_its_total, up, down),
		cmocka_unit_test_setup_teardown(a_list_that_never_stands_still, up, down),
		cmocka_unit_test_setup_teardown(a_list_that_stands_still, up, down),
		cmocka_unit_test_setup_teardown(a_total_that_counts_too_few, up, down),
		cmocka_unit_test_setup_teardown(fewer_than_it_says, up, down),
		cmocka_unit_test_setup_teardown(more_than_it_says, up, down),
		cmocka_unit_test_setup_teardown(an_absurd_total, up, down),
		cmocka_unit_test_setup_teardown(smaller_pages_than_asked, up, down),
		cmocka_unit_test_setup_teardown(larger_pages_than_asked, up, down),
		cmocka_unit_test_setup_teardown(pages_that_overlap, up, down),
		cmocka_unit_test_setup_teardown(entries_without_an_id, up, down),
		cmocka_unit_test_setup_teardown(a_page_that_fails, up, down),
		cmocka_unit_test_setup_teardown(reading_stops_and_goes_on, up, down),
		cmocka_unit_test_setup_teardown(reading_stops_at_once, up, down),
		cmocka_unit_test_setup_teardown(a_page_that_is_no_list, up, down),
		cmocka_unit_test_setup_teardown(rows_are_what_the_tenant_says, up, down),
		cmocka_unit_test_setup_teardown(reading_again_drops_and_keeps, up, down),
		cmocka_unit_test_setup_teardown(other_keys, up, down),
		cmocka_unit_test_setup_teardown(a_fetched_action_updates_its_row, up, down),
		cmocka_unit_test_setup_teardown(the_cursor_s_page_comes_first, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
