/* One page of the list of actions. */
#include <stdlib.h>
#include <string.h>

#include "dacache/domain/action.h"
#include "json_read.h"
#include "members_json.h"

static void row_clear(struct action_row *row)
{
	free(row->id);
	free(row->name);
	free(row->category);
	cache_members_clear(&row->members);
}

static enum err_code read_row(struct json_object *entry, struct action_row *row)
{
	row->id = json_dup_member(entry, "id");
	row->name = json_dup_member(entry, "name");
	row->category = json_dup_member(entry, "category");
	if (cache_members_read(entry, &row->members) || !row->id || !row->name || !row->category) {
		row_clear(row);
		return ERR_NO_MEMORY;
	}
	return ERR_OK;
}

static enum err_code read_rows(struct json_object *entries, struct action_page *out)
{
	size_t n = json_object_array_length(entries);

	out->rows = calloc(n + 1, sizeof(*out->rows));
	if (!out->rows)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < n; i++) {
		struct json_object *entry = json_object_array_get_idx(entries, i);

		if (!json_has_id(entry)) {
			out->broken++;
			continue;
		}
		if (read_row(entry, &out->rows[out->len]))
			return ERR_NO_MEMORY;
		out->len++;
	}
	return ERR_OK;
}

static struct json_object *find_entries(struct json_object *reply)
{
	static const char *const names[] = {"entities", "items", "dataActions", "results"};

	if (json_object_is_type(reply, json_type_array))
		return reply;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct json_object *entries = json_member(reply, names[i]);

		if (json_object_is_type(entries, json_type_array))
			return entries;
	}
	return NULL;
}

static int64_t read_count(struct json_object *reply, const char *name)
{
	int64_t count;

	if (!json_get_int(json_member(reply, name), &count) || count < 0)
		return -1;
	return count;
}

static enum err_code read_page(struct json_object *reply, struct action_page *out, struct err *err)
{
	struct json_object *entries = find_entries(reply);

	if (!entries)
		return err_set(err, ERR_PARSE, "the reply holds no list of Data Actions");
	out->page_number = read_count(reply, "pageNumber");
	out->page_size = read_count(reply, "pageSize");
	out->total = read_count(reply, "total");
	out->page_count = read_count(reply, "pageCount");
	if (read_rows(entries, out)) {
		action_page_clear(out);
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	}
	return ERR_OK;
}

enum err_code action_page_parse(const char *body, size_t len, struct action_page *out,
				struct err *err)
{
	struct json_object *reply;

	*out = (struct action_page){0};

	enum err_code code = json_read(body, len, &reply, err);

	if (code)
		return code;
	code = read_page(reply, out, err);
	json_object_put(reply);
	return code;
}

void action_page_clear(struct action_page *page)
{
	for (size_t i = 0; i < page->len; i++)
		row_clear(&page->rows[i]);
	free(page->rows);
	*page = (struct action_page){0};
}
