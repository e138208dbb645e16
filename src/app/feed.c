/* Reads lines of look-ups and counts them.
 *
 * A file is followed by its name, as `tail -F` does: inotify on its directory and
 * itself tells of growth, truncation and a new file of that name. A FIFO or pipe
 * is read until its end; a FIFO is opened for writing too, so that it has none.
 */
#include "dacache/app/feed.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dacache/base/text.h"
#include "internal.h"

enum {
	READ_SIZE = 65536,
	LINE_MAX_BYTES = 65536,
	/* At most this much a turn, so that keys are answered between. */
	TURN_BYTES = 4 * READ_SIZE
};

struct feed {
	struct session *session;
	char *path; /* NULL: a descriptor that was handed over */
	char *name;
	int fd; /* -1: the file is not there (yet) */
	bool is_file;
	struct loop_watch *watch;
	int notify_fd;
	struct loop_watch *notify_watch;
	struct loop_timer *more;
	ino_t inode;
	off_t offset;
	struct buf partial;
	bool skipping; /* the rest of a line that was too long */
};

/* --- lines --- */

static void take_line(struct feed *feed, const char *line, size_t len)
{
	struct live *live = session_live(feed->session);
	struct lookup lookup;
	struct err err = {0};

	if (len > 0 && line[len - 1] == '\r')
		len--;
	if (len == 0)
		return;
	if (lookup_parse(line, len, &lookup, &err)) {
		live_feed_line(live, false, err.text);
		return;
	}
	live_feed_line(live, true, NULL);
	live_add_lookup(live, &lookup, true);
}

/* The beginning of a line whose end has not come. */
static void keep_partial(struct feed *feed, const char *data, size_t len)
{
	if (feed->skipping)
		return;
	if (buf_append(&feed->partial, data, len) == ERR_OK)
		return;
	live_feed_line(session_live(feed->session), false, "longer than 65,536 bytes");
	buf_reset(&feed->partial);
	feed->skipping = true;
}

static void forget_partial(struct feed *feed)
{
	buf_reset(&feed->partial);
	feed->skipping = false;
}

static void end_line(struct feed *feed, const char *data, size_t len)
{
	if (feed->skipping) {
		feed->skipping = false;
		return;
	}
	if (feed->partial.len == 0) {
		take_line(feed, data, len);
		return;
	}
	keep_partial(feed, data, len);
	if (!feed->skipping)
		take_line(feed, feed->partial.data, feed->partial.len);
	forget_partial(feed);
}

static void take_bytes(struct feed *feed, const char *data, size_t len)
{
	const char *end = data + len;

	while (data < end) {
		const char *newline = memchr(data, '\n', (size_t)(end - data));

		if (!newline) {
			keep_partial(feed, data, (size_t)(end - data));
			return;
		}
		end_line(feed, data, (size_t)(newline - data));
		data = newline + 1;
	}
}

/* --- reading --- */

static void close_fd(struct feed *feed)
{
	loop_unwatch(&feed->watch);
	if (feed->fd >= 0)
		close(feed->fd);
	feed->fd = -1;
}

/* Bytes taken; 0 at the end, -1 when nothing is there now. */
static ssize_t read_some(struct feed *feed)
{
	char data[READ_SIZE];
	ssize_t n = read(feed->fd, data, sizeof(data));

	if (n > 0) {
		feed->offset += n;
		take_bytes(feed, data, (size_t)n);
	}
	return n;
}

static void pipe_ended(struct feed *feed)
{
	close_fd(feed);
	live_feed_ended(session_live(feed->session));
	messages_add(session_messages(feed->session), SEVERITY_WARNING, NULL, "the feed %s ended",
		     feed->name);
}

static void read_pipe(void *context, int fd, int events)
{
	struct feed *feed = context;
	size_t taken = 0;
	ssize_t n;

	(void)fd;
	(void)events;
	do {
		n = read_some(feed);
		taken += n > 0 ? (size_t)n : 0;
	} while (n > 0 && taken < TURN_BYTES);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		pipe_ended(feed);
	session_emit(feed->session, EVENT_LIVE, NULL);
}

static void follow(void *context);

static void read_file(struct feed *feed)
{
	struct stat about;
	size_t taken = 0;
	ssize_t n;

	if (fstat(feed->fd, &about) == 0 && about.st_size < feed->offset) {
		/* Truncated: begin anew. */
		feed->offset = lseek(feed->fd, 0, SEEK_SET);
		forget_partial(feed);
	}
	do {
		n = read_some(feed);
		taken += n > 0 ? (size_t)n : 0;
	} while (n > 0 && taken < TURN_BYTES);
	if (n > 0 && !feed->more)
		loop_timer_start(session_loop(feed->session), 0, follow, feed, &feed->more);
	if (taken > 0)
		session_emit(feed->session, EVENT_LIVE, NULL);
}

/* --- a file, by its name --- */

