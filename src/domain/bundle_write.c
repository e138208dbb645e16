/* The files of a bundle. */
#include <inttypes.h>
#include <string.h>

#include "dacache/base/clock.h"
#include "dacache/domain/bundle.h"
#include "dacache/domain/canonical.h"
#include "dacache/domain/json_member.h"
#include "failure_json.h"

static void put_time(struct buf *out, const char *name, int64_t wall_us)
{
	char text[CLOCK_TEXT_SIZE];

	clock_format_rfc3339(wall_us, text);
	json_line_text(out, name, text);
}

enum err_code bundle_put_manifest(struct buf *out, const struct bundle_head *head,
				  const struct bundle_part *parts, size_t n)
{
	buf_putc(out, '{');
	json_line_text(out, "format", "dacache-bundle");
	json_line_int(out, "format_version", 1);
	put_time(out, "made", head->made_us);
	json_line_text(out, "dacache", head->version);
	json_line_text(out, "profile", head->profile);
	json_line_text(out, "base_url", head->base_url);
	json_line_text(out, "data_action_id", head->action_id);
	json_line_name(out, "files");
	buf_putc(out, '[');
	for (size_t i = 0; i < n; i++) {
		char hash[65];

		if (canonical_sha256(parts[i].data, parts[i].len, hash))
			return ERR_NO_MEMORY;
		buf_printf(out, "%s\n  {\"name\":\"%s\",\"bytes\":%zu,\"sha256\":\"%s\"}",
			   i > 0 ? "," : "", parts[i].name, parts[i].len, hash);
	}
	return buf_puts(out, "]}\n");
}

/* Of a secret that there is one. Not under its own name: what stands behind such a name
 * is masked. */
static void put_withheld(struct buf *out, const char *name, const char *secret)
{
	if (secret && secret[0])
		buf_printf(out, "%s\"%s\"", out->data[out->len - 1] == '[' ? "" : ",", name);
}

enum err_code bundle_put_settings(struct buf *out, const struct profile *profile)
{
	buf_putc(out, '{');
	json_line_text(out, "profile", profile->name);
	json_line_text(out, "base_url", profile->base_url);
	json_line_text(out, "token_url", profile->token_url);
	json_line_name(out, "set_and_withheld");
	buf_putc(out, '[');
	put_withheld(out, "client_id", profile->client_id);
	put_withheld(out, "client_secret", profile->client_secret);
	put_withheld(out, "webhook_secret", profile->webhook_secret);
	buf_putc(out, ']');
	json_line_text(out, "webhook_allow", profile->webhook_allow);
	json_line_text(out, "data_action_id", profile->data_action_id);
	json_line_text(out, "hit_header", profile->hit_header);
	json_line_text(out, "auth_style", profile->auth_style == AUTH_BASIC ? "basic" : "body");
	json_line_text(out, "put_body", profile->put_body == PUT_FIELDS ? "fields" : "document");
	json_line_bool(out, "protected", profile->is_protected);
	json_line_bool(out, "read_only", profile->read_only);
	json_line_int(out, "page_size", profile->page_size);
	json_line_int(out, "max_attempts", profile->max_attempts);
	json_line_int(out, "max_wait", profile->max_wait_s);
	json_line_int(out, "connect_timeout", profile->connect_timeout_s);
	json_line_int(out, "call_timeout", profile->call_timeout_s);
	return buf_puts(out, "}\n");
}

enum err_code bundle_put_message(struct buf *out, int64_t wall_us, int severity, const char *text,
				 const char *action_id, const struct failure *failure)
{
	static const char *const names[] = {"info", "warning", "error"};

	buf_putc(out, '{');
	put_time(out, "at", wall_us);
	json_line_text(out, "severity", names[severity]);
	json_line_text(out, "text", text);
	json_line_text(out, "data_action_id", action_id && action_id[0] ? action_id : NULL);
	json_line_name(out, "failure");
	if (failure)
		failure_to_json(failure, out);
	else
		buf_puts(out, "null");
	return buf_putc(out, '}');
}

enum err_code bundle_put_action(struct buf *out, const struct action *action, int64_t read_us,
				const char *why_not)
{
	buf_putc(out, '{');
	json_line_text(out, "id", action ? action->id : NULL);
	json_line_text(out, "etag", action && action->etag[0] ? action->etag : NULL);
	put_time(out, "read", read_us);
	json_line_text(out, "why_not", action ? NULL : why_not);
	json_line_name(out, "document");
	if (action)
		action_pretty(action, out);
	else
		buf_puts(out, "null");
	return buf_puts(out, "}\n");
}
