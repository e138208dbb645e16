/* Pane 5: the requests, newest first. */
#ifndef REQUESTS_PANE_H
#define REQUESTS_PANE_H

#include "dacache/base/vec.h"
#include "dacache/domain/exchange.h"
#include "dacache/domain/request_filter.h"
#include "dacache/ui/list.h"
#include "dacache/ui/screen.h"

struct requests_pane {
	struct ui *ui;
	struct list list;
	struct request_filter *filter; /* NULL: all */
	char *words;                   /* the filter's; NULL: none */
	char *words_before;            /* while the prompt is open */
	struct vec shown;              /* numbers (uint64_t) that match, the oldest first */
	uint64_t seen;                 /* up to this number they were looked at */
	uint64_t newest;               /* while frozen: the last one shown; 0: all */
	int64_t scale_us;              /* of the slowest on the screen */
	char row_id[32];               /* what the list was told last */
	char *har_path;                /* while it is asked whether that file goes */
	struct rect rows;
};

void requests_pane_begin(struct requests_pane *pane, struct ui *ui);
void requests_pane_end(struct requests_pane *pane);
void requests_pane_freeze(struct requests_pane *pane, bool frozen);
void requests_pane_draw(struct requests_pane *pane, const struct canvas *c, bool focused);
unsigned requests_pane_action(struct requests_pane *pane, enum key_action action);
const struct exchange *requests_pane_exchange(struct requests_pane *pane); /* NULL */
/* --- requests_filter.c ------------------------------------------------------------------ */
/* "": all. ERR_USAGE leaves the filter as it was. */
enum err_code requests_pane_filter(struct requests_pane *pane, const char *words, struct err *err);
void requests_pane_open_filter(struct requests_pane *pane);
/* Bring `shown` up to date. */
void requests_pane_refresh(struct requests_pane *pane);
/* The name of the action that a call is about, NULL. */
const char *requests_pane_name(const struct requests_pane *pane, const struct exchange *exchange);
/* --- request_screen.c ------------------------------------------------------------------- */
void request_screen_open(struct ui *ui, const struct exchange *exchange);
/* The call that the topmost screen shows, NULL when it shows none. */
const struct exchange *request_screen_exchange(struct ui *ui);
/* --- request_har.c ---------------------------------------------------------------------- */
/* Write what the pane shows; asks first where the file is there, unless replace. */
enum err_code request_har_write(struct ui *ui, const char *path, bool replace, struct err *err);
/* --- copy_menu.c ------------------------------------------------------------------------ */
/* As a curl command line, by OSC 52. */
enum err_code copy_exchange(struct ui *ui, const struct exchange *exchange, struct err *err);

#endif
