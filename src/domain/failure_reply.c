/* Reads what a tenant, an OAuth server or anything between says of a failure. */
#include <ctype.h>
#include <json-c/json.h>
#include <string.h>

#include "dacache/domain/failure.h"
#include "dacache/domain/plain.h"

/* An error larger than this is no error object; only its first line is read. */
enum { JSON_ERROR_MAX = 1024 * 1024, JSON_ERROR_DEPTH = 32 };

/* The text of a member; NULL when it is missing, empty or no string. */
static const char *text_member(struct json_object *object, const char *name)
{
	struct json_object *member;

	if (!json_object_object_get_ex(object, name, &member) ||
	    !json_object_is_type(member, json_type_string) ||
	    json_object_get_string_len(member) == 0)
		return NULL;
	return json_object_get_string(member);
}

/* The first of the names that is there; copied, "" when none is. */
static void copy_member(struct json_object *object, const char *const *names, size_t n, char *out,
			size_t size)
{
	out[0] = '\0';
	for (size_t i = 0; i < n && out[0] == '\0'; i++) {
		const char *text = text_member(object, names[i]);

		if (text != NULL)
			plain_copy(out, size, text);
	}
}

/* A JSON pointer's or a path's last part: "#/cacheTtl" is "cacheTtl". */
static void keep_last_part(char *name, const char *separators)
{
	size_t start = 0;

	for (size_t i = 0; name[i] != '\0'; i++) {
		if (strchr(separators, name[i]) != NULL && name[i + 1] != '\0')
			start = i + 1;
	}
	memmove(name, name + start, strlen(name + start) + 1);
}

static void add_detail(struct failure *failure, struct json_object *item)
{
	static const char *const code_names[] = {"errorCode", "code", "detail", "message"};
	static const char *const field_names[] = {"fieldName", "field", "pointer"};
	struct failure_detail *detail;

	if (failure->details_len >= FAILURE_DETAILS_MAX ||
	    !json_object_is_type(item, json_type_object))
		return;
	detail = &failure->details[failure->details_len];
	copy_member(item, code_names, 4, detail->error_code, sizeof(detail->error_code));
	copy_member(item, field_names, 3, detail->field_name, sizeof(detail->field_name));
	keep_last_part(detail->field_name, "/");
	if (detail->error_code[0] != '\0' || detail->field_name[0] != '\0')
		failure->details_len++;
}

static void read_details(struct failure *failure, struct json_object *object, const char *name)
{
	struct json_object *list;

	if (!json_object_object_get_ex(object, name, &list) ||
	    !json_object_is_type(list, json_type_array))
		return;
	for (size_t i = 0; i < json_object_array_length(list); i++)
		add_detail(failure, json_object_array_get_idx(list, i));
}

/* RFC 9457 names the problem by a URI: its last part serves as the code. */
static void read_problem_type(struct failure *failure, struct json_object *object)
{
	const char *type = text_member(object, "type");

	if (failure->code[0] != '\0' || type == NULL || strcmp(type, "about:blank") == 0)
		return;
	plain_copy(failure->code, sizeof(failure->code), type);
	keep_last_part(failure->code, "/#:");
}

static void read_object(struct failure *failure, struct json_object *object)
{
	static const char *const code_names[] = {"code", "error", "errorCode"};
	static const char *const message_names[] = {
		"message", "error_description", "errorDescription", "detail", "title", "error"};
	static const char *const context_names[] = {"contextId", "context_id"};

	copy_member(object, code_names, 3, failure->code, sizeof(failure->code));
	copy_member(object, message_names, 6, failure->message, sizeof(failure->message));
	copy_member(object, context_names, 2, failure->context_id, sizeof(failure->context_id));
	read_problem_type(failure, object);
	read_details(failure, object, "details");
	read_details(failure, object, "errors");
}

/* The object that tells of the error: the body itself, the `error` member of
 * some gateways, or the first item of a list. NULL when there is none. */
static struct json_object *error_object(struct json_object *root)
{
	struct json_object *inner;

	if (json_object_is_type(root, json_type_array) && json_object_array_length(root) > 0)
		root = json_object_array_get_idx(root, 0);
	if (!json_object_is_type(root, json_type_object))
		return NULL;
	if (json_object_object_get_ex(root, "error", &inner) &&
	    json_object_is_type(inner, json_type_object))
		return inner;
	return root;
}

static struct json_object *parse_body(const char *body, size_t len)
{
	struct json_tokener *tokener;
	struct json_object *root;

	if (len == 0 || len > JSON_ERROR_MAX)
		return NULL;
	tokener = json_tokener_new_ex(JSON_ERROR_DEPTH);
	if (tokener == NULL)
		return NULL;
	root = json_tokener_parse_ex(tokener, body, (int)len);
	if (json_tokener_get_error(tokener) != json_tokener_success) {
		json_object_put(root);
		root = NULL;
	}
	json_tokener_free(tokener);
	return root;
}

static bool contains_any_case(const char *text, const char *word)
{
	for (; *text != '\0'; text++) {
		size_t i = 0;

		while (word[i] != '\0' && tolower((unsigned char)text[i]) == word[i])
			i++;
		if (word[i] == '\0')
			return true;
	}
	return false;
}

/* Some tenants answer a stale version by 400 instead of 409. */
static bool says_version_mismatch(const char *text)
{
	static const char *const words[] = {"mismatch", "not match", "conflict", "stale",
					    "outdated"};

	if (!contains_any_case(text, "version"))
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (contains_any_case(text, words[i]))
			return true;
	}
	return false;
}

static enum failure_kind kind_of_400(const struct failure *failure)
{
	if (strcmp(failure->code, "invalid_client") == 0)
		return FAILURE_UNAUTHENTICATED;
	if (says_version_mismatch(failure->code) || says_version_mismatch(failure->message))
		return FAILURE_CONFLICT;
	return FAILURE_BAD_REQUEST;
}

static enum failure_kind kind_of_status(const struct failure *failure)
{
	switch (failure->status) {
	case 400:
	case 422: /* what a schema refuses, to some (RFC 9110) */
		return kind_of_400(failure);
	case 401:
		return FAILURE_UNAUTHENTICATED;
	case 403:
		return FAILURE_FORBIDDEN;
	case 404:
		return FAILURE_NOT_FOUND;
	case 409:
	case 412:
	case 428:
		return FAILURE_CONFLICT;
	case 413:
		return FAILURE_TOO_LARGE;
	case 415:
		return FAILURE_MEDIA_TYPE;
	case 429:
		return FAILURE_RATE_LIMITED;
	default:
		break;
	}
	if (failure->status >= 500 && failure->status < 600)
		return FAILURE_SERVER;
	if (failure->status >= 200 && failure->status < 300)
		return FAILURE_BROKEN_REPLY;
	return FAILURE_STATUS;
}

void failure_from_reply(struct failure *failure, int status, const char *body, size_t len)
{
	struct json_object *root = parse_body(body, len);
	struct json_object *object = error_object(root);

	failure->status = status;
	failure->code[0] = '\0';
	failure->message[0] = '\0';
	failure->context_id[0] = '\0';
	failure->details_len = 0;
	if (object != NULL)
		read_object(failure, object);
	else
		plain_first_line(failure->message, sizeof(failure->message), body, len);
	failure->kind = kind_of_status(failure);
	json_object_put(root);
}
