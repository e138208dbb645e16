/* The words of `set`: what is to be changed. */
#include <string.h>
#include <unistd.h>

#include "dacache/base/text.h"
#include "set.h"

enum err_code set_parse(struct set *set, int argc, char **argv, struct err *err)
{
	const struct cli_option options[] = {
		{"--key", &set->key, NULL, NULL},
		{"--tier", &set->tier, NULL, NULL},
		{"--ttl", &set->ttl, NULL, NULL},
		{"--payload-kb", &set->payload_kb, NULL, NULL},
		{"--enable", NULL, &set->enable, NULL},
		{"--disable", NULL, &set->disable, NULL},
		{"--directive", NULL, NULL, &set->directives},
		{"--no-directives", NULL, &set->no_directives, NULL},
		{"--dry-run", NULL, &set->dry_run, NULL},
		{"--yes", NULL, &set->yes, NULL},
		{"--rebase", NULL, &set->rebase, NULL},
		{"--json", NULL, &set->json, NULL},
	};
	const char *words[1];
	size_t n;
	enum err_code code = cli_options(argc, argv, options, sizeof(options) / sizeof(options[0]),
					 words, 1, &n, err);

	if (code)
		return code;
	if (n == 0)
		return err_set(err, ERR_USAGE, "set needs the ID of an action");
	set->id = words[0];
	if (set->enable && set->disable)
		return err_set(err, ERR_USAGE, "set: --enable and --disable exclude each other");
	if (set->tier && set->ttl)
		return err_set(err, ERR_USAGE,
			       "set: --tier and --ttl exclude each other: the tier gives the TTL");
	if (!set->dry_run && !set->yes && (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)))
		return err_set(err, ERR_USAGE,
			       "set asks before it writes: without a terminal give --yes, or "
			       "--dry-run to look only");
	return ERR_OK;
}

static enum err_code change_ttl(const struct set *set, struct proposal *wanted, struct err *err)
{
	enum tier tier;
	int64_t ttl_s;

	if (set->tier) {
		enum err_code code = tier_parse(set->tier, &tier, err);

		if (code)
			return code;
		if (tier == TIER_CUSTOM)
			return err_set(err, ERR_USAGE, "set: give a custom TTL by --ttl SECONDS");
		proposal_set_tier(wanted, tier);
	}
	if (!set->ttl)
		return ERR_OK;
	/* Over the range is the validation's to refuse, in its own words. */
	if (text_parse_int(set->ttl, 0, INT64_MAX, &ttl_s))
		return err_set(err, ERR_INVALID,
			       "--ttl: '%s' is not a whole number of seconds (0-%d)", set->ttl,
			       TTL_MAX_S);
	wanted->members.ttl_s = ttl_s;
	wanted->tier = tier_of_ttl(&wanted->local.matrix, ttl_s);
	return ERR_OK;
}

static enum err_code change_directives(const struct set *set, struct directive_list *list,
				       struct err *err)
{
	size_t i;

	if (set->no_directives)
		directive_list_clear(list);
	for (i = 0; i < set->directives.len; i++) {
		struct directive directive = {0};
		enum err_code code = directive_parse(set->directives.values[i], &directive, err);

		if (!code)
			code = directive_list_add(list, directive.source, directive.event_type,
						  directive.action);
		directive_clear(&directive);
		if (code == ERR_LIMIT)
			return err_set(err, code, "an action takes at most %d directives",
				       DIRECTIVES_MAX);
		if (code)
			return code;
	}
	return ERR_OK;
}

enum err_code set_change(const struct set *set, struct proposal *wanted, struct err *err)
{
	enum err_code code;

	if (set->key && cache_members_set(&wanted->members, wanted->members.enabled, set->key,
					  wanted->members.ttl_s))
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	if (set->enable || set->disable)
		wanted->members.enabled = set->enable;
	if (set->payload_kb &&
	    text_parse_int(set->payload_kb, 0, INT32_MAX, &wanted->local.payload_kb))
		return err_set(err, ERR_INVALID, "--payload-kb: '%s' is not a whole number",
			       set->payload_kb);
	code = change_ttl(set, wanted, err);
	return code ? code : change_directives(set, &wanted->local.directives, err);
}
