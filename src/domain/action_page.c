/* One page of the list of actions, in one pass over its text: a tenant is read by
 * thousands of pages of whole actions, of which a row keeps little. */
#include <stdlib.h>
#include <string.h>

#include "dacache/base/vec.h"
#include "dacache/domain/action.h"
#include "dacache/domain/tier.h"
#include "json_cursor.h"

/* Stands for a NUL, which a C string cannot hold: see json_read.h. */
static const char nul_picture[] = "\xe2\x90\x80";

/* Names under which a list of actions may come; an earlier one goes before. */
static const char *const list_names[] = {"entities", "items", "dataActions", "results"};
enum { LISTS = sizeof(list_names) / sizeof(list_names[0]) };

/* The row's members as they stand in the text. */
struct raw_row {
	struct cursor_string id; /* .at is NULL where it is no string */
	struct cursor_string name;
	struct cursor_string category;
	struct cursor_string key;
	bool enabled;
	int64_t ttl_s;
};

struct reader {
	struct cursor cursor;
	struct vec rows; /* of struct action_row */
	size_t broken;
	char *texts; /* as long as the body, which no text outgrows by its escapes undone */
	char *at;    /* where the next one goes */
	const char *lists[LISTS]; /* where the list of that name begins; NULL: none */
	const char *rows_of;      /* the list that the rows came from */
	bool no_memory;
};

/* ---- members of an action ---- */

static bool at_char(const struct cursor *cursor, char c)
{
	return cursor->at < cursor->end && *cursor->at == c;
}

static bool read_string(struct cursor *cursor, struct cursor_string *out)
{
	*out = (struct cursor_string){0};
	return at_char(cursor, '"') ? cursor_string(cursor, out) : cursor_skip(cursor);
}

static bool read_enabled(struct cursor *cursor, bool *enabled)
{
	*enabled = at_char(cursor, 't');
	return cursor_skip(cursor);
}

static bool read_ttl(struct cursor *cursor, int64_t *ttl_s)
{
	bool is_null = at_char(cursor, 'n');
	bool is_int;

	if (!cursor_int(cursor, ttl_s, &is_int))
		return false;
	if (is_null)
		*ttl_s = CACHE_TTL_ABSENT;
	else if (!is_int || *ttl_s < 0 || *ttl_s > TTL_MAX_S)
		*ttl_s = CACHE_TTL_INVALID;
	return true;
}

/* The last of members with the same name counts. */
static bool read_row_member(struct cursor *cursor, struct cursor_string name, struct raw_row *row)
{
	if (cursor_named(name, "id"))
		return read_string(cursor, &row->id);
	if (cursor_named(name, "name"))
		return read_string(cursor, &row->name);
	if (cursor_named(name, "category"))
		return read_string(cursor, &row->category);
	if (cursor_named(name, "cacheEnabled"))
		return read_enabled(cursor, &row->enabled);
	if (cursor_named(name, "cacheKey"))
		return read_string(cursor, &row->key);
	if (cursor_named(name, "cacheTtl"))
		return read_ttl(cursor, &row->ttl_s);
	return cursor_skip(cursor);
}

static bool read_raw_row(struct cursor *cursor, struct raw_row *row)
{
	struct cursor_string name;

	*row = (struct raw_row){.ttl_s = CACHE_TTL_ABSENT};
	if (!cursor_take(cursor, '{'))
		return false;
	if (cursor_take(cursor, '}'))
		return true;
	cursor->depth++;
	do {
		if (!cursor_string(cursor, &name) || !cursor_take(cursor, ':') ||
		    !read_row_member(cursor, name, row))
			return false;
	} while (cursor_take(cursor, ','));
	cursor->depth--;
	return cursor_take(cursor, '}');
}

/* ---- rows ---- */

static char *keep_text(struct reader *reader, struct cursor_string string, bool *has_nul)
{
	char *text = reader->at;
	const char *piece;
	size_t len;
	char room[4];

	if (!string.escaped && string.len > 0) {
		memcpy(reader->at, string.at, string.len);
		reader->at += string.len;
		string.len = 0;
	}
	while (cursor_piece(&string, room, &piece, &len)) {
		if (len == 1 && *piece == '\0') {
			*has_nul = true;
			piece = nul_picture;
			len = sizeof(nul_picture) - 1;
		}
		memcpy(reader->at, piece, len);
		reader->at += len;
	}
	*reader->at++ = '\0';
	return text;
}

static bool keep_row(struct reader *reader, const struct raw_row *raw)
{
	char *begin = reader->at;
	bool has_nul = false;
	struct action_row row = {.members = {.enabled = raw->enabled, .ttl_s = raw->ttl_s}};

	row.id = keep_text(reader, raw->id, &has_nul);
	/* An id cut at a NUL would name another action. */
	if (row.id[0] == '\0' || has_nul) {
		reader->at = begin;
		reader->broken++;
		return true;
	}
	row.name = keep_text(reader, raw->name, &has_nul);
	row.category = keep_text(reader, raw->category, &has_nul);
	if (raw->key.at != NULL)
		row.members.key = keep_text(reader, raw->key, &has_nul);
	reader->no_memory = vec_push(&reader->rows, &row) != ERR_OK;
	return !reader->no_memory;
}

static bool read_entry(struct reader *reader)
{
	struct raw_row row;

	if (!at_char(&reader->cursor, '{')) {
		reader->broken++;
		return cursor_skip(&reader->cursor);
	}
	return read_raw_row(&reader->cursor, &row) && keep_row(reader, &row);
}

