/* The `:` commands of the screen. */
#ifndef UI_COMMANDS_H
#define UI_COMMANDS_H

#include "dacache/app/command.h"

struct ui;

/* COMMANDS entries; those of the shell are NULL. context is struct ui. */
command_fn *const *ui_command_handlers(void);

#endif
