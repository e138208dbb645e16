#include "dacache/domain/action.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action_document.h"
#include "dacache/base/text.h"
#include "dacache/domain/canonical.h"
#include "json_read.h"
#include "members_json.h"

/* See members.c. */
enum { JSON_MAX = 64 << 20 };

struct action_document *action_document_new(const char *text, size_t len)
{
	struct action_document *document = malloc(sizeof(*document) + len);

	if (!document)
		return NULL;
	document->len = len;
	memcpy(document->text, text, len);
	return document;
}

enum err_code action_document_read(const struct action_document *document, struct json_object **out)
{
	if (document)
		return json_read(document->text, document->len, out, NULL);
	*out = json_object_new_object();
	return *out ? ERR_OK : ERR_NO_MEMORY;
}

static enum err_code read_inputs(struct json_object *object, struct action *action)
{
	struct json_object *contract = json_member(object, "contract");
	struct json_object *properties = json_member(json_member(contract, "input"), "properties");

	if (!json_object_is_type(properties, json_type_object))
		return ERR_OK;

	size_t n = (size_t)json_object_object_length(properties);

	action->inputs = calloc(n + 1, sizeof(*action->inputs));
	if (!action->inputs)
		return ERR_NO_MEMORY;
	json_object_object_foreach(properties, name, unused)
	{
		(void)unused;
		action->inputs[action->inputs_len] = text_dup(name);
		if (!action->inputs[action->inputs_len])
			return ERR_NO_MEMORY;
		action->inputs_len++;
	}
	return ERR_OK;
}

static enum err_code read_members(struct json_object *object, struct action *action)
{
	struct json_object *secure = json_member(object, "secure");

	action->id = json_dup_member(object, "id");
	action->name = json_dup_member(object, "name");
	action->category = json_dup_member(object, "category");
	action->integration_id = json_dup_member(object, "integrationId");
	action->modified_by = json_dup_member(object, "modifiedBy");
	action->date_modified = json_dup_member(object, "dateModified");
	if (!action->id || !action->name || !action->category || !action->integration_id ||
	    !action->modified_by || !action->date_modified)
		return ERR_NO_MEMORY;
	action->version = -1;
	json_get_int(json_member(object, "version"), &action->version);
	action->secure =
		json_object_is_type(secure, json_type_boolean) && json_object_get_boolean(secure);

	enum err_code code = cache_members_read(object, &action->members);

	return code ? code : read_inputs(object, action);
}

static enum err_code set_etag(struct action *action, const char *etag, struct err *err)
{
	if (!etag)
		return ERR_OK;
	if (strlen(etag) >= sizeof(action->etag))
		return err_set(err, ERR_LIMIT, "the ETag is longer than %d bytes", ETAG_SIZE - 1);
	memcpy(action->etag, etag, strlen(etag) + 1);
	return ERR_OK;
}

static enum err_code build(struct json_object *object, const char *body, size_t len,
			   const char *etag, struct action **out, struct err *err)
{
	if (!json_object_is_type(object, json_type_object))
		return err_set(err, ERR_PARSE, "the reply is no JSON object");
	if (!json_has_id(object))
		return err_set(err, ERR_PARSE, "the reply is no Data Action: it has no id");

	struct action *action = calloc(1, sizeof(*action));
	enum err_code code = ERR_NO_MEMORY;

	if (action) {
		action->document = action_document_new(body, len);
		code = action->document ? read_members(object, action) : ERR_NO_MEMORY;
	}
	if (code)
		err_set(err, code, "out of memory");
	else
		code = set_etag(action, etag, err);
	if (code)
		action_free(&action);
	*out = action;
	return code;
}

enum err_code action_parse(const char *body, size_t len, const char *etag, struct action **out,
			   struct err *err)
{
	struct json_object *object;

	*out = NULL;

	enum err_code code = json_read(body, len, &object, err);

	if (code)
		return code;
	code = build(object, body, len, etag, out, err);
	json_object_put(object);
	return code;
}

