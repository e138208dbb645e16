/* Pane 1: the list of Data Actions, and the summary of the selected one. */
#ifndef ACTIONS_PANE_H
#define ACTIONS_PANE_H

#include "dacache/app/index.h"
#include "dacache/base/map.h"
#include "dacache/ui/list.h"
#include "dacache/ui/screen.h"

/* The moving figures of a row. */
struct row_figures {
	double rate;    /* -1: none */
	int64_t p95_us; /* -1: none */
	uint32_t errors;
};

struct actions_pane {
	struct ui *ui;
	struct index_view *view;
	struct list list;
	struct map *held;       /* id → struct row_figures, while frozen; else NULL */
	struct rect rows;       /* of the list within the pane, for the mouse */
	char filter_error[128]; /* of what is being typed, which is no filter (yet); "" */
};

enum err_code actions_pane_begin(struct actions_pane *pane, struct ui *ui, struct err *err);
void actions_pane_end(struct actions_pane *pane);
/* Take in what came, keeping the cursor on its action. */
void actions_pane_refresh(struct actions_pane *pane);
void actions_pane_freeze(struct actions_pane *pane, bool frozen);
const struct index_row *actions_pane_row(const struct actions_pane *pane);
void actions_pane_draw(struct actions_pane *pane, const struct canvas *c, bool focused);
/* By id, by whole name, then by a part of one name alone. NULL and err. */
const char *actions_pane_find(struct actions_pane *pane, const char *text, struct err *err);

#endif
