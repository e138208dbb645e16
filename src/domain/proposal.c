#include "dacache/domain/proposal.h"

#include <string.h>

void local_settings_init(struct local_settings *local)
{
	*local = (struct local_settings){
		.matrix = tier_matrix_default(),
		.payload_kb = PAYLOAD_KB_DEFAULT,
	};
}

enum err_code local_settings_copy(const struct local_settings *from, struct local_settings *to)
{
	*to = (struct local_settings){.matrix = from->matrix, .payload_kb = from->payload_kb};
	return directive_list_copy(&from->directives, &to->directives);
}

void local_settings_clear(struct local_settings *local)
{
	directive_list_clear(&local->directives);
	local_settings_init(local);
}

bool local_settings_equal(const struct local_settings *a, const struct local_settings *b)
{
	for (enum tier tier = 0; tier < TIER_COUNT; tier++)
		if (a->matrix.ttl_s[tier] != b->matrix.ttl_s[tier])
			return false;
	return a->payload_kb == b->payload_kb &&
	       directive_list_equal(&a->directives, &b->directives);
}

enum err_code proposal_from_action(const struct action *action, const struct local_settings *local,
				   struct proposal *out)
{
	*out = (struct proposal){0};

	enum err_code code = ERR_OK;

	if (local)
		code = local_settings_copy(local, &out->local);
	else
		local_settings_init(&out->local);
	if (!code)
		code = cache_members_copy(&action->members, &out->members);
	if (code) {
		proposal_clear(out);
		return code;
	}
	if (out->members.ttl_s == CACHE_TTL_ABSENT)
		proposal_set_tier(out, TIER_DEFAULT);
	else
		out->tier = tier_of_ttl(&out->local.matrix, out->members.ttl_s);
	return ERR_OK;
}

void proposal_set_tier(struct proposal *proposal, enum tier tier)
{
	proposal->tier = tier;
	if (tier < TIER_COUNT)
		proposal->members.ttl_s = proposal->local.matrix.ttl_s[tier];
}

void proposal_set_tier_ttl(struct proposal *proposal, enum tier tier, int64_t ttl_s)
{
	if (tier < TIER_COUNT)
		proposal->local.matrix.ttl_s[tier] = ttl_s;
	if (tier == proposal->tier)
		proposal->members.ttl_s = ttl_s;
}

enum err_code proposal_copy(const struct proposal *from, struct proposal *to)
{
	*to = (struct proposal){.tier = from->tier};

	enum err_code code = cache_members_copy(&from->members, &to->members);

	if (!code)
		code = local_settings_copy(&from->local, &to->local);
	if (code)
		proposal_clear(to);
	return code;
}

void proposal_clear(struct proposal *proposal)
{
	cache_members_clear(&proposal->members);
	local_settings_clear(&proposal->local);
	proposal->tier = TIER_DEFAULT;
}
