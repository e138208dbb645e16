/* One line of input on the message line, by readline's callback interface (this
 * module is its only user). */
#ifndef DACACHE_UI_PROMPT_H
#define DACACHE_UI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "dacache/ui/screen.h"

enum prompt_kind { PROMPT_COMMAND, PROMPT_FILTER, PROMPT_TEXT };

struct prompt_request {
	enum prompt_kind kind; /* history and completion: commands or filters; TEXT: none */
	const char *label;     /* ":", "/", "Type the name: " */
	const char *initial;   /* text to begin with, NULL: none */
	/* The text changed (live filter); NULL: not asked for. */
	void (*changed)(void *context, const char *text);
	/* The end: text NULL when it was cancelled. Once. */
	void (*done)(void *context, const char *text);
	void *context;
};

struct prompt;

enum err_code prompt_new(struct ui *ui, const char *history_path, struct prompt **out,
			 struct err *err);
void prompt_free(struct prompt **prompt); /* writes the history */
void prompt_open(struct prompt *prompt, const struct prompt_request *request);
void prompt_cancel(struct prompt *prompt); /* calls done with NULL */
bool prompt_is_open(const struct prompt *prompt);
bool prompt_has_words(const struct prompt *prompt); /* history and completion */
/* Bytes are at the terminal: read them straight into readline, as long as it is
 * open. false: the terminal is gone. */
bool prompt_readable(struct prompt *prompt, int fd);
/* Draw on the message line; *col is where the cursor stands. */
void prompt_draw(struct prompt *prompt, const struct canvas *c, int row, int *col);
/* Lines of completions to show above the line; 0: none. */
size_t prompt_matches(const struct prompt *prompt);
void prompt_draw_matches(const struct prompt *prompt, const struct canvas *c);

/* The version of readline. */
const char *prompt_library(void);

#endif
