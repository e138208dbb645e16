/* Child processes of the driver. */
#ifndef TUI_PROCESS_H
#define TUI_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

struct process {
	pid_t pid; /* 0: never started */
	bool running;
	int status; /* of waitpid, once it is not running */
};

/* Where a child's standard streams go. */
struct streams {
	int terminal; /* the slave of a pty for all three; -1: the files below */
	const char *in;
	const char *out; /* its standard error too, unless err is given */
	const char *err;
};

/* A descriptor that becomes readable when a child ends; process_wake_clear
 * empties it. Also makes orphans of the children ours. */
int process_wake_fd(void);
void process_wake_clear(int fd);

/* Start argv[0] in folder. The child ends with the driver. False with errno. */
bool process_start(struct process *process, char *const argv[], const char *folder,
		   const struct streams *streams);
/* Look whether it has ended, without waiting. */
void process_look(struct process *process);
bool process_exited_with(const struct process *process, int code);
/* malloc'd: "exited with 3", "was killed by SIGSEGV". */
char *process_end_text(const struct process *process);

/* "TERM", "SIGTERM", "15"; 0: no such. */
int signal_named(const char *name);

/* The first child that is left over, adopted ones included; 0: none. Ended
 * ones are reaped. */
pid_t process_left_over(void);

#endif
