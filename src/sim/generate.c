#include "generate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "names.h"
#include "random.h"

/* What is odd about an action. Every run of 50 has each of these once, so
 * that a small tenant shows them all. */
enum oddity {
	ODD_NONE,
	ODD_KEY_ABSENT,
	ODD_KEY_NULL,
	ODD_SAME_KEY,    /* the very key of another action */
	ODD_SAME_CASE,   /* that key in capitals */
	ODD_SAME_BLANKS, /* that key with blanks around it */
	ODD_PLACEHOLDER, /* that key with another placeholder */
	ODD_FOREIGN,     /* name and key past ASCII */
	ODD_UNKNOWN_PLACEHOLDER,
	ODD_NO_PROPERTIES
};

enum { ODD_PERIOD = 50, TWIN_DISTANCE = 11, KEY_MAX = 512 };

/* Salts: one for each thing drawn from the seed. */
enum salt {
	SALT_ID = 1,
	SALT_ID_TAIL,
	SALT_TTL,
	SALT_ENABLED,
	SALT_VERSION,
	SALT_EDITOR,
	SALT_DATE,
	SALT_SECURE,
	SALT_STYLE,
	SALT_INTEGRATION,
	SALT_MISC
};

/* The words of one action, before they become a name or a key. */
struct parts {
	const struct name_object *object;
	const struct name_qualifier *qualifier;
	const struct name_verb *verb;
	uint64_t round; /* how often all combinations were used up before */
};

static uint64_t draw(const struct generator *generator, uint64_t index, enum salt salt)
{
	return random_hash(generator->seed * 64 + (uint64_t)salt, index);
}

static enum oddity oddity_of(uint64_t index)
{
	switch (index % ODD_PERIOD) {
	case 7:
		return ODD_KEY_ABSENT;
	case 12:
		return ODD_KEY_NULL;
	case 21:
		return ODD_SAME_KEY;
	case 25:
		return ODD_SAME_CASE;
	case 29:
		return ODD_SAME_BLANKS;
	case 33:
		return ODD_PLACEHOLDER;
	case 36:
		return ODD_FOREIGN;
	case 41:
		return ODD_UNKNOWN_PLACEHOLDER;
	case 45:
		return ODD_NO_PROPERTIES;
	default:
		return ODD_NONE;
	}
}

/* Objects change from one action to the next, so that a page is a mixture. */
static struct parts parts_of(const struct generator *generator, uint64_t index)
{
	uint64_t combinations = name_object_count * name_qualifier_count * name_verb_count;
	uint64_t within = index % combinations;
	uint64_t lap = within / name_object_count;
	uint64_t spread = lap + within % name_object_count * (1 + generator->seed % 3);
	uint64_t pair = name_qualifier_count * name_verb_count;
	/* 31 has no factor in common with the pairs: each lap visits another. */
	uint64_t choice = spread * 31 % pair;
	return (struct parts){.object = &name_objects[within % name_object_count],
			      .qualifier = &name_qualifiers[choice % name_qualifier_count],
			      .verb = &name_verbs[choice / name_qualifier_count],
			      .round = index / combinations};
}

static const char *placeholder_of(uint64_t index, const struct parts *parts)
{
	return oddity_of(index) == ODD_PLACEHOLDER ? "lookupRef" : parts->qualifier->placeholder;
}

/* The placeholder and what stands before it are told apart by `style`, so
 * that a tenant's keys do not all look alike. */
static void put_plain_key(const struct generator *generator, uint64_t index,
			  const char *placeholder, struct buf *out)
{
	struct parts parts = parts_of(generator, index);
	uint64_t style = index == 0 ? 0 : draw(generator, index, SALT_STYLE) % 6;
	char separator = "___::."[style];

	buf_printf(out, "%s%c%s{%s}%c%s%cv%" PRIu64, parts.object->slug, separator,
		   parts.qualifier->literal, placeholder, separator, parts.verb->aspect, separator,
		   parts.round + 2);
}

static void put_foreign_key(const struct generator *generator, uint64_t index, struct buf *out)
{
	struct parts parts = parts_of(generator, index);
	uint64_t nth = index / ODD_PERIOD;

	buf_printf(out, "%s_{%s}_v%" PRIu64, name_foreigns[nth % name_foreign_count].slug,
		   parts.qualifier->placeholder, nth / name_foreign_count + 1);
}

static void put_upper(struct buf *out, const char *text)
{
	for (; *text; text++)
		buf_putc(out, *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text);
}

/* A key that collides with that of the action TWIN_DISTANCE before. */
static void put_twin_key(const struct generator *generator, uint64_t index, enum oddity oddity,
			 struct buf *out)
{
	uint64_t twin = index - TWIN_DISTANCE;
	struct parts parts = parts_of(generator, twin);
	struct buf key;

	buf_init(&key, KEY_MAX);
	put_plain_key(generator, twin,
		      oddity == ODD_PLACEHOLDER ? "lookupRef" : parts.qualifier->placeholder, &key);
	if (oddity == ODD_SAME_CASE)
		put_upper(out, buf_str(&key));
	else if (oddity == ODD_SAME_BLANKS)
		buf_printf(out, "  %s ", buf_str(&key));
	else
		buf_puts(out, buf_str(&key));
	buf_free(&key);
}

