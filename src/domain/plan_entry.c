/* One entry of a plan: its members, each checked by its type. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
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
	bool wants[MEMBERS]; /* seen, and no null */
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
}

/* --- values ------------------------------------------------------------------------ */

/* A null is no wish: what is to stay is left out. */
static void wrong_type(struct entry_reader *reader, const struct member_value *member,
		       const char *what)
{
	bool is_null = !member->value && strcmp(member->name, "id") != 0;

	plan_complain(reader->file, member->at, reader->id, "%s must be %s%s", member->name, what,
		      is_null ? ", not null (left out, it stays as it is)" : "");
}

/* A text that a C string can hold; else that it is none was told. */
static bool is_text(struct entry_reader *reader, const struct member_value *member,
		    const char *what)
{
	if (!json_object_is_type(member->value, json_type_string))
		wrong_type(reader, member, what);
	else if (json_has_nul(member->value))
		wrong(reader, member->at, member->name, "must not contain a NUL (\\u0000)");
	else
		return true;
	return false;
}

static void take_text(struct entry_reader *reader, const struct member_value *member, char **out)
{
	static const char what[] = "a text that is not empty";

	if (!is_text(reader, member, what))
		return;
	if (json_object_get_string_len(member->value) == 0) {
		wrong_type(reader, member, what);
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
	if (!is_text(reader, member, "a text, or null for none"))
		return;
	reader->out->key = json_dup_string(member->value);
	reader->out->has_key = true;
	reader->file->out_of_memory = reader->file->out_of_memory || !reader->out->key;
}

static void take_bool(struct entry_reader *reader, const struct member_value *member)
{
	if (!json_object_is_type(member->value, json_type_boolean)) {
		wrong_type(reader, member, "true or false");
		return;
	}
	reader->out->has_enabled = true;
	reader->out->enabled = json_object_get_boolean(member->value);
}

static void take_int(struct entry_reader *reader, const struct member_value *member, bool *has,
		     int64_t *out)
{
	*has = json_get_int(member->value, out);
	if (*has)
		return;
	if (json_object_is_type(member->value, json_type_int))
		wrong(reader, member->at, member->name, "is far too large");
	else if (json_object_is_type(member->value, json_type_string))
		wrong_type(reader, member, "an integer, without quotes");
	else
		wrong_type(reader, member, "an integer");
}

static void take_tier(struct entry_reader *reader, const struct member_value *member)
{
	static const char all[] = "default, high_priority or static_reference";
	const char *names[TIER_COUNT];
	const char *word;
	const char *nearest;

	if (!is_text(reader, member, all))
		return;
	word = json_object_get_string(member->value);
	for (enum tier tier = 0; tier < TIER_COUNT; tier++) {
		names[tier] = tier_name(tier);
		if (strcmp(word, names[tier]) != 0)
			continue;
		reader->out->tier = tier;
		reader->out->has_tier = true;
		return;
	}
	nearest = text_nearest(word, names, TIER_COUNT);
	if (strcmp(word, tier_name(TIER_CUSTOM)) == 0)
		wrong(reader, member->at, member->name, "custom: give cacheTtl instead");
	else if (nearest)
		plan_complain(reader->file, member->at, reader->id,
			      "unknown tier '%.64s'; did you mean '%s'?", word, nearest);
	else
		plan_complain(reader->file, member->at, reader->id, "tier must be %s, not '%.64s'",
			      all, word);
}

/* --- names ---------------------------------------------------------------------------- */

/* The place of the name among names[0..n), n when it is not there: that is told. of: the
 * member they are within, "" for the entry. */
static size_t known_name(struct entry_reader *reader, const struct json_scan *scan,
			 struct json_span name, const char *const *names, size_t n, size_t offset,
			 const char *of)
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
	plan_complain(reader->file, offset + name.start, reader->id,
		      "%s%sunknown member '%s'%s%s%s", of, *of ? ": " : "", word,
		      nearest ? "; did you mean '" : "", nearest ? nearest : "",
		      nearest ? "'?" : "");
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

static void note_line(struct entry_reader *reader, enum field field, size_t at)
{
	reader->out->line_of[field] = (uint32_t)plan_line(reader->file, at);
}

/* --- what is nested --------------------------------------------------------------------- */

static void take_matrix(struct entry_reader *reader, const struct member_value *member,
			struct json_span span, size_t offset)
{
	static const enum field fields[TIER_COUNT] = {FIELD_TTL_DEFAULT, FIELD_TTL_HIGH_PRIORITY,
						      FIELD_TTL_STATIC_REFERENCE};
	const char *names[TIER_COUNT];
	bool seen[TIER_COUNT] = {false};
	struct json_scan scan;
	struct json_span name;
	struct json_span value;

	if (!json_object_is_type(member->value, json_type_object)) {
		wrong_type(reader, member, "an object");
		return;
	}
	for (size_t i = 0; i < TIER_COUNT; i++)
		names[i] = tier_name((enum tier)i);
	offset += span.start;
	json_scan_begin(&scan, reader->file->text + offset, span.end - span.start);
	while (json_scan_next(&scan, &name, &value)) {
		size_t tier =
			known_name(reader, &scan, name, names, TIER_COUNT, offset, member->name);

		if (tier == TIER_COUNT)
			continue;

		const char *whole = plan_field_name(fields[tier]);
		struct member_value inner = {whole, offset + name.start,
					     json_member(member->value, names[tier])};

		if (seen_twice(reader, whole, inner.at, &seen[tier]))
			continue;
		note_line(reader, fields[tier], inner.at);
		take_int(reader, &inner, &reader->out->has_tier_ttl[tier],
			 &reader->out->tier_ttl_s[tier]);
	}
}

static void take_directives(struct entry_reader *reader, const struct member_value *member)
{
	note_line(reader, FIELD_DIRECTIVE_SOURCE, member->at);
	note_line(reader, FIELD_DIRECTIVE_EVENT, member->at);
	note_line(reader, FIELD_DIRECTIVE_ACTION, member->at);
	reader->out->has_directives = plan_read_directives(reader->file, member->at, reader->id,
							   member->value, &reader->out->directives);
}

/* --- the entry ------------------------------------------------------------------------------ */

static void take_member(struct entry_reader *reader, enum member which,
			const struct member_value *member, struct json_span span, size_t offset)
{
	static const enum field fields[MEMBERS] = {
		[MEMBER_ID] = FIELD_NONE,         [MEMBER_NAME] = FIELD_NONE,
		[MEMBER_KEY] = FIELD_KEY,         [MEMBER_ENABLED] = FIELD_ENABLED,
		[MEMBER_TIER] = FIELD_TIER,       [MEMBER_TTL] = FIELD_TTL,
		[MEMBER_MATRIX] = FIELD_NONE,     [MEMBER_PAYLOAD_KB] = FIELD_PAYLOAD_KB,
		[MEMBER_DIRECTIVES] = FIELD_NONE, [MEMBER_ETAG] = FIELD_NONE,
	};
	struct plan_entry *out = reader->out;

	if (fields[which] != FIELD_NONE)
		note_line(reader, fields[which], member->at);
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
		size_t which = known_name(reader, &scan, name, member_names, MEMBERS, start, "");

		if (which == MEMBERS || seen_twice(reader, member_names[which], start + name.start,
						   &reader->seen[which]))
			continue;

		struct member_value member = {member_names[which], start + name.start,
					      json_member(object, member_names[which])};

		reader->wants[which] = member.value != NULL;
		take_member(reader, (enum member)which, &member, value, start);
	}
	if (!reader->seen[MEMBER_ID])
		wrong(reader, start, "id", "is missing");
	if (reader->wants[MEMBER_TIER] && reader->wants[MEMBER_TTL])
		wrong(reader, start, "tier and cacheTtl", "exclude each other");
}

