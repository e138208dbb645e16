/* A feed of look-ups: JSON lines (domain/lookup.h) from a file followed like `tail -F`, a
 * FIFO, standard input, or a Unix socket that this program opens. What is no look-up is
 * counted, and told once with its number.
 *
 * What comes faster than it can be counted waits: of a pipe or a socket up to 16 MiB,
 * then whoever writes waits; where that went on for 5 s the oldest lines are dropped. Of a
 * file of which over 64 MiB are not read yet all but the newest 32 MiB are. They are
 * counted: struct live_source. */
#ifndef DACACHE_APP_FEED_H
#define DACACHE_APP_FEED_H

#include "dacache/app/session.h"

/* "-" is standard input; "unix:PATH" opens a socket there (mode 0600, removed at the
 * end): what a dead program left is replaced, anything else is ERR_IO. The session owns
 * the feed afterwards. One a session. */
enum err_code feed_open(struct session *session, const char *path, struct err *err);
/* An open descriptor (the demo's pipe); taken over, also where it fails. */
enum err_code feed_open_fd(struct session *session, int fd, const char *name, struct err *err);

#endif
