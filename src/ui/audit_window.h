/* What the audit pane has of the audit: some entries in a row, the newest first, read as
 * the cursor comes near their end; and how many there are, counted some at a time. So an
 * audit of a million entries is there at once. */
#ifndef AUDIT_WINDOW_H
#define AUDIT_WINDOW_H

#include "dacache/base/vec.h"
#include "dacache/domain/audit_entry.h"
#include "dacache/loop/loop.h"

struct session;

struct audit_window {
	struct session *session;
	const char *action_id; /* NULL: of all */
	struct vec entries;    /* struct audit_entry */
	bool has_newer;        /* there are some before the first */
	bool has_older;        /* and behind the last */
	int64_t newest;        /* seq; 0: there was none */
	int64_t total;         /* as far as counted */
	int64_t count_below;   /* entries below this seq are to be counted; 0: none */
	struct loop_timer *timer;
	void (*counted)(void *context);
	void *context;
	char failed[ERR_TEXT_SIZE]; /* the store's words */
};

/* counted: the total is another one, called from the loop. */
void audit_window_init(struct audit_window *window, struct session *session,
		       void (*counted)(void *context), void *context);
void audit_window_free(struct audit_window *window);

/* The newest entries of the action, or of all (NULL). action_id must stay. */
void audit_window_open(struct audit_window *window, const char *action_id);
/* Nothing is read any more. */
void audit_window_close(struct audit_window *window);
/* The audit grew. */
void audit_window_update(struct audit_window *window);
/* Rows around the cursor are shown: read on, where the next ones are not there. True:
 * rows may have moved. */
bool audit_window_reach(struct audit_window *window, size_t cursor, size_t rows);
/* Be at that end of the audit. */
void audit_window_first(struct audit_window *window);
void audit_window_last(struct audit_window *window);

const struct audit_entry *audit_window_at(const struct audit_window *window, size_t i); /* NULL */

#endif
