/* config.ini by inih, and where the program's files live (XDG). */
#ifndef DACACHE_STORE_SETTINGS_H
#define DACACHE_STORE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "dacache/base/err.h"
#include "dacache/domain/profile.h"

struct settings;

/* $XDG_CONFIG_HOME/dacache/config.ini and so on; malloc'd, ERR_NOT_FOUND with a
 * text when neither the variable nor HOME is set. kind: */
enum settings_path { PATH_CONFIG, PATH_STORE, PATH_HISTORY, PATH_CACHE_DIR };
enum err_code settings_path(enum settings_path kind, char **out, struct err *err);

/* A file that is not there gives no profiles and no error. An unknown section
 * kind, key or a bad value is ERR_INVALID: "FILE:LINE: unknown key 'bas_url'; did
 * you mean 'base_url'?"; so is a profile or a key given twice, and more than one
 * of client_secret, client_secret_command, client_secret_file. Syntax: `[profile
 * NAME]` sections, and at the top `profile = NAME`, the one to use by default.
 * Lines have 197 bytes at most, as inih is built. */
enum err_code settings_load(const char *path, struct settings **out, struct err *err);
void settings_free(struct settings **settings);

/* What the command line gives; NULL: not given. */
struct settings_flags {
	const char *profile;
	const char *url;
	bool read_only;
};

/* Flag beats environment beats profile beats default: reads CXONE_CLIENT_ID,
 * CXONE_CLIENT_SECRET, CXONE_BASE_URL, CXONE_DATA_ACTION_ID through getenv_fn
 * (empty counts as unset). Resolves client_secret_command (run by /bin/sh, first
 * line of its output, 10 s at most) and client_secret_file (refused when others
 * may read it) only where the secret is not given otherwise. config.ini itself is
 * refused (by settings_load) when it holds a client_secret or a webhook_secret and
 * others may read it.
 * A missing id or secret is no error here. An unknown profile is ERR_NOT_FOUND and
 * names the nearest.
 *
 * Without flags->profile: the file's `profile = NAME`; the one named "default"; the
 * only one; with several and no url, ERR_USAGE; else one named "default" with
 * default values. A profile's token_url goes with its base_url: where flag or
 * environment put another base URL in its place, token_url is NULL. */
enum err_code settings_profile(const struct settings *settings, const struct settings_flags *flags,
			       const char *(*getenv_fn)(const char *name), struct profile *out,
			       struct err *err);

#endif
