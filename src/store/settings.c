#include "dacache/store/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dacache/base/buf.h"
#include "dacache/base/text.h"
#include "secret.h"
#include "settings_private.h"

static const char usual_profile[] = "default";

enum { FILE_NAME_MAX = 4096 };

struct settings_entry *settings_entry_at(const struct settings *settings, size_t i)
{
	return vec_at(&settings->entries, i);
}

struct settings_entry *settings_entry_find(const struct settings *settings, const char *name)
{
	for (size_t i = 0; i < settings->entries.len; i++) {
		struct settings_entry *entry = settings_entry_at(settings, i);

		if (strcmp(entry->profile.name, name) == 0)
			return entry;
	}
	return NULL;
}

void settings_entry_clear(struct settings_entry *entry)
{
	profile_clear(&entry->profile);
	free(entry->secret_command);
	free(entry->secret_file);
}

void settings_free(struct settings **settings)
{
	if (!*settings)
		return;
	for (size_t i = 0; i < (*settings)->entries.len; i++)
		settings_entry_clear(settings_entry_at(*settings, i));
	vec_free(&(*settings)->entries);
	free((*settings)->chosen);
	free((*settings)->path);
	free(*settings);
	*settings = NULL;
}

static enum err_code no_such_profile(const struct settings *settings, const char *name,
				     struct err *err)
{
	const char *near = NULL;
	size_t n = settings->entries.len;
	const char **names = calloc(n ? n : 1, sizeof(*names));

	for (size_t i = 0; names && i < n; i++)
		names[i] = settings_entry_at(settings, i)->profile.name;
	if (names)
		near = text_nearest(name, names, n);
	if (near)
		err_set(err, ERR_NOT_FOUND, "%s has no profile '%s'; did you mean '%s'?",
			settings->path, name, near);
	else
		err_set(err, ERR_NOT_FOUND, "%s has no profile '%s'", settings->path, name);
	free(names);
	return ERR_NOT_FOUND;
}

/* The flag's, the file's choice, the one named "default", the only one; NULL
 * where there is none of these and a URL or an empty file makes up for it. */
static enum err_code choose_entry(const struct settings *settings,
				  const struct settings_flags *flags,
				  const struct settings_entry **out, struct err *err)
{
	const char *name = flags->profile ? flags->profile : settings->chosen;

	*out = settings_entry_find(settings, name ? name : usual_profile);
	if (*out)
		return ERR_OK;
	if (name)
		return no_such_profile(settings, name, err);
	if (settings->entries.len == 1)
		*out = settings_entry_at(settings, 0);
	else if (settings->entries.len > 1 && !flags->url)
		return err_set(err, ERR_USAGE,
			       "%s has %zu profiles: choose one with --profile NAME, or with "
			       "'profile = NAME' at its top",
			       settings->path, settings->entries.len);
	return ERR_OK;
}

/* NULL where it is unset or empty. */
static const char *environment(const char *(*getenv_fn)(const char *name), const char *name)
{
	const char *value = getenv_fn ? getenv_fn(name) : NULL;

	return value && *value ? value : NULL;
}

static enum err_code override_text(char **slot, const char *value, struct err *err)
{
	if (value && profile_set_text(slot, value) != ERR_OK)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	return ERR_OK;
}

/* A token URL goes with the base URL of its profile: the credentials for
 * another tenant must not be sent there. */
static enum err_code override_url(struct profile *profile, const char *url, const char *from,
				  struct err *err)
{
	char *old = text_dup(profile->base_url);
	enum err_code code = ERR_OK;

	if (!old)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	code = profile_set_base_url(profile, url, err);
	if (code != ERR_OK)
		err_prefix(err, "%s", from);
	else if (strcmp(old, profile->base_url) != 0)
		profile_set_text(&profile->token_url, NULL);
	free(old);
	return code;
}

static enum err_code apply_environment(const char *(*getenv_fn)(const char *name), bool url_given,
				       struct profile *profile, struct err *err)
{
	const char *url = environment(getenv_fn, "CXONE_BASE_URL");
	enum err_code code = ERR_OK;

