/* Which templates overlap with one pattern, without looking at all of them.
 *
 * Beginnings are sorted: those that are a part of the pattern's own are found by narrowing
 * a range of them byte by byte. Templates of one beginning are sorted by their ends, read
 * backwards: the same again. Where the pattern is a key, that leaves templates with pieces
 * within; of many with the same ends those are looked at whose rarest four bytes of a piece
 * are in the key.
 */
#include <stdlib.h>
#include <string.h>

#include "dacache/domain/key_template.h"
#include "overlap_set.h"

enum { GRAM = 4, FEW = 16 };

/* ---- ranges ---- */

struct range {
	size_t low;
	size_t high;
};

/* Byte d of item i of a sorted list, -1 where the item has ended there. */
typedef int byte_fn(const struct overlap_set *set, size_t i, size_t d);

static int head_byte_at(const struct overlap_set *set, size_t i, size_t d)
{
	const struct head *heads = set->heads.items;
	const struct node *node = vec_at(&set->templates, heads[i].first);

	return d < node->ends.head_len ? (unsigned char)node->ends.head[d] : -1;
}

static int tail_byte_at(const struct overlap_set *set, size_t i, size_t d)
{
	const struct node *node = vec_at(&set->templates, i);

	return d < node->ends.tail_len ? tail_byte(node, d) : -1;
}

/* The first item in the range whose byte d is `byte` at least. */
static size_t lower_bound(const struct overlap_set *set, struct range range, byte_fn *byte_at,
			  size_t d, int byte)
{
	while (range.low < range.high) {
		size_t middle = range.low + (range.high - range.low) / 2;

		if (byte_at(set, middle, d) < byte)
			range.low = middle + 1;
		else
			range.high = middle;
	}
	return range.low;
}

/* Those that ended before byte d, which are the first of a range. */
static struct range ended_in(const struct overlap_set *set, struct range range, byte_fn *byte_at,
			     size_t d)
{
	return (struct range){range.low, lower_bound(set, range, byte_at, d, 0)};
}

static struct range narrowed(const struct overlap_set *set, struct range range, byte_fn *byte_at,
			     size_t d, int byte)
{
	range.low = lower_bound(set, range, byte_at, d, byte);
	range.high = lower_bound(set, range, byte_at, d, byte + 1);
	return range;
}

/* ---- pieces ---- */

static uint64_t gram_hash(size_t bucket, const char *gram, size_t len)
{
	uint64_t hash = bucket * UINT64_C(0x9e3779b97f4a7c15) + len;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)gram[i]) * UINT64_C(0x100000001b3);
	return hash ^ hash >> 29;
}

/* Called for each gram of the node's pieces: all GRAM long, or the whole of a short piece. */
static void each_gram(const struct node *node, size_t bucket,
		      void (*fn)(void *context, uint64_t hash), void *context)
{
	const char *piece = node->pattern + node->ends.head_len + 1;

	while (piece < node->ends.tail) {
		size_t len = (size_t)(strchr(piece, KEY_PATTERN_ANY) - piece);

		if (len > 0 && len < GRAM)
			fn(context, gram_hash(bucket, piece, len));
		for (size_t i = 0; i + GRAM <= len; i++)
			fn(context, gram_hash(bucket, piece + i, GRAM));
		piece += len + 1;
	}
}

struct gram_counts {
	uint32_t *counts;
	size_t mask;
	uint64_t rarest;
	uint32_t count; /* of the rarest */
};

static void count_gram(void *context, uint64_t hash)
{
	struct gram_counts *counts = context;

	counts->counts[hash & counts->mask]++;
}

static void choose_gram(void *context, uint64_t hash)
{
	struct gram_counts *counts = context;
	uint32_t count = counts->counts[hash & counts->mask];

	if (counts->rarest != 0 && count >= counts->count)
		return;
	counts->rarest = hash | 1;
	counts->count = count;
}

static bool same_ends(const struct node *a, const struct node *b)
{
	return a->ends.head_len == b->ends.head_len && a->ends.tail_len == b->ends.tail_len &&
	       memcmp(a->ends.head, b->ends.head, a->ends.head_len) == 0 &&
	       memcmp(a->ends.tail, b->ends.tail, a->ends.tail_len) == 0;
}

/* The end of the templates with the same ends as the first of the range. */
static size_t bucket_end(const struct overlap_set *set, struct range range)
{
	const struct node *nodes = set->templates.items;
	size_t end = range.low + 1;

	while (end < range.high && same_ends(&nodes[range.low], &nodes[end]))
		end++;
	return end;
}

static void index_bucket(struct overlap_set *set, struct range bucket, struct gram_counts *counts)
{
	struct node *nodes = set->templates.items;
	uint32_t *by_piece = set->by_piece.items;
	size_t i;

	if (bucket.high - bucket.low <= FEW)
		return;
	for (i = bucket.low; i < bucket.high; i++)
		each_gram(&nodes[i], bucket.low, count_gram, counts);
	for (i = bucket.low; i < bucket.high; i++) {
		uint32_t *first;

		counts->rarest = 0;
		each_gram(&nodes[i], bucket.low, choose_gram, counts);
		nodes[i].piece_hash = counts->rarest;
		first = &by_piece[counts->rarest & counts->mask];
		nodes[i].next_by_piece = *first;
		*first = (uint32_t)i + 1;
	}
}