void plan_read_entry(struct plan_reader *file, size_t start, size_t end, struct plan_entry *out)
{
	struct entry_reader reader = {.file = file, .out = out};
	struct json_object *object;
	struct err err = {0};

	*out = (struct plan_entry){.line = plan_line(file, start)};
	if (file->text[start] != '{') {
		plan_complain(file, start, NULL, "an entry must be an object");
		return;
	}
	if (json_read(file->text + start, end - start, &object, &err)) {
		plan_complain(file, start, NULL, "%s", err.text);
		return;
	}
	if (json_has_id(object))
		reader.id = json_object_get_string(json_member(object, "id"));
	take_members(&reader, object, start, end);
	json_object_put(object);
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

size_t plan_entry_line(const struct plan_entry *entry, enum field field)
{
	return field < FIELD_NONE && entry->line_of[field] ? entry->line_of[field] : entry->line;
}

/* Whether the entry itself asks for what is wrong. */
static bool asks_for(const struct plan_entry *entry, enum field field)
{
	return field < FIELD_NONE && entry->line_of[field] != 0;
}

void plan_entry_check(const struct plan_entry *entry, struct findings *out)
{
	struct proposal wanted = {.members = {.ttl_s = tier_matrix_default().ttl_s[TIER_DEFAULT]}};
	size_t kept = 0;

	local_settings_init(&wanted.local);
	out->len = 0;
	if (plan_entry_apply(entry, &wanted) == ERR_OK)
		validate_proposal(&wanted, NULL, NULL, out);
	for (size_t i = 0; i < out->len; i++)
		if (out->items[i].is_error && asks_for(entry, out->items[i].field))
			out->items[kept++] = out->items[i];
	out->len = kept;
	proposal_clear(&wanted);
}

void plan_complain_of_values(struct plan_reader *file, size_t at, const struct plan_entry *entry)
{
	struct findings findings = {0};
	struct buf text;

	plan_entry_check(entry, &findings);
	buf_init(&text, 4096);
	for (size_t i = 0; i < findings.len; i++) {
		buf_reset(&text);
		plan_put_finding(&findings.items[i], &text);
		plan_complain(file, at, entry->id, "%s", buf_str(&text));
	}
	buf_free(&text);
}
