/* Is a program at rest: has it taken its input, done its work, and gone to
 * sleep until something new happens? Told from outside, by /proc, so that the
 * program needs no hook for tests. */
#ifndef TUI_QUIET_H
#define TUI_QUIET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "terminal.h"

struct quiet {
	bool no_proc;         /* use the fall-back, whatever /proc offers */
	int64_t silent_since; /* ms; of the fall-back, 0: not silent */
};

/* Once, without waiting. app: the program on the terminal; sim: the simulator,
 * or 0. */
bool quiet_now(struct quiet *quiet, struct terminal *terminal, pid_t app, pid_t sim);

#endif
