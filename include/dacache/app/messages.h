/* The message line and the list of errors (E). */
#ifndef DACACHE_APP_MESSAGES_H
#define DACACHE_APP_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/app/errors.h"
#include "dacache/domain/card.h"
#include "dacache/domain/failure.h"

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERROR };

enum { MESSAGES_MAX = 200, MESSAGES_NOTE_FIRST_S = 8, MESSAGES_NOTE_S = 20 };

struct message {
	uint64_t number; /* from 1 */
	int64_t wall_us;
	enum severity severity;
	char text[320];
	char action_id[128];
	bool has_failure;
	struct failure failure; /* where has_failure */
	bool read;
};

struct messages; /* a ring */

size_t messages_count(const struct messages *messages);
const struct message *messages_at(const struct messages *messages, size_t i); /* 0: newest */
/* The one for the message line, NULL when there is none: a note for its first seconds
 * (MESSAGES_NOTE_FIRST_S), where it is the newest, for it answers what the user just
 * did; then the newest unread error or warning; where there is none the newest note,
 * a little longer (MESSAGES_NOTE_S). None that was read. */
const struct message *messages_current(const struct messages *messages);
/* When another one comes in its place by itself (wall); -1: as it is it stays. */
int64_t messages_current_until_us(const struct messages *messages);
/* Notes up to that number answered what is past by now: read. Errors and warnings
 * stay. */
void messages_drop_notes(struct messages *messages, uint64_t up_to);
void messages_mark_read(struct messages *messages); /* all */
/* What this one told is over; nothing where it has gone. */
void messages_mark_over(struct messages *messages, uint64_t number);
/* The number of the newest one that the list of errors has shown; 0: none. */
uint64_t messages_shown(const struct messages *messages);
void messages_set_shown(struct messages *messages);
/* All failures of this run by their causes. */
struct errors *messages_errors(const struct messages *messages);
/* A failed attempt whose call goes on: counted under its cause, without a message. */
void messages_count_retry(struct messages *messages, const char *action_id,
			  const struct failure *failure);
/* Add one; used by the operations and by screens. */
void messages_add(struct messages *messages, enum severity severity, const char *action_id,
		  const char *format, ...) __attribute__((format(printf, 4, 5)));
void messages_add_failure(struct messages *messages, const char *action_id,
			  const struct failure *failure);
/* The same in other words; its card is of the failure. */
void messages_add_card(struct messages *messages, const char *action_id,
		       const struct failure *failure, const char *text);

#endif
