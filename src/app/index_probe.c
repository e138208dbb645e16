/* Actions that go from pages that were read already, and as many that come behind them,
 * leave the total as it is: what slipped over the edge of a page was never seen. Then
 * nearly all that stands behind the first that went has moved. So two pages are read once
 * more at the end: the first one, and one where most of such moves can be seen, at 3/8: it
 * tells of what went before it, unless reading had not come so far. */
#include <string.h>

#include "index_private.h"

enum { PROBES = 2, PAGES_MIN = 4 };

bool index_probe_page(const struct index *index, size_t i, size_t *page)
{
	size_t pages = index_pages_expected(index);

	if (!index->total_known || pages < PAGES_MIN || i >= PROBES)
		return false;
	*page = i == 0 ? 0 : pages * 3 / 8;
	return true;
}

void index_probe_take(struct index *index, const struct action_page *page, size_t number)
{
	size_t first = number * index->page_size;
	size_t i;

	if (page->total >= 0 && (size_t)page->total != index->total)
		index->moved = true;
	for (i = 0; i < page->len; i++) {
		const struct row *row = rows_find(&index->rows, page->rows[i].id);

		if (!row || row->reading != index->reading_number ||
		    row->position / index->page_size != first / index->page_size)
			index->moved = true;
	}
}

void index_unread_all(struct index *index)
{
	vec_clear(&index->pages);
	vec_resize(&index->pages, index_pages_expected(index));
}

void index_begin_pass(struct index *index)
{
	index->pass++;
	index->probed = false;
	index->pages_end = 0;
	index->broken = 0;
	index->next_page = 0;
	index_read_on(index);
}

/* All pages, and what none of them has is gone. */
bool index_probe_read_again(struct index *index)
{
	if (!index->moved || index->pass + 1 >= INDEX_PASSES_MAX)
		return false;
	index->reading_number++;
	index->fresh = 0;
	index->moved = false;
	index->pages_end = 0;
	index_unread_all(index);
	index_begin_pass(index);
	return true;
}
