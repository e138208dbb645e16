/* Sorting rows: stable, both ways, and quick enough to do it at each key pressed. */
#ifndef DACACHE_SRC_APP_INDEX_SORT_H
#define DACACHE_SRC_APP_INDEX_SORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes behind a text's NUL that are read, and do not count. */
enum { SORT_READS_BEHIND = 7 };

struct sort_item {
	uint64_t key;
	const char *text; /* where sorted by text: its bytes count */
	uint32_t position;
};

/* In the same order as the numbers; not for NaN. */
uint64_t index_sort_key(double number);

/* Items with the same key, or text, stay in the order in which they came, also in
 * reverse. Without memory all stay in it. */
void index_sort_keys(struct sort_item *items, size_t n, bool reverse);
void index_sort_texts(struct sort_item *items, size_t n, bool reverse);

#endif
