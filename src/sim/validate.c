#include "validate.h"

#include <string.h>

#include "dacache/base/text.h"
#include "sim.h"

enum { TTL_MAX = 86400 };

static bool braces_are_balanced(const char *key)
{
	const char *open = NULL;

	for (; *key; key++) {
		if (*key == '{') {
			if (open)
				return false;
			open = key;
		} else if (*key == '}') {
			if (!open || key == open + 1)
				return false;
			open = NULL;
		}
	}
	return !open;
}

const char *validate_key(const char *key, size_t len)
{
	if (len == 0)
		return "must not be empty";
	if (strlen(key) != len || text_has_control(key))
		return "must not contain control characters";
	if (!text_has_alnum(key))
		return "must contain alphanumeric characters";
	if (!braces_are_balanced(key))
		return "is malformed: braces must be balanced, not nested, and name a placeholder";
	return NULL;
}

static const char *problem_of_key(struct json_object *body)
{
	struct json_object *key;

	if (!json_object_object_get_ex(body, "cacheKey", &key) || !key)
		return "is required";
	if (!json_object_is_type(key, json_type_string))
		return "must be a string";
	return validate_key(json_object_get_string(key), (size_t)json_object_get_string_len(key));
}

static const char *problem_of_ttl(struct json_object *body, bool required)
{
	struct json_object *ttl;
	int64_t seconds;

	if (!json_object_object_get_ex(body, "cacheTtl", &ttl))
		return required ? "is required" : NULL;
	if (!json_object_is_type(ttl, json_type_int))
		return "must be an integer";
	seconds = json_object_get_int64(ttl);
	return seconds < 0 || seconds > TTL_MAX ? "must be from 0 to 86400 seconds" : NULL;
}

static const char *problem_of_enabled(struct json_object *body, bool required)
{
	struct json_object *enabled;

	if (!json_object_object_get_ex(body, "cacheEnabled", &enabled))
		return required ? "is required" : NULL;
	return json_object_is_type(enabled, json_type_boolean) ? NULL : "must be a boolean";
}

static const char *problem_of_id(struct json_object *body, const char *id)
{
	struct json_object *member;

	if (!json_object_object_get_ex(body, "id", &member))
		return NULL;
	if (!json_object_is_type(member, json_type_string) ||
	    strcmp(json_object_get_string(member), id) != 0)
		return "must be the id in the path";
	return NULL;
}

static void note(struct request *request, struct buf *message, const char *field,
		 const char *problem)
{
	if (!problem)
		return;
	reply_detail(&request->reply, "invalid.value", field);
	buf_printf(message, "%s%s %s", message->len ? "; " : "", field, problem);
}

bool validate_put(struct request *request, struct json_object *body, const char *id)
{
	bool whole = request->sim->options.put == PUT_REPLACE;
	struct buf message;
	bool good;

	buf_init(&message, ERR_TEXT_SIZE);
	note(request, &message, "id", problem_of_id(body, id));
	note(request, &message, "cacheEnabled", problem_of_enabled(body, whole));
	note(request, &message, "cacheKey", problem_of_key(body));
	note(request, &message, "cacheTtl", problem_of_ttl(body, whole));
	good = message.len == 0;
	if (!good)
		request_fail(request, 400, "invalid.value", buf_str(&message));
	buf_free(&message);
	return good;
}
