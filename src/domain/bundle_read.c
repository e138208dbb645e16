/* A bundle that came back. Nothing in it is believed: whoever made it may mean harm. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit_entry_read.h"
#include "bundle_history.h"
#include "dacache/base/clock.h"
#include "dacache/base/text.h"
#include "dacache/domain/bundle.h"
#include "dacache/domain/canonical.h"
#include "dacache/domain/har.h"
#include "dacache/domain/plain.h"
#include "failure_json.h"
#include "json_read.h"

enum { FILES_MAX = 64, MUST_BE_THERE = 5 /* of the files that are read */ };

/* Kept as JSON: pages and documents are cut from them. */
struct bundle_rows {
	struct json_object *actions; /* an array, or NULL */
	struct json_object *action;  /* of action.json, or NULL */
};

struct reading {
	bundle_file_fn *file;
	void *context;
	struct bundle *bundle;
	struct json_object *manifest;
};

static enum err_code broken(struct err *err, const char *name, const char *why)
{
	return err_set(err, ERR_PARSE, "this is no bundle of dacache: %s: %s", name, why);
}

/* --- files --- */

/* *out NULL: it is not there. */
static enum err_code read_json(struct reading *reading, const char *name, struct json_object **out,
			       struct err *err)
{
	size_t len = 0;
	const char *data = reading->file(reading->context, name, &len);
	struct err why;

	*out = NULL;
	if (!data)
		return ERR_OK;
	switch (json_read(data, len, out, &why)) {
	case ERR_OK:
		return ERR_OK;
	case ERR_NO_MEMORY:
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	default:
		return broken(err, name, why.text);
	}
}

static enum err_code check_file(struct reading *reading, struct json_object *file, struct err *err)
{
	struct json_object *name = json_member(file, "name");
	struct json_object *hash = json_member(file, "sha256");
	const char *data;
	char actual[65];
	char shown[64];
	size_t len = 0;

	if (!json_object_is_type(name, json_type_string) ||
	    !json_object_is_type(hash, json_type_string))
		return broken(err, BUNDLE_MANIFEST, "a file has no name or no hash");
	plain_copy(shown, sizeof(shown), json_object_get_string(name));
	data = reading->file(reading->context, json_object_get_string(name), &len);
	if (!data)
		return broken(err, shown, "it is missing");
	if (canonical_sha256(data, len, actual))
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	if (strcmp(actual, json_object_get_string(hash)) != 0)
		return broken(err, shown, "it is not as it was written: its SHA-256 is another");
	return ERR_OK;
}

static bool is_there(const struct reading *reading, const char *name)
{
	size_t len;

	return reading->file(reading->context, name, &len) != NULL;
}

/* Each file is as the manifest says, and those that are read are in it. */
static enum err_code check_files(struct reading *reading, struct err *err)
{
	static const char *const names[] = {BUNDLE_ACTION,   BUNDLE_ACTIONS,  BUNDLE_AUDIT,
					    BUNDLE_REQUESTS, BUNDLE_MESSAGES, BUNDLE_OTHERS,
					    BUNDLE_HISTORY};
	struct json_object *files = json_member(reading->manifest, "files");
	size_t n = json_object_is_type(files, json_type_array) ? json_object_array_length(files)
							       : SIZE_MAX;
	bool listed[sizeof(names) / sizeof(names[0])] = {false};

	if (n > FILES_MAX)
		return broken(err, BUNDLE_MANIFEST, "it lists no files, or too many");
	for (size_t i = 0; i < n; i++) {
		struct json_object *file = json_object_array_get_idx(files, i);
		enum err_code code = check_file(reading, file, err);

		if (code)
			return code;
		for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			listed[k] = listed[k] ||
				    strcmp(names[k],
					   json_object_get_string(json_member(file, "name"))) == 0;
	}
	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
		if (!listed[k] && (k < MUST_BE_THERE || is_there(reading, names[k])))
			return broken(err, names[k], "the manifest does not list it");
	return ERR_OK;
}

