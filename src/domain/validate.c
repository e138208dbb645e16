#include "dacache/domain/validate.h"

#include <stdlib.h>
#include <string.h>

#include "dacache/domain/key_template.h"
#include "dacache/domain/net_allow.h"
#include "findings.h"

/* Placeholders past this many are not named one by one. */
enum { UNKNOWN_INPUTS_MAX = 8, EXAMPLE_MAX = 1 << 20 };

static const struct key_lookup no_keys;

int64_t footprint_bytes(size_t key_bytes, int64_t payload_kb)
{
	/* int64_t's end, as a double, is one past it */
	const double end = 9223372036854775808.0;
	int64_t payload;
	int64_t sum;

	if (__builtin_mul_overflow(payload_kb, (int64_t)1024, &payload) ||
	    __builtin_add_overflow(payload, (int64_t)256, &sum) ||
	    __builtin_add_overflow(sum, key_bytes, &sum))
		return payload_kb < 0 ? 0 : INT64_MAX;

	double total = (double)sum * 1.1;

	if (total <= 0)
		return 0;
	return total < end ? (int64_t)total : INT64_MAX;
}

struct name {
	const char *text;
	size_t len;
};

struct input_check {
	const struct action *action;
	struct findings *out;
	struct name named[UNKNOWN_INPUTS_MAX];
	size_t len;
};

static bool is_input(const struct action *action, const char *name, size_t len)
{
	for (size_t i = 0; i < action->inputs_len; i++)
		if (strlen(action->inputs[i]) == len && !memcmp(action->inputs[i], name, len))
			return true;
	return false;
}

static void check_input(void *context, const char *name, size_t len)
{
	struct input_check *check = context;

	if (check->len == UNKNOWN_INPUTS_MAX || is_input(check->action, name, len))
		return;
	for (size_t i = 0; i < check->len; i++)
		if (check->named[i].len == len && !memcmp(check->named[i].text, name, len))
			return;
	check->named[check->len++] = (struct name){name, len};
	findings_add(check->out, FIELD_KEY, false,
		     "placeholder {%.*s} is not an input of the action's contract",
		     len < 128 ? (int)len : 128, name);
}

static bool same_pattern(const char *a, const char *b)
{
	char *first = key_template_pattern(a);
	char *second = key_template_pattern(b);
	bool same = first && second && !strcmp(first, second);

	free(first);
	free(second);
	return same;
}

static void check_overlap(const char *key, const struct action *action,
			  const struct key_lookup *keys, struct findings *out)
{
	const char *other_key = NULL;
	const char *other;
	struct buf example;

	if (!keys->overlap)
		return;
	buf_init(&example, EXAMPLE_MAX);
	other = keys->overlap(keys->context, key, action ? action->id : NULL, &other_key, &example);
	if (other && same_pattern(key, other_key)) {
		buf_reset(&example);
		key_template_example(key, "42", &example);
		findings_add(out, FIELD_KEY, false,
			     "differs in placeholder names alone from the key of %.100s: both can "
			     "produce \"%.160s\"",
			     other, buf_str(&example));
	} else if (other) {
		findings_add(out, FIELD_KEY, false,
			     "overlaps with the key of %.100s: both can produce \"%.160s\"", other,
			     buf_str(&example));
	}
	buf_free(&example);
}

