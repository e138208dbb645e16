/* One entry of a plan: its members, each checked by its type. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "directive_json.h"
#include "json_read.h"
#include "json_scan.h"
#include "plan_read.h"

enum member {
	MEMBER_ID,
	MEMBER_NAME,
	MEMBER_KEY,
	MEMBER_ENABLED,
	MEMBER_TIER,
	MEMBER_TTL,
	MEMBER_MATRIX,
	MEMBER_PAYLOAD_KB,
	MEMBER_DIRECTIVES,
	MEMBER_ETAG,
	MEMBERS
};

static const char *const member_names[MEMBERS] = {
	"id",       "name",      "cacheKey",  "cacheEnabled", "tier",
	"cacheTtl", "ttlMatrix", "payloadKb", "directives",   "etag",
};

/* One entry while it is read. */
struct entry_reader {
	struct plan_reader *file;
	const char *id; /* for the errors; may be NULL */
	struct plan_entry *out;
	bool seen[MEMBERS];
	bool good;
};

/* One member: its value, and where it stands. */
struct member_value {
	const char *name;
	size_t at;
	struct json_object *value;
};

static void wrong(struct entry_reader *reader, size_t at, const char *name, const char *what)
{
	plan_complain(reader->file, at, reader->id, "%s %s", name, what);
	reader->good = false;
}

/* --- values ------------------------------------------------------------------------ */

static void take_text(struct entry_reader *reader, const struct member_value *member, char **out)
{
	if (!json_object_is_type(member->value, json_type_string) || json_has_nul(member->value) ||
	    json_object_get_string_len(member->value) == 0) {
		wrong(reader, member->at, member->name, "must be a text that is not empty");
		return;
	}
	*out = json_dup_string(member->value);
	reader->file->out_of_memory = reader->file->out_of_memory || !*out;
}

/* An empty key goes on to validate, which refuses it in its own words. */
static void take_key(struct entry_reader *reader, const struct member_value *member)
{
	if (!member->value) {
		reader->out->has_key = true;
		return;
	}
	if (!json_object_is_type(member->value, json_type_string) || json_has_nul(member->value)) {
		wrong(reader, member->at, member->name, "must be a text, or null for none");
		return;
	}
	reader->out->key = json_dup_string(member->value);
	reader->out->has_key = true;
	reader->file->out_of_memory = reader->file->out_of_memory || !reader->out->key;
}

static void take_bool(struct entry_reader *reader, const struct member_value *member)
{
	if (!json_object_is_type(member->value, json_type_boolean)) {
		wrong(reader, member->at, member->name, "must be true or false");
		return;
	}
	reader->out->has_enabled = true;
	reader->out->enabled = json_object_get_boolean(member->value);
}

static void take_int(struct entry_reader *reader, const struct member_value *member, bool *has,
		     int64_t *out)
{
	*has = json_get_int(member->value, out);
	if (!*has)
		wrong(reader, member->at, member->name, "must be an integer, without quotes");
}

static void take_tier(struct entry_reader *reader, const struct member_value *member)
{
	struct err err = {0};

	if (!json_object_is_type(member->value, json_type_string) || json_has_nul(member->value)) {
		wrong(reader, member->at, member->name, "must be the name of one, as a text");
		return;
	}
	if (tier_parse(json_object_get_string(member->value), &reader->out->tier, &err))
		wrong(reader, member->at, "tier:", err.text);
	else if (reader->out->tier == TIER_CUSTOM)
		wrong(reader, member->at, member->name, "custom: give cacheTtl instead");
	else
		reader->out->has_tier = true;
}

/* --- names ---------------------------------------------------------------------------- */

/* The place of the name among names[0..n), n when it is not there: that is told. */
static size_t known_name(struct entry_reader *reader, const struct json_scan *scan,
			 struct json_span name, const char *const *names, size_t n, size_t offset)
{
	char word[80] = "";
	const char *nearest;
	size_t i;

