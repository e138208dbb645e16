#include "failure_json.h"

#include "field_json.h"
#include "json_read.h"

#define COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))

static const struct field own_fields[] = {
	FIELD(FIELD_INT, struct failure, kind),
	FIELD(FIELD_BOOL, struct failure, at_token),
	FIELD(FIELD_INT, struct failure, status),
	FIELD(FIELD_TEXT, struct failure, method),
	FIELD(FIELD_TEXT, struct failure, path),
	FIELD(FIELD_TEXT, struct failure, code),
	FIELD(FIELD_TEXT, struct failure, message),
	FIELD(FIELD_TEXT, struct failure, correlation_id),
	FIELD(FIELD_TEXT, struct failure, context_id),
	FIELD(FIELD_INT, struct failure, retry_after_s),
	FIELD(FIELD_INT, struct failure, retry_reason),
	FIELD(FIELD_INT, struct failure, attempts),
	FIELD(FIELD_TEXT, struct failure, scope),
	FIELD(FIELD_TEXT, struct failure, if_match),
	FIELD(FIELD_TEXT, struct failure, server_etag),
	FIELD(FIELD_BOOL, struct failure, etag_is_ours),
};

static const struct field detail_fields[] = {
	FIELD(FIELD_TEXT, struct failure_detail, error_code),
	FIELD(FIELD_TEXT, struct failure_detail, field_name),
};

static const struct field quota_fields[] = {
	FIELD(FIELD_BOOL, struct quota, known),  FIELD(FIELD_INT, struct quota, allowed),
	FIELD(FIELD_INT, struct quota, used),    FIELD(FIELD_INT, struct quota, remaining),
	FIELD(FIELD_INT, struct quota, reset_s),
};

static const struct field limit_fields[] = {
	FIELD(FIELD_TEXT, struct limit_evidence, policy),
	FIELD(FIELD_BOOL, struct limit_evidence, quota_is_own),
	FIELD(FIELD_INT, struct limit_evidence, in_flight),
	FIELD(FIELD_INT, struct limit_evidence, ours),
	FIELD(FIELD_INT, struct limit_evidence, others),
	FIELD(FIELD_INT, struct limit_evidence, hold_ms),
	FIELD(FIELD_INT, struct limit_evidence, tokens),
	FIELD(FIELD_INT, struct limit_evidence, met_before),
};

static const struct field attempt_fields[] = {
	FIELD(FIELD_INT, struct call_attempt, wall_us),
	FIELD(FIELD_INT, struct call_attempt, number),
	FIELD(FIELD_INT, struct call_attempt, waited_ms),
	FIELD(FIELD_INT, struct call_attempt, took_ms),
	FIELD(FIELD_INT, struct call_attempt, retry_after_s),
	FIELD(FIELD_INT, struct call_attempt, next_ms),
	FIELD(FIELD_INT, struct call_attempt, status),
	FIELD(FIELD_INT, struct call_attempt, transport),
};

static const struct field timeline_fields[] = {
	FIELD(FIELD_INT, struct attempts, dropped),
};

static const struct field story_fields[] = {
	FIELD(FIELD_BOOL, struct conflict_story, told),
	FIELD(FIELD_BOOL, struct conflict_story, may_have_written),
};

static const struct field sight_fields[] = {
	FIELD(FIELD_INT, struct action_sight, read_us),
	FIELD(FIELD_INT, struct action_sight, version),
	FIELD(FIELD_TEXT, struct action_sight, etag),
	FIELD(FIELD_TEXT, struct action_sight, by),
	FIELD(FIELD_TEXT, struct action_sight, when),
};

/* --- write --- */

/* Takes the closing brace of the object back: more members follow. */
static void reopen(struct buf *out)
{
	if (out->len > 0)
		out->data[--out->len] = '\0';
}

static void put_list(struct buf *out, const char *name, const void *items, size_t n, size_t size,
		     const struct field *fields, size_t fields_len)
{
	buf_printf(out, ",\"%s\":[", name);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(out, ',');
		fields_put(out, (const char *)items + i * size, fields, fields_len);
	}
	buf_putc(out, ']');
}

