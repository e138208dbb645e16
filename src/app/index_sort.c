/* By number: a radix sort, a byte a pass, where the bytes differ; few numbers, as beginnings
 * of names are, are counted and put in their places. By text: eight bytes
 * of it are a number; runs in which that is the same are sorted by the next eight. */
#include "index_sort.h"

#include <stdlib.h>
#include <string.h>

enum {
	FEW = 32,
	AHEAD = 16,
	DIGITS = 8, /* bytes of a key */
	DIGIT_VALUES = 256,
	KINDS_MAX = 64,
	KIND_SLOTS = 256,
	LEVELS_MAX = 32 /* texts that are the same for longer are compared whole */
};

uint64_t index_sort_key(double number)
{
	uint64_t bits;

	number += 0.0; /* no negative zero */
	memcpy(&bits, &number, sizeof(bits));
	return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static void insertion_sort(struct sort_item *items, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct sort_item item = items[i];
		size_t to = i;

		for (; to > 0 && items[to - 1].key > item.key; to--)
			items[to] = items[to - 1];
		items[to] = item;
	}
}

static unsigned digit_of(const struct sort_item *item, int digit)
{
	return (unsigned)(item->key >> (digit * 8)) & (DIGIT_VALUES - 1);
}

static void pass(const struct sort_item *from, struct sort_item *to, size_t n, int digit)
{
	size_t starts[DIGIT_VALUES + 1] = {0};

	for (size_t i = 0; i < n; i++)
		starts[digit_of(&from[i], digit) + 1]++;
	for (int value = 1; value < DIGIT_VALUES; value++)
		starts[value] += starts[value - 1];
	for (size_t i = 0; i < n; i++)
		to[starts[digit_of(&from[i], digit)]++] = from[i];
}

/* The keys that there are, while they are few. */
struct kinds {
	uint64_t keys[KINDS_MAX];
	size_t counts[KINDS_MAX]; /* of items, then where the next one goes */
	size_t n;
	unsigned char slots[KIND_SLOTS]; /* number in keys, from 1; 0: free */
};

/* -1: it is one too many. */
static int kind_of(struct kinds *kinds, uint64_t key)
{
	size_t i = key * UINT64_C(0x9e3779b97f4a7c15) >> 56;

	for (; kinds->slots[i]; i = (i + 1) % KIND_SLOTS)
		if (kinds->keys[kinds->slots[i] - 1] == key)
			return kinds->slots[i] - 1;
	if (kinds->n == KINDS_MAX)
		return -1;
	kinds->keys[kinds->n++] = key;
	kinds->slots[i] = (unsigned char)kinds->n;
	return (int)kinds->n - 1;
}

static bool count_kinds(struct kinds *kinds, const struct sort_item *items, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int kind = kind_of(kinds, items[i].key);

		if (kind < 0)
			return false;
		kinds->counts[kind]++;
	}
	return true;
}

/* Counts become places. */
static void place_kinds(struct kinds *kinds)
{
	struct sort_item order[KINDS_MAX];
	size_t place = 0;

	for (size_t i = 0; i < kinds->n; i++)
		order[i] = (struct sort_item){.key = kinds->keys[i], .position = (uint32_t)i};
	insertion_sort(order, kinds->n);
	for (size_t i = 0; i < kinds->n; i++) {
		size_t count = kinds->counts[order[i].position];

		kinds->counts[order[i].position] = place;
		place += count;
	}
}

/* False: there are too many different keys. */
static bool sort_kinds(struct sort_item *items, struct sort_item *scratch, size_t n)
{
	struct kinds kinds = {0};

	if (!count_kinds(&kinds, items, n))
		return false;
	if (kinds.n == 1)
		return true;
	place_kinds(&kinds);
	for (size_t i = 0; i < n; i++)
		scratch[kinds.counts[kind_of(&kinds, items[i].key)]++] = items[i];
	memcpy(items, scratch, n * sizeof(*items));
	return true;
}

