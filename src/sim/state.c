#include "state.h"

#include "access.h"
#include "faults.h"
#include "jsonio.h"
#include "lookups.h"
#include "reqlog.h"
#include "sim.h"
#include "webhooks.h"

enum { CHANGED_SHOWN = 1000 };

static struct json_object *options_to_json(const struct sim *sim)
{
	const struct options *options = &sim->options;
	struct json_object *out = json_object_new_object();

	jsonio_add_int(out, "seed", options->seed);
	jsonio_add_text(out, "data", options->data);
	jsonio_add_text(out, "if_match", options_if_match_name(options->if_match));
	jsonio_add_text(out, "etag", options_etag_name(options->etag));
	jsonio_add_text(out, "conflict", options_conflict_name(options->conflict));
	jsonio_add_text(out, "put", options_put_name(options->put));
	jsonio_add_int(out, "latency_ms", options->latency_ms);
	jsonio_add_int(out, "token_ttl", options->token_ttl);
	jsonio_add_text(out, "feed", options->feed);
	jsonio_add_int(out, "lookups_rate", options->lookups_rate);
	jsonio_add_int(out, "busy_admin", options->busy_admin);
	return out;
}

static struct json_object *counts_to_json(const struct sim *sim)
{
	struct json_object *out = json_object_new_object();

	jsonio_add_int(out, "actions", (int64_t)tenant_count(sim->tenant));
	jsonio_add_int(out, "changed", (int64_t)tenant_changed_count(sim->tenant));
	jsonio_add_int(out, "requests", (int64_t)reqlog_total(sim->log));
	jsonio_add_int(out, "puts", (int64_t)reqlog_puts(sim->log));
	jsonio_add_int(out, "applied", (int64_t)reqlog_applied(sim->log));
	jsonio_add_int(out, "webhooks", (int64_t)webhooks_total(sim->webhooks));
	jsonio_add_int(out, "tokens", (int64_t)tokens_count(sim->tokens));
	jsonio_add_int(out, "lookups", sim->lookups ? (int64_t)lookups_total(sim->lookups) : 0);
	jsonio_add_int(out, "cached", sim->lookups ? (int64_t)lookups_cached(sim->lookups) : 0);
	return out;
}

static struct json_object *clients_to_json(struct sim *sim)
{
	struct json_object *out = json_object_new_array();

	for (size_t i = 0; i < tokens_client_count(sim->tokens); i++) {
		const struct client *client = tokens_client_at(sim->tokens, i);
		struct json_object *entry = json_object_new_object();
		char scopes[SCOPE_TEXT_SIZE];
		scopes_format(client->scopes, scopes);
		jsonio_add_text(entry, "id", client->id);
		jsonio_add_text(entry, "scope", scopes);
		jsonio_add_int(entry, "requests", client->requests);
		jsonio_add_int(entry, "quota_allowed", sim->quota_allowed);
		jsonio_add_int(entry, "quota_count", client->quota.count);
		json_object_array_add(out, entry);
	}
	return out;
}

static struct json_object *action_to_json(const struct tenant *tenant, size_t slot)
{
	static const char *const names[] = {"id",           "version",      "modifiedBy",
					    "dateModified", "cacheEnabled", "cacheKey",
					    "cacheTtl"};
	struct json_object *document = tenant_parse(tenant, slot);
	struct json_object *out = json_object_new_object();
	struct json_object *value;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (json_object_object_get_ex(document, names[i], &value))
			json_object_object_add(out, names[i], json_object_get(value));
	if (tenant_is_removed(tenant, slot))
		jsonio_add_bool(out, "removed", true);
	json_object_put(document);
	return out;
}

static struct json_object *changed_to_json(const struct tenant *tenant)
{
	struct json_object *out = json_object_new_array();

	for (size_t slot = 0; slot < tenant_slots(tenant); slot++) {
		if (json_object_array_length(out) == CHANGED_SHOWN)
			break;
		if (tenant_is_changed(tenant, slot) || tenant_is_removed(tenant, slot))
			json_object_array_add(out, action_to_json(tenant, slot));
	}
	return out;
}

struct json_object *state_to_json(struct sim *sim)
{
	struct json_object *out = json_object_new_object();

	json_object_object_add(out, "options", options_to_json(sim));
	json_object_object_add(out, "counts", counts_to_json(sim));
	json_object_object_add(out, "clients", clients_to_json(sim));
	json_object_object_add(out, "faults", faults_to_json(sim->faults));
	json_object_object_add(out, "changed", changed_to_json(sim->tenant));
	return out;
}
