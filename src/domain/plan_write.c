/* An action as an entry of a plan file: all that an entry may name. */
#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/domain/canonical.h"
#include "dacache/domain/plan.h"

/* How the members of an entry are set apart. */
struct style {
	const char *open;
	const char *between;
	const char *close;
	const char *colon;
};

static const struct style line_style = {"{", ",", "}", ":"};
static const struct style document_style = {"  {\n    ", ",\n    ", "\n  }", ": "};

/* Shown as it is by who looks at the file: nothing that hides or turns text. */
static bool is_plain(const char *at, size_t len)
{
	char one[8] = "";
	struct buf shown;
	bool same;

	memcpy(one, at, len);
	buf_init(&shown, 64);
	text_escape(&shown, one);
	same = strcmp(buf_str(&shown), one) == 0;
	buf_free(&shown);
	return same;
}

/* A JSON string for people: UTF-8 stays as it is. */
static void put_string(struct buf *out, const char *text)
{
	size_t len;
	uint32_t ucs;

	if (!text_is_valid(text, strlen(text))) {
		canonical_string(text, strlen(text), out);
		return;
	}
	buf_putc(out, '"');
	for (; (len = text_next(text, &ucs)) > 0; text += len) {
		if (ucs == '"' || ucs == '\\')
			buf_printf(out, "\\%c", (char)ucs);
		else if ((ucs >= ' ' && ucs < 0x7f) || is_plain(text, len))
			buf_append(out, text, len);
		else if (ucs < 0x10000)
			buf_printf(out, "\\u%04x", (unsigned)ucs);
		else
			buf_printf(out, "\\u%04x\\u%04x",
				   (unsigned)(0xd800 + ((ucs - 0x10000) >> 10)),
				   (unsigned)(0xdc00 + ((ucs - 0x10000) & 0x3ff)));
	}
	buf_putc(out, '"');
}

static void put_name(struct buf *out, const struct style *style, const char *name)
{
	buf_printf(out, "%s\"%s\"%s", style->between, name, style->colon);
}

/* The tier gives the TTL; a TTL of none is named itself. What the server does not have,
 * or has in no sense, is not named: it stays as it is. */
static void put_ttl(struct buf *out, const struct style *style, const struct action *action,
		    const struct local_settings *local)
{
	int64_t ttl_s = action->members.ttl_s;
	enum tier tier = tier_of_ttl(&local->matrix, ttl_s);

	if (ttl_s < 0)
		return;
	if (tier == TIER_CUSTOM) {
		put_name(out, style, "cacheTtl");
		buf_printf(out, "%lld", (long long)ttl_s);
		return;
	}
	put_name(out, style, "tier");
	put_string(out, tier_name(tier));
}

static void put_matrix(struct buf *out, const struct style *style, const struct tier_matrix *matrix)
{
	int tier;

	put_name(out, style, "ttlMatrix");
	for (tier = 0; tier < TIER_COUNT; tier++)
		buf_printf(out, "%s\"%s\"%s%lld",
			   tier == 0              ? "{"
			   : style == &line_style ? ","
						  : ", ",
			   tier_name((enum tier)tier), style->colon,
			   (long long)matrix->ttl_s[tier]);
	buf_putc(out, '}');
}

static void put_directives(struct buf *out, const struct style *style,
			   const struct directive_list *list)
{
	bool lines = style == &document_style && list->len > 0;
	size_t i;

	put_name(out, style, "directives");
	buf_putc(out, '[');
	for (i = 0; i < list->len; i++) {
		const struct directive *directive = &list->items[i];

		buf_puts(out, i ? "," : "");
		buf_puts(out, lines ? "\n      {\"source\": " : "{\"source\":");
		put_string(out, directive->source);
		buf_puts(out, lines ? ", \"event_type\": " : ",\"event_type\":");
		put_string(out, directive->event_type);
		buf_puts(out, lines ? ", \"action\": " : ",\"action\":");
		put_string(out, directive_action_name(directive->action));
		buf_putc(out, '}');
	}
	buf_puts(out, lines ? "\n    ]" : "]");
}

enum err_code plan_write_entry(enum plan_format format, const struct action *action,
			       const struct local_settings *local, struct buf *out)
{
	const struct style *style = format == PLAN_LINES ? &line_style : &document_style;
	char etag[ETAG_SIZE];
	enum err_code code = action_if_match(action, etag);

	if (code)
		return code;
	buf_printf(out, "%s\"id\"%s", style->open, style->colon);
	put_string(out, action->id);
	if (*action->name) {
		put_name(out, style, "name");
		put_string(out, action->name);
	}
	put_name(out, style, "cacheKey");
	if (action->members.key)
		put_string(out, action->members.key);
	else
		buf_puts(out, "null");
	put_name(out, style, "cacheEnabled");
	buf_puts(out, action->members.enabled ? "true" : "false");
	put_ttl(out, style, action, local);
	put_matrix(out, style, &local->matrix);
	put_name(out, style, "payloadKb");
	buf_printf(out, "%lld", (long long)local->payload_kb);
	put_directives(out, style, &local->directives);
	put_name(out, style, "etag");
	put_string(out, etag);
	buf_puts(out, style->close);
	return out->failed;
}
