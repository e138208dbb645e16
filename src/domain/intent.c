#include "dacache/domain/intent.h"

#include <stdlib.h>

#include "dacache/base/text.h"

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

static bool copy_text(char **to, const char *from)
{
	*to = from ? text_dup(from) : NULL;
	return !from || *to;
}

enum err_code intent_copy(const struct intent *from, struct intent *to)
{
	struct intent copy = *from;

	copy.action_id = copy.name = copy.base_etag = copy.if_match = copy.who = copy.message =
		NULL;
	copy.base.key = copy.wanted.key = NULL;
	local_settings_init(&copy.local);
	if (!copy_text(&copy.action_id, from->action_id) || !copy_text(&copy.name, from->name) ||
	    !copy_text(&copy.base_etag, from->base_etag) ||
	    !copy_text(&copy.if_match, from->if_match) || !copy_text(&copy.who, from->who) ||
	    !copy_text(&copy.message, from->message) ||
	    !copy_text(&copy.base.key, from->base.key) ||
	    !copy_text(&copy.wanted.key, from->wanted.key) ||
	    local_settings_copy(&from->local, &copy.local)) {
		intent_clear(&copy);
		return ERR_NO_MEMORY;
	}
	*to = copy;
	return ERR_OK;
}
