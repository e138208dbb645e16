/* The whole file: which of the forms it has, and its entries. */
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
	size_t rejected;
	bool is_broken;
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

static void add_error(struct plan_reader *reader, struct plan_error *error, const char *id,
		      const char *format, va_list args)
{
	error->id = text_dup(id);
	vsnprintf(error->text, sizeof(error->text), format, args);
	if ((id && !error->id) || vec_push(&reader->errors, error)) {
		free(error->id);
		reader->out_of_memory = true;
	}
}

void plan_complain(struct plan_reader *reader, size_t at, const char *id, const char *format, ...)
{
	struct plan_error error = {.line = plan_line(reader, at)};
	va_list args;

	va_start(args, format);
	add_error(reader, &error, id, format, args);
	va_end(args);
}

/* In characters, from 1. */
static size_t column_of(const struct plan_reader *reader, size_t at)
{
	size_t column = 1;

	while (at > reader->start && reader->text[at - 1] != '\n')
		column += ((unsigned char)reader->text[--at] & 0xc0) != 0x80;
	return column;
}

void plan_complain_at(struct plan_reader *reader, size_t at, const char *format, ...)
{
	struct plan_error error = {.line = plan_line(reader, at), .column = column_of(reader, at)};
	va_list args;

	va_start(args, format);
	add_error(reader, &error, NULL, format, args);
	va_end(args);
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

/* By line; those of one line as they were found. There are few. */
static void order_errors(struct vec *errors, size_t first)
{
	for (size_t i = first + 1; i < errors->len; i++) {
		struct plan_error moved = *(struct plan_error *)vec_at(errors, i);
		size_t to = i;

		for (; to > first; to--) {
			const struct plan_error *before = vec_at(errors, to - 1);

			if (before->line <= moved.line)
				break;
			*(struct plan_error *)vec_at(errors, to) = *before;
		}
		*(struct plan_error *)vec_at(errors, to) = moved;
	}
}

static void take_entry(struct plan_reading *reading, size_t start, size_t end)
{
	struct plan_reader *reader = &reading->reader;
	struct plan_entry entry = {0};
	size_t first = reader->errors.len;
	bool is_one;

	plan_read_entry(reader, start, end, &entry);
	is_one = entry.id && is_first(reading, &entry, start);
	if (!is_one) /* nobody else will look at it */
		plan_complain_of_values(reader, start, &entry);
	order_errors(&reader->errors, first);
	entry.first_error = first;
	entry.errors_len = reader->errors.len - first;
	if (is_one && vec_push(&reading->entries, &entry) == ERR_OK)
		return;
	reader->out_of_memory = reader->out_of_memory || is_one;
	reading->rejected++;
	plan_entry_clear(&entry);
}

/* --- documents ------------------------------------------------------------------------ */

/* What stands behind that is not looked at: it would be misread. */
static void broken_at(struct plan_reading *reading, const char *at, const char *words)
{
	reading->is_broken = true;
	plan_complain_at(&reading->reader, (size_t)(at - reading->reader.text), "not JSON: %s",
			 words);
}

static void no_json(struct plan_reading *reading, const struct cursor *cursor)
{
	const struct plan_reader *reader = &reading->reader;
	size_t place;
	const char *words = plan_syntax_words(reader->text, reader->len,
					      (size_t)(cursor->at - reader->text), &place);

	broken_at(reading, reader->text + place, words);
}

/* The cursor stands on '['. false: the syntax ended, and that was told. */
static bool take_array(struct plan_reading *reading, struct cursor *cursor)
{
	const char *text = reading->reader.text;

	cursor_take(cursor, '[');
	if (cursor_take(cursor, ']'))
		return true;
	do {
		const char *start = cursor->at;

		if (!cursor_skip(cursor)) {
			no_json(reading, cursor);
			return false;
		}
		take_entry(reading, (size_t)(start - text), (size_t)(cursor->at - text));
	} while (cursor_take(cursor, ','));
	if (cursor_take(cursor, ']'))
		return true;
	no_json(reading, cursor);
	return false;
}

static void take_whole_array(struct plan_reading *reading, struct cursor cursor)
{
	if (take_array(reading, &cursor) && cursor.at < cursor.end)
		broken_at(reading, cursor.at, "text behind the end of the list");
}

static void refuse_member(struct plan_reading *reading, const char *at, const char *words)
{
	plan_complain(&reading->reader, (size_t)(at - reading->reader.text), NULL, "%s", words);
	reading->rejected++;
}

/* One member of {"actions":[…]}; the cursor stands on its name. */
static bool take_document_member(struct plan_reading *reading, struct cursor *cursor)
{
	const char *start = cursor->at;
	struct cursor_string name;

	if (!cursor_string(cursor, &name) || !cursor_take(cursor, ':')) {
		no_json(reading, cursor);
		return false;
	}
	if (cursor_named(name, "actions") && cursor->at < cursor->end && *cursor->at == '[')
		return take_array(reading, cursor);
	if (cursor_named(name, "actions"))
		refuse_member(reading, start, "actions must be a list");
	else if (!cursor_named(name, "$schema")) /* for editors */
		refuse_member(reading, start, "beside actions nothing is known here");
	if (cursor_skip(cursor))
		return true;
	no_json(reading, cursor);
	return false;
}

static void take_document(struct plan_reading *reading, struct cursor cursor)
{
	cursor_take(&cursor, '{');
	do {
		if (!take_document_member(reading, &cursor))
			return;
	} while (cursor_take(&cursor, ','));
	if (!cursor_take(&cursor, '}'))
		no_json(reading, &cursor);
	else if (cursor.at < cursor.end)
		broken_at(reading, cursor.at, "text behind the end of the document");
}

/* Whether the object that begins here has a member `actions`, as far as its syntax goes. */
static bool is_document(struct cursor cursor)
{
	struct cursor_string name;

	cursor_take(&cursor, '{');
	do {
		if (!cursor_string(&cursor, &name) || !cursor_take(&cursor, ':'))
			return false;
		if (cursor_named(name, "actions"))
			return true;
	} while (cursor_skip(&cursor) && cursor_take(&cursor, ','));
	return false;
}

/* --- entries one after another ------------------------------------------------------------ */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Where the next entry may begin, behind one that is broken at `at`: its own lines are
 * indented, or close it. */
static const char *next_entry(const char *at, const char *end)
{
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));

		at = newline ? newline + 1 : end;
		if (at < end && !is_blank(*at) && *at != '}' && *at != ']')
			break;
	}
	return at;
}

