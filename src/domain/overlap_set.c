/* Keys, sorted so that those of one pattern, and of one form in it, stand together. */
#include <stdlib.h>
#include <string.h>

#include "dacache/domain/key_template.h"
#include "overlap_set.h"

enum err_code overlap_set_new(struct overlap_set **out)
{
	struct overlap_set *set = calloc(1, sizeof(*set));

	*out = set;
	if (!set)
		return ERR_NO_MEMORY;
	arena_init(&set->memory);
	vec_init(&set->entries, sizeof(struct entry *));
	vec_init(&set->keys, sizeof(struct node));
	vec_init(&set->templates, sizeof(struct node));
	vec_init(&set->heads, sizeof(struct head));
	vec_init(&set->by_piece, sizeof(uint32_t));
	return ERR_OK;
}

void overlap_set_free(struct overlap_set **out)
{
	struct overlap_set *set = *out;

	if (!set)
		return;
	arena_free(&set->memory);
	vec_free(&set->entries);
	vec_free(&set->keys);
	vec_free(&set->templates);
	vec_free(&set->heads);
	vec_free(&set->by_piece);
	free(set);
	*out = NULL;
}

size_t overlap_set_len(const struct overlap_set *set)
{
	return set->entries.len;
}

/* Into the arena; *text is freed. */
static const char *keep(struct overlap_set *set, char **text)
{
	size_t size = *text ? strlen(*text) + 1 : 0;
	char *kept = size ? arena_take(&set->memory, size) : NULL;

	if (kept)
		memcpy(kept, *text, size);
	free(*text);
	*text = NULL;
	return kept;
}

enum err_code overlap_set_add(struct overlap_set *set, const struct key_owner *owner)
{
	struct entry *entry;
	char *pattern;
	char *form;

	if (!owner->key || !*owner->key)
		return ERR_OK;
	entry = arena_take(&set->memory, sizeof(*entry));
	if (!entry)
		return ERR_NO_MEMORY;
	form = key_template_collision_form(owner->key);
	pattern = key_template_pattern(owner->key);
	entry->owner = *owner;
	entry->number = (uint32_t)set->entries.len;
	entry->form = keep(set, &form);
	entry->pattern = keep(set, &pattern);
	set->sorted = false;
	return entry->form && entry->pattern ? vec_push(&set->entries, &entry) : ERR_NO_MEMORY;
}

/* ---- sorting ---- */

static int compare_entries(const void *a, const void *b)
{
	const struct entry *left = *(struct entry *const *)a;
	const struct entry *right = *(struct entry *const *)b;
	int order = strcmp(left->pattern, right->pattern);

	if (!order)
		order = strcmp(left->form, right->form);
	return order ? order : (left->number > right->number) - (left->number < right->number);
}

static int compare_texts(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order ? order : (a_len > b_len) - (a_len < b_len);
}

static int compare_tails(const struct node *a, const struct node *b)
{
	size_t len = a->ends.tail_len < b->ends.tail_len ? a->ends.tail_len : b->ends.tail_len;

	for (size_t d = 0; d < len; d++)
		if (tail_byte(a, d) != tail_byte(b, d))
			return tail_byte(a, d) < tail_byte(b, d) ? -1 : 1;
	return (a->ends.tail_len > b->ends.tail_len) - (a->ends.tail_len < b->ends.tail_len);
}

static int compare_heads(const struct node *a, const struct node *b)
{
	return compare_texts(a->ends.head, a->ends.head_len, b->ends.head, b->ends.head_len);
}

static int compare_templates(const void *a, const void *b)
{
	const struct node *left = a;
	const struct node *right = b;
	int order = compare_heads(left, right);

	if (!order)
		order = compare_tails(left, right);
	return order ? order : strcmp(left->pattern, right->pattern);
}

/* ---- nodes ---- */

static enum err_code add_node(struct overlap_set *set, size_t first, size_t end)
{
	struct entry **entries = set->entries.items;
	struct node node = {
		.ends = pattern_ends(entries[first]->pattern),
		.pattern = entries[first]->pattern,
		.owners = (const struct key_owner *const *)&entries[first],
		.len = (uint32_t)(end - first),
		.is_mixed = strcmp(entries[first]->form, entries[end - 1]->form) != 0,
	};

