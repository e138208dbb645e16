/* overlap: which templates can produce the same key, held against trying them all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/key_template.h"
#include "dacache/domain/overlap.h"

/* ---- the oracle: nothing but the rule, one byte after the other ---- */

static bool produces(const char *pattern, const char *key)
{
	if (*pattern == '\0')
		return *key == '\0';
	if (*key == '\0')
		return false;
	if (*pattern != KEY_PATTERN_ANY)
		return *pattern == *key && produces(pattern + 1, key + 1);
	do
		key++;
	while (((unsigned char)*key & 0xc0) == 0x80);
	return produces(pattern + 1, key) || produces(pattern, key);
}

/* By a table of what is left of each: ends[i][j][p][q]: a from i, b from j, where p and q
 * say that the placeholder there has taken a character already. */
static bool both_produce(const char *a, const char *b)
{
	size_t n = strlen(a);
	size_t m = strlen(b);
	bool can[24][24][2][2] = {0};

	for (size_t i = n + 1; i-- > 0;)
		for (size_t j = m + 1; j-- > 0;)
			for (int pq = 3; pq >= 0; pq--) {
				int p = pq >> 1;
				int q = pq & 1;
				bool any_a = i < n && a[i] == KEY_PATTERN_ANY;
				bool any_b = j < m && b[j] == KEY_PATTERN_ANY;
				bool yes = i == n && j == m;

				if (any_a && p)
					yes = yes || can[i + 1][j][0][q];
				if (any_b && q)
					yes = yes || can[i][j + 1][p][0];
				if (i < n && j < m && !any_a && !any_b && a[i] == b[j])
					yes = yes || can[i + 1][j + 1][0][0];
				if (any_a && j < m && !any_b)
					yes = yes || can[i][j + 1][1][0];
				if (any_b && i < n && !any_a)
					yes = yes || can[i + 1][j][0][1];
				if (any_a && any_b && !(p && q))
					yes = yes || can[i][j][1][1];
				can[i][j][p][q] = yes;
			}
	return can[0][0][0][0];
}

static void check_pair(const char *a, const char *b, bool expected)
{
	struct buf example;
	bool overlap;

	buf_init(&example, 1000);
	overlap = key_pattern_overlap(a, b, &example);
	if (overlap != expected)
		fail_msg("'%s' and '%s': %d", a, b, overlap);
	if (overlap && (!produces(a, buf_str(&example)) || !produces(b, buf_str(&example))))
		fail_msg("'%s' and '%s': not both produce '%s'", a, b, buf_str(&example));
	if (!overlap)
		assert_int_equal(example.len, 0);
	if (overlap && !key_ends_meet(key_pattern_ends(a), key_pattern_ends(b)))
		fail_msg("the ends of '%s' and '%s' do not meet", a, b);
	buf_free(&example);
}

/* The n-th text over these letters, by length first; false: it is longer than max. */
static bool nth_text(size_t n, const char *letters, size_t max, char *out)
{
	size_t base = strlen(letters);
	size_t count = 1;
	size_t len = 0;

	for (; n >= count; len++) {
		n -= count;
		count *= base;
	}
	if (len > max)
		return false;
	for (size_t i = 0; i < len; i++, n /= base)
		out[i] = letters[n % base];
	out[len] = '\0';
	return true;
}

static bool try_all_keys(const char *a, const char *b)
{
	char key[16];

	for (size_t n = 1; nth_text(n, "ab", 9, key); n++)
		if (produces(a, key) && produces(b, key))
			return true;
	return false;
}

/* A key of both that no shorter one spares has each letter of both, and one more at most. */
static void every_short_pattern(void **state)
{
	const char letters[] = {'a', 'b', KEY_PATTERN_ANY, '\0'};
	char a[16];
	char b[16];

	(void)state;
	for (size_t i = 1; nth_text(i, letters, 4, a); i++)
		for (size_t j = 1; j <= i && nth_text(j, letters, 4, b); j++) {
			bool expected = try_all_keys(a, b);

			assert_int_equal(both_produce(a, b), expected);
			check_pair(a, b, expected);
			check_pair(b, a, expected);
		}
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

static void random_pattern(uint32_t *seed, char *out)
{
	size_t len = 1 + next_random(seed) % 20;

	for (size_t i = 0; i < len; i++) {
		uint32_t draw = next_random(seed) % 7;

		out[i] = draw < 3 ? 'a' : draw < 5 ? 'b' : KEY_PATTERN_ANY;
	}
	out[len] = '\0';
}

static void longer_patterns(void **state)
{
	uint32_t seed = 1;
	size_t overlaps = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char a[24];
		char b[24];
		bool expected;

		random_pattern(&seed, a);
		random_pattern(&seed, b);
		expected = both_produce(a, b);
		overlaps += expected;
		check_pair(a, b, expected);
	}
	assert_in_range(overlaps, 2000, 18000);
}

/* ---- templates ---- */