/* --- the manifest --- */

static bool text_is(struct json_object *object, const char *name, const char *wanted)
{
	struct json_object *value = json_member(object, name);

	return json_object_is_type(value, json_type_string) &&
	       strcmp(json_object_get_string(value), wanted) == 0;
}

static enum err_code read_manifest(struct reading *reading, struct err *err)
{
	struct bundle *bundle = reading->bundle;
	struct json_object *made;
	int64_t version;
	enum err_code code = read_json(reading, BUNDLE_MANIFEST, &reading->manifest, err);

	if (code)
		return code;
	if (!text_is(reading->manifest, "format", "dacache-bundle"))
		return broken(err, BUNDLE_MANIFEST, "it is missing, or of something else");
	if (!json_get_int(json_member(reading->manifest, "format_version"), &version) ||
	    version != 1)
		return err_set(err, ERR_PARSE,
			       "this bundle is of a form that this dacache does not know; update "
			       "dacache");
	made = json_member(reading->manifest, "made");
	if (!json_object_is_type(made, json_type_string) ||
	    clock_parse_rfc3339(json_object_get_string(made), &bundle->made_us))
		return broken(err, BUNDLE_MANIFEST, "it does not say when it was made");
	bundle->version = json_dup_member(reading->manifest, "dacache");
	bundle->profile = json_dup_member(reading->manifest, "profile");
	bundle->base_url = json_dup_member(reading->manifest, "base_url");
	bundle->action_id = json_dup_member(reading->manifest, "data_action_id");
	if (!bundle->version || !bundle->profile || !bundle->base_url || !bundle->action_id)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	return ERR_OK;
}

/* --- audit --- */

static enum err_code add_entry(struct bundle *bundle, struct json_object *object, struct err *err)
{
	struct audit_entry entry;
	char hash[AUDIT_HASH_SIZE];
	const struct audit_entry *last =
		bundle->entries.len > 0 ? vec_at(&bundle->entries, bundle->entries.len - 1) : NULL;

	if (audit_entry_from_json(object, &entry))
		return broken(err, BUNDLE_AUDIT, "an entry is none");
	if (last && entry.seq <= last->seq) {
		audit_entry_clear(&entry);
		return broken(err, BUNDLE_AUDIT, "its entries are not in their order");
	}
	if (audit_entry_hash(&entry, hash) == ERR_OK && strcmp(hash, entry.hash) != 0)
		bundle->broken_hashes++;
	if (vec_push(&bundle->entries, &entry) == ERR_OK)
		return ERR_OK;
	audit_entry_clear(&entry);
	return err_set(err, ERR_NO_MEMORY, "out of memory");
}

static enum err_code read_list(struct reading *reading, const char *name,
			       enum err_code (*add)(struct bundle *bundle,
						    struct json_object *object, struct err *err),
			       struct err *err)
{
	struct json_object *list = NULL;
	enum err_code code = read_json(reading, name, &list, err);
	size_t n;

	if (!code && !list && !is_there(reading, name))
		return ERR_OK;
	if (!code && !json_object_is_type(list, json_type_array))
		code = broken(err, name, "it is no list");
	n = code ? 0 : json_object_array_length(list);
	for (size_t i = 0; i < n && !code; i++)
		code = add(reading->bundle, json_object_array_get_idx(list, i), err);
	json_object_put(list);
	return code;
}

/* --- messages, requests --- */

static void get_text(struct json_object *object, const char *name, char *out, size_t size)
{
	struct json_object *value = json_member(object, name);

	if (json_object_is_type(value, json_type_string))
		plain_copy(out, size, json_object_get_string(value));
}

static enum err_code add_message(struct bundle *bundle, struct json_object *object, struct err *err)
{
	struct bundle_message message = {0};
	char at[CLOCK_TEXT_SIZE] = "";

