#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

static command_fn *const handlers[COMMANDS] = {
	[COMMAND_LIST] = cli_list,         [COMMAND_SHOW] = cli_show,
	[COMMAND_SET] = cli_set,           [COMMAND_CHECK] = cli_check,
	[COMMAND_FIRE] = cli_fire,         [COMMAND_HIT] = cli_hit,
	[COMMAND_AUDIT_SHELL] = cli_audit, [COMMAND_REPORT] = cli_report,
	[COMMAND_DOCTOR] = cli_doctor,
};

/* Those that speak with the tenant settle first what is open there. */
static bool settles_first(enum command_id id)
{
	return id == COMMAND_LIST || id == COMMAND_SHOW || id == COMMAND_SET ||
	       id == COMMAND_CHECK || id == COMMAND_FIRE;
}

static int exit_of(enum err_code code)
{
	switch (code) {
	case ERR_OK:
		return CLI_DONE;
	case ERR_USAGE:
		return CLI_USAGE;
	case ERR_INVALID:
		return CLI_REFUSED;
	case ERR_CONFLICT:
		return CLI_CONFLICT;
	case ERR_RATE_LIMITED:
		return CLI_RATE_LIMITED;
	case ERR_UNAUTHORISED:
	case ERR_READ_ONLY:
		return CLI_UNAUTHORISED;
	case ERR_NOT_FOUND:
		return CLI_NOT_FOUND;
	case ERR_NETWORK:
	case ERR_TLS:
	case ERR_TIMEOUT:
		return CLI_NETWORK;
	case ERR_OUTCOME_UNKNOWN:
		return CLI_UNKNOWN;
	default:
		return CLI_FAILED;
	}
}

int cli_complain(const struct err *err)
{
	cli_say("dacache: %s\n", err->text);
	return exit_of(err->code);
}

/* The whole answer, or an error: a full disk must not look like an answer. */
static int write_answer(const struct buf *out)
{
	return cli_write(stdout, buf_str(out)) ? CLI_DONE : cli_unwritten(errno);
}

int cli_run(struct session *session, const struct cli_arguments *arguments)
{
	struct cli cli = {.session = session};
	const struct command *command = NULL;
	struct err err = {0};
	enum err_code code;
	int status;

	buf_init(&cli.out, CLI_OUTPUT_MAX);
	code = command_find(arguments->command_argv[0], AT_SHELL, &command, &err);
	if (!code)
		code = cli_tell_holds(&cli, &err);
	if (!code && settles_first(command->id))
		code = cli_recover(&cli, &err);
	if (!code)
		code = command_dispatch(session, command, handlers, &cli, arguments->command_argc,
					arguments->command_argv, &err);
	if (!code && cli.out.failed)
		code = err_set(&err, cli.out.failed, "the answer is too large for memory");
	if (code) /* half an answer is none */
		buf_reset(&cli.out);
	status = write_answer(&cli.out);
	if (code && err.text[0])
		status = cli_complain(&err);
	if (cli.exit_code)
		status = cli.exit_code;
	buf_free(&cli.out);
	return status;
}
