/* Changes of actions in the order of time, each once, whoever told of it: the audit, or a
 * read. Live and the report both ask here what comes before a change and after it. */
#ifndef DACACHE_SRC_APP_CHANGE_LIST_H
#define DACACHE_SRC_APP_CHANGE_LIST_H

#include "dacache/app/live.h"
#include "dacache/base/vec.h"

struct change_list {
	struct vec items; /* struct live_change, its texts owned; rising in time */
};

void change_list_init(struct change_list *list);
void change_list_clear(struct change_list *list);

/* Copies it. *is_new false: it is known already. Of more than max the oldest goes. */
enum err_code change_list_add(struct change_list *list, const struct live_change *change,
			      size_t max, bool *is_new);
const struct live_change *change_list_at(const struct change_list *list, size_t i);
/* The newest of the action that is not later than until_us; NULL: none is known. */
const struct live_change *change_list_newest(const struct change_list *list, const char *action_id,
					     int64_t until_us);
/* When the same action was changed before this one, and after it; 0: never. */
void change_list_neighbours(const struct change_list *list, const struct live_change *change,
			    int64_t *earlier_us, int64_t *later_us);

#endif
