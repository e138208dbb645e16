/* The whole file: which of the three forms it has, and its entries. */
#include "dacache/domain/plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/map.h"
#include "dacache/base/text.h"
#include "json_cursor.h"
#include "plan_read.h"

/* What one reading gathers. */
struct plan_reading {
	struct plan_reader reader;
	struct vec entries;     /* of struct plan_entry */
	struct map *line_of_id; /* id -> its first line, as a pointer */
};

/* --- telling ------------------------------------------------------------------ */

size_t plan_line(struct plan_reader *reader, size_t at)
{
	while (reader->counted_at > at)
		reader->line -= reader->text[--reader->counted_at] == '\n';
	while (reader->counted_at < at)
		reader->line += reader->text[reader->counted_at++] == '\n';
	return reader->line;
}

void plan_complain(struct plan_reader *reader, size_t at, const char *id, const char *format, ...)
{
	struct plan_error error = {.line = plan_line(reader, at), .id = text_dup(id)};
	va_list args;

	va_start(args, format);
	vsnprintf(error.text, sizeof(error.text), format, args);
	va_end(args);
	if ((id && !error.id) || vec_push(&reader->errors, &error)) {
		free(error.id);
		reader->out_of_memory = true;
	}
}

/* --- entries -------------------------------------------------------------------- */

/* An action that is there twice: which one is meant? */
static bool is_first(struct plan_reading *reading, const struct plan_entry *entry, size_t at)
{
	uintptr_t first = (uintptr_t)map_get(reading->line_of_id, entry->id);

	if (!first) {
		if (map_put(reading->line_of_id, entry->id, (void *)(uintptr_t)entry->line))
			reading->reader.out_of_memory = true;
		return true;
	}
	plan_complain(&reading->reader, at, entry->id, "the action is in line %zu already",
		      (size_t)first);
	return false;
}

static void take_entry(struct plan_reading *reading, size_t start, size_t end)
{
	struct plan_entry entry = {0};
	bool good = plan_read_entry(&reading->reader, start, end, &entry);

	if (entry.id && !is_first(reading, &entry, start))
		good = false;
	if (!good || vec_push(&reading->entries, &entry)) {
		reading->reader.out_of_memory = reading->reader.out_of_memory || good;
		plan_entry_clear(&entry);
	}
}

/* --- the three forms ---------------------------------------------------------------- */

static void broken_at(struct plan_reading *reading, const struct cursor *cursor, const char *what)
{
	plan_complain(&reading->reader, (size_t)(cursor->at - reading->reader.text), NULL, "%s",
		      what);
}

/* The cursor stands on '['. false: the syntax ended, and that was told. */
static bool take_array(struct plan_reading *reading, struct cursor *cursor)
{
	const char *text = reading->reader.text;

	cursor_take(cursor, '[');
	if (cursor_take(cursor, ']'))
		return true;
	for (;;) {
		const char *start = cursor->at;

		if (!cursor_skip(cursor)) {
			broken_at(reading, cursor, "no JSON from here on");
			return false;
		}
		take_entry(reading, (size_t)(start - text), (size_t)(cursor->at - text));
		if (cursor_take(cursor, ']'))
			return true;
		if (!cursor_take(cursor, ',')) {
			broken_at(reading, cursor, "a comma or a ] is missing");
			return false;
		}
	}
}

static void take_whole_array(struct plan_reading *reading, struct cursor cursor)
{
	if (take_array(reading, &cursor) && cursor.at < cursor.end)
		broken_at(reading, &cursor, "text behind the end of the list");
}

/* {"actions":[…]}; the object is known to be one. */
static void take_wrapper(struct plan_reading *reading, struct cursor cursor)
{
	struct cursor_string name;
	char text[64];
	size_t len;

	cursor_take(&cursor, '{');
	while (cursor_string(&cursor, &name)) {
		struct cursor before = cursor;

		cursor_take(&cursor, ':');
		if (!cursor_copy(name, text, sizeof(text), &len))
			text[0] = '\0';
		if (strcmp(text, "$schema") == 0)
			; /* for editors */
		else if (strcmp(text, "actions") != 0)
			broken_at(reading, &before, "beside actions nothing is known here");
		else if (cursor.at < cursor.end && *cursor.at == '[') {
			take_array(reading, &cursor);
			cursor_take(&cursor, ',');
			continue;
		} else {
			broken_at(reading, &before, "actions must be a list");
		}
		cursor_skip(&cursor);
		cursor_take(&cursor, ',');
	}
}