static void check_templates(const char *a, const char *b, const char *example)
{
	char *first = key_template_pattern(a);
	char *second = key_template_pattern(b);
	struct buf found;

	buf_init(&found, 1000);
	assert_int_equal(key_pattern_overlap(first, second, &found), example != NULL);
	assert_string_equal(buf_str(&found), example ? example : "");
	buf_free(&found);
	free(first);
	free(second);
}

static void templates_as_they_are_written(void **state)
{
	(void)state;
	check_templates("customer_{id}", "customer_{id}_profile", "customer_42_profile");
	check_templates("customer_{id}", "order_{id}", NULL);
	check_templates("  Customer_{Id} ", "CUSTOMER_{nr}", "customer_42");
	check_templates("customer_7", "customer_{id}", "customer_7");
	check_templates("customer_", "customer_{id}", NULL);
	check_templates("{tenant}:orders", "eu:{what}", "eu:42:orders");
	check_templates("{a}-{b}", "{a}+{b}", "42-42+42");
	check_templates("k", "K ", "k");
	/* one character, not one byte */
	check_templates("{a}{b}", "\xc3\xa9", NULL);
	check_templates("{a}{b}", "\xc3\xa9z", "\xc3\xa9z");
	/* broken ones are text */
	check_templates("a{}", "a{}", "a{}");
	check_templates("a{}", "a{b}", "a{}");
	check_templates("a{x", "a{b}", "a{x");
}

/* ---- many keys ---- */

struct seen {
	struct overlap_set *set;
	const char *const *keys; /* patterns */
	size_t n;
	bool *pairs;
	size_t told;
};

static size_t number_of(const struct key_owner *owner)
{
	return (size_t)atoi(owner->id);
}

static void mark(struct seen *seen, size_t i, size_t j)
{
	seen->pairs[i * seen->n + j] = seen->pairs[j * seen->n + i] = true;
}

static bool note_overlap(void *context, const struct key_overlap *overlap)
{
	struct seen *seen = context;

	seen->told++;
	for (size_t i = 0; i < overlap->a.len; i++)
		for (size_t j = 0; j < overlap->b.len; j++) {
			size_t a = number_of(overlap->a.items[i]);
			size_t b = number_of(overlap->b.items[j]);

			mark(seen, a, b);
			assert_true(produces(seen->keys[a], overlap->example));
			assert_true(produces(seen->keys[b], overlap->example));
		}
	return true;
}

enum { MANY = 400 };

/* Random templates, as owners of a set, and as patterns. */
struct many {
	char keys[MANY][48];
	char ids[MANY][8];
	char *patterns[MANY];
	struct overlap_set *set;
};

static void to_template(const char *pattern, char *out)
{
	for (; *pattern; pattern++) {
		if (*pattern == KEY_PATTERN_ANY)
			out += sprintf(out, "{%c}", 'p' + (pattern[1] & 1));
		else
			*out++ = *pattern;
	}
	*out = '\0';
}

static void make_many(struct many *many, uint32_t seed, size_t longest, const char *before)
{
	assert_int_equal(overlap_set_new(&many->set), ERR_OK);
	for (size_t i = 0; i < MANY; i++) {
		char pattern[24];
		char key[80];

		random_pattern(&seed, pattern);
		if (strlen(pattern) > longest)
			pattern[longest] = '\0';
		to_template(pattern, key);
		snprintf(many->keys[i], sizeof(many->keys[i]), "%s%.40s", before, key);
		snprintf(many->ids[i], sizeof(many->ids[i]), "%zu", i);
		many->patterns[i] = key_template_pattern(many->keys[i]);
		assert_int_equal(overlap_set_add(many->set, &(struct key_owner){many->ids[i], "n",
										many->keys[i]}),
				 ERR_OK);
	}
}

static void free_many(struct many *many)
{
	for (size_t i = 0; i < MANY; i++)
		free(many->patterns[i]);
	overlap_set_free(&many->set);
}

static void all_pairs_once(uint32_t seed, size_t longest, const char *before)
{
	static struct many many;
	struct seen seen = {.keys = (const char *const *)many.patterns, .n = MANY};
	bool whole = false;

	make_many(&many, seed, longest, before);
	seen.set = many.set;
	seen.pairs = calloc(MANY * MANY, sizeof(bool));
	assert_int_equal(overlap_set_overlaps(many.set, note_overlap, &seen, &whole), ERR_OK);
	assert_true(whole);
	for (size_t i = 0; i < MANY; i++)
		for (size_t j = 0; j < i; j++) {
			bool expected = !key_template_collides(many.keys[i], many.keys[j]) &&
					both_produce(many.patterns[i], many.patterns[j]);
			bool same = strcmp(many.patterns[i], many.patterns[j]) == 0;

			/* colliding ones are told of where others of their pattern are */
			if (!(same && !expected) && seen.pairs[i * MANY + j] != expected)
				fail_msg("'%s' and '%s'", many.keys[i], many.keys[j]);
		}
	free(seen.pairs);
	free_many(&many);
}

