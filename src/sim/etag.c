#include "etag.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "canonical.h"
#include "sim.h"

static enum err_code quote_hash(struct json_object *value, char out[ETAG_SIZE])
{
	char hex[SHA256_HEX_SIZE];
	enum err_code rc = canonical_sha256(value, hex);

	if (rc == ERR_OK)
		snprintf(out, ETAG_SIZE, "\"%s\"", hex);
	return rc;
}

enum err_code etag_of_members(struct json_object *document, char out[ETAG_SIZE])
{
	static const char *const names[] = {"cacheEnabled", "cacheKey", "cacheTtl"};
	struct json_object *members = json_object_new_object();
	struct json_object *value;
	enum err_code rc;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (json_object_object_get_ex(document, names[i], &value))
			json_object_object_add(members, names[i], json_object_get(value));
	rc = quote_hash(members, out);
	json_object_put(members);
	return rc;
}

enum err_code etag_of_state(const struct sim *sim, size_t slot, char out[ETAG_SIZE])
{
	struct json_object *document;
	enum err_code rc;

	if (sim->options.etag == ETAG_VERSION) {
		snprintf(out, ETAG_SIZE, "\"%" PRId64 "\"",
			 tenant_facts(sim->tenant, slot, NULL).version);
		return ERR_OK;
	}
	document = tenant_parse(sim->tenant, slot);
	if (!document)
		return ERR_NO_MEMORY;
	if (sim->options.etag == ETAG_HASH)
		rc = quote_hash(document, out);
	else
		rc = etag_of_members(document, out);
	json_object_put(document);
	return rc;
}

/* One tag of a list: from *list, which moves behind it. A quoted tag may hold
 * commas; what is not quoted ends at one. Returns its length. */
static size_t next_tag(const char **list, const char **tag)
{
	const char *end;

	*list += strspn(*list, ", \t");
	*tag = *list;
	end = **list == '"' || strncmp(*list, "W/\"", 3) == 0 ? strchr(strchr(*list, '"') + 1, '"')
							      : NULL;
	end = end ? end : *list;
	end += strcspn(end, ", \t"); /* what hangs on to a tag spoils it */
	*list = end;
	return (size_t)(end - *tag);
}

static bool list_has(const char *list, const char *etag, bool weakly)
{
	const char *tag;
	size_t len;

	while ((len = next_tag(&list, &tag)) > 0) {
		if (len == 1 && *tag == '*')
			return true;
		if (weakly && len > 2 && strncmp(tag, "W/", 2) == 0) {
			tag += 2;
			len -= 2;
		}
		if (len == strlen(etag) && memcmp(tag, etag, len) == 0)
			return true;
	}
	return false;
}

bool etag_list_matches(const char *list, const char *etag)
{
	return list_has(list, etag, false);
}

bool etag_list_matches_weakly(const char *list, const char *etag)
{
	return list_has(list, etag, true);
}
