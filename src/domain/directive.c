#include "dacache/domain/directive.h"

#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "url.h"

static const char *const action_names[DIRECTIVE_ACTIONS] = {
	[DIRECTIVE_INVALIDATE] = "invalidate",
	[DIRECTIVE_REFRESH] = "refresh",
	[DIRECTIVE_NOOP] = "noop",
};

const char *directive_action_name(enum directive_action action)
{
	return action < DIRECTIVE_ACTIONS ? action_names[action] : "unknown";
}

enum err_code directive_action_parse(const char *name, enum directive_action *out, struct err *err)
{
	if (!name)
		name = "";
	for (enum directive_action action = 0; action < DIRECTIVE_ACTIONS; action++) {
		if (!strcmp(name, action_names[action])) {
			*out = action;
			return ERR_OK;
		}
	}

	const char *nearest = text_nearest(name, action_names, DIRECTIVE_ACTIONS);

	if (nearest)
		return err_set(err, ERR_INVALID, "unknown action \"%s\": did you mean %s?", name,
			       nearest);
	return err_set(err, ERR_INVALID, "action must be invalidate, refresh or noop, not \"%s\"",
		       name);
}

enum err_code directive_check_source(const char *source, struct err *err)
{
	struct url url;

	if (!source || !*source)
		return err_set(err, ERR_INVALID, "source is empty");
	if (strlen(source) > DIRECTIVE_SOURCE_MAX)
		return err_set(err, ERR_INVALID, "source is longer than %d bytes",
			       DIRECTIVE_SOURCE_MAX);

	const char *wrong = url_split(source, &url);

	return wrong ? err_set(err, ERR_INVALID, "source %s", wrong) : ERR_OK;
}

static bool is_blank_text(const char *text)
{
	return text[strspn(text, " \t\r\n\v\f")] == '\0';
}

enum err_code directive_check_event(const char *event_type, struct err *err)
{
	if (!event_type || is_blank_text(event_type))
		return err_set(err, ERR_INVALID, "event_type is empty");
	if (strlen(event_type) > DIRECTIVE_EVENT_MAX)
		return err_set(err, ERR_INVALID, "event_type is longer than %d bytes",
			       DIRECTIVE_EVENT_MAX);
	if (!text_is_valid(event_type, strlen(event_type)))
		return err_set(err, ERR_INVALID, "event_type is not UTF-8");
	if (text_has_control(event_type))
		return err_set(err, ERR_INVALID, "event_type holds a control character");
	return ERR_OK;
}

/* Cuts text at its last two commas; false when there are none. */
static bool split_parts(char *text, char **event_type, char **action)
{
	char *last = strrchr(text, ',');

	if (!last)
		return false;
	*last = '\0';
	*action = last + 1;

	char *middle = strrchr(text, ',');

	if (!middle)
		return false;
	*middle = '\0';
	*event_type = middle + 1;
	return true;
}

static enum err_code parse_parts(char *text, struct directive *out, struct err *err)
{
	char *event_type;
	char *action;
	enum err_code code;

	if (!split_parts(text, &event_type, &action))
		return err_set(err, ERR_INVALID, "a directive is SOURCE,EVENT,ACTION");
	if ((code = directive_check_source(text, err)) ||
	    (code = directive_check_event(event_type, err)) ||
	    (code = directive_action_parse(action, &out->action, err)))
		return code;
	out->source = text_dup(text);
	out->event_type = text_dup(event_type);
	if (out->source && out->event_type)
		return ERR_OK;
	directive_clear(out);
	return err_set(err, ERR_NO_MEMORY, "out of memory");
}

enum err_code directive_parse(const char *text, struct directive *out, struct err *err)
{
	char *copy = text_dup(text ? text : "");

	*out = (struct directive){0};
	if (!copy)
		return err_set(err, ERR_NO_MEMORY, "out of memory");

	enum err_code code = parse_parts(copy, out, err);

	free(copy);
	return code;
}

void directive_clear(struct directive *directive)
{
	free(directive->source);
	free(directive->event_type);
	*directive = (struct directive){0};
}
