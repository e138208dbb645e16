/* Answers to our own reads tell of a cache in front of the tenant, where the profile says
 * that their header does (RFC 9211's Cache-Status, or X-Cache). */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "dacache/domain/cache_header.h"
#include "internal.h"

enum { VALUE_SIZE = 1024 };

/* The value of the last header of that name; a list may stand in several. */
static bool find_header(const char *headers, const char *name, char out[VALUE_SIZE])
{
	size_t len = strlen(name);
	bool found = false;
	const char *line = headers;

	while (line && *line) {
		const char *end = strchr(line, '\n');
		size_t line_len = end ? (size_t)(end - line) : strlen(line);

		if (line_len > len && line[len] == ':' && strncasecmp(line, name, len) == 0) {
			snprintf(out, VALUE_SIZE, "%.*s", (int)(line_len - len - 1),
				 line + len + 1);
			found = true;
		}
		line = end ? end + 1 : NULL;
	}
	return found;
}

void header_hits_count(struct session *session, const struct exchange *exchange)
{
	const char *name = session_profile(session)->hit_header;
	struct lookup lookup = {.wall_us = -1, .latency_us = -1};
	bool answered =
		(exchange->status >= 200 && exchange->status <= 299) || exchange->status == 304;
	char value[VALUE_SIZE];
	enum cache_says says;

	if (!name || exchange->endpoint != ENDPOINT_GET || !answered ||
	    !exchange->response_headers || !exchange->action_id || !exchange->action_id[0] ||
	    !find_header(exchange->response_headers, name, value))
		return;
	says = cache_header_says(name, value);
	if (says == CACHE_SAYS_NONE)
		return;
	lookup.hit = says == CACHE_SAYS_HIT;
	snprintf(lookup.action_id, sizeof(lookup.action_id), "%s", exchange->action_id);
	live_add_lookup(session_live(session), &lookup, false);
	session_emit(session, EVENT_LIVE, lookup.action_id);
}
