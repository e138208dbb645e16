/* What parts of the screen look like, by role. */
#ifndef DACACHE_UI_THEME_H
#define DACACHE_UI_THEME_H

#include <stdbool.h>

#include "dacache/ui/curses.h"

enum role {
	ROLE_TEXT,
	ROLE_BAR,      /* line 1 */
	ROLE_BAR_WARN, /* in line 1: low quota, read only, FROZEN */
	ROLE_PROD,     /* in line 1: a protected profile */
	ROLE_TITLE,    /* a pane's or screen's title */
	ROLE_FOCUS,    /* the title of the focused pane */
	ROLE_HEADER,   /* column names */
	ROLE_DIM,
	ROLE_STRONG,
	ROLE_OK,
	ROLE_WARN,
	ROLE_ERROR,
	ROLE_HIT,
	ROLE_MISS,
	ROLE_KEY,          /* the key's name in the key bar and in help */
	ROLE_LABEL,        /* names of values */
	ROLE_SELECTED,     /* the row under the cursor */
	ROLE_SELECTED_DIM, /* the same where the pane has no focus */
	ROLE_CHANGED,      /* in a diff */
	ROLE_ADDED,
	ROLE_REMOVED,
	ROLE_FIELD, /* a field of a form */
	ROLE_FIELD_FOCUS,
	ROLE_CHART,
	ROLE_JSON_KEY,
	ROLE_JSON_STRING,
	ROLE_JSON_NUMBER,
	ROLE_JSON_LITERAL, /* true, false, null */
	ROLE_TIME_QUEUE,   /* the parts of a call's time */
	ROLE_TIME_NAME,
	ROLE_TIME_CONNECT,
	ROLE_TIME_TLS,
	ROLE_TIME_WAIT,
	ROLE_TIME_TRANSFER,
	ROLES
};

/* Everything is told by signs and words too: a theme may be without colour. */
struct theme {
	const char *name;
	attr_t attributes[ROLES]; /* A_BOLD, … */
	short pairs[ROLES];       /* 0: the terminal's own colours */
};

/* After initscr. name "auto", "dark", "light", "mono" or NULL; an unknown name
 * counts as auto. no_color, or a terminal without colours: mono. */
void theme_load(struct theme *theme, const char *name, bool no_color);

#endif
