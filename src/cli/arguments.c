#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/domain/profile.h"
#include "internal.h"

struct global {
	const char *name;
	size_t text_offset; /* of a const char * in struct cli_arguments; 0: a flag */
	size_t flag_offset;
};

#define TEXT(name, member)                                                                         \
	{                                                                                          \
		name, offsetof(struct cli_arguments, member) + 1, 0                                \
	}
#define FLAG(name, member)                                                                         \
	{                                                                                          \
		name, 0, offsetof(struct cli_arguments, member)                                    \
	}

static const struct global globals[] = {
	TEXT("--profile", profile),
	TEXT("--url", url),
	TEXT("--feed", feed),
	TEXT("--theme", theme),
	TEXT("--replay", replay),
	FLAG("--demo", is_demo),
	FLAG("--read-only", read_only),
	FLAG("--no-color", no_color),
	FLAG("--no-mouse", no_mouse),
	FLAG("--help", wants_help),
	FLAG("--version", wants_version),
};

enum { GLOBALS = sizeof(globals) / sizeof(globals[0]) };

/* The option of that name; *value is what stands behind '=', or NULL. */
static const struct global *find_global(const char *word, const char **value)
{
	size_t i;

	for (i = 0; i < GLOBALS; i++) {
		size_t len = strlen(globals[i].name);

		if (strncmp(word, globals[i].name, len) != 0)
			continue;
		*value = word[len] == '=' ? word + len + 1 : NULL;
		if (word[len] == '\0' || word[len] == '=')
			return &globals[i];
	}
	return NULL;
}

static enum err_code no_such_global(const char *word, struct err *err)
{
	const char *names[GLOBALS];
	const char *nearest;
	size_t i;

	for (i = 0; i < GLOBALS; i++)
		names[i] = globals[i].name;
	nearest = text_nearest(word, names, GLOBALS);
	return err_set(err, ERR_USAGE, "unknown option '%s'%s%s%s; see dacache --help", word,
		       nearest ? "; did you mean '" : "", nearest ? nearest : "",
		       nearest ? "'?" : "");
}

/* Sets the option argv[*i]; takes its value from the next word where needed. */
static enum err_code set_global(struct cli_arguments *out, const struct global *global,
				const char *value, int argc, char **argv, int *i, struct err *err)
{
	if (global->text_offset == 0) {
		if (value)
			return err_set(err, ERR_USAGE, "%s takes no value", global->name);
		*(bool *)((char *)out + global->flag_offset) = true;
		return ERR_OK;
	}
	if (!value && *i + 1 < argc)
		value = argv[++*i];
	if (!value || !*value)
		return err_set(err, ERR_USAGE, "%s needs a value", global->name);
	if (strcmp(global->name, "--theme") == 0 && !profile_theme(value))
		return err_set(err, ERR_USAGE,
			       "--theme must be auto, dark, light or mono, not '%s'", value);
	if (strcmp(global->name, "--theme") == 0)
		value = profile_theme(value);
	*(const char **)((char *)out + global->text_offset - 1) = value;
	return ERR_OK;
}

static const char *short_name(const char *word)
{
	if (strcmp(word, "-h") == 0)
		return "--help";
	if (strcmp(word, "-V") == 0)
		return "--version";
	return word;
}

/* The command's words, with the program's own options taken out of them. */
static enum err_code parse_command(int argc, char **argv, int first, struct cli_arguments *out,
				   struct err *err)
{
	bool ended = false;
	int i;

	out->command_argv = argv + first;
	for (i = first; i < argc; i++) {
		const char *value = NULL;
		const struct global *global = ended ? NULL : find_global(argv[i], &value);
		enum err_code code;

		ended = ended || strcmp(argv[i], "--") == 0;
		/* --help is the command's there. */
		if (!global || strcmp(global->name, "--help") == 0) {
			out->command_argv[out->command_argc++] = argv[i];
			continue;
		}
		code = set_global(out, global, value, argc, argv, &i, err);
		if (code)
			return code;
	}
	return ERR_OK;
}

