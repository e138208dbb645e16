/* :bundle FILE, of the selected action. */
#ifndef UI_BUNDLE_COMMAND_H
#define UI_BUNDLE_COMMAND_H

#include "dacache/base/err.h"

struct ui;

enum err_code bundle_command(struct ui *ui, int argc, char **argv, struct err *err);

#endif
