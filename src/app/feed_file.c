/* A file followed by its name, as `tail -F` does: inotify on its directory and itself
 * tells of growth, truncation and a new file of that name. The file holds what is not
 * counted yet; where that is too much, its older part is skipped. */
#define _DEFAULT_SOURCE /* realpath */

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dacache/base/text.h"
#include "feed_internal.h"

#define BEHIND_MAX  ((off_t)64 * 1024 * 1024)
#define BEHIND_KEPT ((off_t)32 * 1024 * 1024)

static void follow(void *context);

static struct feed_stream *stream_of(const struct feed *feed)
{
	return *(struct feed_stream **)vec_at(&feed->streams, 0);
}

/* Too much is waiting: leave out all but the newest. */
static void note_backlog(struct feed_file *file, const struct stat *about)
{
	off_t behind = about->st_size - file->offset;

	if (behind > BEHIND_MAX)
		file->is_far_behind = true;
	else if (behind <= BEHIND_KEPT)
		file->is_far_behind = false;
}

/* Bytes taken; 0 at the end. */
static ssize_t read_some(struct feed *feed)
{
	struct feed_stream *stream = stream_of(feed);
	char data[FEED_READ_SIZE];
	ssize_t n = read(stream->fd, data, sizeof(data));

	if (n <= 0)
		return n;
	feed->file.offset += n;
	if (feed->file.is_far_behind)
		feed_drop_bytes(stream, data, (size_t)n);
	else
		feed_take_bytes(stream, data, (size_t)n);
	return n;
}

static void read_file(struct feed *feed)
{
	struct feed_stream *stream = stream_of(feed);
	int64_t ends_us = feed_turn_ends_us(feed);
	struct stat about;
	size_t taken = 0;
	ssize_t n;

	if (fstat(stream->fd, &about) == 0 && about.st_size < feed->file.offset) {
		/* Truncated: begin anew. */
		feed->file.offset = lseek(stream->fd, 0, SEEK_SET);
		feed_forget_partial(stream);
	}
	do {
		if (fstat(stream->fd, &about) == 0)
			note_backlog(&feed->file, &about);
		n = read_some(feed);
		taken += n > 0 ? (size_t)n : 0;
	} while (n > 0 && !feed_turn_is_over(feed, ends_us));
	if (n > 0 && !feed->file.more)
		loop_timer_start(session_loop(feed->session), 0, follow, feed, &feed->file.more);
	if (taken > 0)
		session_emit(feed->session, EVENT_LIVE, NULL);
}

