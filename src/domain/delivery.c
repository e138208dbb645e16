#include "dacache/domain/delivery.h"

#include <stdlib.h>
#include <string.h>

enum { HTTP_GONE = 410 };

static const char *const state_names[DELIVERY_STATES] = {
	[DELIVERY_PENDING] = "pending",
	[DELIVERY_DELIVERED] = "delivered",
	[DELIVERY_DEAD] = "dead",
	[DELIVERY_STOPPED] = "stopped",
};

const char *delivery_state_name(enum delivery_state state)
{
	return state < DELIVERY_STATES ? state_names[state] : "";
}

enum err_code delivery_state_parse(const char *name, enum delivery_state *out)
{
	for (enum delivery_state state = 0; state < DELIVERY_STATES; state++) {
		if (strcmp(name, state_names[state]) == 0) {
			*out = state;
			return ERR_OK;
		}
	}
	return ERR_PARSE;
}

void outbox_item_clear(struct outbox_item *item)
{
	free(item->id);
	free(item->action_id);
	free(item->source);
	free(item->event_type);
	free(item->target_key);
	free(item->body);
	free(item->error);
	*item = (struct outbox_item){0};
}

struct delivery_verdict delivery_judge(int status, int64_t attempts)
{
	static const int64_t delays_s[] = {5, 5 * 60, 30 * 60};
	int64_t tries = (int64_t)(sizeof(delays_s) / sizeof(delays_s[0]));

	if (status >= 200 && status <= 299)
		return (struct delivery_verdict){.state = DELIVERY_DELIVERED};
	if (status == HTTP_GONE)
		return (struct delivery_verdict){.state = DELIVERY_STOPPED};
	if (attempts < 1 || attempts > tries)
		return (struct delivery_verdict){.state = DELIVERY_DEAD};
	return (struct delivery_verdict){DELIVERY_PENDING, delays_s[attempts - 1]};
}
