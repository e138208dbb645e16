#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dacache/app/fetch.h"
#include "dacache/app/recover.h"
#include "dacache/app/webhooks.h"
#include "dacache/base/text.h"
#include "dacache/domain/card.h"
#include "internal.h"

enum { CARD_MAX = 8192 };

enum err_code cli_failed(struct cli *cli, const struct failure *failure)
{
	const struct profile *profile = session_profile(cli->session);
	struct card card;
	struct buf text;

	buf_init(&text, CARD_MAX);
	card_make(failure, profile->name, profile->base_url, &card);
	card_short(&card, &text);
	cli_write(stderr, buf_str(&text));
	buf_free(&text);
	cli->failure = *failure;
	cli->exit_code = failure_exit_code(failure);
	return failure_err_code(failure);
}

/* --- one action --- */

struct wait_fetch {
	bool done;
	struct failure failure;
	struct action *action;
	bool out_of_memory;
};

static void fetched(void *context, const struct failure *failure, const struct action *action)
{
	struct wait_fetch *wait = context;

	wait->done = true;
	wait->failure = *failure;
	if (action && action_copy(action, &wait->action))
		wait->out_of_memory = true;
}

enum err_code cli_fetch(struct cli *cli, const char *id, struct cli_action *out, struct err *err)
{
	struct wait_fetch wait = {0};
	enum err_code code = fetch_start(cli->session, id, fetched, &wait, NULL, err);

	memset(out, 0, sizeof(*out));
	if (!code)
		code = session_run_until(cli->session, &wait.done, err);
	if (code)
		return code;
	if (wait.out_of_memory)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	if (!wait.action)
		return cli_failed(cli, &wait.failure);
	out->action = wait.action;
	code = session_local_load(cli->session, wait.action->id, &out->local, err);
	if (code)
		cli_action_clear(out);
	return code;
}

void cli_action_clear(struct cli_action *got)
{
	action_free(&got->action);
	local_settings_clear(&got->local);
}

/* --- the list --- */

static void show_progress(const struct index_progress *progress)
{
	char loaded[32];
	char total[32];
	char span[CLOCK_TEXT_SIZE];

	text_format_count((int64_t)progress->loaded, loaded);
	text_format_count((int64_t)progress->total, total);
	fprintf(stderr, "\rreading %s of %s Data Actions", loaded, total);
	if (progress->rows_per_s > 0)
		fprintf(stderr, "  %.0f/s", progress->rows_per_s);
	if (progress->left_s > 0) {
		clock_format_span(progress->left_s * 1000000, span);
		fprintf(stderr, "  %s left", span);
	}
	fputs(progress->reading ? "\033[K" : "\r\033[K", stderr);
	fflush(stderr);
}

static void index_moved(void *context, const struct event *event)
{
	struct cli_index_wait *wait = context;
	struct index_progress progress;

	if (event->type != EVENT_INDEX || wait->done)
		return;
	index_progress(session_index(wait->session), &progress);
	wait->done = !progress.reading;
	if (isatty(STDERR_FILENO) && progress.total_known)
		show_progress(&progress);
}

enum err_code cli_wait_index(struct cli *cli, struct index_progress *out, struct err *err)
{
	struct cli_index_wait *wait = &cli->index_wait;
	enum err_code code;

	wait->session = cli->session;
	wait->done = false;
	code = session_subscribe(cli->session, index_moved, wait);
	if (code)
		return err_set(err, code, "out of memory");
	index_start(session_index(cli->session));
	code = session_run_until(cli->session, &wait->done, err);
	if (!code)
		index_progress(session_index(cli->session), out);
	return code;
}

enum err_code cli_read_index(struct cli *cli, struct err *err)
{
	struct index_progress progress;
	enum err_code code = cli_wait_index(cli, &progress, err);

	if (code)
		return code;
	if (progress.unsettled[0])
		cli_say("dacache: %s\n", progress.unsettled);
	return progress.failed ? cli_failed(cli, &progress.failure) : ERR_OK;
}

/* --- holds --- */

static void status_moved(void *context, const struct event *event)
{
	struct cli *cli = context;
	struct session_status status;
	char span[CLOCK_TEXT_SIZE];
	bool waits;

	if (event->type != EVENT_STATUS)
		return;
	session_status(cli->session, &status);
	waits = status.held && status.queued > 0; /* after the last attempt nothing does */
	if (waits && !cli->hold_told) {
		clock_format_span(status.held_for_ms * 1000, span);
		if (isatty(STDERR_FILENO)) /* over the progress, if there is some */
			fputs("\r\033[K", stderr);
		cli_say("%s: waiting %s\n", status.held_because, span);
	}
	cli->hold_told = waits;
}

enum err_code cli_tell_holds(struct cli *cli, struct err *err)
{
	if (session_subscribe(cli->session, status_moved, cli))
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	return ERR_OK;
}

/* --- what a program that died left open --- */

enum err_code cli_recover(struct cli *cli, struct err *err)
{
	const struct messages *messages = session_messages(cli->session);
	enum err_code code = ERR_OK;
	size_t i;

	recover_start(cli->session);
	while (!code && recover_busy(cli->session) > 0)
		code = loop_turn(session_loop(cli->session), -1, err);
	for (i = messages_count(messages); i-- > 0;)
		if (!messages_at(messages, i)->read) /* those of a bundle are */
			cli_say("dacache: %s\n", messages_at(messages, i)->text);
	cli_errors_told(cli);
	return code;
}

/* --- deliveries --- */

/* Calls of the API that failed have had their card already. */
static bool is_news(const struct message *message)
{
	bool is_delivery = message->has_failure && !message->failure.at_token &&
			   strcmp(message->failure.method, "POST") == 0;

	return message->severity == SEVERITY_ERROR && !message->read &&
	       (!message->has_failure || is_delivery);
}

void cli_errors_told(struct cli *cli)
{
	const struct message *newest = messages_at(session_messages(cli->session), 0);

	cli->told = newest ? newest->number : 0;
}

void cli_tell_errors(struct cli *cli)
{
	const struct messages *messages = session_messages(cli->session);
	size_t i;

	for (i = messages_count(messages); i-- > 0;) {
		const struct message *message = messages_at(messages, i);

		if (message->number <= cli->told || !is_news(message))
			continue;
		cli_say("dacache: %s\n", message->text);
	}
	cli_errors_told(cli);
}

enum err_code cli_wait_webhooks(struct cli *cli, struct err *err)
{
	enum err_code code = ERR_OK;

	while (!code && webhooks_busy(cli->session) > 0)
		code = loop_turn(session_loop(cli->session), -1, err);
	return code;
}