static bool open_file(struct feed *feed, bool from_end)
{
	struct feed_stream *stream = stream_of(feed);
	struct feed_file *file = &feed->file;
	struct stat about;

	stream->fd = open(file->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (stream->fd < 0 || fstat(stream->fd, &about)) {
		feed_stream_close(stream); /* leaves errno */
		return false;
	}
	file->device = about.st_dev;
	file->inode = about.st_ino;
	file->offset = from_end ? lseek(stream->fd, 0, SEEK_END) : 0;
	file->notify_of = inotify_add_watch(file->notify_fd, file->path,
					    IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF);
	return true;
}

static bool is_replaced(const struct feed_file *file)
{
	struct stat about;

	return stat(file->path, &about) == 0 &&
	       (about.st_ino != file->inode || about.st_dev != file->device);
}

/* A last line that nobody will end any more is one where it is whole. */
static void leave_file(struct feed *feed)
{
	struct feed_stream *stream = stream_of(feed);

	feed_stream_close(stream);
	feed_end_stream(stream, true);
	if (feed->file.notify_of >= 0)
		inotify_rm_watch(feed->file.notify_fd, feed->file.notify_of);
	feed->file.notify_of = -1;
	feed->file.is_far_behind = false;
}

/* In the pane all the while; as a message once, and that it is over. */
static void tell_waiting(struct feed *feed, int number, const char *why)
{
	struct messages *messages = session_messages(feed->session);
	struct feed_file *file = &feed->file;
	char words[160] = "";

	if (number)
		snprintf(words, sizeof(words), "%.100s: waiting for it", why);
	live_feed_waits(session_live(feed->session), words);
	if (number != file->waits_for)
		messages_mark_over(messages, file->told);
	if (number && number != file->waits_for) {
		messages_add(messages, SEVERITY_WARNING, NULL, "the feed %.150s: %s", feed->name,
			     words);
		file->told = messages_at(messages, 0)->number;
	} else if (!number && file->waits_for) {
		messages_add(messages, SEVERITY_INFO, NULL, "The feed %.150s is there now.",
			     feed->name);
	}
	file->waits_for = number;
	session_emit(feed->session, EVENT_LIVE, NULL);
}

/* False: it can't be yet. */
static bool open_or_wait(struct feed *feed, bool from_end)
{
	int number;

	if (open_file(feed, from_end)) {
		tell_waiting(feed, 0, NULL);
		return true;
	}
	number = errno;
	tell_waiting(feed, number, number == ENOENT ? "no such file yet" : strerror(number));
	return false;
}

/* A rotation takes it away for a moment: that is no message. */
static void tell_gone(struct feed *feed)
{
	bool gone = access(feed->file.path, F_OK) != 0;

	live_feed_waits(session_live(feed->session),
			gone ? "the file is gone: waiting for a new one" : "");
}

static void follow(void *context)
{
	struct feed *feed = context;
	struct feed_stream *stream = stream_of(feed);

	if (stream->fd >= 0)
		read_file(feed);
	if (feed->file.more) /* the old file's rest comes first */
		return;
	if (stream->fd >= 0 && is_replaced(&feed->file))
		leave_file(feed);
	if (stream->fd >= 0)
		tell_gone(feed);
	else if (open_or_wait(feed, false))
		read_file(feed);
}

static void rested(void *context)
{
	struct feed *feed = context;

	loop_watch_events(feed->file.notify_watch, LOOP_READ);
}

/* A thousand lines a second are no thousand wake-ups. */
static void rest(struct feed *feed)
{
	if (loop_timer_start(session_loop(feed->session), FEED_REST_US, rested, feed,
			     &feed->file.rest) == ERR_OK)
		loop_watch_events(feed->file.notify_watch, 0);
}

static void notified(void *context, int fd, int events)
{
	char room[4096];

	(void)events;
	while (read(fd, room, sizeof(room)) > 0)
		continue;
	follow(context);
	rest(context);
}

/* By another name it is the same file: who keeps its history goes by this one. */
static void tell_history(struct feed *feed)
{
	char *whole = realpath(feed->file.path, NULL);

	live_history_feed(session_live(feed->session), whole ? whole : feed->file.path);
	free(whole);
}

enum err_code feed_file_follow(struct feed *feed, const char *path, struct err *err)
{
	struct feed_file *file = &feed->file;
	char *copy = text_dup(path);
	int added = -1;

	file->path = text_dup(path);
	if (!copy || !file->path || !feed_stream_new(feed, -1)) {
		free(copy);
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	}
	file->notify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (file->notify_fd >= 0)
		added = inotify_add_watch(file->notify_fd, dirname(copy),
					  IN_CREATE | IN_MOVED_TO | IN_ATTRIB);
	free(copy);
	if (added < 0)
		return err_set(err, ERR_IO, "the feed %s can't be followed: its folder: %s", path,
			       strerror(errno));
	open_or_wait(feed, true);
	tell_history(feed);
	return loop_watch(session_loop(feed->session), file->notify_fd, LOOP_READ, notified, feed,
			  &file->notify_watch);
}

void feed_file_close(struct feed *feed)
{
	loop_timer_stop(&feed->file.more);
	loop_timer_stop(&feed->file.rest);
	loop_unwatch(&feed->file.notify_watch);
	if (feed->file.notify_fd >= 0)
		close(feed->file.notify_fd);
	free(feed->file.path);
}
