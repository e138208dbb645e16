/* A scenario while it runs. */
#ifndef TUI_SCENARIO_H
#define TUI_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/base/buf.h"
#include "dacache/base/vec.h"
#include "process.h"
#include "quiet.h"
#include "screen.h"
#include "script.h"
#include "terminal.h"

struct options {
	const char *dacache;
	const char *sim;
	bool keep;
	bool verbose;
	bool no_proc;
	bool write_golden;
	double least_limit; /* seconds; what sanitizers need */
	int wake_fd;
};

struct mask {
	regex_t regex;
	char *replacement;
};

struct scenario {
	const struct options *options;
	const char *path;
	char *folder; /* ${DIR} */
	char *program;
	char *simulator;
	struct script script;
	int line;
	double limit; /* seconds */
	int rows;
	int cols;
	struct terminal *terminal; /* NULL before `start` */
	struct process app;
	bool end_was_asked; /* by wait-exit */
	struct process sim;
	struct quiet quiet;
	struct vec masks;
	struct buf sh_output;
	struct buf reply; /* of the last `call` */
	char *call_method;
	char *call_path;
	char *call_body;
	struct buf failure;
};

/* Run one file; prints `ok FILE` or `not ok FILE: line N: ...`. */
bool scenario_run(const char *path, const struct options *options);

/* Note the failure; returns false, so that a command can return it. */
bool scenario_fail(struct scenario *scenario, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* In ms on now_ms's clock. */
int64_t scenario_deadline(const struct scenario *scenario);

/* Serve the terminal, at most timeout_ms. */
void scenario_pump(struct scenario *scenario, int timeout_ms);

/* Serve the terminal until fn says true. False when the limit passed, or when
 * the program ended and fn is still false; a failure is noted as "what" then.
 * Conditions that other things than the terminal decide are tried now and then
 * (`also_now_and_then`). */
typedef bool condition_fn(struct scenario *scenario, void *context);
bool scenario_wait(struct scenario *scenario, condition_fn *fn, void *context,
		   bool also_now_and_then, const char *what);
/* Is the program at rest now, or has it ended? */
bool scenario_is_quiet(struct scenario *scenario);
/* Until it is. */
bool scenario_wait_quiet(struct scenario *scenario);

/* The rest of a scenario: programs ended, checks made at the end. */
bool scenario_finish(struct scenario *scenario);

/* A command's function, and how its line is read. */
struct verb {
	const char *name;
	enum parse_mode mode;
	size_t least; /* tokens */
	bool needs_terminal;
	bool (*run)(struct scenario *scenario, const struct command *command);
};
const struct verb *verb_find(const char *name);

/* commands_screen.c */
bool cmd_size(struct scenario *scenario, const struct command *command);
bool cmd_start(struct scenario *scenario, const struct command *command);
bool cmd_resize(struct scenario *scenario, const struct command *command);
bool cmd_send(struct scenario *scenario, const struct command *command);
bool cmd_paste(struct scenario *scenario, const struct command *command);
bool cmd_mouse(struct scenario *scenario, const struct command *command);
bool cmd_hangup(struct scenario *scenario, const struct command *command);
bool cmd_kill(struct scenario *scenario, const struct command *command);
bool cmd_wait_exit(struct scenario *scenario, const struct command *command);

/* commands_expect.c */
bool cmd_expect(struct scenario *scenario, const struct command *command);
bool cmd_expect_not(struct scenario *scenario, const struct command *command);
bool cmd_expect_title(struct scenario *scenario, const struct command *command);
bool cmd_expect_clipboard(struct scenario *scenario, const struct command *command);
bool cmd_expect_mode(struct scenario *scenario, const struct command *command);
bool cmd_cursor(struct scenario *scenario, const struct command *command);
bool cmd_quiet(struct scenario *scenario, const struct command *command);
bool cmd_dump(struct scenario *scenario, const struct command *command);
bool cmd_mask(struct scenario *scenario, const struct command *command);
bool cmd_golden(struct scenario *scenario, const struct command *command);

/* commands_world.c */
bool cmd_sim(struct scenario *scenario, const struct command *command);
bool cmd_sim_kill(struct scenario *scenario, const struct command *command);
bool cmd_call(struct scenario *scenario, const struct command *command);
bool cmd_call_expect(struct scenario *scenario, const struct command *command);
bool cmd_call_expect_not(struct scenario *scenario, const struct command *command);
bool cmd_sh(struct scenario *scenario, const struct command *command);
bool cmd_sh_exit(struct scenario *scenario, const struct command *command);
bool cmd_sh_expect(struct scenario *scenario, const struct command *command);
bool cmd_file(struct scenario *scenario, const struct command *command);
bool cmd_file_clipboard(struct scenario *scenario, const struct command *command);
bool cmd_append(struct scenario *scenario, const struct command *command);
bool cmd_env(struct scenario *scenario, const struct command *command);
bool cmd_unset(struct scenario *scenario, const struct command *command);
bool cmd_timeout(struct scenario *scenario, const struct command *command);
bool cmd_program(struct scenario *scenario, const struct command *command);
bool cmd_simulator(struct scenario *scenario, const struct command *command);

/* A number within [least, most]; notes a failure otherwise. */
bool arg_number(struct scenario *scenario, const char *text, long least, long most, long *out);
/* Does the text hold what the token (text or regex) asks for, and how often?
 * -1 and a failure noted when the regular expression is not one. */
int token_count(struct scenario *scenario, const struct token *token, const char *text);
/* Compile the token as an extended regular expression; false: failure noted. */
bool token_regex(struct scenario *scenario, const struct token *token, regex_t *out);
/* As people wrote it: "text" or /regex/. malloc'd. */
char *token_show(const struct token *token);
/* ${DIR}/path, unless path is absolute; malloc'd. */
char *scenario_path(const struct scenario *scenario, const char *path);

#endif
