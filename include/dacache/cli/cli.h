/* The shell's side: arguments, and the same commands as plain text or JSON. */
#ifndef DACACHE_CLI_CLI_H
#define DACACHE_CLI_CLI_H

#include <stdbool.h>

#include "dacache/app/session.h"
#include "dacache/base/err.h"

/* Exit codes (SCREENS.md). */
enum cli_exit {
	CLI_DONE = 0,
	CLI_FAILED = 1,
	CLI_USAGE = 2,
	CLI_REFUSED = 3,
	CLI_CONFLICT = 4,
	CLI_RATE_LIMITED = 5,
	CLI_UNAUTHORISED = 6,
	CLI_NOT_FOUND = 7,
	CLI_NETWORK = 8,
	CLI_UNKNOWN = 9
};

/* Texts point into argv. */
struct cli_arguments {
	const char *profile;
	const char *url;
	const char *feed;
	const char *theme;
	const char *replay; /* a bundle */
	bool is_demo;
	bool read_only;
	bool no_color;
	bool no_mouse;
	bool wants_help;
	bool wants_version;
	int command_argc; /* 0: the screen */
	char **command_argv;
};

/* Options of the program before (or among) the command's words; everything after
 * the command's name that is not one of them is the command's. ERR_USAGE says
 * which word is wrong and the nearest option. */
enum err_code cli_parse(int argc, char **argv, struct cli_arguments *out, struct err *err);

/* --help of the program, or of one command (`dacache set --help`), to stdout.
 * CLI_USAGE with a text on stderr for an unknown command. */
int cli_help(const struct cli_arguments *arguments);
/* The command's words ask for its help. */
bool cli_wants_command_help(const struct cli_arguments *arguments);

/* Run the command on an open session; the answer on stdout, everything else on
 * stderr. Returns the exit code; ends only when deliveries under way have ended. */
int cli_run(struct session *session, const struct cli_arguments *arguments);

/* "dacache: TEXT" on stderr, and the exit code of the error. */
int cli_complain(const struct err *err);

#endif