static void put_conflict(struct buf *out, const struct conflict_story *story)
{
	buf_puts(out, ",\"conflict\":");
	fields_put(out, story, story_fields, COUNT(story_fields));
	reopen(out);
	buf_puts(out, ",\"base\":");
	fields_put(out, &story->base, sight_fields, COUNT(sight_fields));
	buf_puts(out, ",\"server\":");
	fields_put(out, &story->server, sight_fields, COUNT(sight_fields));
	buf_putc(out, '}');
}

enum err_code failure_to_json(const struct failure *failure, struct buf *out)
{
	fields_put(out, failure, own_fields, COUNT(own_fields));
	reopen(out);
	put_list(out, "details", failure->details, failure->details_len,
		 sizeof(failure->details[0]), detail_fields, COUNT(detail_fields));
	buf_puts(out, ",\"quota\":");
	fields_put(out, &failure->quota, quota_fields, COUNT(quota_fields));
	buf_puts(out, ",\"limit\":");
	fields_put(out, &failure->limit, limit_fields, COUNT(limit_fields));
	buf_puts(out, ",\"timeline\":");
	fields_put(out, &failure->timeline, timeline_fields, COUNT(timeline_fields));
	reopen(out);
	put_list(out, "attempts", failure->timeline.items, (size_t)failure->timeline.len,
		 sizeof(failure->timeline.items[0]), attempt_fields, COUNT(attempt_fields));
	buf_putc(out, '}');
	put_conflict(out, &failure->conflict);
	return buf_putc(out, '}');
}

/* --- read --- */

static size_t get_list(struct json_object *list, void *items, size_t most, size_t size,
		       const struct field *fields, size_t fields_len)
{
	size_t n = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;

	if (n > most)
		n = most;
	for (size_t i = 0; i < n; i++)
		fields_get(json_object_array_get_idx(list, i), (char *)items + i * size, fields,
			   fields_len);
	return n;
}

/* Numbers that stand for words. */
static void hold_to_known(struct failure *failure)
{
	if ((unsigned)failure->kind > FAILURE_LOCAL || failure->kind == FAILURE_NONE)
		failure->kind = FAILURE_LOCAL;
	if ((unsigned)failure->retry_reason > RETRY_FAILURE)
		failure->retry_reason = RETRY_NEVER;
	if ((unsigned)failure->limit.met_before > LIMIT_TOKEN)
		failure->limit.met_before = LIMIT_NOT_TOLD;
	for (int i = 0; i < failure->timeline.len; i++)
		if (failure->timeline.items[i].transport > TRANSPORT_INTERNAL)
			failure->timeline.items[i].transport = TRANSPORT_INTERNAL;
}

void failure_from_json(struct json_object *object, struct failure *out)
{
	struct json_object *timeline = json_member(object, "timeline");
	struct json_object *conflict = json_member(object, "conflict");

	failure_init(out);
	fields_get(object, out, own_fields, COUNT(own_fields));
	out->details_len =
		get_list(json_member(object, "details"), out->details, FAILURE_DETAILS_MAX,
			 sizeof(out->details[0]), detail_fields, COUNT(detail_fields));
	fields_get(json_member(object, "quota"), &out->quota, quota_fields, COUNT(quota_fields));
	fields_get(json_member(object, "limit"), &out->limit, limit_fields, COUNT(limit_fields));
	fields_get(timeline, &out->timeline, timeline_fields, COUNT(timeline_fields));
	out->timeline.len = (int32_t)get_list(
		json_member(timeline, "attempts"), out->timeline.items, ATTEMPTS_KEPT,
		sizeof(out->timeline.items[0]), attempt_fields, COUNT(attempt_fields));
	fields_get(conflict, &out->conflict, story_fields, COUNT(story_fields));
	fields_get(json_member(conflict, "base"), &out->conflict.base, sight_fields,
		   COUNT(sight_fields));
	fields_get(json_member(conflict, "server"), &out->conflict.server, sight_fields,
		   COUNT(sight_fields));
	hold_to_known(out);
}
