/* What the prompt's files share. */
#ifndef PROMPT_INTERNAL_H
#define PROMPT_INTERNAL_H

#include <stdio.h>

#include "dacache/ui/prompt.h"

enum { PROMPT_PENDING = 32, PROMPT_QUEUE = 64 };

/* Bytes on their way into readline: whole characters and escape sequences. */
struct prompt_bytes {
	unsigned char pending[PROMPT_PENDING]; /* not whole yet */
	size_t pending_len;
	unsigned char queue[PROMPT_QUEUE]; /* what readline may read now */
	size_t queue_at;
	size_t queue_len;
	bool pasting;
};

enum { PROMPT_HISTORIES = 2 }; /* of commands, of filters */

struct prompt {
	struct ui *ui;
	struct prompt_request request;
	bool open;
	bool finished; /* readline handed the line over: result */
	char *result;
	char *last; /* text at the last call of changed */
	struct prompt_bytes bytes;
	struct loop_timer *timer; /* is it a lone Esc? */
	FILE *nowhere;            /* readline's own output */
	char **matches;
	size_t matches_len;
	int match_cols; /* of the widest */
	char *history_path;
	void *histories[PROMPT_HISTORIES]; /* HISTORY_STATE of those not in use */
	int history;                       /* the one in use */
	size_t history_new[PROMPT_HISTORIES];
};

/* --- prompt_bytes.c ------------------------------------------------------------- */
enum prompt_got {
	PROMPT_MORE,  /* not whole yet */
	PROMPT_READY, /* the queue holds something for readline */
	PROMPT_DROP,  /* nothing for readline */
	PROMPT_LONE,  /* a lone Esc: another one follows it, and is pending */
	PROMPT_CTRL_C,
	PROMPT_CTRL_L,
	PROMPT_CTRL_Z
};
enum prompt_got prompt_bytes_take(struct prompt_bytes *bytes, unsigned char byte);
/* What is pending begins with Esc and may be one by itself. */
bool prompt_bytes_is_escape(const struct prompt_bytes *bytes);
/* Hand over what is pending as it is. */
void prompt_bytes_flush(struct prompt_bytes *bytes);

/* --- prompt_history.c ----------------------------------------------------------- */
void prompt_history_load(struct prompt *prompt);
void prompt_history_use(struct prompt *prompt, enum prompt_kind kind);
void prompt_history_add(struct prompt *prompt, const char *text);
void prompt_history_save(struct prompt *prompt);

/* --- prompt_complete.c ---------------------------------------------------------- */
/* readline's completion function for the prompt that is open. */
char **prompt_complete(struct prompt *prompt, const char *text, int start, int end);

#endif
