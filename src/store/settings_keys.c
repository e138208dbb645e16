#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "dacache/base/text.h"
#include "dacache/domain/net_allow.h"
#include "dacache/domain/webhook_signature.h"
#include "settings_private.h"

struct key {
	const char *name;
	enum err_code (*set)(struct settings_entry *entry, const struct key *key, const char *value,
			     struct err *err);
	size_t offset; /* of the member in struct settings_entry */
	int64_t min, max;
};

static enum err_code out_of_memory(struct err *err)
{
	return err_set(err, ERR_NO_MEMORY, "out of memory");
}

static enum err_code set_text(struct settings_entry *entry, const struct key *key,
			      const char *value, struct err *err)
{
	char **slot = (char **)(void *)((char *)entry + key->offset);

	/* As with the environment, empty counts as unset. */
	if (profile_set_text(slot, *value ? value : NULL) != ERR_OK)
		return out_of_memory(err);
	return ERR_OK;
}

static enum err_code set_int(struct settings_entry *entry, const struct key *key, const char *value,
			     struct err *err)
{
	int64_t *slot = (int64_t *)(void *)((char *)entry + key->offset);

	if (text_parse_int(value, key->min, key->max, slot) == ERR_OK)
		return ERR_OK;
	return err_set(err, ERR_INVALID, "%s must be a whole number from %lld to %lld, not '%s'",
		       key->name, (long long)key->min, (long long)key->max, value);
}

/* The index of value among words[0..n), case ignored; -1: not there. */
static int word_index(const char *value, const char *const *words, int n)
{
	for (int i = 0; i < n; i++)
		if (strcasecmp(value, words[i]) == 0)
			return i;
	return -1;
}

static enum err_code set_bool(struct settings_entry *entry, const struct key *key,
			      const char *value, struct err *err)
{
	static const char *const words[] = {"no", "yes", "false", "true", "off", "on", "0", "1"};
	bool *slot = (bool *)(void *)((char *)entry + key->offset);
	int i = word_index(value, words, 8);

	if (i < 0)
		return err_set(err, ERR_INVALID, "%s must be yes or no, not '%s'", key->name,
			       value);
	*slot = i % 2 == 1;
	return ERR_OK;
}

static enum err_code set_base_url(struct settings_entry *entry, const struct key *key,
				  const char *value, struct err *err)
{
	(void)key;
	return *value ? profile_set_base_url(&entry->profile, value, err) : ERR_OK;
}

static enum err_code set_token_url(struct settings_entry *entry, const struct key *key,
				   const char *value, struct err *err)
{
	if (*value && strncasecmp(value, "https://", 8) != 0 && !profile_url_is_loopback(value))
		return err_set(err, ERR_INVALID,
			       "%s must begin with https:// (http:// on loopback alone), not '%s'",
			       key->name, value);
	return set_text(entry, key, value, err);
}

static enum err_code set_auth_style(struct settings_entry *entry, const struct key *key,
				    const char *value, struct err *err)
{
	static const char *const words[] = {[AUTH_BODY] = "body", [AUTH_BASIC] = "basic"};
	int i = word_index(value, words, 2);

	if (i < 0)
		return err_set(err, ERR_INVALID, "%s must be body or basic, not '%s'", key->name,
			       value);
	entry->profile.auth_style = (enum auth_style)i;
	return ERR_OK;
}

static enum err_code set_put_body(struct settings_entry *entry, const struct key *key,
				  const char *value, struct err *err)
{
	static const char *const words[] = {[PUT_DOCUMENT] = "document", [PUT_FIELDS] = "fields"};
	int i = word_index(value, words, 2);

	if (i < 0)
		return err_set(err, ERR_INVALID, "%s must be document or fields, not '%s'",
			       key->name, value);
	entry->profile.put_body = (enum put_body)i;
	return ERR_OK;
}

static enum err_code set_hit_header(struct settings_entry *entry, const struct key *key,
				    const char *value, struct err *err)
{
	static const char *const words[] = {"X-Cache", "Cache-Status"};
	int i = word_index(value, words, 2);

	if (i < 0 && *value)
		return err_set(err, ERR_INVALID, "%s must be X-Cache or Cache-Status, not '%s'",
			       key->name, value);
	return set_text(entry, key, i < 0 ? "" : words[i], err);
}

static enum err_code set_theme(struct settings_entry *entry, const struct key *key,
			       const char *value, struct err *err)
{
	const char *theme = profile_theme(value);

	if (!theme)
		return err_set(err, ERR_INVALID, "%s must be auto, dark, light or mono, not '%s'",
			       key->name, value);
	return set_text(entry, key, theme, err);
}

