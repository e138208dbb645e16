/* What the token endpoint answered. */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dacache/base/text.h"
#include "token.h"

enum { EXPIRES_DEFAULT_S = 3600, EXPIRES_MAX_S = 10 * 365 * 24 * 3600, GRANT_DEPTH = 32 };

static const char *text_member(struct json_object *root, const char *name)
{
	struct json_object *member;

	if (!json_object_object_get_ex(root, name, &member) ||
	    !json_object_is_type(member, json_type_string))
		return NULL;
	return json_object_get_string(member);
}

/* It goes into a header: visible ASCII alone. */
static bool is_header_safe(const char *text)
{
	if (text == NULL || *text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text <= ' ' || (unsigned char)*text >= 0x7f)
			return false;
	}
	return true;
}

/* A number, or a number as text; absent or nonsense: an hour. */
static int64_t expires_in(struct json_object *root)
{
	struct json_object *member;
	int64_t seconds;

	if (!json_object_object_get_ex(root, "expires_in", &member))
		return EXPIRES_DEFAULT_S;
	if (json_object_is_type(member, json_type_int) ||
	    json_object_is_type(member, json_type_double))
		seconds = json_object_get_int64(member);
	else if (!json_object_is_type(member, json_type_string) ||
		 text_parse_int(json_object_get_string(member), 0, EXPIRES_MAX_S, &seconds) !=
			 ERR_OK)
		return EXPIRES_DEFAULT_S;
	if (seconds < 0)
		return 0;
	return seconds < EXPIRES_MAX_S ? seconds : EXPIRES_MAX_S;
}

static enum err_code read_grant(struct json_object *root, struct token_grant *out, struct err *err)
{
	const char *access = text_member(root, "access_token");
	const char *type = text_member(root, "token_type");
	const char *scope = text_member(root, "scope");

	if (!is_header_safe(access))
		return err_set(err, ERR_PARSE, "the token reply holds no usable access_token");
	if (type != NULL && strcasecmp(type, "bearer") != 0)
		return err_set(err, ERR_PARSE, "the token is not of type bearer");
	out->access = text_dup(access);
	out->scope = text_dup(scope);
	out->expires_in_s = expires_in(root);
	if (out->access != NULL && (scope == NULL || out->scope != NULL))
		return ERR_OK;
	token_secret_free(&out->access);
	free(out->scope);
	return err_set(err, ERR_NO_MEMORY, "out of memory");
}

enum err_code token_grant_parse(const char *body, size_t len, struct token_grant *out,
				struct err *err)
{
	struct json_tokener *tokener = json_tokener_new_ex(GRANT_DEPTH);
	struct json_object *root = NULL;
	enum err_code code;

	*out = (struct token_grant){.access = NULL};
	if (tokener == NULL)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	if (len <= INT32_MAX)
		root = json_tokener_parse_ex(tokener, body, (int)len);
	if (json_object_is_type(root, json_type_object))
		code = read_grant(root, out, err);
	else
		code = err_set(err, ERR_PARSE, "the token endpoint's reply is not a JSON object");
	json_object_put(root);
	json_tokener_free(tokener);
	return code;
}
