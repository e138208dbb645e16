/* Screens for what went wrong and goes on: changes of unknown outcome, webhooks,
 * credentials. */
#ifndef TROUBLE_H
#define TROUBLE_H

#include "dacache/domain/audit_entry.h"
#include "dacache/domain/failure.h"
#include "dacache/ui/screen.h"

/* --- recover_screen.c --------------------------------------------------------- */
enum { RECOVER_MESSAGE_SIZE = 320 };

/* `:recover`: check all of them now, and list them. */
enum err_code recover_screen_open(struct ui *ui, struct err *err);
/* The action has a change whose outcome is not known yet. */
bool recover_is_open(struct ui *ui, const char *action_id);
/* What the newest entry of the action says, once none of its changes is open.
 * ERR_NOT_FOUND while one is. message takes
 * RECOVER_MESSAGE_SIZE bytes. */
enum err_code recover_outcome(struct ui *ui, const char *action_id, enum outcome *out,
			      char *message);

/* --- webhooks_screen.c ----------------------------------------------------------- */
enum err_code webhooks_screen_open(struct ui *ui, struct err *err);

/* --- credentials_screen.c -------------------------------------------------------- */
/* Enter a client id and secret, for this run alone. failure: why, or NULL. */
void credentials_screen_open(struct ui *ui, const struct failure *failure);
/* The token endpoint refused the credentials. */
bool credentials_are_refused(const struct failure *failure);
/* A call failed: offer the card, once, and not while something is typed. */
void credentials_offer(struct ui *ui);

#endif