	if (url && !url_given)
		code = override_url(profile, url, "CXONE_BASE_URL", err);
	if (code == ERR_OK)
		code = override_text(&profile->client_id, environment(getenv_fn, "CXONE_CLIENT_ID"),
				     err);
	if (code == ERR_OK)
		code = override_text(&profile->client_secret,
				     environment(getenv_fn, "CXONE_CLIENT_SECRET"), err);
	if (code == ERR_OK)
		code = override_text(&profile->data_action_id,
				     environment(getenv_fn, "CXONE_DATA_ACTION_ID"), err);
	return code;
}

/* `~/x` is below HOME, `x` beside config.ini. */
static enum err_code file_path(const struct settings *settings, const char *key, const char *name,
			       const char *home, struct buf *out, struct err *err)
{
	const char *slash = strrchr(settings->path, '/');

	buf_init(out, FILE_NAME_MAX);
	if (name[0] == '~' && name[1] == '/' && home)
		buf_printf(out, "%s%s", home, name + 1);
	else if (name[0] == '/' || !slash)
		buf_puts(out, name);
	else
		buf_printf(out, "%.*s/%s", (int)(slash - settings->path), settings->path, name);
	if (out->failed != ERR_OK)
		err_set(err, out->failed, "%s: its path is too long", key);
	return out->failed;
}

static enum err_code secret_by_file(const struct settings *settings, const char *name,
				    const char *home, char **out, struct err *err)
{
	struct buf path;
	enum err_code code = file_path(settings, "client_secret_file", name, home, &path, err);

	if (code == ERR_OK) {
		code = secret_from_file(buf_str(&path), out, err);
		if (code != ERR_OK)
			err_prefix(err, "client_secret_file");
	}
	buf_free(&path);
	/* ERR_NOT_FOUND is for an unknown profile. */
	return code == ERR_NOT_FOUND ? err_set(err, ERR_IO, "%s", err ? err->text : "") : code;
}

/* What is not there is said now, not as a failure of TLS. */
static enum err_code find_ca_file(const struct settings *settings, const char *home,
				  struct profile *profile, struct err *err)
{
	struct buf path;
	enum err_code code;

	if (!profile->ca_file)
		return ERR_OK;
	code = file_path(settings, "ca_file", profile->ca_file, home, &path, err);
	if (code == ERR_OK && access(buf_str(&path), R_OK) != 0)
		code = err_set(err, ERR_IO, "ca_file: %s: %s", buf_str(&path), strerror(errno));
	if (code == ERR_OK && profile_set_text(&profile->ca_file, buf_str(&path)) != ERR_OK)
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
	buf_free(&path);
	return code;
}

static enum err_code find_secret(const struct settings *settings,
				 const struct settings_entry *entry,
				 const char *(*getenv_fn)(const char *name),
				 struct profile *profile, struct err *err)
{
	if (profile->client_secret)
		return ERR_OK;
	if (entry->secret_command)
		return secret_from_command(entry->secret_command, SECRET_COMMAND_LIMIT_MS,
					   &profile->client_secret, err);
	if (entry->secret_file)
		return secret_by_file(settings, entry->secret_file, environment(getenv_fn, "HOME"),
				      &profile->client_secret, err);
	return ERR_OK;
}

enum err_code settings_profile(const struct settings *settings, const struct settings_flags *flags,
			       const char *(*getenv_fn)(const char *name), struct profile *out,
			       struct err *err)
{
	const struct settings_entry *entry = NULL;

	*out = (struct profile){0};

	enum err_code code = choose_entry(settings, flags, &entry, err);

	if (code != ERR_OK)
		return code;
	code = entry ? profile_copy(&entry->profile, out) : profile_init(out, usual_profile);
	if (code != ERR_OK) {
		err_set(err, code, "out of memory");
		goto done;
	}
	code = apply_environment(getenv_fn, flags->url != NULL, out, err);
	if (code == ERR_OK && flags->url)
		code = override_url(out, flags->url, "--url", err);
	if (code == ERR_OK && entry)
		code = find_secret(settings, entry, getenv_fn, out, err);
	if (code == ERR_OK && entry)
		code = find_ca_file(settings, environment(getenv_fn, "HOME"), out, err);
	out->read_only = out->read_only || flags->read_only;
done:
	if (code != ERR_OK)
		profile_clear(out);
	return code;
}
