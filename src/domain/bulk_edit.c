#include "dacache/domain/bulk_edit.h"

#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"

enum { KEY_MAX = 1 << 20 };

void bulk_edit_clear(struct bulk_edit *edit)
{
	free(edit->key_old);
	free(edit->key_new);
	*edit = (struct bulk_edit){0};
}

/* --- words --- */

static char *part(const char *start, const char *end)
{
	size_t len = (size_t)(end - start);
	char *copy = malloc(len + 1);

	if (copy) {
		memcpy(copy, start, len);
		copy[len] = '\0';
	}
	return copy;
}

static enum err_code wrong_key(struct err *err, const char *word)
{
	return err_set(err, ERR_USAGE,
		       "key=%.30s: say key=s/OLD/NEW/, with a g behind it for each place", word);
}

static enum err_code parse_key(struct bulk_edit *edit, const char *word, struct err *err)
{
	const char *middle;
	const char *end;
	char slash = word[0] == 's' ? word[1] : '\0';

	if (!slash || slash == ' ' || (unsigned char)slash >= 0x80)
		return wrong_key(err, word);
	middle = strchr(word + 2, slash);
	end = middle ? strchr(middle + 1, slash) : NULL;
	if (!end || middle == word + 2 || (end[1] && strcmp(end + 1, "g") != 0))
		return wrong_key(err, word);
	free(edit->key_old);
	free(edit->key_new);
	edit->key_old = part(word + 2, middle);
	edit->key_new = part(middle + 1, end);
	edit->key_all = end[1] == 'g';
	return edit->key_old && edit->key_new ? ERR_OK
					      : err_set(err, ERR_NO_MEMORY, "out of memory");
}

static enum err_code parse_tier(struct bulk_edit *edit, const char *word, struct err *err)
{
	if (tier_parse(word, &edit->tier, err))
		return err_set(err, ERR_USAGE,
			       "tier=%s: there are default, high_priority, "
			       "static_reference",
			       word);
	if (edit->tier == TIER_CUSTOM)
		return err_set(err, ERR_USAGE, "tier=custom: give ttl=SECONDS instead");
	edit->has_tier = true;
	return ERR_OK;
}

static enum err_code parse_number(const char *name, const char *word, int64_t max, int64_t *out,
				  struct err *err)
{
	char most[32];

	if (text_parse_int(word, 0, INT64_MAX, out))
		return err_set(err, ERR_USAGE, "%s=%.40s is no whole number", name, word);
	if (*out <= max)
		return ERR_OK;
	text_format_count(max, most);
	return err_set(err, ERR_USAGE, "%s=%.40s: %s at most", name, word, most);
}

/* It is refused before an action is read for it. */
static enum err_code parse_ttl(struct bulk_edit *edit, const char *word, struct err *err)
{
	edit->has_ttl = true;
	return parse_number("ttl", word, TTL_MAX_S, &edit->ttl_s, err);
}

static enum err_code parse_payload(struct bulk_edit *edit, const char *word, struct err *err)
{
	edit->has_payload_kb = true;
	return parse_number("payload_kb", word, INT32_MAX, &edit->payload_kb, err);
}

static enum err_code parse_word(struct bulk_edit *edit, const char *word, struct err *err)
{
	if (strcmp(word, "enable") == 0 || strcmp(word, "disable") == 0) {
		if (edit->has_enabled && edit->enabled != (*word == 'e'))
			return err_set(err, ERR_USAGE, "enable and disable exclude each other");
		edit->has_enabled = true;
		edit->enabled = *word == 'e';
		return ERR_OK;
	}
	if (strncmp(word, "tier=", 5) == 0)
		return parse_tier(edit, word + 5, err);
	if (strncmp(word, "ttl=", 4) == 0)
		return parse_ttl(edit, word + 4, err);
	if (strncmp(word, "payload_kb=", 11) == 0)
		return parse_payload(edit, word + 11, err);
	if (strncmp(word, "key=", 4) == 0)
		return parse_key(edit, word + 4, err);
	return err_set(
		err, ERR_USAGE,
		"'%.40s': there are tier=, ttl=, key=s/OLD/NEW/, payload_kb=, enable, disable",
		word);
}

enum err_code bulk_edit_parse(const char *const *words, size_t n, struct bulk_edit *out,
			      struct err *err)
{
	enum err_code code = ERR_OK;
	size_t i;

	*out = (struct bulk_edit){0};
	if (n == 0)
		code = err_set(
			err, ERR_USAGE,
			"set what? tier=, ttl=, key=s/OLD/NEW/, payload_kb=, enable, disable");
	for (i = 0; !code && i < n; i++)
		code = parse_word(out, words[i], err);
	if (!code && out->has_tier && out->has_ttl)
		code = err_set(err, ERR_USAGE, "tier and ttl exclude each other");
	if (code)
		bulk_edit_clear(out);
	return code;
}

/* --- the change --- */

static char *replaced(const struct bulk_edit *edit, const char *key)
{
	const char *at = key;
	const char *found;
	struct buf out;

	buf_init(&out, KEY_MAX);
	while ((found = strstr(at, edit->key_old))) {
		buf_append(&out, at, (size_t)(found - at));
		buf_puts(&out, edit->key_new);
		at = found + strlen(edit->key_old);
		if (!edit->key_all)
			break;
	}
	buf_puts(&out, at);
	if (!out.failed && !out.data)
		buf_append(&out, "", 0);
	return out.failed ? (buf_free(&out), NULL) : buf_take(&out);
}

static enum err_code apply_key(const struct bulk_edit *edit, struct cache_members *members)
{
	char *key;
	enum err_code code;

	if (!edit->key_old || !members->key || !strstr(members->key, edit->key_old))
		return ERR_OK;
	key = replaced(edit, members->key);
	if (!key)
		return ERR_NO_MEMORY;
	code = cache_members_set(members, members->enabled, key, members->ttl_s);
	free(key);
	return code;
}

enum err_code bulk_edit_apply(const struct bulk_edit *edit, struct proposal *proposal)
{
	if (edit->has_enabled)
		proposal->members.enabled = edit->enabled;
	if (edit->has_tier)
		proposal_set_tier(proposal, edit->tier);
	if (edit->has_ttl) {
		proposal->members.ttl_s = edit->ttl_s;
		proposal->tier = tier_of_ttl(&proposal->local.matrix, edit->ttl_s);
	}
	if (edit->has_payload_kb)
		proposal->local.payload_kb = edit->payload_kb;
	return apply_key(edit, &proposal->members);
}
