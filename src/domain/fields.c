/* The names of the form's fields, ours and the server's. */
#include <string.h>
#include <strings.h>

#include "dacache/domain/validate.h"

static const char *const names[] = {
	[FIELD_ENABLED] = "cacheEnabled",
	[FIELD_KEY] = "cacheKey",
	[FIELD_TIER] = "tier",
	[FIELD_TTL_DEFAULT] = "ttl.default",
	[FIELD_TTL_HIGH_PRIORITY] = "ttl.high_priority",
	[FIELD_TTL_STATIC_REFERENCE] = "ttl.static_reference",
	[FIELD_TTL] = "cacheTtl",
	[FIELD_PAYLOAD_KB] = "payload_kb",
	[FIELD_DIRECTIVE_SOURCE] = "directive.source",
	[FIELD_DIRECTIVE_EVENT] = "directive.event_type",
	[FIELD_DIRECTIVE_ACTION] = "directive.action",
	[FIELD_NONE] = "",
};

const char *field_name(enum field field)
{
	return field <= FIELD_NONE ? names[field] : "";
}

/* The last word of a path, however the server writes paths: "body.cacheTtl",
 * "/cacheTtl", "$['cacheTtl']". */
static const char *last_word(const char *name, size_t *len)
{
	static const char breaks[] = "./[]'\"$#";
	size_t end = strlen(name);

	while (end && strchr(breaks, name[end - 1]))
		end--;

	size_t start = end;

	while (start && !strchr(breaks, name[start - 1]))
		start--;
	*len = end - start;
	return name + start;
}

enum field field_from_server_name(const char *name)
{
	static const enum field known[] = {FIELD_ENABLED, FIELD_KEY, FIELD_TTL};
	size_t len;

	if (!name)
		return FIELD_NONE;
	name = last_word(name, &len);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strlen(names[known[i]]) == len && !strncasecmp(names[known[i]], name, len))
			return known[i];
	return FIELD_NONE;
}
