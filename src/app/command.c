#include "dacache/app/command.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"

static const struct command table[COMMANDS] = {
#define COMMAND(id, name, arguments, where, writes, help)                                          \
	{COMMAND_##id, name, arguments, where, writes, help},
#include "dacache/app/commands.def"
#undef COMMAND
};

const struct command *command_table(void)
{
	return table;
}

static const struct command *find_exact(const char *name, enum command_where where)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		if ((table[i].where & (int)where) && strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}

/* The one command that begins so; *n tells how many do. */
static const struct command *find_prefix(const char *name, enum command_where where, size_t *n)
{
	const struct command *found = NULL;
	size_t len = strlen(name);
	size_t i;

	*n = 0;
	for (i = 0; i < COMMANDS && len > 0; i++) {
		if (!(table[i].where & (int)where) || strncmp(table[i].name, name, len) != 0)
			continue;
		found = &table[i];
		(*n)++;
	}
	return found;
}

static enum err_code no_such_command(const char *name, enum command_where where, struct err *err)
{
	const char *names[COMMANDS];
	const char *nearest;
	size_t n = 0;
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		if (table[i].where & (int)where)
			names[n++] = table[i].name;
	nearest = text_nearest(name, names, n);
	if (nearest)
		return err_set(err, ERR_USAGE, "no command '%s'; did you mean '%s'?", name,
			       nearest);
	return err_set(err, ERR_USAGE, "no command '%s'; %s", name,
		       where == AT_SHELL ? "see dacache --help" : ":help lists them");
}

enum err_code command_find(const char *name, enum command_where where, const struct command **out,
			   struct err *err)
{
	const struct command *command = find_exact(name, where);
	size_t n = 0;

	if (!command && where == AT_PROMPT && strcmp(name, "q") == 0)
		command = &table[COMMAND_QUIT]; /* as in vi, whatever else begins so */
	if (!command && where == AT_PROMPT) {
		command = find_prefix(name, where, &n);
		if (n > 1)
			return err_set(err, ERR_USAGE, "'%s' begins more than one command", name);
	}
	if (!command)
		return no_such_command(name, where, err);
	*out = command;
	return ERR_OK;
}

enum err_code command_dispatch(const struct session *session, const struct command *command,
			       command_fn *const *handlers, void *context, int argc, char **argv,
			       struct err *err)
{
	enum err_code code;

	if (!handlers[command->id])
		return err_set(err, ERR_USAGE, "'%s' does nothing here", command->name);
	if (command->writes && session) {
		code = session_may_write(session, err);
		if (code)
			return code;
	}
	return handlers[command->id](context, argc, argv, err);
}

/* --- splitting a line --- */

struct splitter {
	const char *at;
	char *out; /* where the next byte of a word goes */
};

/* One word into *out, NUL-terminated. false: a quote stays open. */
static bool take_word(struct splitter *splitter)
{
	char quote = 0;

	for (; *splitter->at; splitter->at++) {
		char c = *splitter->at;

		if (!quote && isspace((unsigned char)c))
			break;
		if (quote ? c == quote : (c == '"' || c == '\'')) {
			quote = quote ? 0 : c;
			continue;
		}
		if (c == '\\' && quote != '\'' && splitter->at[1])
			c = *++splitter->at;
		*splitter->out++ = c;
	}
	*splitter->out++ = '\0';
	return quote == 0;
}

enum err_code command_split(const char *line, char ***words, int *n, struct err *err)
{
	size_t len = strlen(line);
	/* At most one word for every two bytes; words and their bytes stand in one block. */
	size_t most = len / 2 + 2;
	char **block = malloc(most * sizeof(*block) + len + most);
	struct splitter splitter = {line, NULL};

	*n = 0;
	if (!block)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	splitter.out = (char *)(block + most);
	for (;;) {
		while (isspace((unsigned char)*splitter.at))
			splitter.at++;
		if (!*splitter.at)
			break;
		block[(*n)++] = splitter.out;
		if (!take_word(&splitter)) {
			free(block);
			*n = 0;
			return err_set(err, ERR_USAGE, "a quote is not closed");
		}
	}
	block[*n] = NULL;
	*words = block;
	return ERR_OK;
}
