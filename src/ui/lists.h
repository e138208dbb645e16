/* Small screens over the main one. */
#ifndef LISTS_H
#define LISTS_H

#include "dacache/ui/screen.h"

void errors_screen_open(struct ui *ui); /* E: messages and errors; marks them read */
void drafts_screen_open(struct ui *ui);
void copy_menu_open(struct ui *ui); /* y */
/* what: "curl", "key", "id", "etag"; ERR_USAGE, ERR_NOT_FOUND. */
enum err_code copy_menu_copy(struct ui *ui, const char *what, struct err *err);
void help_screen_open(struct ui *ui, const struct ui_screen *about);
void help_command_open(struct ui *ui, const struct command *command);

#endif
