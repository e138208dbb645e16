/* The webhooks of an entry: all that is wrong in each of them. */
#include <stdio.h>
#include <string.h>

#include "json_read.h"
#include "plan_read.h"

enum { PARTS = 3 };
static const char *const part_names[PARTS] = {"source", "event_type", "action"};

/* One directive while it is read. */
struct reading {
	struct plan_reader *file;
	size_t at;
	const char *id;
	size_t number; /* from 1 */
	bool good;
};

static void wrong(struct reading *reading, const char *part, const char *what)
{
	plan_complain(reading->file, reading->at, reading->id, "directive %zu: %s%s%s",
		      reading->number, part, *part ? " " : "", what);
	reading->good = false;
}

static void refuse_unknown(struct reading *reading, struct json_object *item)
{
	char words[160];

	json_object_object_foreach(item, name, value)
	{
		(void)value;
		if (strcmp(name, part_names[0]) == 0 || strcmp(name, part_names[1]) == 0 ||
		    strcmp(name, part_names[2]) == 0)
			continue;
		snprintf(words, sizeof(words),
			 "unknown member '%.64s'; there are source, event_type, action", name);
		wrong(reading, "", words);
	}
}

/* NULL where it is no text: that was told. */
static const char *text_of(struct reading *reading, struct json_object *item, const char *name)
{
	struct json_object *value;

	if (!json_object_object_get_ex(item, name, &value))
		wrong(reading, name, "is missing");
	else if (!json_object_is_type(value, json_type_string))
		wrong(reading, name, "must be a text");
	else if (json_has_nul(value))
		wrong(reading, name, "must not contain a NUL (\\u0000)");
	else
		return json_object_get_string(value);
	return NULL;
}

static void read_item(struct reading *reading, struct json_object *item, struct directive_list *out)
{
	const char *texts[PARTS];
	enum directive_action action = DIRECTIVE_NOOP;
	struct err err = {0};

	if (!json_object_is_type(item, json_type_object)) {
		wrong(reading, "", "it must be an object");
		return;
	}
	refuse_unknown(reading, item);
	for (size_t i = 0; i < PARTS; i++)
		texts[i] = text_of(reading, item, part_names[i]);
	if (texts[2] && directive_action_parse(texts[2], &action, &err))
		wrong(reading, "", err.text);
	if (!texts[0] || !texts[1] || out->len == DIRECTIVES_MAX)
		return;
	if (directive_list_add(out, texts[0], texts[1], action))
		reading->file->out_of_memory = true;
}

/* The parts by themselves: of a list with errors nobody else looks at them. */
static void check_parts(struct reading *reading, struct json_object *item)
{
	struct json_object *source = json_member(item, "source");
	struct json_object *event = json_member(item, "event_type");
	struct err err = {0};

	if (json_object_is_type(source, json_type_string) && !json_has_nul(source) &&
	    directive_check_source(json_object_get_string(source), &err))
		wrong(reading, "", err.text);
	if (json_object_is_type(event, json_type_string) && !json_has_nul(event) &&
	    directive_check_event(json_object_get_string(event), &err))
		wrong(reading, "", err.text);
}

bool plan_read_directives(struct plan_reader *file, size_t at, const char *id,
			  struct json_object *value, struct directive_list *out)
{
	struct reading reading = {file, at, id, 0, true};
	size_t n;

	if (!json_object_is_type(value, json_type_array)) {
		plan_complain(file, at, id, "directives must be a list%s",
			      value ? "" : ", not null ([]: none; left out, they stay)");
		return false;
	}
	n = json_object_array_length(value);
	if (n > DIRECTIVES_MAX) {
		plan_complain(file, at, id, "directives: %zu of them, %d are allowed", n,
			      DIRECTIVES_MAX);
		reading.good = false;
	}
	for (reading.number = 1; reading.number <= n; reading.number++)
		read_item(&reading, json_object_array_get_idx(value, reading.number - 1), out);
	if (reading.good)
		return true;
	for (reading.number = 1; reading.number <= n; reading.number++)
		check_parts(&reading, json_object_array_get_idx(value, reading.number - 1));
	directive_list_clear(out);
	return false;
}
