#include "dacache/domain/merge.h"

#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "members_json.h"
#include "merge_rows.h"

static bool is_bookkeeping(const char *name)
{
	static const char *const names[] = {"version", "dateModified", "modifiedBy", "selfUri"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static bool is_null(const char *json)
{
	return !json || strcmp(json, "null") == 0;
}

/* null is as good as absent where a cache member is meant. */
static bool same_value(const char *a, const char *b, bool cache_member)
{
	if (cache_member && is_null(a) && is_null(b))
		return true;
	if (!a || !b)
		return !a && !b;
	return merge_same_json(a, b);
}

static void judge(struct merge_row *row, bool cache_member)
{
	bool server_kept = same_value(row->base, row->server, cache_member);
	bool mine_kept = same_value(row->base, row->mine, cache_member);

	row->bookkeeping = is_bookkeeping(row->name);
	if (server_kept && mine_kept)
		row->state = MERGE_UNCHANGED;
	else if (row->bookkeeping || server_kept || mine_kept ||
		 same_value(row->server, row->mine, cache_member))
		row->state = MERGE_AUTO;
	else
		row->state = MERGE_OPEN;
	row->takes_mine = row->state == MERGE_AUTO && server_kept && !row->bookkeeping;
}

enum err_code merge_documents(const char *base, const char *server, const char *mine,
			      struct merge *out, struct err *err)
{
	enum err_code code = merge_rows_read(base, server, mine, out, err);

	if (code) {
		merge_clear(out);
		return code;
	}
	for (size_t i = 0; i < out->len; i++)
		judge(&out->rows[i], i < CACHE_MEMBERS);
	return ERR_OK;
}

void merge_clear(struct merge *merge)
{
	for (size_t i = 0; i < merge->len; i++) {
		free(merge->rows[i].name);
		free(merge->rows[i].base);
		free(merge->rows[i].server);
		free(merge->rows[i].mine);
		free(merge->rows[i].quoted);
		free(merge->rows[i].by_hand);
	}
	free(merge->rows);
	*merge = (struct merge){0};
}

struct merge_row *merge_find(const struct merge *merge, const char *name)
{
	for (size_t i = 0; i < merge->len; i++)
		if (strcmp(merge->rows[i].name, name) == 0)
			return &merge->rows[i];
	return NULL;
}

/* A malloc'd copy without the blanks around it. */
static char *trimmed(const char *json)
{
	static const char blanks[] = " \t\r\n";
	size_t len;

	json += strspn(json, blanks);
	len = strlen(json);
	while (len && strchr(blanks, json[len - 1]))
		len--;
	return strndup(json, len);
}

static enum err_code take_by_hand(struct merge_row *row, const char *json, struct err *err)
{
	struct json_object *value = NULL;
	char *copy = NULL;
	enum err_code code = ERR_OK;

	if (json) {
		copy = trimmed(json);
		if (!copy)
			return err_set(err, ERR_NO_MEMORY, "out of memory");
		code = merge_read_value(copy, &value, err);
		json_object_put(value);
	}
	if (code) {
		free(copy);
		err_prefix(err, "%s", row->name);
		return code;
	}
	free(row->by_hand);
	row->by_hand = copy;
	return ERR_OK;
}

enum err_code merge_choose(struct merge_row *row, enum merge_choice choice, const char *json,
			   struct err *err)
{
	enum err_code code = ERR_OK;

	if (row->bookkeeping)
		return err_set(
			err, ERR_INVALID,
			"%s is set by the server with every change; there is nothing to choose",
			row->name);
	if (choice == MERGE_BY_HAND)
		code = take_by_hand(row, json, err);
	if (!code)
		row->choice = choice;
	return code;
}

bool merge_is_resolved(const struct merge_row *row)
{
	return row->state != MERGE_OPEN || row->choice != MERGE_UNCHOSEN;
}

const char *merge_result(const struct merge_row *row)
{
	switch (row->choice) {
	case MERGE_MINE:
		return row->mine;
	case MERGE_BY_HAND:
		return row->by_hand;
	case MERGE_SERVER:
		return row->server;
	case MERGE_UNCHOSEN:
		break;
	}
	return row->takes_mine ? row->mine : row->server;
}

size_t merge_open_count(const struct merge *merge)
{
	size_t open = 0;

	for (size_t i = 0; i < merge->len; i++)
		open += !merge_is_resolved(&merge->rows[i]);
	return open;
}

/* The first `rows` rows as one object. */
static enum err_code put_rows(const struct merge *merge, size_t rows, struct buf *out)
{
	const char *before = "{";

	for (size_t i = 0; i < rows; i++) {
		const char *result = merge_result(&merge->rows[i]);

		if (!result)
			continue;
		buf_printf(out, "%s%s:", before, merge->rows[i].quoted);
		buf_puts(out, result);
		before = ",";
	}
	return buf_puts(out, *before == '{' ? "{}" : "}");
}

enum err_code merge_result_members(const struct merge *merge, struct cache_members *out)
{
	struct buf json;

	*out = (struct cache_members){0};
	if (merge_open_count(merge))
		return ERR_CONFLICT;
	buf_init(&json, MERGE_TEXT_MAX);

	enum err_code code = put_rows(merge, CACHE_MEMBERS, &json);

	if (!code)
		code = cache_members_from_json(buf_str(&json), out, NULL);
	buf_free(&json);
	return code;
}

enum err_code merge_result_document(const struct merge *merge, struct buf *out)
{
	if (merge_open_count(merge))
		return ERR_CONFLICT;
	return put_rows(merge, merge->len, out);
}

void merge_put_compact(struct buf *out, const char *json)
{
	bool in_string = false;

	for (; *json; json++) {
		if (!in_string && strchr(" \t\r\n", *json))
			continue;
		if (*json == '"')
			in_string = !in_string;
		buf_putc(out, *json);
		if (in_string && *json == '\\' && json[1])
			buf_putc(out, *++json);
	}
}
