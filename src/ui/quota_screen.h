#ifndef QUOTA_SCREEN_H
#define QUOTA_SCREEN_H

#include "dacache/ui/screen.h"

/* `:quota`: what is allowed and used, who spent it, when the limit will be met. */
void quota_screen_open(struct ui *ui);

#endif
