#include "bundle_history.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/clock.h"
#include "dacache/domain/json_member.h"
#include "json_read.h"

enum {
	MINUTE_S = 60,
	HOUR_S = 3600,
	COLUMNS = 7, /* of a slice */
	LATENCIES_MAX = 64 * 1024,
	COUNT_MAX = 1000000000
};

/* --- write --- */

enum err_code bundle_put_change(struct buf *out, const struct bundle_change *change)
{
	char at[CLOCK_TEXT_SIZE];

	clock_format_rfc3339(change->wall_us, at);
	buf_putc(out, '{');
	json_member_text(out, "at", at);
	json_member_text(out, "data_action_id", change->action_id);
	json_member_text(out, "name", change->name);
	json_member_text(out, "who", change->who);
	cache_members_to_member(out, "before", true, &change->before);
	cache_members_to_member(out, "after", true, &change->after);
	return buf_putc(out, '}');
}

enum err_code bundle_begin_slices(struct buf *out, const char *action_id)
{
	buf_putc(out, '{');
	json_member_text(out, "data_action_id", action_id && action_id[0] ? action_id : NULL);
	json_member_name(out, "slices");
	return buf_putc(out, '[');
}

static void put_hex(struct buf *out, const struct sparse_histogram *histogram)
{
	struct buf bytes;

	buf_init(&bytes, LATENCIES_MAX);
	buf_putc(out, '"');
	if (sparse_histogram_encode(histogram, &bytes) == ERR_OK)
		for (size_t i = 0; i < bytes.len; i++)
			buf_printf(out, "%02x", (unsigned char)bytes.data[i]);
	buf_putc(out, '"');
	buf_free(&bytes);
}

enum err_code bundle_put_slice(struct buf *out, const struct bundle_slice *slice)
{
	buf_printf(out, "%s\n[%" PRId64 ",%d,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",",
		   out->data[out->len - 1] == '[' ? "" : ",", slice->start_us,
		   slice->is_hour ? HOUR_S : MINUTE_S, slice->count.hits, slice->count.misses,
		   slice->count.expired);
	put_hex(out, &slice->of_hits);
	buf_putc(out, ',');
	put_hex(out, &slice->of_misses);
	return buf_putc(out, ']');
}

enum err_code bundle_end_slices(struct buf *out)
{
	return buf_puts(out, "]}");
}

/* --- read --- */

static void clear_change(struct bundle_change *change)
{
	free(change->action_id);
	free(change->name);
	free(change->who);
	cache_members_clear(&change->before);
	cache_members_clear(&change->after);
}

static void clear_slice(struct bundle_slice *slice)
{
	free(slice->action_id);
	sparse_histogram_clear(&slice->of_hits);
	sparse_histogram_clear(&slice->of_misses);
}

void bundle_free_history(struct bundle *bundle)
{
	for (size_t i = 0; i < bundle->others.len; i++)
		clear_change(vec_at(&bundle->others, i));
	for (size_t i = 0; i < bundle->slices.len; i++)
		clear_slice(vec_at(&bundle->slices, i));
	vec_free(&bundle->others);
	vec_free(&bundle->slices);
}

static bool get_members(struct json_object *object, const char *name, struct cache_members *out)
{
	struct json_object *value = json_member(object, name);
	struct err err;

	return json_object_is_type(value, json_type_object) &&
	       cache_members_from_json(
		       json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN), out, &err) ==
		       ERR_OK;
}

static bool read_change(struct json_object *object, struct bundle_change *out)
{
	struct json_object *at = json_member(object, "at");

	out->action_id = json_dup_member(object, "data_action_id");
	out->name = json_dup_member(object, "name");
	out->who = json_dup_member(object, "who");
	return out->action_id && out->action_id[0] && out->name && out->who &&
	       json_object_is_type(at, json_type_string) &&
	       clock_parse_rfc3339(json_object_get_string(at), &out->wall_us) == ERR_OK &&
	       get_members(object, "before", &out->before) &&
	       get_members(object, "after", &out->after);
}

enum err_code bundle_add_change(struct bundle *bundle, struct json_object *object, const char **why)
{
	struct bundle_change change = {0};
	enum err_code code = ERR_PARSE;

	*why = bundle->others.len < BUNDLE_OTHERS_MAX ? "a change is none" : "too many changes";
	if (bundle->others.len < BUNDLE_OTHERS_MAX && read_change(object, &change))
		code = vec_push(&bundle->others, &change);
	if (code)
		clear_change(&change);
	return code;
}

static bool get_count(struct json_object *row, size_t column, int64_t max, uint64_t *out)
{
	int64_t value;

	if (!json_get_int(json_object_array_get_idx(row, column), &value) || value < 0 ||
	    value > max)
		return false;
	*out = (uint64_t)value;
	return true;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool get_latencies(struct json_object *row, size_t column, struct sparse_histogram *out)
{
	struct json_object *value = json_object_array_get_idx(row, column);
	const char *hex =
		json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "x";
	size_t len = strlen(hex);
	struct buf bytes;
	bool good = len % 2 == 0;

	buf_init(&bytes, LATENCIES_MAX);
	for (size_t i = 0; good && i < len; i += 2) {
		int high = digit(hex[i]);
		int low = digit(hex[i + 1]);

		good = high >= 0 && low >= 0 &&
		       buf_putc(&bytes, (char)(unsigned char)(high * 16 + low)) == ERR_OK;
	}
	good = good && sparse_histogram_decode(bytes.data, bytes.len, out) == ERR_OK;
	buf_free(&bytes);
	return good;
}

static bool read_slice(struct json_object *row, struct bundle_slice *out)
{
	uint64_t start_us;
	uint64_t span_s;

	if (!json_object_is_type(row, json_type_array) ||
	    json_object_array_length(row) != COLUMNS ||
	    !get_count(row, 0, INT64_MAX / 2, &start_us) || !get_count(row, 1, HOUR_S, &span_s) ||
	    (span_s != MINUTE_S && span_s != HOUR_S))
		return false;
	out->start_us = (int64_t)start_us;
	out->is_hour = span_s == HOUR_S;
	return get_count(row, 2, COUNT_MAX, &out->count.hits) &&
	       get_count(row, 3, COUNT_MAX, &out->count.misses) &&
	       get_count(row, 4, COUNT_MAX, &out->count.expired) &&
	       get_latencies(row, 5, &out->of_hits) && get_latencies(row, 6, &out->of_misses);
}

static enum err_code add_slice(struct bundle *bundle, const char *action_id,
			       struct json_object *row)
{
	struct bundle_slice slice = {0};
	enum err_code code = ERR_PARSE;

	if (bundle->slices.len < BUNDLE_SLICES_MAX && read_slice(row, &slice)) {
		slice.action_id = strdup(action_id);
		code = slice.action_id ? vec_push(&bundle->slices, &slice) : ERR_NO_MEMORY;
	}
	if (code)
		clear_slice(&slice);
	return code;
}

enum err_code bundle_add_slices(struct bundle *bundle, struct json_object *object, const char **why)
{
	struct json_object *rows = json_member(object, "slices");
	char *action_id = json_dup_member(object, "data_action_id");
	enum err_code code = action_id ? ERR_OK : ERR_NO_MEMORY;
	size_t n;

	*why = "a slice of the history is none";
	if (!code && !json_object_is_type(rows, json_type_array))
		code = ERR_PARSE;
	n = code ? 0 : json_object_array_length(rows);
	for (size_t i = 0; i < n && !code; i++)
		code = add_slice(bundle, action_id, json_object_array_get_idx(rows, i));
	free(action_id);
	return code;
}
