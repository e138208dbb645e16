/* The three-way compare on random documents, held against what is known of how they
 * were made: the result keeps every change that one side made, and nothing that both
 * changed is resolved by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "dacache/domain/merge.h"
#include "fuzz.h"

enum { ROUNDS = 20000, SEED = 20260302, NAMES = 9, ABSENT = -1, SIDES = 3, TEXT_MAX = 4096 };
enum { CACHE_NAMES = 3, FIRST_BOOKKEEPING = 7 };

static const char *const names[NAMES] = {"cacheEnabled", "cacheKey", "cacheTtl",
					 "id",           "contract", "caf\xc3\xa9",
					 "a\"b",         "version",  "modifiedBy"};
static const char *const spellings[NAMES][2] = {
	{"\"cacheEnabled\"", "\"cache\\u0045nabled\""},
	{"\"cacheKey\"", "\"cacheKey\""},
	{"\"cacheTtl\"", "\"cacheTt\\u006c\""},
	{"\"id\"", "\"\\u0069d\""},
	{"\"contract\"", "\"contract\""},
	{"\"caf\xc3\xa9\"", "\"caf\\u00E9\""},
	{"\"a\\\"b\"", "\"a\\u0022b\""},
	{"\"version\"", "\"version\""},
	{"\"modifiedBy\"", "\"modifiedBy\""},
};

/* Two spellings of each value; no two values are the same. The first is null. */
enum { VALUES = 9 };
static const char *const values[VALUES][2] = {
	{"null", "null"},
	{"true", "true"},
	{"60", "60"},
	{"\"60\"", "\"\\u00360\""},
	{"{\"a\":1,\"b\":[1,2]}", "{ \"b\" : [ 1 , 2 ], \"a\":1 }"},
	{"{\"a\":1,\"b\":[2,1]}", "{\"b\":[2,1],\n\"a\":1}"},
	{"12345678901234567890123", "12345678901234567890123"},
	{"12345678901234567890124", "12345678901234567890124"},
	{"\"\xc3\xa9/\"", "\"\\u00e9\\/\""},
};

/* Which value each member has on one side. */
struct document {
	int value[NAMES];
	char text[TEXT_MAX];
};

static void make_up(struct fuzz_random *random, struct document *document)
{
	for (int i = 0; i < NAMES; i++)
		document->value[i] = (int)fuzz_below(random, VALUES + 1) - 1;
}

static void change_some(struct fuzz_random *random, const struct document *base,
			struct document *document)
{
	memcpy(document->value, base->value, sizeof(base->value));
	for (int i = 0; i < NAMES; i++)
		if (fuzz_below(random, 3) == 0)
			document->value[i] = (int)fuzz_below(random, VALUES + 1) - 1;
}

/* Members in any order, blanks and spellings at random. */
static void write_down(struct fuzz_random *random, struct document *document)
{
	int first = (int)fuzz_below(random, NAMES);
	size_t len = 0;

	len += (size_t)snprintf(document->text, TEXT_MAX, "{");
	for (int n = 0; n < NAMES; n++) {
		int i = (first + n) % NAMES;

		if (document->value[i] == ABSENT)
			continue;
		len += (size_t)snprintf(document->text + len, TEXT_MAX - len, "%s%s%s:%s",
					len > 1 ? "," : "", fuzz_below(random, 2) ? " " : "",
					spellings[i][fuzz_below(random, 2)],
					values[document->value[i]][fuzz_below(random, 2)]);
	}
	snprintf(document->text + len, TEXT_MAX - len, "}");
}

/* For a cache member null is as good as absent. */
static bool same(int name, int a, int b)
{
	return a == b || (name < CACHE_NAMES && a <= 0 && b <= 0);
}

/* Which value a text is, by its first or second spelling. */
static int value_of(const char *text)
{
	if (!text)
		return ABSENT;
	for (int i = 0; i < VALUES; i++)
		if (!strcmp(values[i][0], text) || !strcmp(values[i][1], text))
			return i;
	fail_msg("no value of ours: %s", text);
	return ABSENT;
}

static void check_row(const struct merge_row *row, int name, const int value[SIDES])
{
	bool bookkeeping = name >= FIRST_BOOKKEEPING;
	bool server_moved = !same(name, value[0], value[1]);
	bool mine_moved = !same(name, value[0], value[2]);
	bool apart = !same(name, value[1], value[2]);
	bool open = !bookkeeping && server_moved && mine_moved && apart;
	int result = value_of(merge_result(row));

	assert_int_equal(row->state == MERGE_OPEN, open);
	assert_int_equal(merge_is_resolved(row), !open);
	assert_int_equal(row->state == MERGE_UNCHANGED, !server_moved && !mine_moved);
	if (bookkeeping)
		assert_int_equal(result, value[1]);
	else if (mine_moved && !server_moved)
		assert_int_equal(result, value[2]);
	else if (!open)
		assert_true(same(name, result, value[1]));
}

