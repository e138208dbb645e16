/* Two patterns: can one key come of both?
 *
 * A pattern is literal text with placeholders, each of which takes one character or more.
 * - None in either: they must be equal.
 * - In one alone: the other is a key, and is matched piece by piece, each at its first
 *   place; the last piece stands at the end.
 * - In both: only the ends matter. Where one's beginning is the beginning of the other's,
 *   and one's end the end of the other's, the longer beginning, all inner pieces of both
 *   and the longer end, with something between each, is a key of both: a placeholder of
 *   each swallows the other's pieces.
 */
#define _GNU_SOURCE /* memmem */
#include "dacache/domain/overlap.h"

#include <string.h>

#include "dacache/domain/key_template.h"
#include "overlap_ends.h"

/* What a value is in an example. */
static const char example_value[] = "42";

struct pattern_ends pattern_ends(const char *pattern)
{
	const char *first = strchr(pattern, KEY_PATTERN_ANY);
	const char *last = strrchr(pattern, KEY_PATTERN_ANY);
	size_t len = strlen(pattern);

	if (!first)
		return (struct pattern_ends){pattern, len, pattern, len, 0};
	return (struct pattern_ends){pattern, (size_t)(first - pattern), last + 1,
				     len - (size_t)(last + 1 - pattern), first == last ? 1 : 2};
}

/* ---- a key, and a pattern with placeholders ---- */

/* Behind the character at `at`. */
static const char *next_character(const char *at)
{
	do
		at++;
	while (((unsigned char)*at & 0xc0) == 0x80);
	return at;
}

/* Behind the first place of a piece in [at, end) that leaves a character or more to the
 * placeholder before it; NULL: there is none. */
static const char *after_piece(const char *at, const char *end, const char *piece, size_t len)
{
	const char *found;

	if (at >= end)
		return NULL;
	at = next_character(at);
	found = memmem(at, (size_t)(end - at), piece, len);
	return found ? found + len : NULL;
}

bool pattern_matches(const char *pattern, const char *key)
{
	struct pattern_ends ends = pattern_ends(pattern);
	size_t key_len = strlen(key);
	const char *piece = pattern + ends.head_len + 1;
	const char *at = key + ends.head_len;
	const char *end;

	if (key_len <= ends.head_len + ends.tail_len ||
	    memcmp(key, ends.head, ends.head_len) != 0 ||
	    memcmp(key + key_len - ends.tail_len, ends.tail, ends.tail_len) != 0)
		return false;
	end = key + key_len - ends.tail_len;
	while (at && piece < ends.tail) {
		size_t len = (size_t)(strchr(piece, KEY_PATTERN_ANY) - piece);

		at = after_piece(at, end, piece, len);
		piece += len + 1;
	}
	return at && at < end;
}

/* ---- examples ---- */

static void fill(struct buf *out, const char *pattern, const char *end)
{
	for (; pattern < end; pattern++) {
		if (*pattern == KEY_PATTERN_ANY)
			buf_puts(out, example_value);
		else
			buf_putc(out, *pattern);
	}
}

/* The pattern with values, where that is a key of the other too. */
static bool fill_one(const char *pattern, const char *other, struct buf *out)
{
	size_t start = out->len;

	fill(out, pattern, pattern + strlen(pattern));
	if (out->failed || pattern_matches(other, out->data + start))
		return true;
	out->len = start;
	out->data[start] = '\0';
	return false;
}

/* From its first placeholder to before its last one, which the next text brings. */
static void fill_inner(struct buf *out, const struct pattern_ends *ends)
{
	fill(out, ends->head + ends->head_len, ends->tail - 1);
}

static void put_example(const char *a, const char *b, const struct pattern_ends *ends_a,
			const struct pattern_ends *ends_b, struct buf *out)
{
	const struct pattern_ends *head = ends_a->head_len > ends_b->head_len ? ends_a : ends_b;
	const struct pattern_ends *tail = ends_a->tail_len > ends_b->tail_len ? ends_a : ends_b;

	if (fill_one(a, b, out) || fill_one(b, a, out))
		return;
	buf_append(out, head->head, head->head_len);
	fill_inner(out, ends_a);
	fill_inner(out, ends_b);
	buf_puts(out, example_value);
	buf_append(out, tail->tail, tail->tail_len);
}

/* ---- both ---- */

static bool ends_fit(const struct pattern_ends *a, const struct pattern_ends *b)
{
	size_t head = a->head_len < b->head_len ? a->head_len : b->head_len;
	size_t tail = a->tail_len < b->tail_len ? a->tail_len : b->tail_len;

	return memcmp(a->head, b->head, head) == 0 &&
	       memcmp(a->tail + a->tail_len - tail, b->tail + b->tail_len - tail, tail) == 0;
}

bool key_pattern_overlap(const char *a, const char *b, struct buf *example)
{
	struct pattern_ends ends_a = pattern_ends(a);
	struct pattern_ends ends_b = pattern_ends(b);
	const char *key = ends_a.placeholders == 0 ? a : b;
	bool overlap;

	if (ends_a.placeholders == 0 && ends_b.placeholders == 0)
		overlap = strcmp(a, b) == 0;
	else if (ends_a.placeholders == 0 || ends_b.placeholders == 0)
		overlap = pattern_matches(key == a ? b : a, key);
	else
		overlap = ends_fit(&ends_a, &ends_b);
	if (!overlap || !example)
		return overlap;
	if (ends_a.placeholders == 0 || ends_b.placeholders == 0)
		buf_puts(example, key);
	else
		put_example(a, b, &ends_a, &ends_b, example);
	return true;
}

/* ---- eight bytes of each end ---- */

struct key_ends key_pattern_ends(const char *pattern)
{
	struct pattern_ends ends = pattern_ends(pattern);
	size_t head = ends.head_len < 8 ? ends.head_len : 8;
	size_t tail = ends.tail_len < 8 ? ends.tail_len : 8;
	struct key_ends out = {0, 0};

	for (size_t i = 0; i < head; i++)
		out.head |= (uint64_t)(unsigned char)ends.head[i] << (8 * i);
	for (size_t i = 0; i < tail; i++)
		out.tail |= (uint64_t)(unsigned char)ends.tail[ends.tail_len - 1 - i] << (8 * i);
	return out;
}

/* The bytes that are there: none of them is 0, and none stands behind a 0. */
static uint64_t bytes_there(uint64_t bytes)
{
	const uint64_t low_bits = UINT64_C(0x7f7f7f7f7f7f7f7f);
	uint64_t there = (((bytes & low_bits) + low_bits) | bytes) & ~low_bits;

	return (there >> 7) * 0xff;
}

bool key_ends_meet(struct key_ends a, struct key_ends b)
{
	return ((a.head ^ b.head) & bytes_there(a.head) & bytes_there(b.head)) == 0 &&
	       ((a.tail ^ b.tail) & bytes_there(a.tail) & bytes_there(b.tail)) == 0;
}
