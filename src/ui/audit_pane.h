/* Pane 4: the audit, newest first, of the selected action or of all. */
#ifndef AUDIT_PANE_H
#define AUDIT_PANE_H

#include "audit_window.h"
#include "dacache/ui/list.h"
#include "dacache/ui/screen.h"

struct audit_pane {
	struct ui *ui;
	struct audit_window window;
	struct list list;
	bool this_only;
	char id[128]; /* of the action, where this_only */
	bool opened;
	bool grew;       /* since it was looked at */
	char row_id[32]; /* what the list was told last */
	struct rect rows;
};

enum err_code audit_pane_begin(struct audit_pane *pane, struct ui *ui);
void audit_pane_end(struct audit_pane *pane);
void audit_pane_touch(struct audit_pane *pane); /* the audit grew */
void audit_pane_set_scope(struct audit_pane *pane, bool this_only);
void audit_pane_select_action(struct audit_pane *pane, const char *id);
void audit_pane_draw(struct audit_pane *pane, const struct canvas *c, bool focused);
unsigned audit_pane_action(struct audit_pane *pane, enum key_action action);
const struct audit_entry *audit_pane_entry(const struct audit_pane *pane); /* NULL */
/* --- audit_details.c ------------------------------------------------------------------ */
/* name: of the Data Action, where the entry has none itself. */
void audit_details_open(struct ui *ui, const struct audit_entry *entry, const char *name);

#endif
