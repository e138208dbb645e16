/* Changes whose outcome is not known: left by a process that died, or their answer
 * was lost and reading again failed. They are read again until it is known. */
#ifndef DACACHE_APP_RECOVER_H
#define DACACHE_APP_RECOVER_H

#include <stddef.h>

#include "dacache/app/session.h"
#include "dacache/domain/intent.h"

/* Take over what dead processes left open, and begin to check it. Call once, when
 * the session begins. Nothing open: no call to the tenant. What goes wrong is said
 * in a message. */
void recover_start(struct session *session);

/* Intents of this process whose outcome is still unknown; and checks under way. */
size_t recover_open(const struct session *session);
size_t recover_busy(const struct session *session);

/* `:recover`: check all of them now, and those of processes that died meanwhile.
 * Returns how many checks began. */
size_t recover_now(struct session *session);

/* Every open intent of the tenant, other processes' too. */
enum err_code recover_each(struct session *session,
			   void (*fn)(void *context, const struct intent *intent), void *context,
			   struct err *err);

/* --- for update.c --- */
/* ERR_STORE where a change of this action is open, this process's or a dead one's:
 * another one would hide what came of it. */
enum err_code recover_none_of(struct session *session, const char *action_id, struct err *err);
/* An outcome stays unknown: the intent stays open, entry is written, and a check
 * goes on in the background, with back-off. */
void recover_later(struct session *session, int64_t intent_id, const char *message,
		   struct audit_entry *entry);
/* The end of an update could not be written, which was said: its intent stays open, and
 * is checked until it can. */
void recover_unclosed(struct session *session, int64_t intent_id);

#endif