	return vec_push(node.ends.placeholders > 0 ? &set->templates : &set->keys, &node);
}

static enum err_code add_nodes(struct overlap_set *set)
{
	struct entry **entries = set->entries.items;
	enum err_code code = ERR_OK;
	size_t first = 0;

	for (size_t i = 1; i <= set->entries.len && code == ERR_OK; i++) {
		if (i < set->entries.len && !strcmp(entries[i]->pattern, entries[first]->pattern))
			continue;
		code = add_node(set, first, i);
		first = i;
	}
	return code;
}

static enum err_code add_heads(struct overlap_set *set)
{
	const struct node *templates = set->templates.items;
	enum err_code code = ERR_OK;

	for (size_t i = 0; i < set->templates.len && code == ERR_OK; i++) {
		struct head head = {(uint32_t)i, 1};

		if (i > 0 && compare_heads(&templates[i - 1], &templates[i]) == 0)
			((struct head *)vec_at(&set->heads, set->heads.len - 1))->len++;
		else
			code = vec_push(&set->heads, &head);
	}
	return code;
}

enum err_code overlap_set_ready(struct overlap_set *set)
{
	enum err_code code;

	if (set->sorted)
		return ERR_OK;
	vec_clear(&set->keys);
	vec_clear(&set->templates);
	vec_clear(&set->heads);
	if (set->entries.len > 1)
		qsort(set->entries.items, set->entries.len, sizeof(struct entry *),
		      compare_entries);
	code = add_nodes(set);
	if (code == ERR_OK && set->templates.len > 1)
		qsort(set->templates.items, set->templates.len, sizeof(struct node),
		      compare_templates);
	if (code == ERR_OK)
		code = add_heads(set);
	if (code == ERR_OK)
		code = overlap_index_pieces(set);
	set->sorted = code == ERR_OK;
	return code;
}

/* ---- all of it ---- */

enum err_code overlap_set_collisions(struct overlap_set *set, key_collision_fn *fn, void *context)
{
	enum err_code code = overlap_set_ready(set);
	struct entry **entries = set->entries.items;
	size_t first = 0;

	for (size_t i = 1; code == ERR_OK && i <= set->entries.len; i++) {
		struct key_owners owners;

		if (i < set->entries.len && !strcmp(entries[i]->form, entries[first]->form))
			continue;
		owners.items = (const struct key_owner *const *)&entries[first];
		owners.len = i - first;
		first = i;
		if (owners.len > 1 && !fn(context, &owners))
			break;
	}
	return code;
}

struct walk {
	const struct node *node;
	key_overlap_fn *fn;
	void *context;
	struct buf example;
};

static struct key_owners owners_of(const struct node *node)
{
	return (struct key_owners){node->owners, node->len};
}

static bool tell(void *context, struct node *other)
{
	struct walk *walk = context;
	struct key_overlap overlap = {
		.a = owners_of(other),
		.b = owners_of(walk->node),
		.is_same_pattern = other == walk->node,
	};

	/* Two templates with the same beginning find each other: told once. */
	if (walk->node->ends.placeholders > 0 && other > walk->node &&
	    compare_heads(other, walk->node) == 0)
		return true;
	if (overlap.is_same_pattern && !other->is_mixed)
		return true;
	buf_reset(&walk->example);
	key_pattern_overlap(other->pattern, walk->node->pattern, &walk->example);
	overlap.example = buf_str(&walk->example);
	return walk->fn(walk->context, &overlap);
}

enum { COMPARISONS_MAX = 10000000, EXAMPLE_MAX = 1 << 20 };

/* False: that is enough. */
static bool walk_nodes(struct overlap_set *set, const struct vec *nodes, struct walk *walk,
		       uint64_t *comparisons)
{
	for (size_t i = 0; i < nodes->len; i++) {
		struct search search = {
			.set = set, .found = tell, .context = walk, .comparisons = comparisons};

		walk->node = vec_at(nodes, i);
		search.ends = &walk->node->ends;
		search.pattern = walk->node->pattern;
		if (!overlap_search(&search))
			return false;
	}
	return true;
}