enum err_code cli_parse(int argc, char **argv, struct cli_arguments *out, struct err *err)
{
	int i;

	memset(out, 0, sizeof(*out));
	for (i = 1; i < argc; i++) {
		const char *value = NULL;
		const char *word = short_name(argv[i]);
		const struct global *global = find_global(word, &value);
		enum err_code code;

		if (strcmp(word, "--") == 0)
			return parse_command(argc, argv, i + 1, out, err);
		if (!global && word[0] == '-' && word[1])
			return no_such_global(word, err);
		if (!global)
			return parse_command(argc, argv, i, out, err);
		code = set_global(out, global, value, argc, argv, &i, err);
		if (code)
			return code;
	}
	return ERR_OK;
}

bool cli_wants_command_help(const struct cli_arguments *arguments)
{
	int i;

	for (i = 1; i < arguments->command_argc; i++) {
		if (strcmp(arguments->command_argv[i], "--") == 0)
			return false;
		if (strcmp(short_name(arguments->command_argv[i]), "--help") == 0)
			return true;
	}
	return false;
}

/* --- options of a command --- */

static const struct cli_option *find_option(const struct cli_option *options, size_t n,
					    const char *word, const char **value)
{
	size_t i;

	for (i = 0; i < n; i++) {
		size_t len = strlen(options[i].name);

		if (strncmp(word, options[i].name, len) != 0)
			continue;
		*value = word[len] == '=' ? word + len + 1 : NULL;
		if (word[len] == '\0' || word[len] == '=')
			return &options[i];
	}
	return NULL;
}

static enum err_code no_such_option(const struct cli_option *options, size_t n, const char *command,
				    const char *word, struct err *err)
{
	const char *names[32];
	const char *nearest;
	size_t i;

	for (i = 0; i < n && i < 32; i++)
		names[i] = options[i].name;
	nearest = text_nearest(word, names, i);
	return err_set(err, ERR_USAGE, "%s: unknown option '%s'%s%s%s; see dacache %s --help",
		       command, word, nearest ? "; did you mean '" : "", nearest ? nearest : "",
		       nearest ? "'?" : "", command);
}

static enum err_code take_value(const struct cli_option *option, const char *value, struct err *err)
{
	if (option->text) {
		*option->text = value;
		return ERR_OK;
	}
	if (option->repeats->len == CLI_REPEATS_MAX)
		return err_set(err, ERR_LIMIT, "%s is given more than %d times", option->name,
			       CLI_REPEATS_MAX);
	option->repeats->values[option->repeats->len++] = value;
	return ERR_OK;
}

static enum err_code take_option(const struct cli_option *option, const char *value, int argc,
				 char **argv, int *i, struct err *err)
{
	if (option->flag) {
		*option->flag = true;
		return value ? err_set(err, ERR_USAGE, "%s takes no value", option->name) : ERR_OK;
	}
	if (!value && *i + 1 < argc)
		value = argv[++*i];
	if (!value)
		return err_set(err, ERR_USAGE, "%s needs a value", option->name);
	return take_value(option, value, err);
}

enum err_code cli_options(int argc, char **argv, const struct cli_option *options, size_t n_options,
			  const char **words, size_t most, size_t *n, struct err *err)
{
	bool ended = false;
	int i;

	*n = 0;
	for (i = 1; i < argc; i++) {
		const char *value = NULL;
		const struct cli_option *option;
		enum err_code code;

		if (!ended && strcmp(argv[i], "--") == 0) {
			ended = true;
			continue;
		}
		if (ended || argv[i][0] != '-' || argv[i][1] == '\0') {
			if (*n == most)
				return err_set(err, ERR_USAGE, "%s: one word too many: '%s'",
					       argv[0], argv[i]);
			words[(*n)++] = argv[i];
			continue;
		}
		option = find_option(options, n_options, argv[i], &value);
		if (!option)
			return no_such_option(options, n_options, argv[0], argv[i], err);
		code = take_option(option, value, argc, argv, &i, err);
		if (code)
			return code;
	}
	return ERR_OK;
}
