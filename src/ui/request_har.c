/* :har FILE */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/ui/ask.h"
#include "internal.h"
#include "main_screen.h"

static enum err_code write_now(struct ui *ui, const char *path, bool replace, struct err *err)
{
	size_t n = 0;
	const struct request_filter *filter = ui->main->requests.filter;
	enum err_code code = session_har_write(ui->session, filter, path, replace, &n, err);

	if (!code)
		ui_say(ui, SEVERITY_INFO, "%zu %s%s written to %s, secrets masked.", n,
		       n == 1 ? "request" : "requests",
		       request_filter_is_empty(filter) ? "" : " of the filter", path);
	return code;
}

static void answered(void *context, bool yes)
{
	struct requests_pane *pane = context;
	struct err err = {0};

	if (!yes)
		ui_say(pane->ui, SEVERITY_INFO, "Nothing was written.");
	else if (write_now(pane->ui, pane->har_path, true, &err))
		ui_say_err(pane->ui, &err);
}

static void ask_first(struct requests_pane *pane, char *path)
{
	char words[180];

	free(pane->har_path);
	pane->har_path = path;
	snprintf(words, sizeof words, "%.120s is there already: write over it?", path);
	ask_yes_no(pane->ui, words, answered, pane);
}

/* ~/FILE, as the shell has it. malloc'd. */
static char *whole_path(const char *path)
{
	const char *home = getenv("HOME");
	struct buf out;

	if (strncmp(path, "~/", 2) != 0 || !home)
		return text_dup(path);
	buf_init(&out, 64 * 1024);
	buf_printf(&out, "%s%s", home, path + 1);
	return out.failed ? NULL : buf_take(&out);
}

enum err_code request_har_write(struct ui *ui, const char *path, bool replace, struct err *err)
{
	char *whole = whole_path(path);
	enum err_code code;

	if (!whole)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	code = write_now(ui, whole, replace, err);
	if (code == ERR_CONFLICT) {
		ask_first(&ui->main->requests, whole);
		return ERR_OK;
	}
	free(whole);
	return code;
}
