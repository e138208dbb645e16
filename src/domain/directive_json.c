#include "directive_json.h"

#include <stdlib.h>
#include <string.h>

#include "dacache/domain/canonical.h"
#include "json_read.h"

static void put_directive(const struct directive *directive, struct buf *out)
{
	buf_puts(out, "{\"source\":");
	canonical_string(directive->source, strlen(directive->source), out);
	buf_puts(out, ",\"event_type\":");
	canonical_string(directive->event_type, strlen(directive->event_type), out);
	buf_printf(out, ",\"action\":\"%s\"}", directive_action_name(directive->action));
}

enum err_code directive_list_to_json(const struct directive_list *list, struct buf *out)
{
	buf_putc(out, '[');
	for (size_t i = 0; i < list->len; i++) {
		if (i)
			buf_putc(out, ',');
		put_directive(&list->items[i], out);
	}
	return buf_putc(out, ']');
}

/* A string without NUL, or NULL. */
static const char *text_member(struct json_object *item, const char *name)
{
	struct json_object *value = json_member(item, name);

	if (!json_object_is_type(value, json_type_string) || json_has_nul(value))
		return NULL;
	return json_object_get_string(value);
}

static enum err_code read_item(struct json_object *item, size_t row, struct directive_list *out,
			       struct err *err)
{
	const char *source = text_member(item, "source");
	const char *event_type = text_member(item, "event_type");
	const char *action_name = text_member(item, "action");
	enum directive_action action;

	if (!source || !event_type || !action_name)
		return err_set(err, ERR_PARSE,
			       "directive %zu must have source, event_type and action, as texts",
			       row);
	if (directive_action_parse(action_name, &action, err)) {
		err_prefix(err, "directive %zu", row);
		if (err)
			err->code = ERR_PARSE;
		return ERR_PARSE;
	}

	enum err_code code = directive_list_add(out, source, event_type, action);

	if (code == ERR_LIMIT)
		return err_set(err, code, "more than %d directives", DIRECTIVES_MAX);
	return code ? err_set(err, code, "out of memory") : ERR_OK;
}

enum err_code directive_list_read(struct json_object *array, struct directive_list *out,
				  struct err *err)
{
	*out = (struct directive_list){0};
	if (!json_object_is_type(array, json_type_array))
		return err_set(err, ERR_PARSE, "directives must be a list");

	size_t n = json_object_array_length(array);

	for (size_t i = 0; i < n; i++) {
		enum err_code code =
			read_item(json_object_array_get_idx(array, i), i + 1, out, err);

		if (code) {
			directive_list_clear(out);
			return code;
		}
	}
	return ERR_OK;
}

enum err_code directive_list_from_json(const char *json, struct directive_list *out,
				       struct err *err)
{
	struct json_object *array;

	*out = (struct directive_list){0};

	enum err_code code = json_read(json, json ? strlen(json) : 0, &array, err);

	if (code)
		return code;
	code = directive_list_read(array, out, err);
	json_object_put(array);
	return code;
}

enum err_code directive_webhook_body(const struct directive *directive, const char *target_key,
				     int64_t wall_us, struct buf *out)
{
	buf_puts(out, "{\"event\":\"cache_invalidation\",\"directive\":");
	put_directive(directive, out);
	buf_printf(out, ",\"action\":\"%s\",\"timestamp\":%lld.%06lld,\"data\":{\"target_key\":",
		   directive_action_name(directive->action), (long long)(wall_us / 1000000),
		   (long long)(wall_us % 1000000));
	if (target_key)
		canonical_string(target_key, strlen(target_key), out);
	else
		buf_puts(out, "null");
	return buf_puts(out, "}}");
}
