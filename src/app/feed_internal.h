/* What a feed is made of: for feed*.c alone. */
#ifndef DACACHE_SRC_APP_FEED_INTERNAL_H
#define DACACHE_SRC_APP_FEED_INTERNAL_H

#include <sys/types.h>

#include "dacache/base/buf.h"
#include "dacache/base/vec.h"
#include "internal.h"

enum {
	FEED_READ_SIZE = 16384, /* some 100 lines: they are counted in one go */
	FEED_LINE_MAX = 65536,
	/* After all was read: what comes meanwhile is read at once, by one wake-up. */
	FEED_REST_US = 10000
};

/* What is left of a line of which a part is gone. */
enum feed_skip {
	FEED_SKIP_NONE,
	FEED_SKIP_LONG,   /* too long, which was counted */
	FEED_SKIP_DROPPED /* its beginning was dropped: counted when its end comes */
};

/* Bytes of one writer, in which lines may come in pieces. */
struct feed_stream {
	struct feed *feed;
	int fd; /* -1: closed, or a file that is not there (yet) */
	struct loop_watch *watch;
	struct buf partial; /* the beginning of a line */
	enum feed_skip skip;
	bool ended; /* its end is queued */
};

/* Followed by its name. */
struct feed_file {
	char *path;
	int notify_fd;
	int notify_of; /* inotify's number of the file that is open; -1: none */
	struct loop_watch *notify_watch;
	struct loop_timer *more;
	struct loop_timer *rest; /* nothing is looked at for a moment */
	dev_t device;
	ino_t inode;
	off_t offset;
	bool is_far_behind;
	int waits_for; /* errno: why it can't be opened, which was told; 0: nothing was */
	uint64_t told; /* the number of that message */
};

/* What was read and is not counted yet, of all writers, in order. */
struct feed_queue {
	struct vec blocks; /* struct feed_block *, a ring: first is the oldest */
	size_t first;
	size_t len;
	struct loop_timer *more;
	int64_t pressed_us;      /* monotonic: full since, and not yet empty again; -1: not */
	bool is_paused;          /* nothing is read */
	struct loop_timer *rest; /* nothing is read for a moment: lines come in bursts */
	bool never_drops;        /* what is read is a file: nobody waits for it to be read */
};

struct feed_socket {
	char *path;
	int fd;
	struct loop_watch *watch;
	dev_t device;
	ino_t inode;
	bool is_ours; /* the file is there, and to be removed */
};

struct feed {
	struct session *session;
	char *name;
	struct feed_file file;
	struct feed_queue queue;
	struct feed_socket socket;
	struct vec streams; /* struct feed_stream *: one, but for a socket */
	bool told_bad;
};

/* --- feed.c --- */
/* Until when lines may be counted in this turn, so that keys are answered between. */
int64_t feed_turn_ends_us(const struct feed *feed);
bool feed_turn_is_over(const struct feed *feed, int64_t ends_us);
struct feed_stream *feed_stream_new(struct feed *feed, int fd);
void feed_stream_free(struct feed_stream *stream); /* closes it; out of feed->streams */
void feed_stream_close(struct feed_stream *stream);

/* --- feed_lines.c --- */
void feed_take_bytes(struct feed_stream *stream, const char *data, size_t len);
/* Not counted, but their lines, as dropped. */
void feed_drop_bytes(struct feed_stream *stream, const char *data, size_t len);
void feed_forget_partial(struct feed_stream *stream);
/* The end: a last line needs no newline. must_parse: leave it out where it is none. */
void feed_end_stream(struct feed_stream *stream, bool must_parse);

/* --- feed_file.c --- */
enum err_code feed_file_follow(struct feed *feed, const char *path, struct err *err);
void feed_file_close(struct feed *feed);

/* --- feed_queue.c --- */
void feed_queue_init(struct feed_queue *queue);
void feed_queue_close(struct feed *feed);
/* Watch a pipe or a connection: what comes is queued and counted. */
enum err_code feed_queue_watch(struct feed_stream *stream, struct err *err);

/* --- feed_socket.c --- */
enum err_code feed_socket_open(struct feed *feed, const char *path, struct err *err);
void feed_socket_close(struct feed *feed);
/* A connection ended and everything of it is counted: frees it. */
void feed_socket_ended(struct feed_stream *stream);

#endif
