#include "faults.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/base/vec.h"
#include "jsonio.h"

enum { DELAY_MAX_S = 3600, METHOD_MAX = 32 };

struct faults {
	struct vec list; /* struct fault */
};

enum err_code faults_new(struct faults **out)
{
	struct faults *faults = calloc(1, sizeof(*faults));

	if (!faults)
		return ERR_NO_MEMORY;
	vec_init(&faults->list, sizeof(struct fault));
	*out = faults;
	return ERR_OK;
}

static void clear_list(struct vec *list)
{
	for (size_t i = 0; i < list->len; i++)
		json_object_put(((struct fault *)vec_at(list, i))->spec);
	vec_clear(list);
}

void faults_free(struct faults **faults)
{
	if (!*faults)
		return;
	clear_list(&(*faults)->list);
	vec_free(&(*faults)->list);
	free(*faults);
	*faults = NULL;
}

/* ---- reading a fault ---- */

/* Each takes one member's value; what it returns is what the value should
 * have been, NULL when it is good. */
typedef const char *take_fn(struct fault *fault, struct json_object *value);

static const char *take_text(struct json_object *value, const char **out)
{
	if (!json_object_is_type(value, json_type_string))
		return "a string";
	*out = json_object_get_string(value);
	return NULL;
}

static const char *take_method(struct fault *fault, struct json_object *value)
{
	return take_text(value, &fault->method);
}

static const char *take_path(struct fault *fault, struct json_object *value)
{
	return take_text(value, &fault->path);
}

static const char *take_query(struct fault *fault, struct json_object *value)
{
	return take_text(value, &fault->query);
}

static const char *take_times(struct fault *fault, struct json_object *value)
{
	int64_t times = json_object_get_int64(value);

	if (!json_object_is_type(value, json_type_int) || times < 0)
		return "a whole number, 0 for always";
	fault->left = times == 0 ? -1 : times;
	return NULL;
}

static const char *take_status(struct fault *fault, struct json_object *value)
{
	int64_t status = json_object_get_int64(value);

	if (!json_object_is_type(value, json_type_int) || status < 200 || status > 599)
		return "a status from 200 to 599";
	fault->status = (unsigned int)status;
	return NULL;
}

static const char *take_headers(struct fault *fault, struct json_object *value)
{
	if (!json_object_is_type(value, json_type_object))
		return "an object of strings";
	json_object_object_foreach(value, name, text)
	{
		(void)name;
		if (text && !json_object_is_type(text, json_type_string))
			return "an object of strings (null takes a header away)";
	}
	fault->headers = value;
	return NULL;
}

static const char *take_body(struct fault *fault, struct json_object *value)
{
	fault->body = value;
	return value ? NULL : "JSON or a string";
}

static const char *take_raw(struct fault *fault, struct json_object *value)
{
	fault->body = value;
	return json_object_is_type(value, json_type_string) ? NULL : "a string";
}

static const char *take_drop(struct fault *fault, struct json_object *value)
{
	const char *word = "";

	take_text(value, &word);
	if (strcmp(word, "before") == 0)
		fault->drop = DROP_BEFORE;
	else if (strcmp(word, "after") == 0)
		fault->drop = DROP_AFTER;
	else
		return "\"before\" or \"after\"";
	return NULL;
}

static const char *take_delay(struct fault *fault, struct json_object *value)
{
	double seconds = json_object_get_double(value);

	if ((!json_object_is_type(value, json_type_int) &&
	     !json_object_is_type(value, json_type_double)) ||
	    seconds < 0 || seconds > DELAY_MAX_S)
		return "seconds, from 0 to 3600";
	fault->delay_us = (int64_t)(seconds * 1e6);
	return NULL;
}

static const char *take_truncate(struct fault *fault, struct json_object *value)
{
	fault->truncate = json_object_get_int64(value);
	return json_object_is_type(value, json_type_int) && fault->truncate >= 0
		       ? NULL
		       : "a number of bytes";
}

static const char *take_touch(struct fault *fault, struct json_object *value)
{
	struct json_object *set = NULL;

	fault->touch = value;
	if (!json_object_is_type(value, json_type_object))
		return "an object, {\"id\", \"set\"}";
	if (json_object_object_get_ex(value, "set", &set) &&
	    !json_object_is_type(set, json_type_object))
		return "an object whose \"set\" is an object";
	if (json_object_object_get_ex(value, "id", &set) && !jsonio_get_text(value, "id"))
		return "an object whose \"id\" is a string";
	return NULL;
}

static const char *take_no_content(struct fault *fault, struct json_object *value)
{
	fault->no_content = json_object_get_boolean(value);
	return json_object_is_type(value, json_type_boolean) ? NULL : "true or false";
}

static const char *take_content_type(struct fault *fault, struct json_object *value)
{
	return take_text(value, &fault->content_type);
}

static const char *take_effect(struct fault *fault, struct json_object *value)
{
	const char *word = "";

	take_text(value, &word);
	fault->applied = strcmp(word, "applied") == 0;
	return fault->applied || strcmp(word, "none") == 0 ? NULL : "\"applied\" or \"none\"";
}

