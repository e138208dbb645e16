#include "settle.h"

#include <string.h>

void settle_state(const struct action *action, char tag[ETAG_SIZE], struct put_state *out)
{
	*out = (struct put_state){.tag = tag, .version = -1};
	tag[0] = '\0';
	if (!action)
		return;
	if (action_if_match(action, tag))
		tag[0] = '\0';
	out->members = &action->members;
	out->version = action->version;
}