static void skip_broken(struct plan_reading *reading, const char *start, struct cursor *cursor)
{
	struct plan_reader *reader = &reading->reader;
	size_t place = (size_t)(start - reader->text);
	const char *words = "an entry must be an object";

	if (*start == '{')
		words = plan_syntax_words(reader->text, reader->len,
					  (size_t)(cursor->at - reader->text), &place);
	if (*start == '{')
		plan_complain_at(reader, place, "not JSON: %s", words);
	else
		plan_complain(reader, place, NULL, "%s", words);
	reading->rejected++;
	cursor->at = next_entry(reader->text + place, cursor->end);
	cursor_blanks(cursor);
}

static void take_entries(struct plan_reading *reading, struct cursor cursor)
{
	const char *text = reading->reader.text;

	while (cursor.at < cursor.end) {
		const char *start = cursor.at;

		if (*start == ',') {
			broken_at(reading, start,
				  "entries one after another have no commas between them; a list "
				  "of them stands in [ ]");
			return;
		}
		if (cursor_skip(&cursor))
			take_entry(reading, (size_t)(start - text), (size_t)(cursor.at - text));
		else
			skip_broken(reading, start, &cursor);
	}
}

/* --- the file --------------------------------------------------------------------------------- */

static bool begins_with(const struct plan_reader *reader, const char *bytes)
{
	size_t len = strlen(bytes);

	return reader->len >= len && memcmp(reader->text, bytes, len) == 0;
}

static void take_file(struct plan_reading *reading)
{
	struct plan_reader *reader = &reading->reader;
	struct cursor cursor = {.end = reader->text + reader->len, .wants_utf8 = true};

	reader->start = begins_with(reader, "\xef\xbb\xbf") ? 3 : 0;
	cursor.at = reader->text + reader->start;
	cursor_blanks(&cursor);
	if (cursor.at == cursor.end)
		return;
	if (begins_with(reader, "\xff\xfe") || begins_with(reader, "\xfe\xff"))
		broken_at(reading, cursor.at, "it is UTF-16: save it as UTF-8");
	else if (*cursor.at == '[')
		take_whole_array(reading, cursor);
	else if (*cursor.at != '{')
		broken_at(reading, cursor.at,
			  "a list of entries, {\"actions\":[...]}, or entries one after another "
			  "are wanted");
	else if (is_document(cursor))
		take_document(reading, cursor);
	else
		take_entries(reading, cursor);
}

/* --- life ------------------------------------------------------------------------------ */

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

/* That the file is no JSON is all there is to say of it. */
static void keep_last_error(struct plan *plan)
{
	struct plan_error last;

	if (plan->errors_len == 0) /* without memory for it */
		return;
	last = plan->errors[plan->errors_len - 1];
	plan->errors[--plan->errors_len].id = NULL;
	for (size_t i = 0; i < plan->errors_len; i++)
		free(plan->errors[i].id);
	for (size_t i = 0; i < plan->len; i++)
		plan_entry_clear(&plan->entries[i]);
	plan->len = 0;
	plan->errors[0] = last;
	plan->errors_len = 1;
	plan->rejected = 1;
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
	out->rejected = reading.rejected;
	out->is_broken = reading.is_broken;
	if (reading.reader.out_of_memory) {
		plan_clear(out);
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	}
	if (out->is_broken)
		keep_last_error(out);
	if (out->errors_len == 0)
		return ERR_OK;
	if (out->errors[0].column > 0)
		return err_set(err, ERR_INVALID, "line %zu, column %zu: %s", out->errors[0].line,
			       out->errors[0].column, out->errors[0].text);
	return err_set(err, ERR_INVALID, "line %zu: %s", out->errors[0].line, out->errors[0].text);
}
