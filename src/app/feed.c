/* A feed: what it is read from, opened and closed.
 *
 * A file is followed by its name (feed_file.c). Pipes, a FIFO among them, are read
 * until their end; a FIFO is opened for writing too, so that it has none. A socket is
 * a pipe for each of its writers (feed_socket.c). */
#define _GNU_SOURCE /* F_SETPIPE_SZ */

#include "dacache/app/feed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dacache/base/text.h"
#include "feed_internal.h"

enum { TURN_US = 1000, PIPE_BYTES = 1 << 20 };

#define SOCKET_PREFIX "unix:"

int64_t feed_turn_ends_us(const struct feed *feed)
{
	return clock_monotonic_us(loop_clock(session_loop(feed->session))) + TURN_US;
}

bool feed_turn_is_over(const struct feed *feed, int64_t ends_us)
{
	return clock_monotonic_us(loop_clock(session_loop(feed->session))) >= ends_us;
}

/* --- streams --- */

void feed_stream_close(struct feed_stream *stream)
{
	int number = errno;

	loop_unwatch(&stream->watch);
	if (stream->fd >= 0)
		close(stream->fd);
	stream->fd = -1;
	errno = number;
}

struct feed_stream *feed_stream_new(struct feed *feed, int fd)
{
	struct feed_stream *stream = calloc(1, sizeof(*stream));

	if (!stream || vec_push(&feed->streams, &stream)) {
		free(stream);
		return NULL;
	}
	stream->feed = feed;
	stream->fd = fd;
	buf_init(&stream->partial, FEED_LINE_MAX);
	return stream;
}

void feed_stream_free(struct feed_stream *stream)
{
	struct vec *streams = &stream->feed->streams;
	size_t i;

	for (i = 0; i < streams->len; i++) {
		if (*(struct feed_stream **)vec_at(streams, i) != stream)
			continue;
		vec_remove(streams, i);
		break;
	}
	feed_stream_close(stream);
	buf_free(&stream->partial);
	free(stream);
}

/* --- life --- */

static enum err_code feed_new(struct session *session, const char *name, struct feed **out)
{
	struct feed *feed = calloc(1, sizeof(*feed));

	*out = feed;
	if (!feed)
		return ERR_NO_MEMORY;
	feed->session = session;
	feed->file.notify_fd = -1;
	feed->file.notify_of = -1;
	feed->socket.fd = -1;
	vec_init(&feed->streams, sizeof(struct feed_stream *));
	feed_queue_init(&feed->queue);
	feed->name = text_dup(name);
	if (!feed->name)
		feed_free(out);
	return *out ? ERR_OK : ERR_NO_MEMORY;
}

void feed_free(struct feed **out)
{
	struct feed *feed = *out;

	if (!feed)
		return;
	feed_queue_close(feed);
	while (feed->streams.len > 0)
		feed_stream_free(*(struct feed_stream **)vec_at(&feed->streams, 0));
	vec_free(&feed->streams);
	feed_file_close(feed);
	feed_socket_close(feed);
	free(feed->name);
	free(feed);
	*out = NULL;
}

/* --- opening --- */

/* Taken over, also where it fails. */
static enum err_code read_fd(struct feed *feed, int fd, struct err *err)
{
	struct feed_stream *stream = fd >= 0 ? feed_stream_new(feed, fd) : NULL;
	struct stat about;
	int flags;

	if (!stream && fd >= 0) {
		close(fd);
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	}
	flags = fd >= 0 ? fcntl(fd, F_GETFL) : -1;
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return err_set(err, ERR_IO, "the feed %s: %s", feed->name, strerror(errno));
	feed->queue.never_drops = fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
	return feed_queue_watch(stream, err);
}

static enum err_code open_fifo(struct feed *feed, const char *path, struct err *err)
{
	/* For writing too: the last writer's leaving is then no end. */
	int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return err_set(err, ERR_IO, "the feed %s can't be opened: %s", path,
			       strerror(errno));
	/* As much as is allowed: a writer then need not wait for a busy moment here. */
	fcntl(fd, F_SETPIPE_SZ, PIPE_BYTES);
	return read_fd(feed, fd, err);
}

static enum err_code open_path(struct feed *feed, const char *path, struct err *err)
{
	size_t prefix = strlen(SOCKET_PREFIX);
	struct stat about;

	if (strcmp(path, "-") == 0)
		return read_fd(feed, dup(STDIN_FILENO), err);
	if (strncmp(path, SOCKET_PREFIX, prefix) == 0)
		return feed_socket_open(feed, path + prefix, err);
	if (stat(path, &about) != 0)
		return feed_file_follow(feed, path, err);
	if (S_ISDIR(about.st_mode))
		return err_set(err, ERR_IO, "the feed %s is a directory", path);
	if (S_ISSOCK(about.st_mode))
		return err_set(err, ERR_IO,
			       "the feed %s is a socket: --feed " SOCKET_PREFIX
			       "%s opens one of its own",
			       path, path);
	if (S_ISFIFO(about.st_mode))
		return open_fifo(feed, path, err);
	return feed_file_follow(feed, path, err);
}

static enum err_code begin(struct session *session, struct feed *feed, enum err_code code)
{
	if (code) {
		feed_free(&feed);
		return code;
	}
	live_set_feed(session_live(session), feed->name);
	session_set_feed(session, feed);
	return ERR_OK;
}

enum err_code feed_open_fd(struct session *session, int fd, const char *name, struct err *err)
{
	struct feed *feed;

	if (feed_new(session, name, &feed)) {
		close(fd);
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	}
	return begin(session, feed, read_fd(feed, fd, err));
}

enum err_code feed_open(struct session *session, const char *path, struct err *err)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	struct feed *feed;

	if (feed_new(session, name, &feed))
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	return begin(session, feed, open_path(feed, path, err));
}
