#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/domain/directive.h"
#include "dacache/domain/json_member.h"
#include "dacache/domain/validate.h"
#include "internal.h"

static enum tier tier_of(const struct cli_action *got)
{
	return tier_of_ttl(&got->local.matrix, got->action->members.ttl_s);
}

static void put_local_json(struct buf *out, const struct local_settings *local)
{
	int tier;

	buf_puts(out, ",\"ttl_matrix\":{");
	for (tier = 0; tier < TIER_COUNT; tier++)
		json_member_int(out, tier_name((enum tier)tier), local->matrix.ttl_s[tier]);
	buf_puts(out, "}");
	json_member_int(out, "payload_kb", local->payload_kb);
	buf_puts(out, ",\"directives\":");
	directive_list_to_json(&local->directives, out);
}

static void put_json(struct buf *out, const struct cli_action *got, const char *if_match)
{
	const struct action *action = got->action;

	buf_puts(out, "{");
	json_member_text(out, "id", action->id);
	json_member_text(out, "name", action->name);
	json_member_text(out, "category", action->category);
	json_member_text(out, "etag", action->etag[0] ? action->etag : NULL);
	json_member_text(out, "if_match", if_match);
	json_member_text(out, "tier", tier_name(tier_of(got)));
	put_local_json(out, &got->local);
	buf_puts(out, ",\"document\":");
	action_pretty(action, out);
	buf_puts(out, "}\n");
}

static void put_members(struct buf *out, const struct cli_action *got)
{
	const struct cache_members *members = &got->action->members;
	char text[64];

	cli_text_line(out, "enabled", members->enabled ? "yes" : "no");
	cli_text_line(out, "key", members->key ? members->key : "-");
	if (members->ttl_s >= 0)
		snprintf(text, sizeof(text), "%" PRId64 " s (%s)", members->ttl_s,
			 tier_name(tier_of(got)));
	else
		snprintf(text, sizeof(text), "%s",
			 members->ttl_s == CACHE_TTL_ABSENT ? "-"
							    : "no integer of 0-86400: see --json");
	cli_text_line(out, "TTL", text);
}

static void put_local(struct buf *out, const struct cli_action *got)
{
	const struct local_settings *local = &got->local;
	const char *key = got->action->members.key;
	char text[128];
	size_t i;

	snprintf(text, sizeof(text),
		 "default %" PRId64 ", high_priority %" PRId64 ", static_reference %" PRId64 " s",
		 local->matrix.ttl_s[TIER_DEFAULT], local->matrix.ttl_s[TIER_HIGH_PRIORITY],
		 local->matrix.ttl_s[TIER_STATIC_REFERENCE]);
	cli_text_line(out, "matrix", text);
	snprintf(text, sizeof(text), "%" PRId64 " KB, footprint %" PRId64 " of %d bytes",
		 local->payload_kb, footprint_bytes(key ? strlen(key) : 0, local->payload_kb),
		 FOOTPRINT_MAX_BYTES);
	cli_text_line(out, "payload", text);
	for (i = 0; i < local->directives.len; i++) {
		const struct directive *directive = &local->directives.items[i];

		buf_printf(out, "%-12s ", i ? "" : "directives");
		text_escape(out, directive->event_type);
		buf_printf(out, " %s ", directive_action_name(directive->action));
		text_escape(out, directive->source);
		buf_putc(out, '\n');
	}
}

static void put_text(struct buf *out, const struct cli_action *got, const char *if_match)
{
	const struct action *action = got->action;
	char version[32] = "-";

	if (action->version >= 0)
		snprintf(version, sizeof(version), "%" PRId64, action->version);
	cli_text_line(out, "id", action->id);
	cli_text_line(out, "name", action->name);
	cli_text_line(out, "category", action->category[0] ? action->category : "-");
	put_members(out, got);
	put_local(out, got);
	cli_text_line(out, "ETag", action->etag[0] ? action->etag : "none sent by the server");
	cli_text_line(out, "If-Match", if_match);
	cli_text_line(out, "version", version);
	cli_text_line(out, "modified", action->date_modified[0] ? action->date_modified : "-");
	cli_text_line(out, "by", action->modified_by[0] ? action->modified_by : "-");
}

enum err_code cli_show(void *context, int argc, char **argv, struct err *err)
{
	struct cli *cli = context;
	const char *words[1];
	bool json = false;
	const struct cli_option options[] = {{"--json", NULL, &json, NULL}};
	struct cli_action got = {0};
	char if_match[ETAG_SIZE];
	size_t n;
	enum err_code code = cli_options(argc, argv, options, 1, words, 1, &n, err);

	if (!code && n == 0)
		code = err_set(err, ERR_USAGE, "show needs the ID of an action");
	if (!code)
		code = cli_fetch(cli, words[0], &got, err);
	if (!code)
		code = action_if_match(got.action, if_match);
	if (!code && json)
		put_json(&cli->out, &got, if_match);
	else if (!code)
		put_text(&cli->out, &got, if_match);
	cli_action_clear(&got);
	return code;
}
