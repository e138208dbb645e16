/* The one table of commands: shell, `:` prompt, completion, help, man page. */
#ifndef DACACHE_APP_COMMAND_H
#define DACACHE_APP_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "dacache/app/session.h"

enum command_id {
#define COMMAND(id, name, arguments, where, writes, help) COMMAND_##id,
#include "dacache/app/commands.def"
#undef COMMAND
	COMMANDS
};

enum command_where { AT_SHELL = 1, AT_PROMPT = 2, AT_BOTH = 3 };

struct command {
	enum command_id id;
	const char *name;
	const char *arguments; /* "ID [--json]" */
	int where;
	bool writes;
	const char *help; /* one line */
};

const struct command *command_table(void); /* COMMANDS entries */
/* By its name, or at the prompt by an unambiguous beginning. ERR_USAGE names the
 * nearest. */
enum err_code command_find(const char *name, enum command_where where, const struct command **out,
			   struct err *err);

/* argv[0] is the command's name; err gets what goes wrong. */
typedef enum err_code command_fn(void *context, int argc, char **argv, struct err *err);

/* The one place where read-only is checked: a command that writes is refused
 * (ERR_READ_ONLY with the reason) before handlers[id] is called. session NULL: no
 * check (there is nothing to write to). A missing handler is ERR_USAGE. */
enum err_code command_dispatch(const struct session *session, const struct command *command,
			       command_fn *const *handlers, void *context, int argc, char **argv,
			       struct err *err);

/* Split a prompt's line into words (blanks; '…' and "…" quote; backslash).
 * *words is one allocation, freed by free(). ERR_USAGE on an open quote. */
enum err_code command_split(const char *line, char ***words, int *n, struct err *err);

#endif
