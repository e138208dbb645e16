/* The main screen: five panes around the selected action. */
#ifndef MAIN_SCREEN_H
#define MAIN_SCREEN_H

#include "actions_pane.h"
#include "audit_pane.h"
#include "detail_pane.h"
#include "internal.h"
#include "live_pane.h"
#include "main_layout.h"
#include "requests_pane.h"

struct main_screen {
	struct ui_screen base;
	struct main_layout layout;
	enum pane_id focus;
	bool full;
	char selected[LIST_ID_SIZE]; /* the id that the other panes were told */
	struct actions_pane actions;
	struct detail_pane detail;
	struct live_pane live;
	struct audit_pane audit;
	struct requests_pane requests;
	char *filter_before; /* while the filter prompt is open */
	unsigned pending;    /* panes that events made dirty */
	struct throttle soon;
};

static inline unsigned pane_bit(enum pane_id pane)
{
	return 1U << (unsigned)pane;
}

/* Pushes it as the first screen; ui->main is then set. */
enum err_code main_screen_open(struct ui *ui, struct err *err);
/* Esc would cancel what waits: nothing else comes first. */
bool main_screen_esc_cancels(const struct main_screen *main);
void main_screen_focus(struct main_screen *main, enum pane_id pane);
void main_screen_set_full(struct main_screen *main, bool full);
/* The cursor may stand on another action now: bring the other panes along. */
void main_screen_selection(struct main_screen *main);
/* Mark panes dirty before long, at most ten times a second. */
void main_screen_soon(struct main_screen *main, unsigned panes);
enum err_code main_screen_filter(struct main_screen *main, const char *words, struct err *err);
void main_screen_sort(struct main_screen *main, enum index_column column, bool reverse);
void main_screen_open_filter(struct main_screen *main);
void main_screen_edit(struct main_screen *main);
/* Why an action does nothing here, in words; NULL: it does something. */
const char *main_screen_why_not(const struct ui *ui, enum key_action action);
/* --- main_actions.c -------------------------------------------------------------- */
unsigned main_screen_action(struct ui_screen *screen, enum key_action action);

/* No more pages of the list; says where it stopped, and `more`. False: none were read. */
bool main_screen_stop_reading(struct ui *ui, const char *more);

#endif
