/* An entry of the audit from its JSON. */
#include "audit_entry_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_read.h"

static char *get_text(struct json_object *object, const char *name)
{
	struct json_object *value = json_member(object, name);

	return json_object_is_type(value, json_type_string) ? json_dup_string(value) : NULL;
}

static void get_hex(struct json_object *object, const char *name, char out[AUDIT_HASH_SIZE])
{
	struct json_object *value = json_member(object, name);
	const char *text =
		json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";

	if (strlen(text) == AUDIT_HASH_SIZE - 1 &&
	    strspn(text, "0123456789abcdef") == AUDIT_HASH_SIZE - 1)
		snprintf(out, AUDIT_HASH_SIZE, "%s", text);
}

static void get_members(struct json_object *object, const char *name, bool *has,
			struct cache_members *out)
{
	struct json_object *value = json_member(object, name);

	*has = value && cache_members_from_json(
				json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN), out,
				NULL) == ERR_OK;
	/* What an entry has no TTL for is written as null. */
	if (*has && out->ttl_s == CACHE_TTL_INVALID && !json_member(value, "cacheTtl"))
		out->ttl_s = CACHE_TTL_ABSENT;
}

static int64_t get_int(struct json_object *object, const char *name, int64_t most)
{
	int64_t value;

	if (!json_get_int(json_member(object, name), &value) || value < 0 || value > most)
		return 0;
	return value;
}

static bool get_time(struct json_object *object, int64_t *out)
{
	double seconds = json_object_get_double(json_member(object, "timestamp"));

	if (!(seconds > 0 && seconds < 1e10))
		return false;
	*out = (int64_t)(seconds * 1e6 + 0.5);
	return true;
}

enum err_code audit_entry_from_json(struct json_object *object, struct audit_entry *out)
{
	struct json_object *latency = json_member(object, "latency_ms");
	char *outcome = json_dup_member(object, "outcome");
	bool known = outcome && outcome_parse(outcome, &out->outcome) == ERR_OK;
	enum outcome parsed = out->outcome;

	free(outcome);
	audit_entry_init(out);
	out->outcome = known ? parsed : OUTCOME_UNKNOWN;
	out->seq = get_int(object, "seq", INT64_MAX);
	out->action = get_text(object, "action");
	if (!known || !get_time(object, &out->wall_us) || !out->action || out->seq == 0) {
		audit_entry_clear(out);
		return ERR_PARSE;
	}
	out->data_action_id = get_text(object, "data_action_id");
	out->name = get_text(object, "name");
	out->if_match = get_text(object, "if_match");
	out->who = get_text(object, "who");
	out->correlation_id = get_text(object, "correlation_id");
	out->message = get_text(object, "message");
	get_members(object, "payload", &out->has_payload, &out->payload);
	get_members(object, "before", &out->has_before, &out->before);
	get_hex(object, "etag", out->etag);
	get_hex(object, "prev_hash", out->prev_hash);
	get_hex(object, "hash", out->hash);
	out->status = (int)get_int(object, "status", 999);
	out->attempts = get_int(object, "attempts", INT32_MAX);
	if (latency && json_object_get_double(latency) >= 0)
		out->latency_ms = json_object_get_double(latency);
	return ERR_OK;
}
