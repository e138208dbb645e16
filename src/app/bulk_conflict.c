/* Somebody was first: who, and what of the action changed, in the words of its end. */
#include <stdlib.h>
#include <string.h>

#include "bulk_internal.h"
#include "dacache/domain/diff.h"

enum { WORDS_MAX = 1 << 20 };

static void put_diff(struct buf *out, const struct diff *diff)
{
	bool first = true;
	size_t i;

	for (i = 0; i < diff->len; i++) {
		const struct diff_line *line = &diff->lines[i];
		static const char none[] = "none";

		if (line->mark == DIFF_SAME)
			continue;
		buf_printf(out, "%s%s %s -> %s", first ? ": " : ", ", line->name,
			   line->mark == DIFF_ADDED ? none : line->before,
			   line->mark == DIFF_REMOVED ? none : line->after);
		first = false;
	}
	buf_puts(out, first ? ": none of its cache settings" : "");
}

/* Who was first, and what of it: from what was reviewed to what the tenant has now. */
static void put_others(struct buf *out, const struct action *base, const struct action *now)
{
	struct proposal before = {0};
	struct proposal after = {0};
	struct diff diff = {0};

	buf_puts(out, "; it was changed");
	if (*now->modified_by)
		buf_printf(out, " by %s", now->modified_by);
	if (*now->date_modified)
		buf_printf(out, " at %s", now->date_modified);
	if (proposal_from_action(base, NULL, &before) == ERR_OK &&
	    proposal_from_action(now, NULL, &after) == ERR_OK &&
	    diff_proposals(&before, &after, &diff) == ERR_OK)
		put_diff(out, &diff);
	diff_clear(&diff);
	proposal_clear(&before);
	proposal_clear(&after);
}

void bulk_keep_conflict(struct bulk_item *item, const struct update_result *result)
{
	char present[ETAG_SIZE];
	struct buf text;
	char *whole;

	if (!item->base || !result->action || action_if_match(result->action, present) ||
	    strcmp(result->if_match, present) == 0)
		return;
	buf_init(&text, WORDS_MAX);
	buf_puts(&text, result->message);
	put_others(&text, item->base, result->action);
	whole = buf_take(&text);
	if (whole) {
		free(item->end.message);
		item->end.message = whole;
	}
}
