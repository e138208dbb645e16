/* Edit form, review and conflict: what the rest of the screen asks of them. */
#ifndef DACACHE_UI_EDIT_H
#define DACACHE_UI_EDIT_H

#include "dacache/domain/audit_entry.h"
#include "dacache/ui/screen.h"

/* Open the form on an action, with its draft where there is one. */
enum err_code edit_screen_open(struct ui *ui, const char *action_id, struct err *err);
/* Open the form on a draft that takes back what the entry did. */
enum err_code edit_screen_undo(struct ui *ui, const struct audit_entry *entry, struct err *err);
/* :review: from the form; on the main screen the draft of the selected action. */
enum err_code edit_screen_review(struct ui *ui, struct err *err);
/* :apply: in the review alone (ERR_USAGE elsewhere). */
enum err_code edit_screen_apply(struct ui *ui, struct err *err);
/* Delete the draft; closes the form when it is open on that action. */
enum err_code edit_screen_discard(struct ui *ui, const char *action_id, struct err *err);

#endif
