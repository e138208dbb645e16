/* An error card over the screen: what happened, why, what to do. */
#ifndef DACACHE_UI_CARD_SCREEN_H
#define DACACHE_UI_CARD_SCREEN_H

#include "dacache/domain/card.h"
#include "dacache/domain/failure.h"
#include "dacache/ui/screen.h"
#include "dacache/ui/text_view.h"

/* failure is copied. Where the credentials were refused, the card takes new ones. */
enum err_code card_screen_open(struct ui *ui, const struct failure *failure);
/* The card as it is, for what is past. */
enum err_code card_screen_show(struct ui *ui, const struct failure *failure);

/* Its text, into a view without labels. */
void card_screen_fill(struct text_view *view, const struct card *card);

#endif
