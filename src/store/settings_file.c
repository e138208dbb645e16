#include <errno.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dacache/base/buf.h"
#include "dacache/base/text.h"
#include "secret.h"
#include "settings_private.h"

enum {
	FILE_MAX = 256 * 1024,
	SECTION_MAX = 49 /* what inih keeps of a section's name */
};

static const char section_word[] = "profile";

/* inih is given the lines one by one, because as it is built by most systems it
 * reports neither the line of a key nor a section without keys. */
struct reading {
	struct settings *settings;
	const char *next;             /* of the file's text */
	struct settings_entry *entry; /* NULL above the first section */
	int line;
	int failed_line; /* 0: none */
	struct err failure;
};

static void fail_line(struct reading *reading, const struct err *why)
{
	if (reading->failed_line)
		return;
	reading->failed_line = reading->line;
	reading->failure = *why;
}

static enum err_code add_profile(struct reading *reading, const char *name, struct err *err)
{
	struct settings *settings = reading->settings;
	struct settings_entry entry = {0};

	if (settings_entry_find(settings, name))
		return err_set(err, ERR_INVALID, "profile '%s' is there twice", name);

	enum err_code code = profile_init(&entry.profile, name);

	if (code == ERR_OK)
		code = vec_push(&settings->entries, &entry);
	if (code != ERR_OK) {
		settings_entry_clear(&entry);
		return err_set(err, code, "out of memory");
	}
	reading->entry = settings_entry_at(settings, settings->entries.len - 1);
	return ERR_OK;
}

/* "profile NAME" between the brackets. */
static enum err_code begin_section(struct reading *reading, const char *section, struct err *err)
{
	size_t word = strcspn(section, " \t");
	const char *name = section + word + strspn(section + word, " \t");

	if (strlen(section) > SECTION_MAX)
		return err_set(err, ERR_INVALID, "the name of a profile has at most %d bytes",
			       SECTION_MAX - (int)sizeof(section_word));
	if (word != strlen(section_word) || strncmp(section, section_word, word) != 0)
		return err_set(err, ERR_INVALID,
			       "unknown section '[%s]'; did you mean '[profile %s]'?", section,
			       *name ? name : section);
	if (!*name || strpbrk(name, " \t"))
		return err_set(err, ERR_INVALID,
			       "a section is '[profile NAME]', the name one word");
	return add_profile(reading, name, err);
}

static void note_section(struct reading *reading, const char *line, size_t len)
{
	struct err err = {0};
	const char *end = memchr(line, ']', len);
	char *section;

	if (!end)
		return; /* inih refuses the line */
	section = strndup(line + 1, (size_t)(end - line - 1));
	if (!section)
		err_set(&err, ERR_NO_MEMORY, "out of memory");
	if (!section || begin_section(reading, section, &err) != ERR_OK)
		fail_line(reading, &err);
	free(section);
}

/* inih's fgets. Blanks in front go, else inih takes the line for more of the
 * value above. */
static char *next_line(char *out, int size, void *stream)
{
	struct reading *reading = stream;
	const char *line = reading->next;
	size_t len = strcspn(line, "\n");
	struct err err = {0};

	if (!*line)
		return NULL;
	reading->line++;
	reading->next = line + len + (line[len] == '\n');
	if (reading->line == 1 && len >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0) {
		line += 3;
		len -= 3;
	}
	for (; len > 0 && strchr(" \t", *line); line++)
		len--;
	if (*line == '[')
		note_section(reading, line, len);
	if (len + 3 > (size_t)size) {
		if (*line != '#' && *line != ';') {
			err_set(&err, ERR_INVALID,
				"the line has more than %d bytes; put a long value into a file or "
				"a script",
				size - 3);
			fail_line(reading, &err);
		}
		len = 0;
	}
	memcpy(out, line, len);
	memcpy(out + len, "\n", 2);
	return out;
}

static enum err_code set_top(struct reading *reading, const char *name, const char *value,
			     struct err *err)
{
	struct settings *settings = reading->settings;

	if (strcmp(name, "profile") != 0)
		return err_set(err, ERR_INVALID,
			       "'%s' stands above the first '[profile NAME]'; only 'profile = "
			       "NAME' may",
			       name);
	if (settings->chosen)
		return err_set(err, ERR_INVALID, "profile is given twice");
	if (!*value)
		return err_set(err, ERR_INVALID, "profile needs a name");
	settings->chosen = text_dup(value);
	return settings->chosen ? ERR_OK : err_set(err, ERR_NO_MEMORY, "out of memory");
}

static int take_key(void *user, const char *section, const char *name, const char *value)
{
	struct reading *reading = user;
	struct err err = {0};
	enum err_code code = ERR_OK;

	(void)section; /* note_section has seen it */
	if (reading->failed_line)
		return 1;
	if (reading->entry)
		code = settings_key_set(reading->entry, name, value, &err);
	else
		code = set_top(reading, name, value, &err);
	if (code != ERR_OK)
		fail_line(reading, &err);
	return 1;
}

static enum err_code parse_text(struct settings *settings, const char *text, struct err *err)
{
	struct reading reading = {.settings = settings, .next = text};
	int syntax = ini_parse_stream(next_line, &reading, take_key, &reading);

	if (syntax < 0)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	if (syntax > 0 && (!reading.failed_line || syntax < reading.failed_line))
		return err_set(err, ERR_INVALID,
			       "%s:%d: neither '[profile NAME]' nor 'key = value'", settings->path,
			       syntax);
	if (!reading.failed_line)
		return ERR_OK;
	return err_set(err, reading.failure.code, "%s:%d: %s", settings->path, reading.failed_line,
		       reading.failure.text);
}

static bool holds_a_secret(const struct settings *settings)
{
	for (size_t i = 0; i < settings->entries.len; i++) {
		const struct profile *profile = &settings_entry_at(settings, i)->profile;

		if (profile->client_secret || profile->webhook_secret)
			return true;
	}
	return false;
}

static enum err_code read_settings(struct settings *settings, struct err *err)
{
	struct buf text;
	struct stat status;
	enum err_code code = secret_read_file(settings->path, FILE_MAX, &text, &status, err);

	if (code == ERR_NOT_FOUND) {
		err_clear(err);
		return ERR_OK;
	}
	if (code != ERR_OK)
		return code;
	if (memchr(buf_str(&text), '\0', text.len))
		code = err_set(err, ERR_INVALID, "%s is no text", settings->path);
	else
		code = parse_text(settings, buf_str(&text), err);
	if (code == ERR_OK && holds_a_secret(settings))
		code = secret_check_mode(settings->path, &status, err);
	secret_free_buf(&text);
	return code;
}

enum err_code settings_load(const char *path, struct settings **out, struct err *err)
{
	struct settings *settings = calloc(1, sizeof(*settings));
	enum err_code code;

	*out = NULL;
	if (!settings)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	vec_init(&settings->entries, sizeof(struct settings_entry));
	settings->path = text_dup(path);
	if (settings->path)
		code = read_settings(settings, err);
	else
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
	if (code == ERR_OK)
		*out = settings;
	else
		settings_free(&settings);
	return code;
}