static void check_other_keys(const char *key, const struct action *action,
			     const struct key_lookup *keys, struct findings *out)
{
	const char *id = action ? action->id : NULL;

	if (!keys->collision || !keys->collision(keys->context, key, id)) {
		check_overlap(key, action, keys, out);
		return;
	}

	struct finding *finding =
		findings_add(out, FIELD_KEY, true, "Key collision detected: %s", key);

	if (finding)
		finding->kind = FINDING_COLLISION;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void check_key(const struct proposal *proposal, const struct action *action,
		      const struct key_lookup *keys, struct findings *out)
{
	const char *key = proposal->members.key;
	struct input_check inputs = {.action = action, .out = out};
	struct err err;

	if (!key && !proposal->members.enabled) {
		findings_add(out, FIELD_KEY, false,
			     "cacheKey is missing: the tenant may refuse the change");
		return;
	}
	if (key_template_check(key, &err))
		findings_add(out, FIELD_KEY, true, "%s", err.text);
	if (!key || !*key)
		return;
	if (is_blank(*key) || is_blank(key[strlen(key) - 1]))
		findings_add(out, FIELD_KEY, false,
			     "has blanks around it: they are part of the key");
	check_other_keys(key, action, keys, out);
	if (action && action->inputs_len)
		key_template_placeholders(key, check_input, &inputs);
}

static enum field tier_field(enum tier tier)
{
	switch (tier) {
	case TIER_DEFAULT:
		return FIELD_TTL_DEFAULT;
	case TIER_HIGH_PRIORITY:
		return FIELD_TTL_HIGH_PRIORITY;
	case TIER_STATIC_REFERENCE:
		return FIELD_TTL_STATIC_REFERENCE;
	default:
		return FIELD_TTL;
	}
}

static void add_ttl_over(enum field field, struct findings *out)
{
	struct finding *finding = findings_add(
		out, field, true, "TTL exceeds maximum allowed value of %d seconds", TTL_MAX_S);

	if (finding)
		finding->kind = FINDING_TTL_OVER;
}

static void check_matrix(const struct proposal *proposal, struct findings *out)
{
	for (enum tier tier = 0; tier < TIER_COUNT; tier++) {
		int64_t ttl_s = proposal->local.matrix.ttl_s[tier];

		if (tier == proposal->tier && ttl_s > TTL_MAX_S)
			add_ttl_over(tier_field(tier), out);
		else if (ttl_s < 0 || ttl_s > tier_ttl_max_s(tier))
			findings_add(out, tier_field(tier), true, "%s must be 0-%lld seconds",
				     tier_name(tier), (long long)tier_ttl_max_s(tier));
	}
}

/* cacheTtl itself: what is sent, whichever tier it came from. */
static void check_ttl(const struct proposal *proposal, struct findings *out)
{
	int64_t ttl_s = proposal->members.ttl_s;
	enum tier tier = proposal->tier;

	if (tier < TIER_COUNT && ttl_s != proposal->local.matrix.ttl_s[tier])
		findings_add(out, FIELD_TTL, true, "cacheTtl is not that of the tier %s",
			     tier_name(tier));
	else if (tier >= TIER_CUSTOM && ttl_s > TTL_MAX_S)
		add_ttl_over(FIELD_TTL, out);
	else if (tier >= TIER_CUSTOM && ttl_s < 0)
		findings_add(out, FIELD_TTL, true, "cacheTtl must be an integer of 0-%d",
			     TTL_MAX_S);
	if (!ttl_s && proposal->members.enabled)
		findings_add(out, tier_field(tier), false,
			     "cacheTtl 0 with caching on keeps nothing in the cache");
}

static void check_footprint(const struct proposal *proposal, struct findings *out)
{
	const char *key = proposal->members.key;
	int64_t payload_kb = proposal->local.payload_kb;
	int64_t bytes = footprint_bytes(key ? strlen(key) : 0, payload_kb);
	struct finding *finding;

	if (payload_kb < 0) {
		findings_add(out, FIELD_PAYLOAD_KB, true, "payload_kb must be 0 or more");
		return;
	}
	if (bytes <= FOOTPRINT_MAX_BYTES)
		return;
	finding = findings_add(out, FIELD_PAYLOAD_KB, true,
			       "Memory footprint %lld exceeds CXone limit of %d", (long long)bytes,
			       FOOTPRINT_MAX_BYTES);
	if (finding)
		finding->kind = FINDING_FOOTPRINT;
}

static void add_row(struct findings *out, enum field field, size_t row, bool is_error,
		    const char *text)
{
	struct finding *finding = findings_add(out, field, is_error, "%s", text);

	if (finding)
		finding->row = (int)row;
}

static void check_directives(const struct directive_list *list, const struct net_allow *webhooks,
			     struct findings *out)
{
	struct err err;

	for (size_t i = 0; i < list->len; i++) {
		const struct directive *directive = &list->items[i];

		if (directive_check_source(directive->source, &err))
			add_row(out, FIELD_DIRECTIVE_SOURCE, i, true, err.text);
		else if (webhooks && directive->action != DIRECTIVE_NOOP &&
			 net_allow_url(webhooks, directive->source, &err))
			add_row(out, FIELD_DIRECTIVE_SOURCE, i, false, err.text);
		if (directive_check_event(directive->event_type, &err))
			add_row(out, FIELD_DIRECTIVE_EVENT, i, true, err.text);
		if (directive->action >= DIRECTIVE_ACTIONS)
			add_row(out, FIELD_DIRECTIVE_ACTION, i, true,
				"action must be invalidate, refresh or noop");
	}
}

void validate_proposal(const struct proposal *proposal, const struct action *action,
		       const struct key_lookup *keys, struct findings *out)
{
	if (!keys)
		keys = &no_keys;
	out->len = 0;
	check_key(proposal, action, keys, out);
	check_matrix(proposal, out);
	check_ttl(proposal, out);
	check_footprint(proposal, out);
	check_directives(&proposal->local.directives, keys->webhooks, out);
}