/* Chooses for every open row; wanted gets what the result must then be. */
static void choose_all(struct fuzz_random *random, struct merge *merge, int wanted[NAMES])
{
	struct err err = {0};

	for (int i = 0; i < NAMES; i++) {
		struct merge_row *row = merge_find(merge, names[i]);
		enum merge_choice choice =
			(enum merge_choice)(MERGE_MINE + (int)fuzz_below(random, 3));
		int by_hand = (int)fuzz_below(random, VALUES + 1) - 1;

		wanted[i] = row ? value_of(merge_result(row)) : ABSENT;
		if (!row || merge_is_resolved(row))
			continue;
		assert_int_equal(merge_choose(row, choice,
					      by_hand == ABSENT ? NULL : values[by_hand][0], &err),
				 ERR_OK);
		wanted[i] = choice == MERGE_MINE     ? value_of(row->mine)
			    : choice == MERGE_SERVER ? value_of(row->server)
						     : by_hand;
	}
}

/* What json-c makes of a spelling; numbers past its reach by their text. */
static void check_member(struct json_object *document, int name, int wanted)
{
	struct json_object *found = NULL, *expected;
	bool there = json_object_object_get_ex(document, names[name], &found);

	assert_int_equal(there, wanted != ABSENT);
	if (!there)
		return;
	expected = json_tokener_parse(values[wanted][0]);
	assert_true(json_object_equal(found, expected));
	json_object_put(expected);
}

static void check_result(const struct merge *merge, const int wanted[NAMES])
{
	struct json_object *document;
	struct buf text;

	buf_init(&text, 10 * TEXT_MAX);
	assert_int_equal(merge_result_document(merge, &text), ERR_OK);
	document = json_tokener_parse(buf_str(&text));
	assert_non_null(document);
	for (int i = 0; i < NAMES; i++)
		check_member(document, i, wanted[i]);
	json_object_put(document);
	buf_free(&text);
}

static size_t check_round(struct fuzz_random *random)
{
	struct document base, server, mine;
	struct merge merge;
	struct cache_members members;
	struct err err = {0};
	int wanted[NAMES];

	make_up(random, &base);
	change_some(random, &base, &server);
	change_some(random, &base, &mine);
	write_down(random, &base);
	write_down(random, &server);
	write_down(random, &mine);
	assert_int_equal(merge_documents(base.text, server.text, mine.text, &merge, &err), ERR_OK);
	for (int i = 0; i < NAMES; i++) {
		const int value[SIDES] = {base.value[i], server.value[i], mine.value[i]};
		const struct merge_row *row = merge_find(&merge, names[i]);

		if (row)
			check_row(row, i, value);
		else
			assert_int_equal(value[0] + value[1] + value[2], 3 * ABSENT);
	}

	size_t open = merge_open_count(&merge);

	if (open) {
		assert_int_equal(merge_result_members(&merge, &members), ERR_CONFLICT);
		cache_members_clear(&members);
	}
	choose_all(random, &merge, wanted);
	assert_int_equal(merge_open_count(&merge), 0);
	check_result(&merge, wanted);
	merge_clear(&merge);
	return open;
}

static void one_sided_changes_are_kept_and_overlaps_are_asked(void **state)
{
	struct fuzz_random random = {.state = SEED};
	const char *set = getenv("FUZZ_ROUNDS");
	int rounds = ROUNDS * (set && atoi(set) > 0 ? atoi(set) : 1);
	size_t open = 0;

	(void)state;
	for (int i = 0; i < rounds; i++)
		open += check_round(&random);
	assert_true(open > (size_t)rounds / 10);
}

/* Any text: refused, or the same as itself. */
static const char *merge_with_itself(const char *text, size_t len)
{
	char *copy = malloc(len + 1);
	struct merge merge;
	struct buf document;
	const char *wrong = NULL;

	assert_non_null(copy);
	memcpy(copy, text, len);
	copy[len] = '\0';
	buf_init(&document, 1 << 20);
	if (merge_documents(copy, copy, copy, &merge, NULL) == ERR_OK) {
		struct json_object *read;

		for (size_t i = 0; i < merge.len; i++)
			if (merge.rows[i].state != MERGE_UNCHANGED)
				wrong = "a document differs from itself";
		if (merge_result_document(&merge, &document) != ERR_OK)
			wrong = "a document without changes has no result";
		read = json_tokener_parse(buf_str(&document));
		if (!json_object_is_type(read, json_type_object))
			wrong = "the result is no JSON object";
		json_object_put(read);
		merge_clear(&merge);
	}
	buf_free(&document);
	free(copy);
	return wrong;
}

static void broken_documents_do_no_harm(void **state)
{
	static const char *const samples[] = {
		"{\"id\":\"a\",\"cacheEnabled\":true,\"cacheKey\":\"k_{a}\",\"cacheTtl\":60,"
		"\"contract\":{\"input\":{\"properties\":{\"a\":{}}}},\"version\":3}",
		"{\"a\\u0000b\":[1e5,-0.5,12345678901234567890],\"a\":null,\"a\":"
		"\"\\ud83d\\ude00\"}",
		" { \"x\" : { } , \"y\" : [ ] , \"\" : \"\" } ",
	};

	(void)state;
	fuzz_run(samples, 3, 10000, merge_with_itself);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_sided_changes_are_kept_and_overlaps_are_asked),
		cmocka_unit_test(broken_documents_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