	for (i = 0; i < n; i++)
		if (json_scan_named(scan, name, names[i]))
			return i;
	strncat(word, scan->text + name.start + 1,
		name.end - name.start - 2 < 64 ? name.end - name.start - 2 : 64);
	nearest = text_nearest(word, names, n);
	plan_complain(reader->file, offset + name.start, reader->id, "unknown member '%s'%s%s%s",
		      word, nearest ? "; did you mean '" : "", nearest ? nearest : "",
		      nearest ? "'?" : "");
	reader->good = false;
	return n;
}

static bool seen_twice(struct entry_reader *reader, const char *name, size_t at, bool *seen)
{
	bool twice = *seen;

	*seen = true;
	if (twice)
		wrong(reader, at, name, "is given twice");
	return twice;
}

/* --- what is nested --------------------------------------------------------------------- */

static void take_matrix(struct entry_reader *reader, const struct member_value *member,
			struct json_span span, size_t offset)
{
	const char *names[TIER_COUNT];
	bool seen[TIER_COUNT] = {false};
	struct json_scan scan;
	struct json_span name;
	struct json_span value;

	if (!json_object_is_type(member->value, json_type_object)) {
		wrong(reader, member->at, member->name, "must be an object");
		return;
	}
	for (size_t i = 0; i < TIER_COUNT; i++)
		names[i] = tier_name((enum tier)i);
	offset += span.start;
	json_scan_begin(&scan, reader->file->text + offset, span.end - span.start);
	while (json_scan_next(&scan, &name, &value)) {
		size_t tier = known_name(reader, &scan, name, names, TIER_COUNT, offset);

		if (tier == TIER_COUNT ||
		    seen_twice(reader, names[tier], offset + name.start, &seen[tier]))
			continue;

		char whole[40];
		struct member_value inner = {whole, offset + name.start,
					     json_member(member->value, names[tier])};

		snprintf(whole, sizeof(whole), "ttlMatrix.%s", names[tier]);
		take_int(reader, &inner, &reader->out->has_tier_ttl[tier],
			 &reader->out->tier_ttl_s[tier]);
	}
}

static bool directive_members_known(struct entry_reader *reader, const struct member_value *member)
{
	static const char *const names[] = {"source", "event_type", "action"};
	size_t n = json_object_array_length(member->value);
	bool known = true;

	for (size_t i = 0; i < n; i++) {
		struct json_object *item = json_object_array_get_idx(member->value, i);

		if (!json_object_is_type(item, json_type_object))
			continue;
		json_object_object_foreach(item, name, value)
		{
			(void)value;
			if (strcmp(name, names[0]) == 0 || strcmp(name, names[1]) == 0 ||
			    strcmp(name, names[2]) == 0)
				continue;
			plan_complain(reader->file, member->at, reader->id,
				      "directive %zu: unknown member '%.64s'; there are source, "
				      "event_type, action",
				      i + 1, name);
			known = false;
		}
	}
	return known;
}

static void take_directives(struct entry_reader *reader, const struct member_value *member)
{
	struct err err = {0};
	enum err_code code = directive_list_read(member->value, &reader->out->directives, &err);

	if (code == ERR_NO_MEMORY) {
		reader->file->out_of_memory = true;
		return;
	}
	if (code) {
		plan_complain(reader->file, member->at, reader->id, "%s", err.text);
		reader->good = false;
		return;
	}
	reader->out->has_directives = true;
	if (!directive_members_known(reader, member))
		reader->good = false;
}

/* --- the entry ------------------------------------------------------------------------------ */

