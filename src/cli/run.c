#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "dacache/app/webhooks.h"
#include "internal.h"

static command_fn *const handlers[COMMANDS] = {
	[COMMAND_LIST] = cli_list,
	[COMMAND_SHOW] = cli_show,
	[COMMAND_SET] = cli_set,
	[COMMAND_CHECK] = cli_check,
	[COMMAND_FIRE] = cli_fire,
	[COMMAND_HIT] = cli_hit,
	[COMMAND_AUDIT_SHELL] = cli_audit,
	[COMMAND_REPORT] = cli_report,
	[COMMAND_BUNDLE_SHELL] = cli_bundle,
	[COMMAND_DOCTOR] = cli_doctor,
	[COMMAND_WEBHOOKS] = cli_webhooks,
	[COMMAND_REQUESTS_SHELL] = cli_requests,
	[COMMAND_EXPORT] = cli_export,
	[COMMAND_PLAN] = cli_plan,
	[COMMAND_APPLY_FILE] = cli_apply,
};

/* Those that speak with the tenant settle first what is open there, and in the end send
 * the deliveries that are due. */
static bool settles(enum command_id id)
{
	return id == COMMAND_LIST || id == COMMAND_SHOW || id == COMMAND_SET ||
	       id == COMMAND_CHECK || id == COMMAND_FIRE || id == COMMAND_EXPORT ||
	       id == COMMAND_PLAN || id == COMMAND_APPLY_FILE;
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
static void write_answer(struct cli *cli)
{
	if (cli->out.len > 0)
		cli_flush(cli);
}

/* Those that settle say all messages; the others this one alone. */
static void tell_unrecorded(const struct cli *cli, const struct command *command)
{
	const struct messages *messages = session_messages(cli->session);
	const struct message *first = messages_at(messages, messages_count(messages) - 1);

	if (first && session_is_unrecorded(cli->session) && !settles(command->id))
		cli_say("dacache: %s\n", first->text);
}

static enum err_code run_command(struct cli *cli, const struct cli_arguments *arguments,
				 const struct command **command, struct err *err)
{
	enum err_code code = command_find(arguments->command_argv[0], AT_SHELL, command, err);

	if (!code)
		code = cli_tell_holds(cli, err);
	if (!code)
		tell_unrecorded(cli, *command);
	if (!code && settles((*command)->id))
		code = cli_recover(cli, err);
	if (!code)
		code = command_dispatch(cli->session, *command, handlers, cli,
					arguments->command_argc, arguments->command_argv, err);
	if (code == ERR_READ_ONLY && (*command)->id == COMMAND_SET)
		cli_set_refused(cli, arguments->command_argc, arguments->command_argv, err);
	if (!code && cli->out.failed)
		code = err_set(err, cli->out.failed, "the answer is too large for memory");
	if (code && !cli->whole) /* half an answer is none */
		buf_reset(&cli->out);
	return code;
}

/* The last words: an answer without a log is an answer still. */
static void end_log(struct session *session)
{
	struct err err = {0};

	if (session_requests_flush(session, &err))
		cli_say("warning: the requests of this run are not in the log: %s\n", err.text);
}

/* With the answer given already: a receiver may take its time. */
static int end_deliveries(struct cli *cli, const struct command *command, bool failed)
{
	struct err err = {0};
	enum err_code code;

	if (!failed && settles(command->id))
		webhooks_start(cli->session);
	code = cli_wait_webhooks(cli, &err);
	cli_tell_errors(cli);
	return code ? cli_complain(&err) : CLI_DONE;
}

int cli_run(struct session *session, const struct cli_arguments *arguments)
{
	struct cli cli = {.session = session, .arguments = arguments};
	const struct command *command = NULL;
	struct err err = {0};
	enum err_code code;
	int status = CLI_DONE;
	int ending;

	buf_init(&cli.out, CLI_OUTPUT_MAX);
	code = run_command(&cli, arguments, &command, &err);
	write_answer(&cli);
	if (code && err.text[0])
		status = cli_complain(&err);
	ending = end_deliveries(&cli, command, code != ERR_OK);
	status = status ? status : ending;
	end_log(session);
	buf_free(&cli.out);
	return cli.exit_code ? cli.exit_code : status;
}