static bool open_file(struct feed *feed, bool from_end)
{
	struct stat about;

	feed->fd = open(feed->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (feed->fd < 0 || fstat(feed->fd, &about)) {
		close_fd(feed);
		return false;
	}
	feed->inode = about.st_ino;
	feed->offset = from_end ? lseek(feed->fd, 0, SEEK_END) : 0;
	inotify_add_watch(feed->notify_fd, feed->path, IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF);
	return true;
}

static bool is_replaced(const struct feed *feed)
{
	struct stat about;

	return stat(feed->path, &about) == 0 && about.st_ino != feed->inode;
}

static void follow(void *context)
{
	struct feed *feed = context;

	if (feed->fd >= 0)
		read_file(feed);
	if (feed->more) /* the old file's rest comes first */
		return;
	if (feed->fd >= 0 && is_replaced(feed)) {
		close_fd(feed);
		forget_partial(feed);
	}
	if (feed->fd < 0 && open_file(feed, false))
		read_file(feed);
}

static void notified(void *context, int fd, int events)
{
	char room[4096];

	(void)events;
	while (read(fd, room, sizeof(room)) > 0)
		continue;
	follow(context);
}

static enum err_code follow_file(struct feed *feed, struct err *err)
{
	char *copy = text_dup(feed->path);
	int added = -1;

	feed->is_file = true;
	feed->notify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (feed->notify_fd >= 0 && copy)
		added = inotify_add_watch(feed->notify_fd, dirname(copy), IN_CREATE | IN_MOVED_TO);
	free(copy);
	if (added < 0)
		return err_set(err, ERR_IO, "the feed %s can't be followed: %s", feed->path,
			       strerror(errno));
	if (!open_file(feed, true) && errno != ENOENT)
		return err_set(err, ERR_IO, "the feed %s can't be opened: %s", feed->path,
			       strerror(errno));
	return loop_watch(session_loop(feed->session), feed->notify_fd, LOOP_READ, notified, feed,
			  &feed->notify_watch);
}

/* --- opening --- */

static enum err_code feed_new(struct session *session, const char *path, const char *name,
			      struct feed **out)
{
	struct feed *feed = calloc(1, sizeof(*feed));

	if (!feed)
		return ERR_NO_MEMORY;
	feed->session = session;
	feed->fd = -1;
	feed->notify_fd = -1;
	feed->path = text_dup(path);
	feed->name = text_dup(name);
	buf_init(&feed->partial, LINE_MAX_BYTES);
	if (!feed->name || (path && !feed->path))
		feed_free(&feed);
	*out = feed;
	return feed ? ERR_OK : ERR_NO_MEMORY;
}

void feed_free(struct feed **feed)
{
	if (!*feed)
		return;
	loop_timer_stop(&(*feed)->more);
	loop_unwatch(&(*feed)->notify_watch);
	close_fd(*feed);
	if ((*feed)->notify_fd >= 0)
		close((*feed)->notify_fd);
	buf_free(&(*feed)->partial);
	free((*feed)->path);
	free((*feed)->name);
	free(*feed);
	*feed = NULL;
}

static enum err_code watch_pipe(struct feed *feed, struct err *err)
{
	int flags = fcntl(feed->fd, F_GETFL);

	if (flags < 0 || fcntl(feed->fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return err_set(err, ERR_IO, "the feed %s: %s", feed->name, strerror(errno));
	if (loop_watch(session_loop(feed->session), feed->fd, LOOP_READ, read_pipe, feed,
		       &feed->watch))
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	return ERR_OK;
}

enum err_code feed_open_fd(struct session *session, int fd, const char *name, struct err *err)
{
	struct feed *feed;
	enum err_code code = feed_new(session, NULL, name, &feed);

	if (code)
		return err_set(err, code, "out of memory");
	feed->fd = fd;
	code = watch_pipe(feed, err);
	if (code) {
		feed_free(&feed);
		return code;
	}
	live_set_feed(session_live(session), name);
	session_set_feed(session, feed);
	return ERR_OK;
}

static enum err_code open_fifo(struct feed *feed, struct err *err)
{
	/* For writing too: the last writer's leaving is then no end. */
	feed->fd = open(feed->path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (feed->fd < 0)
		return err_set(err, ERR_IO, "the feed %s can't be opened: %s", feed->path,
			       strerror(errno));
	return watch_pipe(feed, err);
}

enum err_code feed_open(struct session *session, const char *path, struct err *err)
{
	struct stat about;
	struct feed *feed;
	enum err_code code;

	if (strcmp(path, "-") == 0)
		return feed_open_fd(session, dup(STDIN_FILENO), "standard input", err);
	code = feed_new(session, path, path, &feed);
	if (code)
		return err_set(err, code, "out of memory");
	if (stat(path, &about) == 0 && S_ISDIR(about.st_mode))
		code = err_set(err, ERR_IO, "the feed %s is a directory", path);
	else if (stat(path, &about) == 0 && S_ISFIFO(about.st_mode))
		code = open_fifo(feed, err);
	else
		code = follow_file(feed, err);
	if (code) {
		feed_free(&feed);
		return code;
	}
	live_set_feed(session_live(session), path);
	session_set_feed(session, feed);
	return ERR_OK;
}
