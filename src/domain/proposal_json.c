/* Proposals as JSON, for drafts: values that break a rule survive too. */
#include <string.h>

#include "dacache/domain/canonical.h"
#include "dacache/domain/proposal.h"
#include "directive_json.h"
#include "json_read.h"

enum err_code proposal_to_json(const struct proposal *proposal, struct buf *out)
{
	const struct cache_members *members = &proposal->members;
	const struct local_settings *local = &proposal->local;

	buf_printf(out, "{\"cacheEnabled\":%s,\"cacheKey\":", members->enabled ? "true" : "false");
	if (members->key)
		canonical_string(members->key, strlen(members->key), out);
	else
		buf_puts(out, "null");
	buf_printf(out, ",\"cacheTtl\":%lld,\"tier\":\"%s\",\"ttl_matrix\":{",
		   (long long)members->ttl_s, tier_name(proposal->tier));
	for (enum tier tier = 0; tier < TIER_COUNT; tier++)
		buf_printf(out, "%s\"%s\":%lld", tier ? "," : "", tier_name(tier),
			   (long long)local->matrix.ttl_s[tier]);
	buf_printf(out, "},\"payload_kb\":%lld,\"directives\":", (long long)local->payload_kb);
	directive_list_to_json(&local->directives, out);
	return buf_putc(out, '}');
}

static enum err_code read_members(struct json_object *object, struct cache_members *out,
				  struct err *err)
{
	struct json_object *enabled = json_member(object, "cacheEnabled");
	struct json_object *key = json_member(object, "cacheKey");

	if (!json_object_is_type(enabled, json_type_boolean))
		return err_set(err, ERR_PARSE, "cacheEnabled must be true or false");
	out->enabled = json_object_get_boolean(enabled);
	if (!json_get_int(json_member(object, "cacheTtl"), &out->ttl_s))
		return err_set(err, ERR_PARSE, "cacheTtl must be an integer");
	if (!key)
		return ERR_OK;
	if (!json_object_is_type(key, json_type_string) || json_has_nul(key))
		return err_set(err, ERR_PARSE, "cacheKey must be a text without NUL");
	out->key = json_dup_string(key);
	return out->key ? ERR_OK : err_set(err, ERR_NO_MEMORY, "out of memory");
}

static enum err_code read_tier(struct json_object *object, struct proposal *out, struct err *err)
{
	struct json_object *name = json_member(object, "tier");
	struct json_object *matrix = json_member(object, "ttl_matrix");

	if (!json_object_is_type(name, json_type_string) ||
	    tier_parse(json_object_get_string(name), &out->tier, NULL))
		return err_set(err, ERR_PARSE, "tier must be the name of one");
	for (enum tier tier = 0; tier < TIER_COUNT; tier++) {
		struct json_object *ttl_s = json_member(matrix, tier_name(tier));

		if (!json_get_int(ttl_s, &out->local.matrix.ttl_s[tier]))
			return err_set(err, ERR_PARSE, "ttl_matrix.%s must be an integer",
				       tier_name(tier));
	}
	return ERR_OK;
}

static enum err_code read_proposal(struct json_object *object, struct proposal *out,
				   struct err *err)
{
	enum err_code code;

	if (!json_object_is_type(object, json_type_object))
		return err_set(err, ERR_PARSE, "a proposal must be a JSON object");
	if ((code = read_members(object, &out->members, err)) ||
	    (code = read_tier(object, out, err)))
		return code;
	if (!json_get_int(json_member(object, "payload_kb"), &out->local.payload_kb))
		return err_set(err, ERR_PARSE, "payload_kb must be an integer");
	return directive_list_read(json_member(object, "directives"), &out->local.directives, err);
}

enum err_code proposal_from_json(const char *json, struct proposal *out, struct err *err)
{
	struct json_object *object;

	*out = (struct proposal){0};

	enum err_code code = json_read(json, json ? strlen(json) : 0, &object, err);

	if (code)
		return code;
	code = read_proposal(object, out, err);
	if (code)
		proposal_clear(out);
	json_object_put(object);
	return code;
}
