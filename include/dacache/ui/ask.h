/* Questions on the message line. One at a time: a new one ends the old one as
 * if it had been answered by no. */
#ifndef DACACHE_UI_ASK_H
#define DACACHE_UI_ASK_H

#include <stdbool.h>

#include "dacache/ui/screen.h"

/* Called once, from the loop, never before ask_* returned. */
typedef void ask_fn(void *context, bool yes);

/* "question [y/N]": y is yes, anything else no. */
void ask_yes_no(struct ui *ui, const char *question, ask_fn *fn, void *context);
/* The user types `expected` in full (compared byte for byte) and Enter; Esc, or
 * another text, is no, and says so. */
void ask_name(struct ui *ui, const char *question, const char *expected, ask_fn *fn, void *context);
/* Forget the question of this context without calling fn: in a screen's end. */
void ask_forget(struct ui *ui, const void *context);

#endif