static void pairs_of_many(void **state)
{
	(void)state;
	all_pairs_once(7, 20, "");
	all_pairs_once(8, 12, "");
	all_pairs_once(9, 6, "");
	all_pairs_once(10, 3, "");
	/* with a placeholder in front all are of one beginning */
	all_pairs_once(11, 7, "{x}");
}

static void one_against_many(void **state)
{
	static struct many many;

	(void)state;
	make_many(&many, 12, 9, "");
	for (size_t i = 0; i < MANY; i++) {
		bool collides = false;
		bool overlaps = false;
		const struct key_owner *owner;
		struct buf example;

		for (size_t j = 0; j < MANY; j++) {
			bool same = key_template_collides(many.keys[i], many.keys[j]);

			collides = collides || (j != i && same);
			overlaps = overlaps ||
				   (!same && both_produce(many.patterns[i], many.patterns[j]));
		}
		buf_init(&example, 1000);
		owner = overlap_set_collision(many.set, many.keys[i], many.ids[i]);
		assert_int_equal(owner != NULL, collides);
		owner = overlap_set_overlap(many.set, many.keys[i], many.ids[i], &example);
		assert_int_equal(owner != NULL, overlaps);
		if (owner) {
			assert_true(produces(many.patterns[i], buf_str(&example)));
			assert_true(produces(many.patterns[number_of(owner)], buf_str(&example)));
		}
		buf_free(&example);
	}
	free_many(&many);
}

/* ---- collisions ---- */

struct lines {
	char text[400];
};

static bool note_collision(void *context, const struct key_owners *owners)
{
	struct lines *lines = context;

	for (size_t i = 0; i < owners->len; i++) {
		strcat(lines->text, owners->items[i]->id);
		strcat(lines->text, i + 1 < owners->len ? "=" : " ");
	}
	return true;
}

static void collisions_are_grouped(void **state)
{
	static const struct key_owner owners[] = {
		{"a", "A", "k_{x}"},  {"b", "B", "other"}, {"c", "C", " K_{X} "},
		{"d", "D", "k_{y}"},  {"e", "E", NULL},    {"f", "F", ""},
		{"g", "G", "OTHER "}, {"h", "H", "k_{x}"}, {"i", "I", "alone"},
	};
	struct overlap_set *set;
	struct lines lines = {""};

	(void)state;
	assert_int_equal(overlap_set_new(&set), ERR_OK);
	for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++)
		assert_int_equal(overlap_set_add(set, &owners[i]), ERR_OK);
	assert_int_equal(overlap_set_len(set), 7);
	assert_int_equal(overlap_set_collisions(set, note_collision, &lines), ERR_OK);
	assert_string_equal(lines.text, "a=c=h b=g ");
	assert_string_equal(overlap_set_collision(set, "Other", "b")->id, "g");
	assert_null(overlap_set_collision(set, "alone", "i"));
	overlap_set_free(&set);
}

static bool stop(void *context, const struct key_overlap *overlap)
{
	(void)overlap;
	++*(int *)context;
	return false;
}

static void a_walk_that_is_ended_is_not_whole(void **state)
{
	struct overlap_set *set;
	bool whole = true;
	int told = 0;

	(void)state;
	assert_int_equal(overlap_set_new(&set), ERR_OK);
	overlap_set_add(set, &(struct key_owner){"a", "A", "{x}1"});
	overlap_set_add(set, &(struct key_owner){"b", "B", "2{x}"});
	overlap_set_add(set, &(struct key_owner){"c", "C", "{x}"});
	assert_int_equal(overlap_set_overlaps(set, stop, &told, &whole), ERR_OK);
	assert_int_equal(told, 1);
	assert_false(whole);
	overlap_set_free(&set);
}

/* As many placeholders as one likes, and keys as long as a request may be. */
static void monsters_take_no_time(void **state)
{
	enum { LEN = 400000 };
	char *a = malloc(LEN + 1);
	char *b = malloc(LEN + 1);

	(void)state;
	for (size_t i = 0; i < LEN; i++) {
		a[i] = i % 3 ? 'a' : KEY_PATTERN_ANY;
		b[i] = 'a';
	}
	a[LEN] = b[LEN] = '\0';
	a[LEN - 2] = 'b';
	a[LEN - 1] = KEY_PATTERN_ANY;
	assert_false(key_pattern_overlap(a, b, NULL));
	b[0] = KEY_PATTERN_ANY;
	assert_true(key_pattern_overlap(a, b, NULL));
	free(a);
	free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_short_pattern),
		cmocka_unit_test(longer_patterns),
		cmocka_unit_test(templates_as_they_are_written),
		cmocka_unit_test(pairs_of_many),
		cmocka_unit_test(one_against_many),
		cmocka_unit_test(collisions_are_grouped),
		cmocka_unit_test(a_walk_that_is_ended_is_not_whole),
		cmocka_unit_test(monsters_take_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
