/* The form's text in a draft: a field a line, "name value". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "edit_fields.h"

static const char first_line[] = "dacache-form 1";

static void put(struct buf *out, const char *name, const char *value)
{
	buf_puts(out, name);
	buf_putc(out, ' ');
	for (; *value; value++) {
		if (*value == '\n')
			buf_puts(out, "\\n");
		else if (*value == '\\')
			buf_puts(out, "\\\\");
		else
			buf_putc(out, *value);
	}
	buf_putc(out, '\n');
}

static const char *ttl_name(int tier, char out[40])
{
	snprintf(out, 40, "ttl.%s", tier_name((enum tier)tier));
	return out;
}

enum err_code edit_fields_to_text(const struct edit_fields *fields, struct buf *out)
{
	char name[40];

	buf_printf(out, "%s\n", first_line);
	put(out, "enabled", fields->enabled ? "1" : "0");
	put(out, "key", form_line_text(&fields->key));
	put(out, "tier", tier_name((enum tier)fields->tier));
	for (int i = 0; i <= TIER_CUSTOM; i++)
		put(out, ttl_name(i, name), form_line_text(&fields->ttl[i]));
	put(out, "payload_kb", form_line_text(&fields->payload));
	for (size_t i = 0; i < fields->directives_len; i++) {
		const struct edit_directive *directive = &fields->directives[i];
		put(out, "directive",
		    directive_action_name((enum directive_action)directive->action));
		put(out, "source", form_line_text(&directive->source));
		put(out, "event", form_line_text(&directive->event));
	}
	return out->failed;
}

/* In place. */
static void unescape(char *value)
{
	char *to = value;

	for (; *value; value++) {
		if (*value == '\\' && value[1])
			*to++ = *++value == 'n' ? '\n' : *value;
		else
			*to++ = *value;
	}
	*to = '\0';
}

static enum err_code take_directive(struct edit_fields *fields, const char *action, struct err *err)
{
	enum directive_action parsed;
	enum err_code code = directive_action_parse(action, &parsed, err);

	if (!code)
		code = edit_fields_add(fields);
	if (!code)
		fields->directives[fields->directives_len - 1].action = (int)parsed;
	return code;
}

/* The line that a name stands for; NULL: none. */
static struct form_line *line_of(struct edit_fields *fields, const char *name)
{
	size_t n = fields->directives_len;
	char ttl[40];

	for (int i = 0; i <= TIER_CUSTOM; i++)
		if (strcmp(name, ttl_name(i, ttl)) == 0)
			return &fields->ttl[i];
	if (strcmp(name, "key") == 0)
		return &fields->key;
	if (strcmp(name, "payload_kb") == 0)
		return &fields->payload;
	if (n > 0 && strcmp(name, "source") == 0)
		return &fields->directives[n - 1].source;
	if (n > 0 && strcmp(name, "event") == 0)
		return &fields->directives[n - 1].event;
	return NULL;
}

static enum err_code take(struct edit_fields *fields, const char *name, const char *value,
			  struct err *err)
{
	struct form_line *line = line_of(fields, name);
	enum tier tier;
	enum err_code code;

	if (line)
		return form_line_set(line, value);
	if (strcmp(name, "enabled") == 0) {
		fields->enabled = strcmp(value, "1") == 0;
		return ERR_OK;
	}
	if (strcmp(name, "directive") == 0)
		return take_directive(fields, value, err);
	if (strcmp(name, "tier") != 0)
		return err_set(err, ERR_PARSE, "unknown field '%.40s'", name);
	code = tier_parse(value, &tier, err);
	if (!code)
		fields->tier = (int)tier;
	return code;
}

static enum err_code take_lines(struct edit_fields *fields, char *line, struct err *err)
{
	enum err_code code = ERR_OK;

	while (!code && *line) {
		char *next = line + strcspn(line, "\n");
		char *value;

		if (*next)
			*next++ = '\0';
		value = line + strcspn(line, " ");
		if (*value)
			*value++ = '\0';
		unescape(value);
		code = take(fields, line, value, err);
		line = next;
	}
	return code;
}

enum err_code edit_fields_from_text(const char *text, struct edit_fields *fields, struct err *err)
{
	size_t first = strlen(first_line);
	enum err_code code;
	char *copy;

	edit_fields_free(fields);
	edit_fields_init(fields);
	if (strncmp(text, first_line, first) != 0 || text[first] != '\n')
		return err_set(err, ERR_PARSE, "the draft is not one that this version can read");
	copy = text_dup(text + first + 1);
	if (!copy)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	code = take_lines(fields, copy, err);
	free(copy);
	return code;
}
