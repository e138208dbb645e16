#include "internal.h"

struct operation {
	void *operation;
	void (*free_fn)(void *operation);
};

void operations_init(struct operations *operations)
{
	vec_init(&operations->items, sizeof(struct operation));
}

void operations_free(struct operations *operations)
{
	size_t i;

	for (i = 0; i < operations->items.len; i++) {
		struct operation *item = vec_at(&operations->items, i);

		item->free_fn(item->operation);
	}
	vec_free(&operations->items);
}

enum err_code session_operation_begin(struct session *session, void *operation,
				      void (*free_fn)(void *operation))
{
	struct operation item = {operation, free_fn};

	return vec_push(&session_operations(session)->items, &item);
}

void session_operation_end(struct session *session, const void *operation)
{
	struct vec *items = &session_operations(session)->items;
	size_t i;

	for (i = 0; i < items->len; i++) {
		struct operation *item = vec_at(items, i);

		if (item->operation != operation)
			continue;
		vec_remove(items, i);
		return;
	}
}
