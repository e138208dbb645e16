/* Where the tenant's list ends: totals may count too few, or too many. */
#include "index_private.h"

enum { EMPTY_PAGES = 20 /* with so many one after the other there are no more */ };

/* Whether this reading had not seen one of them yet. */
bool index_has_news(const struct index *index, const struct action_page *page)
{
	size_t i;

	for (i = 0; i < page->len; i++) {
		const struct row *known = rows_find(&index->rows, page->rows[i].id);

		if (!known || known->reading != index->reading_number)
			return true;
	}
	return false;
}

size_t index_pages_expected(const struct index *index)
{
	size_t pages = (index->total + index->page_size - 1) / index->page_size;

	if (index->page_count > pages)
		pages = index->page_count;
	if (index->pages_more > pages)
		pages = index->pages_more;
	return index->pages_end > 0 && index->pages_end < pages ? index->pages_end : pages;
}

/* A full page that goes past the total shows that the total lies. */
static bool goes_past(const struct index *index, const struct action_page *page, size_t number)
{
	return index->total_known && page->len >= index->page_size &&
	       number * index->page_size + page->len > index->total;
}

/* A total that counts too few: the last page brought news, and tells of a next one, or is
 * full where there should be nothing. Where the next goes round in a circle, it brings
 * none. */
void index_take_next(struct index *index, const struct action_page *page, size_t number)
{
	if (!(page->has_next || goes_past(index, page, number)) ||
	    number + 1 < index_pages_expected(index) || number >= TOTAL_MAX / PAGE_SIZE_MAX ||
	    !index_has_news(index, page))
		return;
	index->pages_more = number + 2;
	if (index->pages_more > index->pages.len)
		vec_resize(&index->pages, index->pages_more);
}

static bool is_empty_page(const struct index *index, size_t number)
{
	return index_page_state(index, number) == PAGE_READ &&
	       ((const struct page *)vec_at(&index->pages, number))->is_empty;
}

/* A total that counts too many would have thousands of pages asked for in which there is
 * nothing. One may be empty, or a few: what the client may not see can be left out. */
void index_take_end(struct index *index, size_t number, bool is_empty)
{
	size_t first = number;
	size_t end = number + 1;

	if (number >= index->pages.len)
		return;
	((struct page *)vec_at(&index->pages, number))->is_empty = is_empty;
	if (!is_empty && number >= index->pages_end)
		index->pages_end = 0;
	while (is_empty && first > 0 && is_empty_page(index, first - 1))
		first--;
	while (is_empty && is_empty_page(index, end))
		end++;
	if (is_empty && first > 0 && end - first >= EMPTY_PAGES)
		index->pages_end = first;
}
