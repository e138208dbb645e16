/* A Unix socket that this program opens: writers connect to it, several at once. */
#define _GNU_SOURCE /* accept4 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "dacache/base/text.h"
#include "feed_internal.h"

enum { WRITERS_MAX = 64, WAITING_MAX = 16 };

static void tell_writers(struct feed *feed)
{
	live_set_writers(session_live(feed->session), (unsigned)feed->streams.len);
	session_emit(feed->session, EVENT_LIVE, NULL);
}

void feed_socket_ended(struct feed_stream *stream)
{
	struct feed *feed = stream->feed;

	feed_stream_free(stream);
	if (feed->streams.len < WRITERS_MAX && feed->socket.watch)
		loop_watch_events(feed->socket.watch, LOOP_READ);
	tell_writers(feed);
}

static void connected(void *context, int fd, int events)
{
	struct feed *feed = context;
	struct feed_stream *stream;
	struct err err = {0};
	int writer = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)events;
	if (writer < 0)
		return;
	stream = feed_stream_new(feed, writer);
	if (!stream) {
		close(writer);
		return;
	}
	if (feed_queue_watch(stream, &err))
		feed_stream_free(stream);
	/* Those who come now wait until one leaves. */
	if (feed->streams.len >= WRITERS_MAX)
		loop_watch_events(feed->socket.watch, 0);
	tell_writers(feed);
}

static bool fill_address(const char *path, struct sockaddr_un *out)
{
	*out = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(out->sun_path))
		return false;
	strcpy(out->sun_path, path);
	return true;
}

static bool somebody_listens(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool listens =
		fd >= 0 && (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
			    errno == EAGAIN);

	if (fd >= 0)
		close(fd);
	return listens;
}

/* What a program left that ended without removing it goes; nothing else does. */
static enum err_code make_way(const struct sockaddr_un *address, struct err *err)
{
	const char *path = address->sun_path;
	struct stat about;

	if (lstat(path, &about) != 0)
		return ERR_OK; /* bind tells what is wrong */
	if (!S_ISSOCK(about.st_mode))
		return err_set(
			err, ERR_IO,
			"the feed unix:%s: a file of that name is there, and it is no socket",
			path);
	if (somebody_listens(address))
		return err_set(err, ERR_IO, "the feed unix:%s: another program listens there",
			       path);
	if (unlink(path) != 0)
		return err_set(err, ERR_IO, "the feed unix:%s: what is left there: %s", path,
			       strerror(errno));
	return ERR_OK;
}

static int bind_private(int fd, const struct sockaddr_un *address)
{
	mode_t before = umask(0177);
	int failed = bind(fd, (const struct sockaddr *)address, sizeof(*address));
	int number = errno;

	umask(before);
	errno = number;
	return failed;
}

static enum err_code listen_at(struct feed *feed, const struct sockaddr_un *address,
			       struct err *err)
{
	struct feed_socket *listener = &feed->socket;
	struct stat about;

	listener->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener->fd < 0 || bind_private(listener->fd, address) != 0)
		return err_set(err, ERR_IO, "the feed unix:%s: %s", address->sun_path,
			       strerror(errno));
	listener->is_ours = lstat(listener->path, &about) == 0;
	listener->device = about.st_dev;
	listener->inode = about.st_ino;
	if (listen(listener->fd, WAITING_MAX) != 0)
		return err_set(err, ERR_IO, "the feed unix:%s: %s", address->sun_path,
			       strerror(errno));
	if (loop_watch(session_loop(feed->session), listener->fd, LOOP_READ, connected, feed,
		       &listener->watch))
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	return ERR_OK;
}

enum err_code feed_socket_open(struct feed *feed, const char *path, struct err *err)
{
	struct sockaddr_un address;
	enum err_code code;

	if (!*path)
		return err_set(err, ERR_USAGE, "--feed unix: needs the path of a socket");
	if (!fill_address(path, &address))
		return err_set(err, ERR_IO,
			       "the feed unix:%.200s: a socket's path has %zu bytes at most", path,
			       sizeof(address.sun_path) - 1);
	feed->socket.path = text_dup(path);
	if (!feed->socket.path)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	code = make_way(&address, err);
	if (!code)
		code = listen_at(feed, &address, err);
	if (!code)
		tell_writers(feed);
	return code;
}

/* Only what this program made, and nobody put another in its place meanwhile. */
static void remove_file(const struct feed_socket *listener)
{
	struct stat about;

	if (listener->is_ours && lstat(listener->path, &about) == 0 && S_ISSOCK(about.st_mode) &&
	    about.st_ino == listener->inode && about.st_dev == listener->device)
		unlink(listener->path);
}

void feed_socket_close(struct feed *feed)
{
	loop_unwatch(&feed->socket.watch);
	if (feed->socket.path)
		remove_file(&feed->socket);
	if (feed->socket.fd >= 0)
		close(feed->socket.fd);
	free(feed->socket.path);
}
