/* A feed of look-ups: a file followed like `tail -F`, a FIFO, or standard input. */
#ifndef DACACHE_APP_FEED_H
#define DACACHE_APP_FEED_H

#include "dacache/app/session.h"

/* "-" is standard input. The session owns it afterwards. One a session. */
enum err_code feed_open(struct session *session, const char *path, struct err *err);
/* An open descriptor (the demo's pipe); taken over. */
enum err_code feed_open_fd(struct session *session, int fd, const char *name, struct err *err);

#endif
