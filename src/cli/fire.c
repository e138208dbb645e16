#include <stdio.h>
#include <unistd.h>

#include "dacache/app/fire.h"
#include "dacache/domain/json_member.h"
#include "internal.h"

struct wait_fire {
	bool done;
	struct fire_result result;
};

static void fired(void *context, const struct fire_result *result)
{
	struct wait_fire *wait = context;

	wait->result = *result;
	wait->done = true;
}

static void put_result(struct cli *cli, const char *id, const struct fire_result *result, bool json)
{
	struct buf *out = &cli->out;

	if (!json) {
		buf_printf(out, "%s\n", result->message);
		return;
	}
	buf_puts(out, "{");
	json_member_text(out, "id", id);
	json_member_int(out, "delivered", (int64_t)result->delivered);
	json_member_int(out, "failed", (int64_t)result->failed);
	json_member_int(out, "noop", (int64_t)result->noop);
	buf_puts(out, "}\n");
}

static enum err_code fire_now(struct cli *cli, const char *id, const char *event_type, bool json,
			      struct err *err)
{
	struct wait_fire wait = {0};
	struct cli_action got = {0};
	enum err_code code = cli_fetch(cli, id, &got, err);

	if (code)
		return code;
	code = fire_start(cli->session, id, got.action->members.key ? got.action->members.key : "",
			  event_type, fired, &wait, err);
	if (!code)
		code = session_run_until(cli->session, &wait.done, err);
	if (!code) {
		put_result(cli, id, &wait.result, json);
		if (wait.result.failed > 0) {
			cli_failed(cli, &wait.result.failure);
			cli_errors_told(cli);
			cli->exit_code = CLI_FAILED;
		}
	}
	cli_action_clear(&got);
	return code;
}

enum err_code cli_fire(void *context, int argc, char **argv, struct err *err)
{
	struct cli *cli = context;
	const char *words[2];
	bool json = false;
	bool yes = false;
	const struct cli_option options[] = {{"--json", NULL, &json, NULL},
					     {"--yes", NULL, &yes, NULL}};
	size_t n;
	enum err_code code = cli_options(argc, argv, options, 2, words, 2, &n, err);

	if (code)
		return code;
	if (n < 2)
		return err_set(err, ERR_USAGE, "fire needs the ID of an action and an event type");
	if (!yes && (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)))
		return err_set(err, ERR_USAGE,
			       "fire asks before it posts: without a terminal give "
			       "--yes");
	if (!yes && !cli_confirm("Deliver this action's directives now? [y/N] "))
		return err_set(err, ERR_CANCELLED, "not confirmed: nothing was posted");
	return fire_now(cli, words[0], words[1], json, err);
}