static void take_lines(struct plan_reading *reading)
{
	const struct plan_reader *reader = &reading->reader;
	size_t at = 0;

	while (at < reader->len) {
		const char *newline = memchr(reader->text + at, '\n', reader->len - at);
		size_t end = newline ? (size_t)(newline - reader->text) : reader->len;
		struct cursor line = {.at = reader->text + at, .end = reader->text + end};

		cursor_blanks(&line);
		if (line.at < line.end)
			take_entry(reading, (size_t)(line.at - reader->text), end);
		at = end + 1;
	}
}

/* Whether the text is one object, and whether it has a member `actions`. */
static bool is_one_object(struct cursor cursor, bool *has_actions)
{
	struct cursor_string name;
	struct cursor whole = cursor;
	char text[64];
	size_t len;

	*has_actions = false;
	if (!cursor_skip(&whole) || whole.at < whole.end)
		return false;
	cursor_take(&cursor, '{');
	while (cursor_string(&cursor, &name)) {
		if (cursor_copy(name, text, sizeof(text), &len) && strcmp(text, "actions") == 0)
			*has_actions = true;
		cursor_take(&cursor, ':');
		cursor_skip(&cursor);
		cursor_take(&cursor, ',');
	}
	return true;
}

static void take_file(struct plan_reading *reading)
{
	const char *text = reading->reader.text;
	struct cursor cursor = {.at = text, .end = text + reading->reader.len};
	bool has_actions;

	cursor_blanks(&cursor);
	if (cursor.at == cursor.end) {
		broken_at(reading, &cursor, "the file is empty");
		return;
	}
	if (*cursor.at == '[')
		take_whole_array(reading, cursor);
	else if (*cursor.at != '{')
		broken_at(reading, &cursor,
			  "a list of entries, {\"actions\":[...]}, or an entry a line is expected");
	else if (!is_one_object(cursor, &has_actions))
		take_lines(reading);
	else if (has_actions)
		take_wrapper(reading, cursor);
	else
		take_entry(reading, (size_t)(cursor.at - text), reading->reader.len);
}

/* --- life ------------------------------------------------------------------------------ */

static int by_line(const void *a, const void *b)
{
	const struct plan_error *left = a;
	const struct plan_error *right = b;

	return (left->line > right->line) - (left->line < right->line);
}

void plan_clear(struct plan *plan)
{
	for (size_t i = 0; i < plan->len; i++)
		plan_entry_clear(&plan->entries[i]);
	for (size_t i = 0; i < plan->errors_len; i++)
		free(plan->errors[i].id);
	free(plan->entries);
	free(plan->errors);
	*plan = (struct plan){0};
}

enum err_code plan_parse(const char *text, size_t len, struct plan *out, struct err *err)
{
	struct plan_reading reading = {.reader = {.text = text, .len = len, .line = 1}};

	*out = (struct plan){0};
	vec_init(&reading.reader.errors, sizeof(struct plan_error));
	vec_init(&reading.entries, sizeof(struct plan_entry));
	if (map_new(&reading.line_of_id))
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	take_file(&reading);
	map_free(&reading.line_of_id);
	out->entries = reading.entries.items;
	out->len = reading.entries.len;
	out->errors = reading.reader.errors.items;
	out->errors_len = reading.reader.errors.len;
	if (reading.reader.out_of_memory) {
		plan_clear(out);
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	}
	if (out->errors_len == 0)
		return ERR_OK;
	qsort(out->errors, out->errors_len, sizeof(*out->errors), by_line);
	return err_set(err, ERR_INVALID, "line %zu: %s", out->errors[0].line, out->errors[0].text);
}