enum err_code overlap_index_pieces(struct overlap_set *set)
{
	size_t n = set->templates.len;
	size_t size = 64;
	struct gram_counts counts = {0};
	struct range range = {0, n};

	while (size < 2 * n)
		size *= 2;
	vec_clear(&set->by_piece);
	counts.counts = calloc(size, sizeof(*counts.counts));
	counts.mask = size - 1;
	if (!counts.counts || vec_resize(&set->by_piece, size)) {
		free(counts.counts);
		return ERR_NO_MEMORY;
	}
	while (range.low < n) {
		size_t end = bucket_end(set, range);

		index_bucket(set, (struct range){range.low, end}, &counts);
		range.low = end;
	}
	free(counts.counts);
	return ERR_OK;
}

/* ---- searching ---- */

/* Looks are counted: keys made to meet everywhere would take for ever. */
static bool may_look(const struct search *search)
{
	if (*search->comparisons == 0)
		return false;
	--*search->comparisons;
	return true;
}

static bool try_node(const struct search *search, struct node *node)
{
	if (!may_look(search))
		return false;
	if (search->ends->placeholders == 0 && !pattern_matches(node->pattern, search->pattern))
		return true;
	return search->found(search->context, node);
}

static bool try_range(const struct search *search, struct range range)
{
	for (; range.low < range.high; range.low++)
		if (!try_node(search, vec_at(&search->set->templates, range.low)))
			return false;
	return true;
}

/* Those of a bucket that hang under the hash, each once. */
static bool try_gram(const struct search *search, struct range bucket, uint64_t hash)
{
	const uint32_t *by_piece = search->set->by_piece.items;
	size_t mask = search->set->by_piece.len - 1;
	const struct node *first = vec_at(&search->set->templates, bucket.low);
	const struct node *last = vec_at(&search->set->templates, bucket.high - 1);
	uint32_t at = by_piece[hash & mask];

	while (at > 0) {
		struct node *node = vec_at(&search->set->templates, at - 1);

		at = node->next_by_piece;
		if (node->piece_hash != hash || node->looked_for == search->number ||
		    node < first || node > last)
			continue;
		node->looked_for = search->number;
		if (!try_node(search, node))
			return false;
	}
	return true;
}

/* The search is for a key, and the bucket's ends are its own. */
static bool try_bucket(const struct search *search, struct range bucket)
{
	const char *key = search->pattern;
	size_t key_len = search->ends->head_len;
	size_t gram;
	size_t i;

	if (bucket.high - bucket.low <= FEW)
		return try_range(search, bucket);
	if (!try_gram(search, bucket, 0))
		return false;
	for (gram = 1; gram <= GRAM; gram++)
		for (i = 0; i + gram <= key_len; i++) {
			uint64_t hash = gram_hash(bucket.low, key + i, gram) | 1;

			if (!try_gram(search, bucket, hash))
				return false;
		}
	return true;
}

/* Templates whose tails are the end of the key's. */
static bool try_tail(const struct search *search, struct range range)
{
	if (search->ends->placeholders > 0)
		return try_range(search, range);
	return range.low == range.high || try_bucket(search, range);
}

/* Of one beginning. */
static bool search_tails(const struct search *search, const struct head *head)
{
	const struct pattern_ends *ends = search->ends;
	struct range range = {head->first, head->first + head->len};
	size_t d = 0;

	if (!may_look(search))
		return false;
	for (; range.low < range.high; d++) {
		struct range ended = ended_in(search->set, range, tail_byte_at, d);

		if (!try_tail(search, ended))
			return false;
		range.low = ended.high;
		if (d == ends->tail_len)
			break;
		range = narrowed(search->set, range, tail_byte_at, d,
				 (unsigned char)ends->tail[ends->tail_len - 1 - d]);
	}
	/* The others have longer tails, which end as its own does: no key is as long. */
	return ends->placeholders == 0 || try_range(search, range);
}

static bool search_heads(const struct search *search, struct range range)
{
	const struct head *heads = search->set->heads.items;

	for (; range.low < range.high; range.low++)
		if (!search_tails(search, &heads[range.low]))
			return false;
	return true;
}

bool overlap_search(struct search *search)
{
	const struct pattern_ends *ends = search->ends;
	struct range range = {0, search->set->heads.len};
	size_t d = 0;

	search->number = ++search->set->searches;
	for (; range.low < range.high; d++) {
		struct range ended = ended_in(search->set, range, head_byte_at, d);

		if (!search_heads(search, ended))
			return false;
		range.low = ended.high;
		if (d == ends->head_len)
			break;
		range = narrowed(search->set, range, head_byte_at, d, (unsigned char)ends->head[d]);
	}
	return !search->with_longer || ends->placeholders == 0 || search_heads(search, range);
}
