/* The inside of a set of keys, see overlap_set.c. */
#ifndef DACACHE_SRC_DOMAIN_OVERLAP_SET_H
#define DACACHE_SRC_DOMAIN_OVERLAP_SET_H

#include "dacache/base/arena.h"
#include "dacache/base/vec.h"
#include "dacache/domain/overlap.h"
#include "overlap_ends.h"

/* One key. `owner` comes first: lists of these are lists of owners. */
struct entry {
	struct key_owner owner;
	const char *pattern;
	const char *form;
	uint32_t number; /* as added */
};

/* All keys of one pattern. */
struct node {
	struct pattern_ends ends;
	const char *pattern;
	const struct key_owner *const *owners;
	uint32_t len;
	bool is_mixed;          /* more than one form */
	uint32_t next_by_piece; /* see overlap_search.c; 1 more than its place, 0: none */
	uint32_t looked_for;    /* by the search of this number, last */
	uint64_t piece_hash;
};

/* Nodes with the same beginning: nodes[first .. first + len). */
struct head {
	uint32_t first;
	uint32_t len;
};

struct overlap_set {
	struct arena memory; /* of entries and texts */
	struct vec entries;  /* of struct entry *, by pattern, form and number once sorted */
	bool sorted;
	struct vec keys;      /* of struct node without a placeholder, by pattern */
	struct vec templates; /* of struct node with some, by head, then by tail from its end */
	struct vec heads;     /* of struct head, by their text */
	struct vec by_piece;  /* of uint32_t, see overlap_search.c */
	uint32_t searches;    /* so far */
};

/* Sorted, and with its nodes made. */
enum err_code overlap_set_ready(struct overlap_set *set);
/* Byte d from the end of the node's tail. */
static inline unsigned char tail_byte(const struct node *node, size_t d)
{
	return (unsigned char)node->ends.tail[node->ends.tail_len - 1 - d];
}

/* ---- overlap_search.c ---- */

/* Nodes with placeholders that overlap with this one. Those whose beginning is a part of
 * its own (or all of it), and where with_longer is set also those whose beginning is longer. */
struct search {
	struct overlap_set *set;
	const struct pattern_ends *ends;
	const char *pattern;
	bool with_longer;
	/* false: no more of them */
	bool (*found)(void *context, struct node *node);
	void *context;
	uint64_t *comparisons; /* left; at 0 the search ends */
	uint32_t number;       /* set by overlap_search */
};
/* False: it was ended. */
bool overlap_search(struct search *search);
/* What searches of keys need: which templates have a piece. */
enum err_code overlap_index_pieces(struct overlap_set *set);

#endif
