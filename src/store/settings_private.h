/* What config.ini said, and its keys. Private to the store. */
#ifndef DACACHE_STORE_SETTINGS_PRIVATE_H
#define DACACHE_STORE_SETTINGS_PRIVATE_H

#include <stdint.h>

#include "dacache/base/vec.h"
#include "dacache/store/settings.h"

/* One `[profile NAME]`. */
struct settings_entry {
	struct profile profile;
	char *secret_command;
	char *secret_file;
	uint32_t given; /* a bit a key of the table */
};

struct settings {
	char *path;
	char *chosen;       /* `profile = NAME` at the top, NULL: none */
	struct vec entries; /* of struct settings_entry */
};

struct settings_entry *settings_entry_at(const struct settings *settings, size_t i);
/* By name; NULL where there is none. */
struct settings_entry *settings_entry_find(const struct settings *settings, const char *name);
void settings_entry_clear(struct settings_entry *entry);

/* Check a value and put it into the entry: an unknown key, one given twice, one
 * that excludes another, or a bad value is ERR_INVALID with a text that lacks
 * only file and line. */
enum err_code settings_key_set(struct settings_entry *entry, const char *name, const char *value,
			       struct err *err);

#endif