	get_text(object, "at", at, sizeof(at));
	if (clock_parse_rfc3339(at, &message.wall_us))
		return broken(err, BUNDLE_MESSAGES, "a message has no time");
	message.severity = text_is(object, "severity", "error")     ? 2
			   : text_is(object, "severity", "warning") ? 1
								    : 0;
	get_text(object, "text", message.text, sizeof(message.text));
	get_text(object, "data_action_id", message.action_id, sizeof(message.action_id));
	message.has_failure = json_object_is_type(json_member(object, "failure"), json_type_object);
	if (message.has_failure)
		failure_from_json(json_member(object, "failure"), &message.failure);
	if (vec_push(&bundle->messages, &message))
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	return ERR_OK;
}

static enum err_code add_exchange(void *context, struct exchange *exchange)
{
	struct bundle *bundle = context;
	enum err_code code = vec_push(&bundle->exchanges, exchange);

	if (code)
		exchange_clear(exchange);
	return code;
}

static enum err_code read_requests(struct reading *reading, struct err *err)
{
	size_t len = 0;
	const char *data = reading->file(reading->context, BUNDLE_REQUESTS, &len);
	struct err why = {0};
	enum err_code code = har_read(data, len, add_exchange, reading->bundle, &why);

	if (code == ERR_PARSE)
		return broken(err, BUNDLE_REQUESTS, why.text);
	return code ? err_set(err, code, "%s", why.text) : ERR_OK;
}

/* --- others' changes, history --- */

static enum err_code tell_history(enum err_code code, const char *name, const char *why,
				  struct err *err)
{
	if (code == ERR_PARSE)
		return broken(err, name, why);
	return code ? err_set(err, code, "out of memory") : ERR_OK;
}

static enum err_code add_change(struct bundle *bundle, struct json_object *object, struct err *err)
{
	const char *why;
	enum err_code code = bundle_add_change(bundle, object, &why);

	return tell_history(code, BUNDLE_OTHERS, why, err);
}

static enum err_code add_slices(struct bundle *bundle, struct json_object *object, struct err *err)
{
	const char *why;
	enum err_code code = bundle_add_slices(bundle, object, &why);

	return tell_history(code, BUNDLE_HISTORY, why, err);
}

/* --- actions --- */

static enum err_code read_actions(struct reading *reading, struct err *err)
{
	struct bundle_rows *rows = reading->bundle->rows;
	enum err_code code = read_json(reading, BUNDLE_ACTIONS, &rows->actions, err);
	size_t n;

	if (!code && !json_object_is_type(rows->actions, json_type_array))
		code = broken(err, BUNDLE_ACTIONS, "it is no list");
	n = code ? 0 : json_object_array_length(rows->actions);
	for (size_t i = 0; i < n && !code; i++)
		if (!json_has_id(json_object_array_get_idx(rows->actions, i)))
			code = broken(err, BUNDLE_ACTIONS, "an action has no id");
	if (!code)
		code = read_json(reading, BUNDLE_ACTION, &rows->action, err);
	return code;
}

/* --- all --- */

enum err_code bundle_read(bundle_file_fn *file, void *context, struct bundle **out, struct err *err)
{
	struct reading reading = {.file = file, .context = context};
	struct bundle *bundle = calloc(1, sizeof(*bundle));
	enum err_code code;

	*out = NULL;
	if (!bundle || !(bundle->rows = calloc(1, sizeof(*bundle->rows)))) {
		free(bundle);
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	}
	vec_init(&bundle->entries, sizeof(struct audit_entry));
	vec_init(&bundle->exchanges, sizeof(struct exchange));
	vec_init(&bundle->messages, sizeof(struct bundle_message));
	vec_init(&bundle->others, sizeof(struct bundle_change));
	vec_init(&bundle->slices, sizeof(struct bundle_slice));
	reading.bundle = bundle;
	code = read_manifest(&reading, err);
	if (!code)
		code = check_files(&reading, err);
	if (!code)
		code = read_list(&reading, BUNDLE_AUDIT, add_entry, err);
	if (!code)
		code = read_list(&reading, BUNDLE_MESSAGES, add_message, err);
	if (!code)
		code = read_list(&reading, BUNDLE_OTHERS, add_change, err);
	if (!code)
		code = read_list(&reading, BUNDLE_HISTORY, add_slices, err);
	if (!code)
		code = read_requests(&reading, err);
	if (!code)
		code = read_actions(&reading, err);
	json_object_put(reading.manifest);
	if (code)
		bundle_free(&bundle);
	*out = bundle;
	return code;
}

