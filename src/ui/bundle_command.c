/* :bundle FILE */
#include "bundle_command.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "dacache/app/bundle.h"
#include "dacache/ui/curses.h"
#include "internal.h"

static void look_at_terminal(const struct ui *ui, struct bundle_terminal *out)
{
	const char *term = getenv("TERM");
	const char *locale = setlocale(LC_CTYPE, NULL);

	*out = (struct bundle_terminal){.columns = ui->term.cols,
					.rows = ui->term.rows,
					.colours = has_colors() ? COLORS : 0,
					.is_utf8 = ui->term.utf8};
	snprintf(out->term, sizeof out->term, "%s", term ? term : "");
	snprintf(out->locale, sizeof out->locale, "%s", locale ? locale : "");
	snprintf(out->libraries, sizeof out->libraries, "%s, readline %s", curses_version(),
		 prompt_library());
}

/* The session outlives the screen. */
static void bundle_done(void *context, enum err_code code, const char *words)
{
	struct session *session = context;

	messages_add(session_messages(session), code ? SEVERITY_ERROR : SEVERITY_INFO, NULL,
		     code ? "no bundle: %s" : "Bundle written: %s", words);
}

enum err_code bundle_command(struct ui *ui, int argc, char **argv, struct err *err)
{
	struct bundle_options options = {0};
	enum err_code code;

	if (argc != 2 || !argv[1][0])
		return err_set(err, ERR_USAGE, "bundle FILE");
	options.path = argv[1];
	if (ui_selected(ui)[0])
		options.action_id = ui_selected(ui);
	look_at_terminal(ui, &options.terminal);
	code = bundle_start(ui->session, &options, bundle_done, ui->session, err);
	if (!code)
		ui_say(ui, SEVERITY_INFO, "Collecting: doctor, the action, requests, audit.");
	return code;
}
