/* What the files of the shell's side share. */
#ifndef DACACHE_SRC_CLI_INTERNAL_H
#define DACACHE_SRC_CLI_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "dacache/app/command.h"
#include "dacache/app/session.h"
#include "dacache/base/buf.h"
#include "dacache/cli/cli.h"

enum { CLI_OUTPUT_MAX = 1 << 30, CLI_FLUSH_AT = 1 << 16, CLI_REPEATS_MAX = 32 };

/* What the subscription of cli_read_index looks at: it lives as long as the
 * session. */
struct cli_index_wait {
	struct session *session;
	bool done;
};

/* What every command's function gets as its context. */
struct cli {
	struct session *session;
	const struct cli_arguments *arguments;
	int exit_code;
	struct cli_index_wait index_wait;
	bool hold_told;
	uint64_t told;          /* messages up to this number have been said */
	struct buf out;         /* the answer, or what of it cli_flush has not written yet */
	bool unwritten;         /* stdout takes no more */
	bool whole;             /* the answer is whole although the command failed */
	struct failure failure; /* the last that cli_failed told; kind NONE: none */
};

/* One option a command takes; its value goes to *text (pointing into argv), or
 * *flag is set. With `repeats`, values are added there. */
struct cli_repeats {
	const char *values[CLI_REPEATS_MAX];
	size_t len;
};
struct cli_option {
	const char *name; /* "--key" */
	const char **text;
	bool *flag;
	struct cli_repeats *repeats;
};

/* Sorts argv[1..] into options and words; the words come to words[0..*n), at
 * most `most`. "--name=value" and "--name value"; "--" ends the options.
 * ERR_USAGE with the word that is wrong and the nearest option. */
enum err_code cli_options(int argc, char **argv, const struct cli_option *options, size_t n_options,
			  const char **words, size_t most, size_t *n, struct err *err);

/* Commands: one a file. */
command_fn cli_list, cli_show, cli_set, cli_check, cli_fire, cli_hit, cli_audit, cli_report,
	cli_doctor, cli_bundle, cli_webhooks, cli_requests, cli_export, cli_plan, cli_apply;

/* `set --json` of a read-only session: its object all the same. */
void cli_set_refused(struct cli *cli, int argc, char **argv, const struct err *why);

/* --- waiting --- */
/* Read one action and what is local to it, and wait. On failure: the card on
 * stderr, cli->exit_code set, ERR_… returned with an empty text. */
struct cli_action {
	struct action *action;
	struct local_settings local;
};
enum err_code cli_fetch(struct cli *cli, const char *id, struct cli_action *out, struct err *err);
void cli_action_clear(struct cli_action *got);
/* Read the whole list, with progress on stderr where that is a terminal. */
enum err_code cli_read_index(struct cli *cli, struct err *err);
/* The same; a failure of the tenant is in out->failure and nothing is printed. */
enum err_code cli_wait_index(struct cli *cli, struct index_progress *out, struct err *err);
/* Settle first what a program that died left open; says on stderr what came of it.
 * What can't be settled now stays open. */
enum err_code cli_recover(struct cli *cli, struct err *err);
/* Until no delivery is under way. */
enum err_code cli_wait_webhooks(struct cli *cli, struct err *err);
/* The errors logged meanwhile on stderr, each once: deliveries that failed, an audit
 * entry that was not written. */
void cli_tell_errors(struct cli *cli);
/* What was logged up to now was said otherwise. */
void cli_errors_told(struct cli *cli);
/* From now on stderr hears when the queue is held, and for how long: a line a wait. */
enum err_code cli_tell_holds(struct cli *cli, struct err *err);
/* The card, shortened, on stderr; sets cli->exit_code; returns its err_code. */
enum err_code cli_failed(struct cli *cli, const struct failure *failure);

/* --- time --- */
/* "2026-01-31T14:02:09Z" (any offset), "2026-01-31" (UTC: the day's first moment, with
 * is_end its last), or a span back from now: "90s", "15m", "2h", "7d", "4w". With
 * is_end all of the millisecond. ERR_USAGE names option. */
enum err_code cli_moment(const char *option, const char *text, int64_t now_us, bool is_end,
			 int64_t *out, struct err *err);

/* --- output --- */
/* On a terminal nothing but printable characters and line breaks gets through, and
 * nothing past ASCII where its locale is not UTF-8; elsewhere the bytes as they
 * are. false: not all was written (errno). */
bool cli_write(FILE *stream, const char *text);
/* An answer without an end: what there is of it goes to stdout now. false: that can't
 * be written, which was said; go no further. */
bool cli_flush(struct cli *cli);
/* Says so, unless nobody reads any more (EPIPE); returns the exit code. */
int cli_unwritten(int error);
/* As cli_write, to stderr. */
void cli_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* --- words --- */
/* A cell of a table: made safe, cut to `columns`, and a blank behind it. */
void cli_cell(struct buf *out, const char *text, int columns);
/* A line "name   value" for people, value made safe. */
void cli_text_line(struct buf *out, const char *name, const char *value);
/* Ask on the terminal; true for yes. */
bool cli_confirm(const char *question);
/* Ask for a line; malloc'd, NULL at the end of input. */
char *cli_ask_line(const char *question);

/* --- help_details.c --- */
/* Options and exit codes of a command that has more to it than a line tells; else NULL. */
const char *cli_help_details(enum command_id id);

#endif