void bundle_free(struct bundle **out)
{
	struct bundle *bundle = *out;

	if (!bundle)
		return;
	for (size_t i = 0; i < bundle->entries.len; i++)
		audit_entry_clear(vec_at(&bundle->entries, i));
	for (size_t i = 0; i < bundle->exchanges.len; i++)
		exchange_clear(vec_at(&bundle->exchanges, i));
	vec_free(&bundle->entries);
	vec_free(&bundle->exchanges);
	vec_free(&bundle->messages);
	bundle_free_history(bundle);
	json_object_put(bundle->rows->actions);
	json_object_put(bundle->rows->action);
	free(bundle->rows);
	free(bundle->version);
	free(bundle->profile);
	free(bundle->base_url);
	free(bundle->action_id);
	free(bundle);
	*out = NULL;
}

/* --- answers --- */

enum err_code bundle_put_page(const struct bundle *bundle, int64_t page, int64_t page_size,
			      struct buf *out)
{
	struct json_object *rows = bundle->rows->actions;
	int64_t total = (int64_t)json_object_array_length(rows);
	int64_t first = (page - 1) * page_size;

	buf_puts(out, "{\"entities\":[");
	for (int64_t i = first; i < first + page_size && i < total; i++)
		buf_printf(out, "%s%s", i > first ? "," : "",
			   json_object_to_json_string_ext(
				   json_object_array_get_idx(rows, (size_t)i),
				   JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	return buf_printf(out,
			  "],\"pageSize\":%lld,\"pageNumber\":%lld,\"total\":%lld,"
			  "\"pageCount\":%lld}",
			  (long long)page_size, (long long)page, (long long)total,
			  (long long)((total + page_size - 1) / page_size));
}

static bool is_whole_answer(const struct exchange *exchange, const char *action_id)
{
	return exchange->endpoint == ENDPOINT_GET && exchange->status == 200 &&
	       exchange->response_body_len > 0 && !(exchange->flags & EXCHANGE_RESPONSE_CUT) &&
	       strcmp(exchange->action_id, action_id) == 0;
}

static enum err_code put_answer(const struct exchange *exchange, struct buf *out,
				char etag[ETAG_SIZE])
{
	struct exchange_header header;

	etag[0] = '\0';
	if (exchange_header_find(exchange->response_headers, "ETag", &header) &&
	    header.value_len < ETAG_SIZE)
		snprintf(etag, ETAG_SIZE, "%.*s", (int)header.value_len, header.value);
	return buf_append(out, exchange->response_body, exchange->response_body_len);
}

enum err_code bundle_put_document(const struct bundle *bundle, const char *action_id,
				  struct buf *out, char etag[ETAG_SIZE])
{
	struct json_object *document = json_member(bundle->rows->action, "document");

	if (text_is(bundle->rows->action, "id", action_id) && document) {
		etag[0] = '\0';
		get_text(bundle->rows->action, "etag", etag, ETAG_SIZE);
		return buf_puts(out, json_object_to_json_string_ext(
					     document, JSON_C_TO_STRING_PLAIN |
							       JSON_C_TO_STRING_NOSLASHESCAPE));
	}
	for (size_t i = bundle->exchanges.len; i > 0; i--) {
		const struct exchange *exchange = vec_at(&bundle->exchanges, i - 1);

		if (is_whole_answer(exchange, action_id))
			return put_answer(exchange, out, etag);
	}
	return ERR_NOT_FOUND;
}
