#include "feed.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A write of no more than this to a FIFO is done whole or not at all. */
enum { CHUNK = PIPE_BUF };

struct feed {
	const char *path;
	int fd; /* -1: nobody reads */
	size_t used;
	char chunk[CHUNK];
};

static int open_feed(const char *path)
{
	return open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0644);
}

enum err_code feed_new(const char *path, struct feed **out, struct err *err)
{
	struct feed *feed = calloc(1, sizeof(*feed));

	if (!feed)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	feed->path = path;
	feed->fd = open_feed(path);
	if (feed->fd < 0 && errno != ENXIO) {
		err_set(err, ERR_IO, "--feed %s: %s", path, strerror(errno));
		feed_free(&feed);
		return ERR_IO;
	}
	*out = feed;
	return ERR_OK;
}

void feed_free(struct feed **feed)
{
	if (!*feed)
		return;
	feed_flush(*feed);
	if ((*feed)->fd >= 0)
		close((*feed)->fd);
	free(*feed);
	*feed = NULL;
}

void feed_flush(struct feed *feed)
{
	if (feed->used == 0)
		return;
	if (feed->fd < 0)
		feed->fd = open_feed(feed->path);
	if (feed->fd >= 0 && write(feed->fd, feed->chunk, feed->used) < 0 && errno == EPIPE) {
		close(feed->fd);
		feed->fd = -1;
	}
	feed->used = 0;
}

void feed_write(struct feed *feed, const char *line, size_t len)
{
	if (len > CHUNK)
		return;
	if (feed->used + len > CHUNK)
		feed_flush(feed);
	memcpy(feed->chunk + feed->used, line, len);
	feed->used += len;
}