static void take_member(struct entry_reader *reader, enum member which,
			const struct member_value *member, struct json_span span, size_t offset)
{
	struct plan_entry *out = reader->out;

	switch (which) {
	case MEMBER_ID:
		take_text(reader, member, &out->id);
		break;
	case MEMBER_NAME:
		take_text(reader, member, &out->name);
		break;
	case MEMBER_ETAG:
		take_text(reader, member, &out->etag);
		break;
	case MEMBER_KEY:
		take_key(reader, member);
		break;
	case MEMBER_ENABLED:
		take_bool(reader, member);
		break;
	case MEMBER_TIER:
		take_tier(reader, member);
		break;
	case MEMBER_TTL:
		take_int(reader, member, &out->has_ttl, &out->ttl_s);
		break;
	case MEMBER_PAYLOAD_KB:
		take_int(reader, member, &out->has_payload_kb, &out->payload_kb);
		break;
	case MEMBER_MATRIX:
		take_matrix(reader, member, span, offset);
		break;
	case MEMBER_DIRECTIVES:
		take_directives(reader, member);
		break;
	case MEMBERS:
		break;
	}
}

static void take_members(struct entry_reader *reader, struct json_object *object, size_t start,
			 size_t end)
{
	struct json_scan scan;
	struct json_span name;
	struct json_span value;

	json_scan_begin(&scan, reader->file->text + start, end - start);
	while (json_scan_next(&scan, &name, &value)) {
		size_t which = known_name(reader, &scan, name, member_names, MEMBERS, start);

		if (which == MEMBERS || seen_twice(reader, member_names[which], start + name.start,
						   &reader->seen[which]))
			continue;

		struct member_value member = {member_names[which], start + name.start,
					      json_member(object, member_names[which])};

		take_member(reader, (enum member)which, &member, value, start);
	}
	if (!reader->seen[MEMBER_ID])
		wrong(reader, start, "id", "is missing");
	if (reader->seen[MEMBER_TIER] && reader->seen[MEMBER_TTL])
		wrong(reader, start, "tier and cacheTtl", "exclude each other");
}

bool plan_read_entry(struct plan_reader *file, size_t start, size_t end, struct plan_entry *out)
{
	struct entry_reader reader = {.file = file, .out = out, .good = true};
	struct json_object *object;
	struct err err = {0};

	*out = (struct plan_entry){.line = plan_line(file, start)};
	if (file->text[start] != '{') {
		plan_complain(file, start, NULL, "an entry must be an object");
		return false;
	}
	if (json_read(file->text + start, end - start, &object, &err)) {
		plan_complain(file, start, NULL, "%s", err.text);
		return false;
	}
	if (json_has_id(object))
		reader.id = json_object_get_string(json_member(object, "id"));
	take_members(&reader, object, start, end);
	json_object_put(object);
	return reader.good;
}

void plan_entry_clear(struct plan_entry *entry)
{
	free(entry->id);
	free(entry->name);
	free(entry->etag);
	free(entry->key);
	directive_list_clear(&entry->directives);
}

/* The matrix first: a tier takes its TTL from there. */
enum err_code plan_entry_apply(const struct plan_entry *entry, struct proposal *proposal)
{
	struct cache_members *members = &proposal->members;

	for (enum tier tier = 0; tier < TIER_COUNT; tier++)
		if (entry->has_tier_ttl[tier])
			proposal_set_tier_ttl(proposal, tier, entry->tier_ttl_s[tier]);
	if (entry->has_tier)
		proposal_set_tier(proposal, entry->tier);
	if (entry->has_ttl) {
		members->ttl_s = entry->ttl_s;
		proposal->tier = tier_of_ttl(&proposal->local.matrix, entry->ttl_s);
	}
	if (entry->has_payload_kb)
		proposal->local.payload_kb = entry->payload_kb;
	if (entry->has_enabled)
		members->enabled = entry->enabled;
	if (entry->has_key &&
	    cache_members_set(members, members->enabled, entry->key, members->ttl_s))
		return ERR_NO_MEMORY;
	if (!entry->has_directives)
		return ERR_OK;
	directive_list_clear(&proposal->local.directives);
	return directive_list_copy(&entry->directives, &proposal->local.directives);
}