static enum key_kind put_key(const struct generator *generator, uint64_t index, struct buf *out)
{
	struct parts parts = parts_of(generator, index);
	enum oddity oddity = oddity_of(index);

	switch (oddity) {
	case ODD_KEY_ABSENT:
		return KEY_ABSENT;
	case ODD_KEY_NULL:
		return KEY_NULL;
	case ODD_SAME_KEY:
	case ODD_SAME_CASE:
	case ODD_SAME_BLANKS:
	case ODD_PLACEHOLDER:
		put_twin_key(generator, index, oddity, out);
		return KEY_TEXT;
	case ODD_FOREIGN:
		put_foreign_key(generator, index, out);
		return KEY_TEXT;
	default:
		put_plain_key(generator, index, parts.qualifier->placeholder, out);
		return KEY_TEXT;
	}
}

static int64_t ttl_of(const struct generator *generator, uint64_t index)
{
	static const int tier[] = {300, 300, 300, 300, 60, 60, 60, 3600, 3600, 3600};
	static const int custom[] = {0,   5,   30,   45,   120,   180,   420,
				     600, 900, 1800, 7200, 14400, 43200, 86400};
	uint64_t random = draw(generator, index, SALT_TTL);

	if (index == 0)
		return 60;
	if (random % 100 < 16)
		return custom[random / 100 % (sizeof(custom) / sizeof(custom[0]))];
	return tier[random / 100 % (sizeof(tier) / sizeof(tier[0]))];
}

static bool enabled_of(const struct generator *generator, uint64_t index, enum key_kind kind)
{
	uint64_t random = draw(generator, index, SALT_ENABLED) % 100;

	if (index == 0)
		return true;
	return kind == KEY_TEXT ? random >= 12 : random >= 80;
}

struct cache_facts generate_facts(const struct generator *generator, uint64_t index,
				  struct buf *key)
{
	struct cache_facts facts;

	facts.key_kind = put_key(generator, index, key);
	facts.enabled = enabled_of(generator, index, facts.key_kind);
	facts.ttl = ttl_of(generator, index);
	facts.version = (int64_t)(draw(generator, index, SALT_VERSION) % 40) + 1;
	return facts;
}

static void format_uuid(uint64_t high, uint64_t low, char *out, size_t size)
{
	snprintf(out, size, "%08" PRIx64 "-%04" PRIx64 "-%04" PRIx64 "-%04" PRIx64 "-%012" PRIx64,
		 high >> 32, high >> 16 & 0xffff, high & 0xffff, low >> 48,
		 low & UINT64_C(0xffffffffffff));
}

/* The first half of the id is the index, mixed one to one: it can be found
 * again without a table. */
static uint64_t id_salt(const struct generator *generator)
{
	return random_hash(generator->seed, SALT_ID);
}

void generate_id(const struct generator *generator, uint64_t index, char out[ID_SIZE])
{
	static const char prefix[] = "custom_-_";
	uint64_t high = random_mix(index ^ id_salt(generator));
	uint64_t low = draw(generator, index, SALT_ID_TAIL);
	size_t used = 0;

	if (low % 4 == 0) {
		memcpy(out, prefix, sizeof(prefix));
		used = sizeof(prefix) - 1;
	}
	format_uuid(high, low, out + used, ID_SIZE - used);
}

bool generate_find(const struct generator *generator, const char *id, uint64_t *index)
{
	const char *uuid = strncmp(id, "custom_-_", 9) == 0 ? id + 9 : id;
	uint64_t first;
	uint64_t second;
	uint64_t third;
	char again[ID_SIZE];

	if (sscanf(uuid, "%8" SCNx64 "-%4" SCNx64 "-%4" SCNx64 "-", &first, &second, &third) != 3)
		return false;
	*index = random_unmix(first << 32 | second << 16 | third) ^ id_salt(generator);
	if (*index >= generator->count)
		return false;
	generate_id(generator, *index, again);
	return strcmp(again, id) == 0;
}

static void put_name(const struct generator *generator, uint64_t index, struct buf *out)
{
	struct parts parts = parts_of(generator, index);
	uint64_t nth = index / ODD_PERIOD;

	if (oddity_of(index) == ODD_FOREIGN)
		buf_puts(out, name_foreigns[nth % name_foreign_count].name);
	else
		buf_printf(out, "%s %s%s", parts.verb->name, parts.object->name,
			   parts.qualifier->name);
	if (parts.round > 0)
		buf_printf(out, " %s", name_regions[parts.round % name_region_count]);
	if (parts.round > name_region_count)
		buf_printf(out, " %" PRIu64, parts.round / name_region_count);
}

