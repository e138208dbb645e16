/* A screen of text to be read and scrolled: help, details. */
#ifndef DACACHE_UI_TEXT_SCREEN_H
#define DACACHE_UI_TEXT_SCREEN_H

#include "dacache/ui/text_view.h"

/* Opens it and gives the view to be filled (it belongs to the screen); NULL
 * without memory. title is copied. */
struct text_view *text_screen_open(struct ui *ui, const char *title, int label_cols);

#endif