enum err_code overlap_set_overlaps(struct overlap_set *set, key_overlap_fn *fn, void *context,
				   bool *whole)
{
	struct walk walk = {.fn = fn, .context = context};
	uint64_t comparisons = COMPARISONS_MAX;
	enum err_code code = overlap_set_ready(set);

	*whole = false;
	if (code != ERR_OK)
		return code;
	buf_init(&walk.example, EXAMPLE_MAX);
	*whole = walk_nodes(set, &set->templates, &walk, &comparisons) &&
		 walk_nodes(set, &set->keys, &walk, &comparisons);
	buf_free(&walk.example);
	return code;
}

/* ---- one key ---- */

struct one {
	const char *exclude_id;
	const char *form;
	const struct key_owner *found;
	const struct node *node;
};

/* An owner of the node that is another, and collides with the form or just does not. */
static const struct key_owner *owner_of(const struct node *node, const struct one *one,
					bool collides)
{
	for (uint32_t i = 0; i < node->len; i++) {
		const struct entry *entry = (const struct entry *)node->owners[i];

		if ((strcmp(entry->form, one->form) == 0) != collides)
			continue;
		if (!one->exclude_id || strcmp(entry->owner.id, one->exclude_id) != 0)
			return node->owners[i];
	}
	return NULL;
}

static bool take_owner(void *context, struct node *node)
{
	struct one *one = context;

	one->found = owner_of(node, one, false);
	one->node = node;
	return !one->found;
}

static int pattern_order(const void *wanted, const void *node)
{
	return strcmp(wanted, ((const struct node *)node)->pattern);
}

static const struct node *node_of(const struct overlap_set *set, const char *pattern)
{
	struct node wanted = {.ends = pattern_ends(pattern), .pattern = pattern};

	if (wanted.ends.placeholders > 0)
		return set->templates.len
			       ? bsearch(&wanted, set->templates.items, set->templates.len,
					 sizeof(struct node), compare_templates)
			       : NULL;
	return set->keys.len ? bsearch(pattern, set->keys.items, set->keys.len, sizeof(struct node),
				       pattern_order)
			     : NULL;
}

const struct key_owner *overlap_set_collision(struct overlap_set *set, const char *key,
					      const char *exclude_id)
{
	char *form = key_template_collision_form(key);
	char *pattern = key_template_pattern(key);
	struct one one = {.exclude_id = exclude_id, .form = form};
	const struct node *node = NULL;

	if (form && pattern && overlap_set_ready(set) == ERR_OK)
		node = node_of(set, pattern);
	if (node)
		one.found = owner_of(node, &one, true);
	free(form);
	free(pattern);
	return one.found;
}

/* Keys that come of the template stand together where they begin as it does, but need
 * not all do. */
static void find_keys(struct overlap_set *set, const char *pattern, struct one *one)
{
	struct pattern_ends ends = pattern_ends(pattern);
	const struct node *keys = set->keys.items;
	size_t low = 0;
	size_t high = set->keys.len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_texts(keys[middle].pattern, keys[middle].ends.head_len, ends.head,
				  ends.head_len) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < set->keys.len && !one->found; low++) {
		if (strncmp(keys[low].pattern, ends.head, ends.head_len) != 0)
			break;
		if (!pattern_matches(pattern, keys[low].pattern))
			continue;
		one->found = owner_of(&keys[low], one, false);
		one->node = &keys[low];
	}
}

const struct key_owner *overlap_set_overlap(struct overlap_set *set, const char *key,
					    const char *exclude_id, struct buf *example)
{
	char *form = key_template_collision_form(key);
	char *pattern = key_template_pattern(key);
	struct one one = {.exclude_id = exclude_id, .form = form};
	uint64_t comparisons = COMPARISONS_MAX;
	struct pattern_ends ends;
	struct search search = {.set = set,
				.ends = &ends,
				.pattern = pattern,
				.with_longer = true,
				.found = take_owner,
				.context = &one,
				.comparisons = &comparisons};

	if (form && pattern && *form && overlap_set_ready(set) == ERR_OK) {
		ends = pattern_ends(pattern);
		one.node = node_of(set, pattern);
		if (one.node)
			one.found = owner_of(one.node, &one, false);
		if (!one.found)
			overlap_search(&search);
		if (!one.found && ends.placeholders > 0)
			find_keys(set, pattern, &one);
	}
	if (one.found && example)
		key_pattern_overlap(pattern, one.node->pattern, example);
	free(form);
	free(pattern);
	return one.found;
}
