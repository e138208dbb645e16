/* Checks, one after the other, of all a session needs. */
#ifndef DACACHE_APP_DOCTOR_H
#define DACACHE_APP_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "dacache/app/session.h"

enum check_state { CHECK_OK, CHECK_WARNING, CHECK_FAILED, CHECK_SKIPPED };

struct doctor_line {
	char name[24]; /* "settings", "name", "tcp", "tls", "token", "scopes", "clock", "list",
			  "action", "store", "quota" (where the tenant tells of one) */
	enum check_state state;
	char text[320]; /* what was seen */
	char mend[320]; /* what to do, "" when all is well */
	double ms;      /* -1 where it makes no sense */
};

/* line is called as each check ends, done once at the end with the exit code
 * (0, or the code of the first failure). Never before doctor_start returned. */
struct doctor_handlers {
	void (*line)(void *context, const struct doctor_line *line);
	void (*done)(void *context, int exit_code);
	void *context;
};
enum err_code doctor_start(struct session *session, const struct doctor_handlers *handlers,
			   struct err *err);

#endif
