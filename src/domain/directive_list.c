/* The directives of one action. */
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/domain/directive.h"

enum err_code directive_list_add(struct directive_list *list, const char *source,
				 const char *event_type, enum directive_action action)
{
	if (list->len >= DIRECTIVES_MAX)
		return ERR_LIMIT;

	struct directive added = {text_dup(source), text_dup(event_type), action};
	struct directive *items = realloc(list->items, (list->len + 1) * sizeof(*items));

	if (items)
		list->items = items;
	if (!items || !added.source || !added.event_type) {
		directive_clear(&added);
		return ERR_NO_MEMORY;
	}
	list->items[list->len++] = added;
	return ERR_OK;
}

void directive_list_remove(struct directive_list *list, size_t i)
{
	if (i >= list->len)
		return;
	directive_clear(&list->items[i]);
	list->len--;
	memmove(&list->items[i], &list->items[i + 1], (list->len - i) * sizeof(*list->items));
}

enum err_code directive_list_copy(const struct directive_list *from, struct directive_list *to)
{
	struct directive_list copy = {0};
	enum err_code code = ERR_OK;

	for (size_t i = 0; i < from->len && !code; i++)
		code = directive_list_add(&copy, from->items[i].source, from->items[i].event_type,
					  from->items[i].action);
	if (code)
		directive_list_clear(&copy);
	*to = copy;
	return code;
}

void directive_list_clear(struct directive_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		directive_clear(&list->items[i]);
	free(list->items);
	*list = (struct directive_list){0};
}

bool directive_equal(const struct directive *a, const struct directive *b)
{
	return a->action == b->action && !strcmp(a->source, b->source) &&
	       !strcmp(a->event_type, b->event_type);
}

bool directive_list_equal(const struct directive_list *a, const struct directive_list *b)
{
	if (a->len != b->len)
		return false;
	for (size_t i = 0; i < a->len; i++)
		if (!directive_equal(&a->items[i], &b->items[i]))
			return false;
	return true;
}

const struct directive *directive_list_find(const struct directive_list *list,
					    const char *event_type)
{
	for (size_t i = 0; i < list->len; i++)
		if (!strcmp(list->items[i].event_type, event_type))
			return &list->items[i];
	return NULL;
}