/* By hand rather than by parsing again: an action may have been built in part. */
static enum err_code copy_into(const struct action *from, struct action *to)
{
	to->id = text_dup(from->id);
	to->name = text_dup(from->name);
	to->category = text_dup(from->category);
	to->integration_id = text_dup(from->integration_id);
	to->modified_by = text_dup(from->modified_by);
	to->date_modified = text_dup(from->date_modified);
	if ((from->id && !to->id) || (from->name && !to->name) ||
	    (from->category && !to->category) || (from->integration_id && !to->integration_id) ||
	    (from->modified_by && !to->modified_by) || (from->date_modified && !to->date_modified))
		return ERR_NO_MEMORY;
	to->version = from->version;
	to->read_us = from->read_us;
	to->secure = from->secure;
	memcpy(to->etag, from->etag, sizeof(to->etag));
	if (cache_members_copy(&from->members, &to->members))
		return ERR_NO_MEMORY;
	to->inputs = calloc(from->inputs_len + 1, sizeof(*to->inputs));
	if (!to->inputs)
		return ERR_NO_MEMORY;
	for (; to->inputs_len < from->inputs_len; to->inputs_len++) {
		to->inputs[to->inputs_len] = text_dup(from->inputs[to->inputs_len]);
		if (!to->inputs[to->inputs_len])
			return ERR_NO_MEMORY;
	}
	if (!from->document)
		return ERR_OK;
	to->document = action_document_new(from->document->text, from->document->len);
	return to->document ? ERR_OK : ERR_NO_MEMORY;
}

void action_sight(const struct action *action, struct action_sight *out)
{
	*out = (struct action_sight){.read_us = action->read_us, .version = action->version};
	if (strlen(action->etag) < sizeof(out->etag))
		snprintf(out->etag, sizeof(out->etag), "%s", action->etag);
	else /* told to be cut: half a tag is another tag */
		snprintf(out->etag, sizeof(out->etag), "%.*s...", (int)sizeof(out->etag) - 4,
			 action->etag);
	snprintf(out->by, sizeof(out->by), "%s", action->modified_by ? action->modified_by : "");
	snprintf(out->when, sizeof(out->when), "%s",
		 action->date_modified ? action->date_modified : "");
}

enum err_code action_copy(const struct action *from, struct action **out)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return ERR_NO_MEMORY;

	enum err_code code = copy_into(from, *out);

	if (code)
		action_free(out);
	return code;
}

void action_free(struct action **action)
{
	struct action *gone = *action;

	*action = NULL;
	if (!gone)
		return;
	for (size_t i = 0; i < gone->inputs_len; i++)
		free(gone->inputs[i]);
	free(gone->inputs);
	free(gone->id);
	free(gone->name);
	free(gone->category);
	free(gone->integration_id);
	free(gone->modified_by);
	free(gone->date_modified);
	free(gone->document);
	cache_members_clear(&gone->members);
	free(gone);
}

/* The values as they were fetched, also those that struct cache_members cannot
 * hold; what is absent is left out: the tenant hashes what it has. */
static enum err_code fetched_sha256(struct json_object *object, char out[ETAG_HEX_SIZE])
{
	struct json_object *value;
	struct buf json;

	buf_init(&json, JSON_MAX);
	buf_putc(&json, '{');
	for (int i = 0; i < CACHE_MEMBERS; i++) {
		if (!json_object_object_get_ex(object, cache_member_names[i], &value))
			continue;
		buf_printf(&json, "%s\"%s\":", json.len > 1 ? "," : "", cache_member_names[i]);
		canonical_json(value, &json);
	}

	enum err_code code = buf_putc(&json, '}');

	if (!code)
		code = canonical_sha256(json.data, json.len, out);
	buf_free(&json);
	return code;
}

enum err_code action_if_match(const struct action *action, char out[ETAG_SIZE])
{
	char hex[ETAG_HEX_SIZE];
	struct json_object *object;

	if (action->etag[0]) {
		memcpy(out, action->etag, ETAG_SIZE);
		return ERR_OK;
	}
	if (!action->document) {
		enum err_code code = cache_members_sha256(&action->members, hex);

		if (!code)
			snprintf(out, ETAG_SIZE, "\"%s\"", hex);
		return code;
	}

	enum err_code code = action_document_read(action->document, &object);

	if (code)
		return code;
	code = fetched_sha256(object, hex);
	json_object_put(object);
	if (!code)
		snprintf(out, ETAG_SIZE, "\"%s\"", hex);
	return code;
}