static enum err_code set_webhook_secret(struct settings_entry *entry, const struct key *key,
					const char *value, struct err *err)
{
	enum err_code code = *value ? webhook_secret_check(value, err) : ERR_OK;

	return code == ERR_OK ? set_text(entry, key, value, err) : code;
}

static enum err_code set_webhook_allow(struct settings_entry *entry, const struct key *key,
				       const char *value, struct err *err)
{
	struct net_allow *allow;
	enum err_code code = net_allow_parse(value, &allow, err);

	net_allow_free(&allow);
	return code == ERR_OK ? set_text(entry, key, value, err) : code;
}

#define IN_ENTRY(member)   offsetof(struct settings_entry, member)
#define IN_PROFILE(member) offsetof(struct settings_entry, profile.member)

static const struct key keys[] = {
	{.name = "base_url", .set = set_base_url},
	{.name = "token_url", .set = set_token_url, .offset = IN_PROFILE(token_url)},
	{.name = "ca_file", .set = set_text, .offset = IN_PROFILE(ca_file)},
	{.name = "client_id", .set = set_text, .offset = IN_PROFILE(client_id)},
	{.name = "client_secret", .set = set_text, .offset = IN_PROFILE(client_secret)},
	{.name = "client_secret_command", .set = set_text, .offset = IN_ENTRY(secret_command)},
	{.name = "client_secret_file", .set = set_text, .offset = IN_ENTRY(secret_file)},
	{.name = "data_action_id", .set = set_text, .offset = IN_PROFILE(data_action_id)},
	{.name = "auth_style", .set = set_auth_style},
	{.name = "put_body", .set = set_put_body},
	{.name = "hit_header", .set = set_hit_header, .offset = IN_PROFILE(hit_header)},
	{.name = "protected", .set = set_bool, .offset = IN_PROFILE(is_protected)},
	{.name = "read_only", .set = set_bool, .offset = IN_PROFILE(read_only)},
	{.name = "theme", .set = set_theme, .offset = IN_PROFILE(theme)},
	{.name = "webhook_secret", .set = set_webhook_secret, .offset = IN_PROFILE(webhook_secret)},
	{.name = "webhook_allow", .set = set_webhook_allow, .offset = IN_PROFILE(webhook_allow)},
	{"page_size", set_int, IN_PROFILE(page_size), 1, 100},
	{"parallel", set_int, IN_PROFILE(parallel), 1, PROFILE_PARALLEL_MAX},
	{"max_attempts", set_int, IN_PROFILE(max_attempts), 1, 20},
	{"max_wait", set_int, IN_PROFILE(max_wait_s), 0, 3600},
	{"connect_timeout", set_int, IN_PROFILE(connect_timeout_s), 1, 300},
	{"call_timeout", set_int, IN_PROFILE(call_timeout_s), 1, 600},
};

enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

static enum err_code unknown_key(const char *name, struct err *err)
{
	const char *names[KEYS];
	const char *near;

	for (int i = 0; i < KEYS; i++)
		names[i] = keys[i].name;
	near = text_nearest(name, names, KEYS);
	if (near)
		return err_set(err, ERR_INVALID, "unknown key '%s'; did you mean '%s'?", name,
			       near);
	return err_set(err, ERR_INVALID, "unknown key '%s'", name);
}

/* The secret comes from one place. */
static enum err_code check_secrets(const struct settings_entry *entry, struct err *err)
{
	int ways = (entry->profile.client_secret != NULL) + (entry->secret_command != NULL) +
		   (entry->secret_file != NULL);

	if (ways <= 1)
		return ERR_OK;
	return err_set(err, ERR_INVALID,
		       "client_secret, client_secret_command and client_secret_file exclude each "
		       "other; keep one");
}

enum err_code settings_key_set(struct settings_entry *entry, const char *name, const char *value,
			       struct err *err)
{
	for (int i = 0; i < KEYS; i++) {
		if (strcmp(keys[i].name, name) != 0)
			continue;
		if (entry->given & (UINT32_C(1) << i))
			return err_set(err, ERR_INVALID, "%s is given twice in this profile", name);
		entry->given |= UINT32_C(1) << i;

		enum err_code code = keys[i].set(entry, &keys[i], value, err);

		return code == ERR_OK ? check_secrets(entry, err) : code;
	}
	return unknown_key(name, err);
}
