#include <stdlib.h>

#include "dacache/base/buf.h"
#include "dacache/store/settings.h"

enum { PATH_TEXT_MAX = 4096 };

struct place {
	const char *variable;
	const char *below_home; /* where the variable is not set */
	const char *name;
};

static const struct place places[] = {
	[PATH_CONFIG] = {"XDG_CONFIG_HOME", ".config", "dacache/config.ini"},
	[PATH_STORE] = {"XDG_STATE_HOME", ".local/state", "dacache/dacache.db"},
	[PATH_HISTORY] = {"XDG_STATE_HOME", ".local/state", "dacache/history"},
	[PATH_CACHE_DIR] = {"XDG_CACHE_HOME", ".cache", "dacache"},
};

enum err_code settings_path(enum settings_path kind, char **out, struct err *err)
{
	const struct place *place = &places[kind];
	const char *directory = getenv(place->variable);
	const char *home = getenv("HOME");
	struct buf path;

	*out = NULL;
	buf_init(&path, PATH_TEXT_MAX);
	/* The XDG specification has relative paths ignored. */
	if (directory && directory[0] == '/')
		buf_printf(&path, "%s/%s", directory, place->name);
	else if (home && home[0] == '/')
		buf_printf(&path, "%s/%s/%s", home, place->below_home, place->name);
	else
		return err_set(err, ERR_NOT_FOUND,
			       "no place for dacache's files: set HOME or %s to a full path",
			       place->variable);

	enum err_code code = path.failed;

	if (code == ERR_OK && !(*out = buf_take(&path)))
		code = ERR_NO_MEMORY;
	if (code != ERR_OK)
		err_set(err, code, "the path of %s below %s is too long", place->name,
			place->variable);
	buf_free(&path);
	return code;
}
