/* What the screens of errors share. */
#ifndef ERRORS_H
#define ERRORS_H

#include "dacache/app/errors.h"
#include "dacache/app/messages.h"
#include "dacache/ui/screen.h"

/* --- errors_screen.c ------------------------------------------------------------ */
/* scope: an action's id, "" for all. Marks the messages read. */
void errors_screen_open_scope(struct ui *ui, const char *scope);

/* --- error_group_screen.c --------------------------------------------------------- */
/* One cause: its card, and the calls that met it (of the action in scope, "": all). */
void error_group_open(struct ui *ui, const struct error_group *group, const char *scope);
/* "Get Balance", or the id where the name is not known; "" for "". */
const char *errors_action_name(struct ui *ui, const char *action_id);
/* "429 rate limit  GET action", "other causes" */
void errors_cause_text(const struct error_group *group, char *out, size_t size);

/* --- message_rows.c ----------------------------------------------------------------- */
/* Messages as rows: those of an action alone, or of a cause alone. */
struct message_rows {
	struct ui *ui;
	char scope[ERRORS_ID_SIZE]; /* "": all */
	bool of_cause;              /* of that cause alone */
	struct cause cause;
	uint64_t shown; /* newer ones are marked as new */
	bool focused;   /* the cursor is told by a sign, too */
	char row_id[32];
};

/* For a struct list_source whose context is a struct message_rows. */
size_t message_rows_len(const void *context);
const char *message_rows_id(const void *context, size_t i);
long message_rows_find(const void *context, const char *id);
void message_rows_draw(const void *context, const struct canvas *c, size_t i, bool selected);
const struct message *message_rows_at(const struct message_rows *rows, size_t i);
/* Its card, or its whole text. */
void message_open(struct ui *ui, const struct message *message);

#endif
