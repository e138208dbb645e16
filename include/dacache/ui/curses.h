/* How this layer includes curses: wide characters, no macros for functions. */
#ifndef DACACHE_UI_CURSES_H
#define DACACHE_UI_CURSES_H

#ifndef NCURSES_WIDECHAR
#define NCURSES_WIDECHAR 1
#endif
#ifndef NCURSES_NOMACROS
#define NCURSES_NOMACROS 1
#endif
#include <curses.h>

#endif
