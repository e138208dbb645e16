#include "dacache/domain/intent.h"

#include <stdlib.h>

void intent_init(struct intent *intent)
{
	*intent = (struct intent){0};
	local_settings_init(&intent->local);
}

void intent_clear(struct intent *intent)
{
	free(intent->action_id);
	free(intent->name);
	cache_members_clear(&intent->base);
	free(intent->base_etag);
	free(intent->if_match);
	cache_members_clear(&intent->wanted);
	free(intent->who);
	local_settings_clear(&intent->local);
	free(intent->message);
	intent_init(intent);
}