static void put_contract(uint64_t index, const struct parts *parts, struct buf *out)
{
	const char *placeholder = placeholder_of(index, parts);
	enum oddity oddity = oddity_of(index);

	buf_puts(out, ",\"contract\":{\"input\":{\"type\":\"object\",\"properties\":{");
	if (oddity == ODD_UNKNOWN_PLACEHOLDER)
		buf_puts(out, "\"legacyRef\":{\"type\":\"string\"}");
	else if (oddity != ODD_NO_PROPERTIES)
		buf_printf(out,
			   "\"%s\":{\"type\":\"string\"},\"locale\":{\"type\":\"string\","
			   "\"default\":\"en-GB\"}",
			   placeholder);
	buf_printf(
		out,
		"},\"additionalProperties\":true},\"output\":{\"type\":\"object\","
		"\"properties\":{\"%s\":{\"type\":\"object\"},\"found\":{\"type\":\"boolean\"}}}}",
		parts->object->slug);
}

static void put_config(uint64_t index, const struct parts *parts, struct buf *out)
{
	buf_printf(out,
		   ",\"config\":{\"request\":{\"requestUrlTemplate\":\"https://%s.example.net/v1/"
		   "%s/${input.%s}\",\"requestType\":\"GET\",\"headers\":{\"Accept\":"
		   "\"application/json\"}},\"response\":{\"translationMap\":{\"%s\":\"$.data\"},"
		   "\"translationMapDefaults\":{},\"successTemplate\":\"{\\\"%s\\\": ${%s}}\"}}",
		   parts->object->team, parts->object->slug, placeholder_of(index, parts),
		   parts->object->slug, parts->object->slug, parts->object->slug);
}

static void put_cache(const struct generator *generator, uint64_t index, struct buf *out)
{
	struct buf key;
	struct cache_facts facts;

	buf_init(&key, KEY_MAX);
	facts = generate_facts(generator, index, &key);
	buf_printf(out, ",\"cacheEnabled\":%s", facts.enabled ? "true" : "false");
	if (facts.key_kind == KEY_TEXT)
		buf_printf(out, ",\"cacheKey\":\"%s\"", buf_str(&key));
	else if (facts.key_kind == KEY_NULL)
		buf_puts(out, ",\"cacheKey\":null");
	buf_printf(out, ",\"cacheTtl\":%" PRId64, facts.ttl);
	buf_free(&key);
}

static void put_date(const struct generator *generator, uint64_t index, struct buf *out)
{
	const int64_t newest = 1767225600; /* 2026-01-01T00:00:00Z */
	uint64_t random = draw(generator, index, SALT_DATE);
	time_t when = (time_t)(newest - (int64_t)(random % (500 * 86400)));
	struct tm tm;

	gmtime_r(&when, &tm);
	buf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900, tm.tm_mon + 1,
		   tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)((random >> 40) % 1000));
}

/* Members that no client knows, and must keep. */
static void put_unknown(const struct generator *generator, uint64_t index,
			const struct parts *parts, struct buf *out)
{
	uint64_t random = draw(generator, index, SALT_MISC);

	buf_printf(out, ",\"ownerTeam\":\"%s\",\"labels\":[\"%s\"%s]", parts->object->team,
		   random % 3 ? "production" : "pilot", random % 7 ? "" : ",\"pci\"");
	if (random % 5 == 0)
		buf_printf(out, ",\"rollout\":{\"weight\":0.%02d,\"ring\":null,\"cells\":[1,2,%d]}",
			   (int)((random >> 8) % 100), (int)((random >> 16) % 64));
}

static void put_head(const struct generator *generator, uint64_t index, const struct parts *parts,
		     struct buf *out)
{
	char id[ID_SIZE];
	char integration[ID_SIZE];
	uint64_t team = (uint64_t)(unsigned char)parts->object->team[0] * 64 + index % 2;

	generate_id(generator, index, id);
	format_uuid(draw(generator, team, SALT_INTEGRATION), draw(generator, team, SALT_MISC),
		    integration, sizeof(integration));
	buf_printf(out, "{\"id\":\"%s\",\"name\":\"", id);
	put_name(generator, index, out);
	buf_printf(out,
		   "\",\"category\":\"%s\",\"integrationId\":\"%s\",\"version\":%d,\"secure\":%s",
		   parts->object->category, integration,
		   (int)(draw(generator, index, SALT_VERSION) % 40) + 1,
		   draw(generator, index, SALT_SECURE) % 20 ? "false" : "true");
}

void generate_document(const struct generator *generator, uint64_t index, struct buf *out)
{
	struct parts parts = parts_of(generator, index);
	char id[ID_SIZE];

	generate_id(generator, index, id);
	put_head(generator, index, &parts, out);
	put_contract(index, &parts, out);
	put_config(index, &parts, out);
	put_cache(generator, index, out);
	buf_printf(out, ",\"modifiedBy\":\"%s\",\"dateModified\":\"",
		   name_editors[draw(generator, index, SALT_EDITOR) % name_editor_count]);
	put_date(generator, index, out);
	buf_puts(out, "\"");
	put_unknown(generator, index, &parts, out);
	buf_printf(out, ",\"selfUri\":\"/api/v2/dataactions/%s\"}", id);
}
