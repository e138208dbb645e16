/* An error card over the screen: what happened, why, what to do. */
#ifndef DACACHE_UI_CARD_SCREEN_H
#define DACACHE_UI_CARD_SCREEN_H

#include "dacache/domain/failure.h"
#include "dacache/ui/screen.h"

/* failure is copied. Where the credentials were refused, the card takes new ones. */
enum err_code card_screen_open(struct ui *ui, const struct failure *failure);
/* The card as it is, for what is past. */
enum err_code card_screen_show(struct ui *ui, const struct failure *failure);

#endif
