#include "merge_rows.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/map.h"
#include "dacache/base/vec.h"
#include "dacache/domain/canonical.h"
#include "json_read.h"
#include "json_scan.h"
#include "members_json.h"

/* A double holds any number of so many digits. */
enum { EXACT_DIGITS = 15 };

/* --- values ------------------------------------------------------------------------- */

/* The number at *at, which it steps over: whether json-c keeps it as it is. */
static bool number_is_exact(const char **at)
{
	int digits = 0;
	bool exact = true;

	for (; **at && strchr("+-.0123456789eE", **at); ++*at) {
		digits += isdigit((unsigned char)**at) != 0;
		exact = exact && **at != 'e' && **at != 'E';
	}
	return exact && digits <= EXACT_DIGITS;
}

/* Whether nothing is lost when json-c reads it: it cuts long numbers, names at a NUL,
 * and makes all halves of surrogates the same. */
static bool is_exact(const char *json)
{
	bool in_string = false;

	while (*json) {
		if (in_string && json[0] == '\\') {
			if (json[1] == 'u' &&
			    (!strncmp(json + 2, "0000", 4) || json[2] == 'd' || json[2] == 'D'))
				return false;
			json += 2;
		} else if (!in_string && (*json == '-' || isdigit((unsigned char)*json))) {
			if (!number_is_exact(&json))
				return false;
		} else {
			in_string ^= *json == '"';
			json++;
		}
	}
	return true;
}

enum err_code merge_read_value(const char *json, struct json_object **out, struct err *err)
{
	struct buf text;

	*out = NULL;
	buf_init(&text, MERGE_TEXT_MAX);
	buf_putc(&text, '[');
	buf_puts(&text, json);
	buf_putc(&text, ']');

	enum err_code code = text.failed;

	if (code)
		err_set(err, code, "the value is too long");
	else
		code = json_read(buf_str(&text), text.len, out, err);
	if (!code && json_object_array_length(*out) != 1) {
		code = err_set(err, ERR_PARSE, "not one JSON value");
		json_object_put(*out);
		*out = NULL;
	}
	buf_free(&text);
	return code;
}

static bool put_canonical(const char *json, struct buf *out)
{
	struct json_object *value;

	buf_init(out, MERGE_TEXT_MAX);
	if (merge_read_value(json, &value, NULL))
		return false;

	enum err_code code = canonical_json(value, out);

	json_object_put(value);
	return code == ERR_OK;
}

bool merge_same_json(const char *a, const char *b)
{
	struct buf left, right;

	if (strcmp(a, b) == 0)
		return true;
	if (!is_exact(a) || !is_exact(b))
		return false;

	bool same = put_canonical(a, &left);

	same = put_canonical(b, &right) && same && left.len == right.len &&
	       memcmp(buf_str(&left), buf_str(&right), left.len) == 0;
	buf_free(&left);
	buf_free(&right);
	return same;
}

/* --- rows --------------------------------------------------------------------------- */

enum side { SIDE_BASE, SIDE_SERVER, SIDE_MINE };

struct rows {
	struct vec rows;   /* of struct merge_row */
	struct map *index; /* quoted name -> row number + 1 */
};

static char **slot(struct merge_row *row, enum side side)
{
	if (side == SIDE_BASE)
		return &row->base;
	return side == SIDE_SERVER ? &row->server : &row->mine;
}

static enum err_code add_row(struct rows *rows, char *quoted, char *name)
{
	struct merge_row row = {.quoted = quoted, .name = name};
	enum err_code code = map_put(rows->index, quoted, (void *)(rows->rows.len + 1));

	return code ? code : vec_push(&rows->rows, &row);
}

/* The row of that name, made when it is not there; quoted and name are taken over. */
static enum err_code row_of(struct rows *rows, char *quoted, char *name, struct merge_row **out)
{
	uintptr_t number = quoted ? (uintptr_t)map_get(rows->index, quoted) : 0;
	enum err_code code = quoted && name ? ERR_OK : ERR_NO_MEMORY;

	if (!code && !number)
		code = add_row(rows, quoted, name);
	if (code || number) {
		free(quoted);
		free(name);
	}
	if (!code)
		*out = vec_at(&rows->rows, number ? number - 1 : rows->rows.len - 1);
	return code;
}

/* From the name in its quotes as it stands in the text. */
static enum err_code row_named(struct rows *rows, const char *text, size_t len,
			       struct merge_row **out)
{
	struct json_object *string;
	struct buf quoted;
	enum err_code code = json_read(text, len, &string, NULL);

	if (code)
		return code;
	buf_init(&quoted, MERGE_TEXT_MAX);
	code = canonical_string(json_object_get_string(string),
				(size_t)json_object_get_string_len(string), &quoted);
	if (!code)
		code = row_of(rows, buf_take(&quoted), json_dup_string(string), out);
	buf_free(&quoted);
	json_object_put(string);
	return code;
}

/* A name that is there twice: the last one counts, as every reader of JSON has it. */
static enum err_code take_members(struct rows *rows, enum side side, const char *text)
{
	struct json_scan scan;
	struct json_span name;
	struct json_span value;

	json_scan_begin(&scan, text, strlen(text));
	while (json_scan_next(&scan, &name, &value)) {
		struct merge_row *row;
		enum err_code code =
			row_named(rows, text + name.start, name.end - name.start, &row);

		if (code)
			return code;

		char **to = slot(row, side);

		free(*to);
		*to = strndup(text + value.start, value.end - value.start);
		if (!*to)
			return ERR_NO_MEMORY;
	}
	return ERR_OK;
}

static enum err_code read_side(struct rows *rows, enum side side, const char *text, struct err *err)
{
	static const char *const names[] = {"the action as it was read", "the server's action",
					    "the wanted action"};
	struct json_object *object;
	enum err_code code = json_read(text, strlen(text), &object, err);

	if (!code && !json_object_is_type(object, json_type_object))
		code = err_set(err, ERR_PARSE, "not a JSON object");
	json_object_put(object);
	if (!code) {
		code = take_members(rows, side, text);
		if (code)
			err_set(err, code, "out of memory");
	}
	if (code)
		err_prefix(err, "%s", names[side]);
	return code;
}

/* The three come first, also where no side has them. */
static enum err_code begin_rows(struct rows *rows)
{
	enum err_code code = map_new(&rows->index);

	for (int i = 0; !code && i < CACHE_MEMBERS; i++) {
		struct merge_row *row;
		struct buf quoted;

		buf_init(&quoted, MERGE_TEXT_MAX);
		buf_printf(&quoted, "\"%s\"", cache_member_names[i]);
		code = row_named(rows, buf_str(&quoted), quoted.len, &row);
		buf_free(&quoted);
	}
	return code;
}

enum err_code merge_rows_read(const char *base, const char *server, const char *mine,
			      struct merge *out, struct err *err)
{
	struct rows rows = {.index = NULL};

	vec_init(&rows.rows, sizeof(struct merge_row));

	enum err_code code = begin_rows(&rows);

	if (code)
		err_set(err, code, "out of memory");
	if (!code)
		code = read_side(&rows, SIDE_BASE, base, err);
	if (!code)
		code = read_side(&rows, SIDE_SERVER, server, err);
	if (!code)
		code = read_side(&rows, SIDE_MINE, mine, err);
	map_free(&rows.index);
	*out = (struct merge){.rows = rows.rows.items, .len = rows.rows.len};
	return code;
}
