/* One recorded cache look-up: a line of a feed. */
#include "dacache/domain/lookup.h"

#include <string.h>
#include <strings.h>

#include "dacache/base/clock.h"
#include "dacache/domain/ttl_model.h"
#include "json_cursor.h"

enum { SECONDS_TO_US = 6, MS_TO_US = 3, NAME_SIZE = 16, DATE_SIZE = 64, WORD_SIZE = 16 };

/* What has been read so far. */
struct reading {
	struct lookup *lookup;
	bool has_id;
	bool has_hit;
};

static enum err_code mistyped(struct err *err, const char *name, const char *wanted)
{
	return err_set(err, ERR_PARSE, "%s must be %s", name, wanted);
}

static bool at_quote(const struct cursor *cursor)
{
	return cursor->at < cursor->end && *cursor->at == '"';
}

static bool parse_date(struct cursor *cursor, int64_t *wall_us)
{
	struct cursor_string string;
	char text[DATE_SIZE];
	size_t len;

	return cursor_string(cursor, &string) && cursor_copy(string, text, sizeof(text), &len) &&
	       strlen(text) == len && clock_parse_rfc3339(text, wall_us) == ERR_OK;
}

static enum err_code read_ts(struct cursor *cursor, struct lookup *lookup, struct err *err)
{
	struct cursor_number number;
	bool ok;

	lookup->wall_us = -1;
	if (cursor_word(cursor, "null"))
		return ERR_OK;
	if (at_quote(cursor))
		ok = parse_date(cursor, &lookup->wall_us);
	else
		ok = cursor_number(cursor, &number) &&
		     cursor_scaled(number, SECONDS_TO_US, &lookup->wall_us);
	if (!ok || lookup->wall_us < 0)
		return mistyped(err, "ts", "seconds since 1970 or an RFC 3339 date");
	return ERR_OK;
}

static enum err_code read_id(struct cursor *cursor, struct reading *reading, struct err *err)
{
	char *id = reading->lookup->action_id;
	struct cursor_string string;
	size_t len;

	reading->has_id = true;
	if (!cursor_string(cursor, &string))
		return mistyped(err, "dataActionId", "a string");
	if (!cursor_copy(string, id, LOOKUP_ID_SIZE, &len))
		return mistyped(err, "dataActionId", "shorter than 128 bytes");
	if (len == 0 || strlen(id) != len)
		return mistyped(err, "dataActionId", "an id");
	return ERR_OK;
}

static enum err_code read_hit(struct cursor *cursor, struct reading *reading, struct err *err)
{
	reading->has_hit = true;
	reading->lookup->hit = cursor_word(cursor, "true");
	if (!reading->lookup->hit && !cursor_word(cursor, "false"))
		return mistyped(err, "hit", "true or false");
	return ERR_OK;
}

static enum err_code read_key(struct cursor *cursor, struct lookup *lookup, struct err *err)
{
	struct cursor_string string;
	const char *piece;
	size_t len;
	char room[4];

	lookup->has_key = !cursor_word(cursor, "null");
	lookup->key_hash = 0;
	if (!lookup->has_key)
		return ERR_OK;
	if (!cursor_string(cursor, &string))
		return mistyped(err, "key", "a string");
	lookup->key_hash = TTL_MODEL_HASH_START;
	while (cursor_piece(&string, room, &piece, &len))
		lookup->key_hash = ttl_model_hash_add(lookup->key_hash, piece, len);
	return ERR_OK;
}

static enum err_code read_latency(struct cursor *cursor, struct lookup *lookup, struct err *err)
{
	struct cursor_number number;

	lookup->latency_us = -1;
	if (cursor_word(cursor, "null"))
		return ERR_OK;
	if (!cursor_number(cursor, &number) ||
	    !cursor_scaled(number, MS_TO_US, &lookup->latency_us) || lookup->latency_us < 0)
		return mistyped(err, "latencyMs", "a number from 0");
	return ERR_OK;
}

/* An HTTP status, or in words what came of it; other words are nobody's error. */
static enum err_code read_status(struct cursor *cursor, struct lookup *lookup, struct err *err)
{
	struct cursor_number number;
	struct cursor_string string;
	char word[WORD_SIZE];
	size_t len;

	lookup->expired = false;
	if (cursor_word(cursor, "null"))
		return ERR_OK;
	if (!at_quote(cursor))
		return cursor_number(cursor, &number)
			       ? ERR_OK
			       : mistyped(err, "status", "a text or a number");
	if (!cursor_string(cursor, &string))
		return mistyped(err, "status", "a text or a number");
	lookup->expired = cursor_copy(string, word, sizeof(word), &len) &&
			  (strcasecmp(word, "expired") == 0 || strcasecmp(word, "stale") == 0);
	return ERR_OK;
}

static enum err_code read_value(struct cursor *cursor, const char *name, struct reading *reading,
				struct err *err)
{
	if (strcmp(name, "ts") == 0)
		return read_ts(cursor, reading->lookup, err);
	if (strcmp(name, "dataActionId") == 0)
		return read_id(cursor, reading, err);
	if (strcmp(name, "hit") == 0)
		return read_hit(cursor, reading, err);
	if (strcmp(name, "key") == 0)
		return read_key(cursor, reading->lookup, err);
	if (strcmp(name, "latencyMs") == 0)
		return read_latency(cursor, reading->lookup, err);
	if (strcmp(name, "status") == 0)
		return read_status(cursor, reading->lookup, err);
	if (!cursor_skip(cursor))
		return err_set(err, ERR_PARSE, "broken JSON");
	return ERR_OK;
}

static enum err_code read_member(struct cursor *cursor, struct reading *reading, struct err *err)
{
	struct cursor_string string;
	char name[NAME_SIZE];
	size_t len;

	if (!cursor_string(cursor, &string) || !cursor_take(cursor, ':'))
		return err_set(err, ERR_PARSE, "broken JSON");
	/* A name that does not fit is none that counts, nor is one with a NUL. */
	if (!cursor_copy(string, name, sizeof(name), &len) || strlen(name) != len)
		name[0] = '\0';
	return read_value(cursor, name, reading, err);
}

static enum err_code read_members(struct cursor *cursor, struct reading *reading, struct err *err)
{
	enum err_code code = ERR_OK;

	cursor_blanks(cursor);
	if (!cursor_take(cursor, '{'))
		return err_set(err, ERR_PARSE, "not a JSON object");
	if (!cursor_take(cursor, '}')) {
		do
			code = read_member(cursor, reading, err);
		while (code == ERR_OK && cursor_take(cursor, ','));
		if (code == ERR_OK && !cursor_take(cursor, '}'))
			code = err_set(err, ERR_PARSE, "broken JSON");
	}
	if (code == ERR_OK && cursor->at != cursor->end)
		code = err_set(err, ERR_PARSE, "text after the JSON object");
	return code;
}

enum err_code lookup_parse(const char *line, size_t len, struct lookup *out, struct err *err)
{
	struct reading reading = {.lookup = out};
	struct cursor cursor = {.at = line, .end = line + len};
	enum err_code code;

	*out = (struct lookup){.wall_us = -1, .latency_us = -1};
	code = read_members(&cursor, &reading, err);
	if (code != ERR_OK)
		return code;
	if (!reading.has_id)
		return err_set(err, ERR_PARSE, "dataActionId is missing");
	if (!reading.has_hit)
		return err_set(err, ERR_PARSE, "hit is missing");
	/* What was served stale was served. */
	out->expired = out->expired && !out->hit;
	return ERR_OK;
}
