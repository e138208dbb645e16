#include "change.h"

#include <string.h>

#include "jsonio.h"
#include "sim.h"

/* Members that are the server's own. */
static bool is_servers(const char *name)
{
	static const char *const names[] = {"id", "version", "modifiedBy", "dateModified",
					    "selfUri"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static void remove_others(struct json_object *document, struct json_object *set)
{
	struct json_object_iterator at = json_object_iter_begin(document);
	struct json_object_iterator end = json_object_iter_end(document);

	while (!json_object_iter_equal(&at, &end)) {
		const char *name = json_object_iter_peek_name(&at);
		json_object_iter_next(&at);
		if (!is_servers(name) && !json_object_object_get_ex(set, name, NULL))
			json_object_object_del(document, name);
	}
}

enum err_code change_action(struct sim *sim, size_t slot, struct json_object *set, bool replace,
			    const char *who)
{
	struct json_object *document = tenant_parse(sim->tenant, slot);
	char now[CLOCK_TEXT_SIZE];
	enum err_code rc;

	if (!document)
		return ERR_NO_MEMORY;
	if (replace)
		remove_others(document, set);
	json_object_object_foreach(set, name, value)
	{
		if (!is_servers(name))
			json_object_object_add(document, name, json_object_get(value));
	}
	jsonio_add_int(document, "version", tenant_facts(sim->tenant, slot, NULL).version + 1);
	clock_format_rfc3339(clock_wall_us(&sim->clock), now);
	jsonio_add_text(document, "modifiedBy", who);
	jsonio_add_text(document, "dateModified", now);
	rc = tenant_store(sim->tenant, slot, document);
	json_object_put(document);
	return rc;
}
