/* Giving the terminal back when the program ends by a crash. */
#ifndef TERM_RESTORE_H
#define TERM_RESTORE_H

/* Remember the terminal's state as it is now, and restore it when a fatal
 * signal (SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL) ends the program. Handlers
 * that somebody else installed stay. */
void term_restore_arm(int fd);
void term_restore_disarm(void);

#endif
