/* One entry of the audit. */
#include "dacache/domain/audit_entry.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/domain/canonical.h"
#include "dacache/domain/decimal.h"
#include "dacache/domain/json_member.h"

/* A key of 8 MiB in payload and before, each byte as six characters. */
enum { LATENCY_DIGITS = 3, CANONICAL_MAX = 128 << 20, ENTRY_EXPECTED = 1024 };

static const char *const outcome_names[OUTCOMES] = {"applied", "unchanged",   "conflict",
						    "refused", "not applied", "unknown"};

const char *outcome_name(enum outcome outcome)
{
	if ((size_t)outcome >= OUTCOMES)
		return "unknown";
	return outcome_names[outcome];
}

enum err_code outcome_parse(const char *name, enum outcome *out)
{
	for (size_t i = 0; i < OUTCOMES; i++) {
		if (strcmp(name, outcome_names[i]) == 0) {
			*out = (enum outcome)i;
			return ERR_OK;
		}
	}
	return ERR_PARSE;
}

void audit_entry_init(struct audit_entry *entry)
{
	memset(entry, 0, sizeof(*entry));
	entry->latency_ms = -1;
	entry->outcome = OUTCOME_UNKNOWN;
}

void audit_entry_clear(struct audit_entry *entry)
{
	free(entry->action);
	free(entry->data_action_id);
	free(entry->name);
	cache_members_clear(&entry->payload);
	cache_members_clear(&entry->before);
	free(entry->if_match);
	free(entry->who);
	free(entry->correlation_id);
	free(entry->message);
	audit_entry_init(entry);
}

static bool copy_text(const char *from, char **to)
{
	*to = text_dup(from);
	return from == NULL || *to != NULL;
}

static bool copy_owned(const struct audit_entry *from, struct audit_entry *to)
{
	bool ok = copy_text(from->action, &to->action);

	ok = copy_text(from->data_action_id, &to->data_action_id) && ok;
	ok = copy_text(from->name, &to->name) && ok;
	ok = copy_text(from->if_match, &to->if_match) && ok;
	ok = copy_text(from->who, &to->who) && ok;
	ok = copy_text(from->correlation_id, &to->correlation_id) && ok;
	ok = copy_text(from->message, &to->message) && ok;
	ok = cache_members_copy(&from->payload, &to->payload) == ERR_OK && ok;
	return cache_members_copy(&from->before, &to->before) == ERR_OK && ok;
}

enum err_code audit_entry_copy(const struct audit_entry *from, struct audit_entry *to)
{
	struct audit_entry copy = *from;

	memset(&copy.payload, 0, sizeof(copy.payload));
	memset(&copy.before, 0, sizeof(copy.before));
	if (!copy_owned(from, &copy)) {
		audit_entry_clear(&copy);
		return ERR_NO_MEMORY;
	}
	*to = copy;
	return ERR_OK;
}

/* "" is as good as none. */
static void put_hex(struct buf *out, const char *name, const char *hex)
{
	json_member_text(out, name, hex[0] != '\0' ? hex : NULL);
}

static void put_status(struct buf *out, int status)
{
	if (status > 0)
		json_member_int(out, "status", status);
	else
		json_member_text(out, "status", NULL);
}

static void put_latency(struct buf *out, double latency_ms)
{
	json_member_name(out, "latency_ms");
	if (latency_ms >= 0)
		decimal_put(out, latency_ms, LATENCY_DIGITS);
	else
		buf_puts(out, "null");
}

enum err_code audit_entry_to_json(const struct audit_entry *entry, struct buf *out)
{
	buf_putc(out, '{');
	json_member_name(out, "timestamp");
	decimal_put_seconds(out, entry->wall_us);
	json_member_text(out, "action", entry->action);
	json_member_text(out, "data_action_id", entry->data_action_id);
	cache_members_to_member(out, "payload", entry->has_payload, &entry->payload);
	put_hex(out, "etag", entry->etag);
	json_member_text(out, "if_match", entry->if_match);
	put_status(out, entry->status);
	put_latency(out, entry->latency_ms);
	json_member_text(out, "who", entry->who);
	json_member_text(out, "outcome", outcome_name(entry->outcome));
	json_member_int(out, "attempts", entry->attempts);
	json_member_text(out, "correlation_id", entry->correlation_id);
	cache_members_to_member(out, "before", entry->has_before, &entry->before);
	json_member_text(out, "message", entry->message);
	json_member_int(out, "seq", entry->seq);
	json_member_text(out, "name", entry->name);
	if (entry->prev_hash[0] != '\0')
		put_hex(out, "prev_hash", entry->prev_hash);
	if (entry->hash[0] != '\0')
		put_hex(out, "hash", entry->hash);
	buf_putc(out, '}');
	return out->failed;
}

/* Written in order instead of sorted afterwards: a check of the chain does it for
 * every entry. */
static void put_canonical(struct buf *out, const struct audit_entry *entry)
{
	buf_putc(out, '{');
	json_member_text(out, "action", entry->action);
	json_member_int(out, "attempts", entry->attempts);
	cache_members_to_member(out, "before", entry->has_before, &entry->before);
	json_member_text(out, "correlation_id", entry->correlation_id);
	json_member_text(out, "data_action_id", entry->data_action_id);
	put_hex(out, "etag", entry->etag);
	json_member_text(out, "if_match", entry->if_match);
	put_latency(out, entry->latency_ms);
	json_member_text(out, "message", entry->message);
	json_member_text(out, "name", entry->name);
	json_member_text(out, "outcome", outcome_name(entry->outcome));
	cache_members_to_member(out, "payload", entry->has_payload, &entry->payload);
	if (entry->prev_hash[0] != '\0')
		put_hex(out, "prev_hash", entry->prev_hash);
	json_member_int(out, "seq", entry->seq);
	put_status(out, entry->status);
	json_member_name(out, "timestamp");
	decimal_put_seconds(out, entry->wall_us);
	/* the shortest form of the number: "…29.100000" is 29.1 */
	while (out->len > 2 && out->data[out->len - 1] == '0' && out->data[out->len - 2] != '.')
		out->data[--out->len] = '\0';
	json_member_text(out, "who", entry->who);
	buf_putc(out, '}');
}

enum err_code audit_entry_hash(const struct audit_entry *entry, char out[AUDIT_HASH_SIZE])
{
	struct buf json;

	buf_init(&json, CANONICAL_MAX);
	buf_expect(&json, ENTRY_EXPECTED);
	put_canonical(&json, entry);

	enum err_code code = json.failed;

	if (code == ERR_OK)
		code = canonical_sha256(json.data, json.len, out);
	buf_free(&json);
	return code;
}
