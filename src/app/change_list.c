#include "change_list.h"

#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"

/* How much later another program's entry may come for a change that a read showed here
 * before. */
#define SAME_CHANGE_US INT64_C(300000000)

static void clear_change(struct live_change *change)
{
	free((void *)(uintptr_t)change->action_id);
	free((void *)(uintptr_t)change->name);
	free((void *)(uintptr_t)change->who);
	cache_members_clear(&change->before);
	cache_members_clear(&change->after);
}

static const char *copy_text(const char *text)
{
	return text_dup(text ? text : "");
}

static bool copy_change(const struct live_change *from, struct live_change *to)
{
	*to = *from;
	to->before = (struct cache_members){0};
	to->after = (struct cache_members){0};
	to->action_id = copy_text(from->action_id);
	to->name = copy_text(from->name);
	to->who = copy_text(from->who);
	if (to->action_id && to->name && to->who &&
	    cache_members_copy(&from->before, &to->before) == ERR_OK &&
	    cache_members_copy(&from->after, &to->after) == ERR_OK)
		return true;
	clear_change(to);
	return false;
}

void change_list_init(struct change_list *list)
{
	vec_init(&list->items, sizeof(struct live_change));
}

void change_list_clear(struct change_list *list)
{
	for (size_t i = 0; i < list->items.len; i++)
		clear_change(vec_at(&list->items, i));
	vec_free(&list->items);
}

const struct live_change *change_list_at(const struct change_list *list, size_t i)
{
	return vec_at(&list->items, i);
}

static void remove_at(struct change_list *list, size_t i)
{
	clear_change(vec_at(&list->items, i));
	vec_remove(&list->items, i);
}

/* -1: none is known. */
static long newest_of(const struct change_list *list, const char *action_id, int64_t until_us)
{
	for (size_t i = list->items.len; i-- > 0;)
		if (change_list_at(list, i)->wall_us <= until_us &&
		    strcmp(change_list_at(list, i)->action_id, action_id) == 0)
			return (long)i;
	return -1;
}

const struct live_change *change_list_newest(const struct change_list *list, const char *action_id,
					     int64_t until_us)
{
	long i = newest_of(list, action_id, until_us);

	return i >= 0 ? change_list_at(list, (size_t)i) : NULL;
}

static bool has_seq(const struct change_list *list, int64_t seq)
{
	for (size_t i = list->items.len; seq > 0 && i-- > 0;)
		if (change_list_at(list, i)->seq == seq)
			return true;
	return false;
}

/* A read shows what a program applied before, or applies at this moment: one change,
 * and the program knows more of it. True: nothing is to be added. */
static bool is_known(struct change_list *list, const struct live_change *change)
{
	long i = newest_of(list, change->action_id, change->wall_us + SAME_CHANGE_US);
	const struct live_change *newest = i >= 0 ? change_list_at(list, (size_t)i) : NULL;

	if (has_seq(list, change->seq))
		return true;
	if (!newest || !cache_members_equal(&newest->after, &change->after))
		return false;
	if (change->by == LIVE_CHANGE_SEEN)
		return true;
	if (newest->by == LIVE_CHANGE_SEEN &&
	    llabs(newest->wall_us - change->wall_us) <= SAME_CHANGE_US)
		remove_at(list, (size_t)i);
	return false;
}

enum err_code change_list_add(struct change_list *list, const struct live_change *change,
			      size_t max, bool *is_new)
{
	struct live_change copy;
	enum err_code code;
	size_t at;

	*is_new = false;
	if (is_known(list, change))
		return ERR_OK;
	if (!copy_change(change, &copy))
		return ERR_NO_MEMORY;
	at = list->items.len;
	while (at > 0 && change_list_at(list, at - 1)->wall_us > change->wall_us)
		at--;
	code = vec_insert(&list->items, at, &copy);
	if (code)
		clear_change(&copy);
	*is_new = code == ERR_OK;
	if (list->items.len > max)
		remove_at(list, 0);
	return code;
}

void change_list_neighbours(const struct change_list *list, const struct live_change *change,
			    int64_t *earlier_us, int64_t *later_us)
{
	*earlier_us = 0;
	*later_us = 0;
	for (size_t i = 0; i < list->items.len; i++) {
		const struct live_change *other = change_list_at(list, i);

		if (strcmp(other->action_id, change->action_id) != 0)
			continue;
		if (other->wall_us < change->wall_us)
			*earlier_us = other->wall_us;
		else if (other->wall_us > change->wall_us && *later_us == 0)
			*later_us = other->wall_us;
	}
}
