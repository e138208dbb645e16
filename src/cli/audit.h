/* What the files of `audit` share. */
#ifndef DACACHE_SRC_CLI_AUDIT_H
#define DACACHE_SRC_CLI_AUDIT_H

#include "internal.h"

/* audit --verify: prints what is found; cli->exit_code is CLI_FAILED with a fault. */
enum err_code audit_check(struct cli *cli, const char *head, bool json, struct err *err);

#endif
