/* What leaves for the tenant, and the document for reading. */
#include <string.h>

#include "action_document.h"
#include "dacache/domain/action.h"
#include "dacache/domain/canonical.h"
#include "json_read.h"
#include "json_scan.h"
#include "members_json.h"

/* Longer than its document a body is by the members that came to it. */
enum { MEMBERS_EXPECTED = 256 };

/* One PUT body: the fetched text, what is wanted, and which of the three differ. A
 * member that does not differ goes out as it came, so that what struct
 * cache_members cannot hold (a NUL in the key, a TTL of "60") is not lost. */
struct body {
	const char *text;
	size_t len;
	const struct cache_members *wanted;
	bool changed[CACHE_MEMBERS];
	bool written[CACHE_MEMBERS];
	struct buf *out;
};

static void compare(struct body *body, const struct cache_members *fetched)
{
	const char *key = body->wanted->key;

	body->changed[0] = fetched->enabled != body->wanted->enabled;
	body->changed[1] = !fetched->key != !key || (key && strcmp(fetched->key, key) != 0);
	body->changed[2] = fetched->ttl_s != body->wanted->ttl_s;
}

static void put_value(const struct body *body, int which)
{
	const char *key = body->wanted->key;

	if (which == 0)
		buf_puts(body->out, body->wanted->enabled ? "true" : "false");
	else if (which == 1 && key)
		canonical_string(key, strlen(key), body->out);
	else if (which == 2 && body->wanted->ttl_s >= 0)
		buf_printf(body->out, "%lld", (long long)body->wanted->ttl_s);
	else
		buf_puts(body->out, "null");
}

static int which_member(const struct json_scan *scan, struct json_span name)
{
	for (int i = 0; i < CACHE_MEMBERS; i++)
		if (json_scan_named(scan, name, cache_member_names[i]))
			return i;
	return -1;
}

/* The members the document lacks, in front of its closing brace. */
static void put_missing(struct body *body, size_t members)
{
	for (int i = 0; i < CACHE_MEMBERS; i++) {
		if (!body->changed[i] || body->written[i])
			continue;
		buf_printf(body->out, "%s\"%s\":", members++ ? "," : "", cache_member_names[i]);
		put_value(body, i);
	}
}

static void put_document(struct body *body)
{
	struct json_scan scan;
	struct json_span name;
	struct json_span value;
	size_t done = 0;

	json_scan_begin(&scan, body->text, body->len);
	while (json_scan_next(&scan, &name, &value)) {
		int which = which_member(&scan, name);

		if (which < 0 || !body->changed[which])
			continue;
		buf_append(body->out, body->text + done, value.start - done);
		put_value(body, which);
		body->written[which] = true;
		done = value.end;
	}
	buf_append(body->out, body->text + done, scan.at - done);
	put_missing(body, scan.count);
	buf_append(body->out, body->text + scan.at, body->len - scan.at);
}

/* The last of that name, as every reader of JSON takes it. */
static struct json_span find_value(const struct body *body, int which)
{
	struct json_scan scan;
	struct json_span name;
	struct json_span value;
	struct json_span found = {0};

	json_scan_begin(&scan, body->text, body->len);
	while (json_scan_next(&scan, &name, &value))
		if (json_scan_named(&scan, name, cache_member_names[which]))
			found = value;
	return found;
}

static void put_fields(struct body *body)
{
	buf_putc(body->out, '{');
	for (int i = 0; i < CACHE_MEMBERS; i++) {
		struct json_span value = find_value(body, i);

		buf_printf(body->out, "%s\"%s\":", i ? "," : "", cache_member_names[i]);
		if (body->changed[i] || !value.end)
			put_value(body, i);
		else
			buf_append(body->out, body->text + value.start, value.end - value.start);
	}
	buf_putc(body->out, '}');
}

enum err_code action_put_body(const struct action *action, const struct cache_members *wanted,
			      bool fields_only, struct buf *out)
{
	static const struct cache_members absent = {.ttl_s = CACHE_TTL_ABSENT};
	const struct action_document *document = action->document;
	struct body body = {
		.text = document ? document->text : "{}",
		.len = document ? document->len : 2,
		.wanted = wanted,
		.out = out,
	};

	buf_expect(out, body.len + MEMBERS_EXPECTED);
	/* Those of an action are its document's: it was parsed when they were read. */
	compare(&body, document ? &action->members : &absent);
	if (fields_only)
		put_fields(&body);
	else
		put_document(&body);
	return out->failed;
}

enum err_code action_pretty(const struct action *action, struct buf *out)
{
	if (!action->document)
		return buf_puts(out, "{}");
	return json_indent(action->document->text, action->document->len, out);
}
