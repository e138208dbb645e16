/* Pane 5: the exchange log, newest first. */
#ifndef REQUESTS_PANE_H
#define REQUESTS_PANE_H

#include "dacache/domain/exchange.h"
#include "dacache/ui/list.h"
#include "dacache/ui/screen.h"

struct requests_pane {
	struct ui *ui;
	struct list list;
	uint64_t newest; /* while frozen: the last one shown; 0: all */
	char row_id[32]; /* what the list was told last */
	struct rect rows;
};

void requests_pane_begin(struct requests_pane *pane, struct ui *ui);
void requests_pane_freeze(struct requests_pane *pane, bool frozen);
void requests_pane_draw(struct requests_pane *pane, const struct canvas *c, bool focused);
unsigned requests_pane_action(struct requests_pane *pane, enum key_action action);
const struct exchange *requests_pane_exchange(const struct requests_pane *pane); /* NULL */
/* --- request_details.c ------------------------------------------------------------------ */
void request_details_open(struct ui *ui, const struct exchange *exchange);

#endif
