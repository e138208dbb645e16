#define _DEFAULT_SOURCE /* TIOCGWINSZ */

/* bundle: one file for a support ticket. */
#include "dacache/app/bundle.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "internal.h"

struct wait_bundle {
	struct cli *cli;
	bool done;
	enum err_code code;
	char words[400];
};

static void bundle_done(void *context, enum err_code code, const char *words)
{
	struct wait_bundle *wait = context;

	snprintf(wait->words, sizeof(wait->words), "%s", words);
	wait->code = code;
	wait->done = true;
}

static void look_at_terminal(struct bundle_terminal *out)
{
	const char *term = getenv("TERM");
	const char *locale = setlocale(LC_CTYPE, NULL);
	struct winsize size;

	*out = (struct bundle_terminal){.columns = -1, .rows = -1, .colours = -1};
	snprintf(out->term, sizeof(out->term), "%s", term ? term : "");
	snprintf(out->locale, sizeof(out->locale), "%s", locale ? locale : "");
	out->is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0) {
		out->columns = size.ws_col;
		out->rows = size.ws_row;
	}
}

static enum err_code wait_for(struct cli *cli, const struct bundle_options *options,
			      struct err *err)
{
	struct wait_bundle wait = {.cli = cli};
	enum err_code code = bundle_start(cli->session, options, bundle_done, &wait, err);

	if (!code)
		code = session_run_until(cli->session, &wait.done, err);
	if (!code && wait.code)
		code = err_set(err, wait.code, "%s", wait.words);
	/* What went wrong meanwhile is in the bundle. */
	if (!code) {
		cli_errors_told(cli);
		buf_printf(&cli->out, "%s\n", wait.words);
	}
	/* A file in the way is no conflict of an action. */
	if (code == ERR_CONFLICT)
		code = err->code = ERR_IO;
	return code;
}

enum err_code cli_bundle(void *context, int argc, char **argv, struct err *err)
{
	struct cli *cli = context;
	struct bundle_options bundle = {0};
	const char *since = NULL;
	const char *words[1];
	const struct cli_option options[] = {{"--id", &bundle.action_id, NULL, NULL},
					     {"--since", &since, NULL, NULL}};
	int64_t now_us = clock_wall_us(loop_clock(session_loop(cli->session)));
	size_t n;
	enum err_code code = cli_options(argc, argv, options, 2, words, 1, &n, err);

	if (!code && (n == 0 || !words[0][0]))
		code = err_set(err, ERR_USAGE, "bundle needs the name of a file to write");
	if (!code && bundle.action_id && !bundle.action_id[0])
		code = err_set(err, ERR_USAGE, "bundle: --id needs the ID of an action");
	if (!code && since)
		code = cli_moment("bundle: --since", since, now_us, false, &bundle.since_us, err);
	if (code)
		return code;
	bundle.path = words[0];
	look_at_terminal(&bundle.terminal);
	return wait_for(cli, &bundle, err);
}
