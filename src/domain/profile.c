#include "dacache/domain/profile.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dacache/base/text.h"
#include "url.h"

enum err_code profile_init(struct profile *profile, const char *name)
{
	*profile = (struct profile){
		.name = text_dup(name ? name : ""),
		.base_url = text_dup(PROFILE_BASE_URL_DEFAULT),
		.theme = text_dup("auto"),
		.page_size = 100,
		.parallel = 4,
		.max_attempts = 3,
		.max_wait_s = 120,
		.connect_timeout_s = 5,
		.call_timeout_s = 30,
	};
	if (profile->name && profile->base_url && profile->theme)
		return ERR_OK;
	profile_clear(profile);
	return ERR_NO_MEMORY;
}

/* Any of the texts may be the secret. */
static void wipe_and_free(char *text)
{
	if (!text)
		return;
	for (volatile char *at = text; *at; at++)
		*at = '\0';
	free(text);
}

void profile_clear(struct profile *profile)
{
	wipe_and_free(profile->name);
	wipe_and_free(profile->base_url);
	wipe_and_free(profile->token_url);
	wipe_and_free(profile->client_id);
	wipe_and_free(profile->client_secret);
	wipe_and_free(profile->data_action_id);
	wipe_and_free(profile->hit_header);
	wipe_and_free(profile->theme);
	wipe_and_free(profile->webhook_secret);
	wipe_and_free(profile->webhook_allow);
	wipe_and_free(profile->ca_file);
	*profile = (struct profile){0};
}

/* Each text of *to is NULL yet. */
static enum err_code copy_texts(const struct profile *from, struct profile *to)
{
	enum err_code code = profile_set_text(&to->name, from->name);

	if (!code)
		code = profile_set_text(&to->base_url, from->base_url);
	if (!code)
		code = profile_set_text(&to->token_url, from->token_url);
	if (!code)
		code = profile_set_text(&to->client_id, from->client_id);
	if (!code)
		code = profile_set_text(&to->client_secret, from->client_secret);
	if (!code)
		code = profile_set_text(&to->data_action_id, from->data_action_id);
	if (!code)
		code = profile_set_text(&to->hit_header, from->hit_header);
	if (!code)
		code = profile_set_text(&to->theme, from->theme);
	if (!code)
		code = profile_set_text(&to->webhook_secret, from->webhook_secret);
	if (!code)
		code = profile_set_text(&to->webhook_allow, from->webhook_allow);
	if (!code)
		code = profile_set_text(&to->ca_file, from->ca_file);
	return code;
}

enum err_code profile_copy(const struct profile *from, struct profile *to)
{
	*to = *from;
	to->name = to->base_url = to->token_url = to->client_id = NULL;
	to->client_secret = to->data_action_id = to->hit_header = to->theme = NULL;
	to->webhook_secret = to->webhook_allow = to->ca_file = NULL;

	enum err_code code = copy_texts(from, to);

	if (code)
		profile_clear(to);
	return code;
}

enum err_code profile_set_text(char **slot, const char *value)
{
	char *copy = text_dup(value);

	if (value && !copy)
		return ERR_NO_MEMORY;
	wipe_and_free(*slot);
	*slot = copy;
	return ERR_OK;
}

const char *profile_theme(const char *word)
{
	static const char *const themes[] = {"auto", "dark", "light", "mono"};

	for (size_t i = 0; i < sizeof(themes) / sizeof(themes[0]); i++)
		if (strcasecmp(word, themes[i]) == 0)
			return themes[i];
	return NULL;
}

static enum err_code check_base_url(const char *text, struct err *err)
{
	struct url url;
	const char *wrong = url_split(text, &url);

	if (wrong)
		return err_set(err, ERR_INVALID, "base_url %s", wrong);
	if (url.has_user)
		return err_set(err, ERR_INVALID, "base_url must not hold a user or a password");
	if (strpbrk(url.rest, "?#"))
		return err_set(err, ERR_INVALID, "base_url must not hold a query or a fragment");
	if (!url.https && !url_host_is_loopback(&url))
		return err_set(err, ERR_INVALID,
			       "base_url must be https:// (http:// is for loopback alone)");
	return ERR_OK;
}

enum err_code profile_set_base_url(struct profile *profile, const char *url, struct err *err)
{
	enum err_code code = check_base_url(url ? url : "", err);

	if (code)
		return code;

	char *copy = text_dup(url);

	if (!copy)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	for (size_t len = strlen(copy); len && copy[len - 1] == '/'; len--)
		copy[len - 1] = '\0';
	free(profile->base_url);
	profile->base_url = copy;
	return ERR_OK;
}

bool profile_url_is_loopback(const char *url)
{
	struct url parts;

	/* with a user in front, who the host is depends on the reader */
	return url && !url_split(url, &parts) && !parts.has_user && url_host_is_loopback(&parts);
}
