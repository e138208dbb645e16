#include "dacache/domain/members.h"

#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/domain/canonical.h"
#include "dacache/domain/json_member.h"
#include "dacache/domain/tier.h"
#include "json_read.h"
#include "members_json.h"

/* Room for a key of 8 MiB (no reply is larger), each byte as six characters. */
enum { JSON_MAX = 64 << 20 };

const char *const cache_member_names[CACHE_MEMBERS] = {"cacheEnabled", "cacheKey", "cacheTtl"};

enum err_code cache_members_set(struct cache_members *members, bool enabled, const char *key,
				int64_t ttl_s)
{
	char *copy = text_dup(key);

	if (key && !copy)
		return ERR_NO_MEMORY;
	free(members->key);
	*members = (struct cache_members){enabled, copy, ttl_s};
	return ERR_OK;
}

enum err_code cache_members_copy(const struct cache_members *from, struct cache_members *to)
{
	*to = (struct cache_members){0};
	return cache_members_set(to, from->enabled, from->key, from->ttl_s);
}

void cache_members_clear(struct cache_members *members)
{
	free(members->key);
	*members = (struct cache_members){0};
}

bool cache_members_equal(const struct cache_members *a, const struct cache_members *b)
{
	if (a->enabled != b->enabled || a->ttl_s != b->ttl_s || !a->key != !b->key)
		return false;
	return !a->key || !strcmp(a->key, b->key);
}

enum err_code cache_members_to_json(const struct cache_members *members, struct buf *out)
{
	buf_printf(out, "{\"cacheEnabled\":%s,\"cacheKey\":", members->enabled ? "true" : "false");
	if (members->key)
		canonical_string(members->key, strlen(members->key), out);
	else
		buf_puts(out, "null");
	if (members->ttl_s >= 0)
		buf_printf(out, ",\"cacheTtl\":%lld", (long long)members->ttl_s);
	else
		buf_puts(out, ",\"cacheTtl\":null");
	return buf_putc(out, '}');
}

void cache_members_to_member(struct buf *out, const char *name, bool known,
			     const struct cache_members *members)
{
	json_member_name(out, name);
	if (known)
		cache_members_to_json(members, out);
	else
		buf_puts(out, "null");
}

static int64_t read_ttl(struct json_object *value)
{
	int64_t ttl_s;

	if (!value)
		return CACHE_TTL_ABSENT;
	if (!json_get_int(value, &ttl_s) || ttl_s < 0 || ttl_s > TTL_MAX_S)
		return CACHE_TTL_INVALID;
	return ttl_s;
}

enum err_code cache_members_read(struct json_object *object, struct cache_members *out)
{
	struct json_object *enabled = json_member(object, "cacheEnabled");
	struct json_object *key = json_member(object, "cacheKey");

	*out = (struct cache_members){
		.enabled = json_object_is_type(enabled, json_type_boolean) &&
			   json_object_get_boolean(enabled),
		.ttl_s = read_ttl(json_member(object, "cacheTtl")),
	};
	if (!json_object_is_type(key, json_type_string))
		return ERR_OK;
	out->key = json_dup_string(key);
	return out->key ? ERR_OK : ERR_NO_MEMORY;
}

enum err_code cache_members_from_json(const char *json, struct cache_members *out, struct err *err)
{
	struct json_object *object;

	*out = (struct cache_members){0};

	enum err_code code = json_read(json, json ? strlen(json) : 0, &object, err);

	if (code)
		return code;
	if (!json_object_is_type(object, json_type_object))
		code = err_set(err, ERR_PARSE, "the members must be a JSON object");
	else if (cache_members_read(object, out))
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
	json_object_put(object);
	return code;
}

enum err_code cache_members_sha256(const struct cache_members *members, char out[ETAG_HEX_SIZE])
{
	struct buf json;

	buf_init(&json, JSON_MAX);

	enum err_code code = cache_members_to_json(members, &json);

	if (!code)
		code = canonical_sha256(json.data, json.len, out);
	buf_free(&json);
	return code;
}
