#include "json_read.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char nul_picture[] = "\xe2\x90\x80";

static enum err_code parse_with(struct json_tokener *tokener, const char *text, size_t len,
				struct json_object **out, struct err *err)
{
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	*out = json_tokener_parse_ex(tokener, text, (int)len);
	if (*out)
		return ERR_OK;

	enum json_tokener_error why = json_tokener_get_error(tokener);
	size_t at = json_tokener_get_parse_end(tokener);

	if (why == json_tokener_continue || why == json_tokener_success)
		return err_set(err, ERR_PARSE, "not JSON: it ends too early");
	return err_set(err, ERR_PARSE, "not JSON: %s at byte %zu", json_tokener_error_desc(why),
		       at);
}

/* json-c takes names in single quotes even when it is strict. */
static bool has_single_quotes(const char *text, size_t len)
{
	bool in_string = false;

	if (!memchr(text, '\'', len))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (in_string && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			in_string = !in_string;
		else if (!in_string && text[i] == '\'')
			return true;
	}
	return false;
}

enum err_code json_read(const char *text, size_t len, struct json_object **out, struct err *err)
{
	*out = NULL;
	if (!text || !len)
		return err_set(err, ERR_PARSE, "not JSON: it is empty");
	if (len > INT_MAX)
		return err_set(err, ERR_LIMIT, "JSON of %zu bytes is too long", len);
	/* json-c takes a NUL for the end of the text */
	if (memchr(text, 0, len))
		return err_set(err, ERR_PARSE, "not JSON: it holds a NUL byte");
	if (has_single_quotes(text, len))
		return err_set(err, ERR_PARSE, "not JSON: it has texts in single quotes");

	struct json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH_MAX);

	if (!tokener)
		return err_set(err, ERR_NO_MEMORY, "out of memory");

	enum err_code code = parse_with(tokener, text, len, out, err);

	json_tokener_free(tokener);
	return code;
}

struct json_object *json_member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (!json_object_is_type(object, json_type_object))
		return NULL;
	json_object_object_get_ex(object, name, &value);
	return value;
}

char *json_dup_string(struct json_object *string)
{
	const char *text = json_object_get_string(string);
	size_t len = (size_t)json_object_get_string_len(string);
	size_t nuls = 0;

	for (size_t i = 0; i < len; i++)
		nuls += !text[i];

	char *copy = malloc(len + nuls * (sizeof(nul_picture) - 2) + 1);
	char *to = copy;

	if (!copy)
		return NULL;
	for (size_t i = 0; i < len; i++) {
		if (text[i]) {
			*to++ = text[i];
		} else {
			memcpy(to, nul_picture, sizeof(nul_picture) - 1);
			to += sizeof(nul_picture) - 1;
		}
	}
	*to = '\0';
	return copy;
}

char *json_dup_member(struct json_object *object, const char *name)
{
	struct json_object *value = json_member(object, name);

	if (!json_object_is_type(value, json_type_string))
		return calloc(1, 1);
	return json_dup_string(value);
}

bool json_has_nul(struct json_object *string)
{
	return memchr(json_object_get_string(string), 0,
		      (size_t)json_object_get_string_len(string)) != NULL;
}

bool json_has_id(struct json_object *object)
{
	struct json_object *id = json_member(object, "id");

	return json_object_is_type(id, json_type_string) && json_object_get_string_len(id) > 0 &&
	       !json_has_nul(id);
}

bool json_get_int(struct json_object *value, int64_t *out)
{
	if (!json_object_is_type(value, json_type_int))
		return false;
	/* what is past uint64_t is held to its end by json-c, and so past int64_t too */
	if (json_object_get_uint64(value) > INT64_MAX)
		return false;
	*out = json_object_get_int64(value);
	return true;
}