static const struct member {
	const char *name;
	take_fn *take;
} members[] = {
	{"method", take_method},
	{"path", take_path},
	{"query", take_query},
	{"times", take_times},
	{"status", take_status},
	{"headers", take_headers},
	{"body", take_body},
	{"drop", take_drop},
	{"delay", take_delay},
	{"raw", take_raw},
	{"truncate", take_truncate},
	{"touch", take_touch},
	{"no_content", take_no_content},
	{"content_type", take_content_type},
	{"effect", take_effect},
};

enum { MEMBERS = sizeof(members) / sizeof(members[0]) };

static enum err_code unknown_member(const char *name, struct err *err)
{
	const char *names[MEMBERS];
	const char *near;

	for (size_t i = 0; i < MEMBERS; i++)
		names[i] = members[i].name;
	near = text_nearest(name, names, MEMBERS);
	return err_set(err, ERR_INVALID, "unknown member \"%s\"%s%s%s", name,
		       near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static enum err_code take_member(struct fault *fault, const char *name, struct json_object *value,
				 struct err *err)
{
	for (size_t i = 0; i < MEMBERS; i++) {
		const char *wanted;
		if (strcmp(members[i].name, name) != 0)
			continue;
		wanted = members[i].take(fault, value);
		if (wanted)
			return err_set(err, ERR_INVALID, "\"%s\" must be %s", name, wanted);
		return ERR_OK;
	}
	return unknown_member(name, err);
}

/* Members that contradict each other. */
static enum err_code check_together(const struct fault *fault, struct err *err)
{
	bool has_raw = json_object_object_get_ex(fault->spec, "raw", NULL);
	bool has_body = json_object_object_get_ex(fault->spec, "body", NULL);

	if (fault->drop != DROP_NO && (fault->status || fault->body || fault->no_content))
		return err_set(err, ERR_INVALID,
			       "\"drop\" answers nothing: no status, body, raw or no_content");
	if (has_raw && has_body)
		return err_set(err, ERR_INVALID, "\"raw\" or \"body\", not both");
	if (fault->no_content && (fault->status || fault->body))
		return err_set(err, ERR_INVALID, "\"no_content\" goes without status and body");
	if (fault->applied && !fault->status)
		return err_set(err, ERR_INVALID, "\"effect\" belongs to a \"status\"");
	return ERR_OK;
}

static enum err_code read_fault(struct json_object *spec, struct fault *fault, struct err *err)
{
	enum err_code rc = ERR_OK;

	*fault = (struct fault){.spec = spec, .left = 1, .truncate = -1};
	if (!json_object_is_type(spec, json_type_object))
		return err_set(err, ERR_INVALID, "a fault must be an object");
	json_object_object_foreach(spec, name, value)
	{
		rc = take_member(fault, name, value, err);
		if (rc != ERR_OK)
			return rc;
	}
	return check_together(fault, err);
}

static enum err_code read_list(struct json_object *specs, struct vec *list, struct err *err)
{
	for (size_t i = 0; i < json_object_array_length(specs); i++) {
		struct fault fault;
		struct json_object *spec = json_object_array_get_idx(specs, i);
		if (read_fault(spec, &fault, err) != ERR_OK)
			return err_prefix(err, "fault %zu", i + 1);
		if (vec_push(list, &fault) != ERR_OK)
			return err_set(err, ERR_NO_MEMORY, "out of memory");
		json_object_get(spec);
	}
	return ERR_OK;
}

enum err_code faults_set(struct faults *faults, struct json_object *specs, struct err *err)
{
	struct vec fresh;
	enum err_code rc;

	if (!json_object_is_type(specs, json_type_array))
		return err_set(err, ERR_INVALID, "faults must be a JSON array");
	vec_init(&fresh, sizeof(struct fault));
	rc = read_list(specs, &fresh, err);
	if (rc == ERR_OK) {
		struct vec old = faults->list;
		faults->list = fresh;
		fresh = old;
	}
	clear_list(&fresh);
	vec_free(&fresh);
	return rc;
}

/* ---- using them ---- */

static bool matches(const struct fault *fault, const char *method, const char *path,
		    const char *query)
{
	return fault->left != 0 && (!fault->method || fnmatch(fault->method, method, 0) == 0) &&
	       (!fault->path || fnmatch(fault->path, path, 0) == 0) &&
	       (!fault->query || fnmatch(fault->query, query, 0) == 0);
}

const struct fault *faults_take(struct faults *faults, const char *method, const char *path,
				const char *query)
{
	for (size_t i = 0; i < faults->list.len; i++) {
		struct fault *fault = vec_at(&faults->list, i);
		if (matches(fault, method, path, query)) {
			if (fault->left > 0)
				fault->left--;
			return fault;
		}
	}
	return NULL;
}

struct json_object *faults_to_json(const struct faults *faults)
{
	struct json_object *out = json_object_new_array();

	for (size_t i = 0; i < faults->list.len; i++) {
		const struct fault *fault = vec_at(&faults->list, i);
		struct json_object *copy = NULL;
		if (fault->left == 0 || json_object_deep_copy(fault->spec, &copy, NULL) != 0)
			continue;
		if (fault->left > 0)
			jsonio_add_int(copy, "left", fault->left);
		json_object_array_add(out, copy);
	}
	return out;
}
