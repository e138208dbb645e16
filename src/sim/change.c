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

/* What an admin might set it to: anything but what it is. */
static struct json_object *another_ttl(const struct sim *sim, size_t slot)
{
	static const int64_t choices[] = {60, 120, 300, 900, 3600};
	int64_t now = tenant_facts(sim->tenant, slot, NULL).ttl;
	struct json_object *set = json_object_new_object();
	size_t i = 0;

	while (i < sizeof(choices) / sizeof(choices[0]) - 1 && choices[i] <= now)
		i++;
	jsonio_add_int(set, "cacheTtl", choices[i] == now ? choices[0] : choices[i]);
	return set;
}

static const char *who_touches(struct json_object *touch, struct json_object *set)
{
	const char *by = jsonio_get_text(touch, "by");

	if (!by)
		by = jsonio_get_text(set, "modifiedBy");
	return by ? by : "ops-emea";
}

enum err_code change_by_touch(struct sim *sim, struct json_object *touch, const char *id,
			      size_t *slot, struct err *err)
{
	const char *named = jsonio_get_text(touch, "id");
	struct json_object *set = NULL;
	enum err_code rc;

	if (named)
		id = named;
	if (!id || !tenant_find(sim->tenant, id, slot))
		return err_set(err, ERR_NOT_FOUND, "no Data Action has the id \"%s\"",
			       id ? id : "");
	if (!json_object_object_get_ex(touch, "set", &set))
		set = another_ttl(sim, *slot);
	else if (!json_object_is_type(set, json_type_object))
		return err_set(err, ERR_INVALID, "\"set\" must be an object");
	else
		json_object_get(set);
	rc = change_action(sim, *slot, set, false, who_touches(touch, set));
	json_object_put(set);
	return rc == ERR_OK ? rc : err_set(err, rc, "the change cannot be kept");
}
