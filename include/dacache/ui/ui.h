/* The full screen: entry from main(). */
#ifndef DACACHE_UI_UI_H
#define DACACHE_UI_UI_H

#include <stdbool.h>

#include "dacache/app/session.h"
#include "dacache/base/err.h"
#include "dacache/loop/loop.h"

struct ui;

struct ui_options {
	const char *action_id; /* selected at the start; NULL or "": the first */
	const char *theme;     /* "auto", "dark", "light", "mono"; NULL: auto */
	bool no_color;         /* NO_COLOR is set, or the user said so */
	bool no_mouse;
	const char *history_path; /* of the `:` prompt; NULL: not kept on disk */
};

/* Takes the terminal, draws the first frame, starts reading the tenant, and
 * turns the loop until the user quits, or SIGTERM or SIGHUP came (drafts are
 * saved first). The terminal is restored in every case. setlocale(LC_ALL, "")
 * is the caller's. ERR_IO when standard input or output is no terminal, or the
 * terminal can't do it. */
enum err_code ui_run(struct loop *loop, struct session *session, const struct ui_options *options,
		     struct err *err);

#endif