/* The cursor stands on the list's bracket. */
static bool read_rows(struct reader *reader)
{
	vec_clear(&reader->rows);
	reader->broken = 0;
	reader->at = reader->texts;
	reader->rows_of = reader->cursor.at;
	cursor_take(&reader->cursor, '[');
	if (cursor_take(&reader->cursor, ']'))
		return true;
	reader->cursor.depth++;
	do {
		if (!read_entry(reader))
			return false;
	} while (cursor_take(&reader->cursor, ','));
	reader->cursor.depth--;
	return cursor_take(&reader->cursor, ']');
}

/* ---- the reply ---- */

static bool read_list(struct reader *reader, size_t which)
{
	bool is_list = at_char(&reader->cursor, '[');

	reader->lists[which] = is_list ? reader->cursor.at : NULL;
	return is_list && reader->rows_of == NULL ? read_rows(reader)
						  : cursor_skip(&reader->cursor);
}

static bool read_count(struct cursor *cursor, int64_t *count)
{
	bool is_int;

	if (!cursor_int(cursor, count, &is_int))
		return false;
	if (!is_int || *count < 0)
		*count = -1;
	return true;
}

/* null, or no text: there is none. */
static bool read_next(struct cursor *cursor, bool *has_next)
{
	struct cursor_string uri;

	if (!read_string(cursor, &uri))
		return false;
	*has_next = uri.len > 0;
	return true;
}

static bool read_member(struct reader *reader, struct cursor_string name, struct action_page *page)
{
	for (size_t i = 0; i < LISTS; i++)
		if (cursor_named(name, list_names[i]))
			return read_list(reader, i);
	if (cursor_named(name, "pageNumber"))
		return read_count(&reader->cursor, &page->page_number);
	if (cursor_named(name, "pageSize"))
		return read_count(&reader->cursor, &page->page_size);
	if (cursor_named(name, "total"))
		return read_count(&reader->cursor, &page->total);
	if (cursor_named(name, "pageCount"))
		return read_count(&reader->cursor, &page->page_count);
	if (cursor_named(name, "nextUri"))
		return read_next(&reader->cursor, &page->has_next);
	return cursor_skip(&reader->cursor);
}

static bool read_members(struct reader *reader, struct action_page *page)
{
	struct cursor *cursor = &reader->cursor;
	struct cursor_string name;

	cursor_take(cursor, '{');
	if (cursor_take(cursor, '}'))
		return true;
	cursor->depth++;
	do {
		if (!cursor_string(cursor, &name) || !cursor_take(cursor, ':') ||
		    !read_member(reader, name, page))
			return false;
	} while (cursor_take(cursor, ','));
	cursor->depth--;
	return cursor_take(cursor, '}');
}

static bool read_reply(struct reader *reader, struct action_page *page)
{
	bool ok;

	cursor_blanks(&reader->cursor);
	if (at_char(&reader->cursor, '{'))
		ok = read_members(reader, page);
	else if (at_char(&reader->cursor, '['))
		ok = read_list(reader, 0);
	else
		ok = cursor_skip(&reader->cursor);
	return ok && reader->cursor.at == reader->cursor.end;
}

/* Nearly always the first list met is the one that counts; else its rows go. */
static bool find_rows(struct reader *reader)
{
	size_t which = 0;

	while (which < LISTS && reader->lists[which] == NULL)
		which++;
	if (which == LISTS)
		return false;
	if (reader->lists[which] == reader->rows_of)
		return true;
	reader->cursor.at = reader->lists[which];
	reader->cursor.depth = 1;
	return read_rows(reader);
}

static enum err_code read_page(struct reader *reader, struct action_page *page, struct err *err)
{
	const char *body = reader->cursor.at;
	bool is_json = read_reply(reader, page);
	size_t at = (size_t)(reader->cursor.at - body);
	bool is_page = is_json && find_rows(reader);

	if (reader->no_memory)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	if (!is_json && reader->cursor.at == reader->cursor.end)
		return err_set(err, ERR_PARSE, "not JSON: it ends too early");
	if (!is_json)
		return err_set(err, ERR_PARSE, "not JSON from byte %zu on", at);
	if (!is_page)
		return err_set(err, ERR_PARSE, "the reply holds no list of Data Actions");
	return ERR_OK;
}

enum err_code action_page_parse(const char *body, size_t len, struct action_page *out,
				struct err *err)
{
	struct reader reader = {
		.cursor = {.at = body,
			   .end = body + len,
			   .wants_utf8 = true,
			   .takes_controls = true},
		.texts = malloc(len + 1),
	};
	enum err_code code = ERR_NO_MEMORY;

	*out = (struct action_page){
		.page_number = -1, .page_size = -1, .total = -1, .page_count = -1};
	vec_init(&reader.rows, sizeof(struct action_row));
	if (reader.texts == NULL)
		err_set(err, code, "out of memory");
	else
		code = read_page(&reader, out, err);
	out->rows = reader.rows.items;
	out->len = reader.rows.len;
	out->broken = reader.broken;
	out->texts = reader.texts;
	if (code != ERR_OK)
		action_page_clear(out);
	return code;
}

void action_page_clear(struct action_page *page)
{
	free(page->rows);
	free(page->texts);
	*page = (struct action_page){0};
}
