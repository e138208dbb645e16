/* Pane 2: everything of the selected action, read when the cursor rests on it. */
#ifndef DETAIL_PANE_H
#define DETAIL_PANE_H

#include "dacache/app/fetch.h"
#include "dacache/ui/screen.h"
#include "dacache/ui/text_view.h"
#include "live_pane.h"

struct detail_pane {
	struct ui *ui;
	char id[128];          /* the action shown, "" when there is none */
	struct action *action; /* NULL until it was read */
	struct fetch *fetch;
	struct loop_timer *rest;
	bool put_off; /* not read by itself: the quota is low, or the queue waits */
	struct failure failure;
	bool unfolded;
	bool built; /* view holds the text of what is known */
	struct text_view view;
	struct ui_screen *screen; /* made dirty when something came */
	unsigned panes;           /* its panes that show the action */
};

void detail_pane_begin(struct detail_pane *pane, struct ui_screen *screen, unsigned panes);
void detail_pane_end(struct detail_pane *pane);
/* Show this action; read it after a rest, or now. */
void detail_pane_show(struct detail_pane *pane, const char *id, bool now);
/* Read it again (R, Enter after a failure). */
void detail_pane_reread(struct detail_pane *pane);
/* The action was read elsewhere: show it so, where it is shown. */
void detail_pane_take(struct detail_pane *pane, const struct action *action);
/* The list's row changed: read again when it differs from what is shown. */
void detail_pane_check(struct detail_pane *pane);
void detail_pane_touch(struct detail_pane *pane); /* build the text anew */
void detail_pane_draw(struct detail_pane *pane, const struct canvas *c, bool focused);
unsigned detail_pane_action(struct detail_pane *pane, enum key_action action);

/* --- detail_text.c ---------------------------------------------------------------- */
void detail_text_build(struct detail_pane *pane);
/* "by m.ito 21m ago"; "" when unknown. */
void detail_text_modified(const struct action *action, int64_t now_us, char *out, size_t size);
/* --- summary.c --------------------------------------------------------------------- */
/* at: the row's number from 1; of: how many rows. */
void summary_draw(struct detail_pane *pane, struct live_pane *live, const struct canvas *c,
		  size_t at, size_t of);

#endif
