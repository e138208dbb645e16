#include "dacache/domain/tier.h"

#include <string.h>

#include "dacache/base/text.h"

static const char *const names[TIER_COUNT + 1] = {
	[TIER_DEFAULT] = "default",
	[TIER_HIGH_PRIORITY] = "high_priority",
	[TIER_STATIC_REFERENCE] = "static_reference",
	[TIER_CUSTOM] = "custom",
};

struct tier_matrix tier_matrix_default(void)
{
	return (struct tier_matrix){
		.ttl_s =
			{
				[TIER_DEFAULT] = 300,
				[TIER_HIGH_PRIORITY] = 60,
				[TIER_STATIC_REFERENCE] = 3600,
			},
	};
}

const char *tier_name(enum tier tier)
{
	return tier <= TIER_CUSTOM ? names[tier] : names[TIER_CUSTOM];
}

int64_t tier_ttl_max_s(enum tier tier)
{
	return tier == TIER_HIGH_PRIORITY ? 3600 : TTL_MAX_S;
}

enum err_code tier_parse(const char *name, enum tier *out, struct err *err)
{
	if (!name)
		name = "";
	for (enum tier tier = 0; tier <= TIER_CUSTOM; tier++) {
		if (!strcmp(name, names[tier])) {
			*out = tier;
			return ERR_OK;
		}
	}

	const char *nearest = text_nearest(name, names, TIER_COUNT + 1);

	if (nearest)
		return err_set(err, ERR_INVALID, "unknown tier \"%s\": did you mean %s?", name,
			       nearest);
	return err_set(
		err, ERR_INVALID,
		"tier must be default, high_priority, static_reference or custom, not \"%s\"",
		name);
}

enum tier tier_of_ttl(const struct tier_matrix *matrix, int64_t ttl_s)
{
	for (enum tier tier = 0; tier < TIER_COUNT; tier++)
		if (matrix->ttl_s[tier] == ttl_s)
			return tier;
	return TIER_CUSTOM;
}