/* scratch has room for n. */
static void sort_keys(struct sort_item *items, struct sort_item *scratch, size_t n)
{
	struct sort_item *from = items;
	struct sort_item *to = scratch;
	uint64_t differ = 0;

	if (n <= FEW) {
		insertion_sort(items, n);
		return;
	}
	if (sort_kinds(items, scratch, n))
		return;
	for (size_t i = 1; i < n; i++)
		differ |= items[i].key ^ items[0].key;
	for (int digit = 0; digit < DIGITS; digit++) {
		struct sort_item *swap = from;

		if ((differ >> (digit * 8) & (DIGIT_VALUES - 1)) == 0)
			continue;
		pass(from, to, n, digit);
		from = to;
		to = swap;
	}
	if (from != items)
		memcpy(items, from, n * sizeof(*items));
}

void index_sort_keys(struct sort_item *items, size_t n, bool reverse)
{
	struct sort_item *scratch = malloc((n > 0 ? n : 1) * sizeof(*scratch));

	if (!scratch)
		return;
	for (size_t i = 0; i < n && reverse; i++)
		items[i].key = ~items[i].key;
	sort_keys(items, scratch, n);
	free(scratch);
}

/* ---- texts ---- */

struct text_sort {
	struct sort_item *scratch;
	bool reverse;
};

/* Eight bytes, the first one the highest; zeros past the end. Without a branch a
 * byte, which the processor would guess wrong at the end of most texts. */
static uint64_t read_key(const char *text)
{
	const uint64_t low_bits = UINT64_C(0x7f7f7f7f7f7f7f7f);
	const unsigned char *b = (const unsigned char *)text;
	uint64_t key = (uint64_t)b[0] << 56 | (uint64_t)b[1] << 48 | (uint64_t)b[2] << 40 |
		       (uint64_t)b[3] << 32 | (uint64_t)b[4] << 24 | (uint64_t)b[5] << 16 |
		       (uint64_t)b[6] << 8 | b[7];
	uint64_t zeros; /* the high bit of each byte that is 0 */

	zeros = ~(((key & low_bits) + low_bits) | key | low_bits);
	for (int shift = 1; shift < 64; shift *= 2)
		zeros |= zeros >> shift;
	return key & ~zeros;
}

static int compare_up(const void *a, const void *b)
{
	const struct sort_item *left = a;
	const struct sort_item *right = b;
	int order = strcmp(left->text, right->text);

	return order ? order
		     : (left->position > right->position) - (left->position < right->position);
}

static int compare_down(const void *a, const void *b)
{
	const struct sort_item *left = a;
	const struct sort_item *right = b;
	int order = strcmp(right->text, left->text);

	return order ? order
		     : (left->position > right->position) - (left->position < right->position);
}

static void sort_texts(const struct text_sort *sort, struct sort_item *items, size_t n, int level);

/* items[0..n) have the same eight bytes, which are not the text's last. */
static void sort_run(const struct text_sort *sort, struct sort_item *items, size_t n, int level)
{
	for (size_t i = 0; i < n; i++)
		items[i].text += DIGITS;
	if (level < LEVELS_MAX)
		sort_texts(sort, items, n, level);
	else
		qsort(items, n, sizeof(*items), sort->reverse ? compare_down : compare_up);
}

static void sort_texts(const struct text_sort *sort, struct sort_item *items, size_t n, int level)
{
	uint64_t turn = sort->reverse ? UINT64_MAX : 0;
	size_t end;

	for (size_t i = 0; i < n; i++) {
		/* Texts lie all over memory: it is asked for them before they are read. */
		__builtin_prefetch(items[i + AHEAD < n ? i + AHEAD : i].text);
		items[i].key = read_key(items[i].text) ^ turn;
	}
	sort_keys(items, sort->scratch, n);
	for (size_t start = 0; start < n; start = end) {
		uint64_t key = items[start].key;

		for (end = start + 1; end < n && items[end].key == key; end++)
			;
		if (end - start > 1 && ((key ^ turn) & (DIGIT_VALUES - 1)) != 0)
			sort_run(sort, items + start, end - start, level + 1);
	}
}

void index_sort_texts(struct sort_item *items, size_t n, bool reverse)
{
	struct text_sort sort = {malloc((n > 0 ? n : 1) * sizeof(*items)), reverse};

	if (!sort.scratch)
		return;
	sort_texts(&sort, items, n, 0);
	free(sort.scratch);
}
