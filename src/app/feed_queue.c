/* Pipes and connections: what they hold is read before it is counted, so that those who
 * write need not wait for it.
 *
 *   room ──> read ──> counted, some milliseconds a turn
 *   full ──> not read, who writes waits; for PRESSED_US, until it is empty once
 *   full still ──> the oldest half is dropped, its lines counted
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "feed_internal.h"

enum {
	BLOCKS_MAX = 1024, /* 16 MiB */
	READS_A_TURN = 16, /* more than is counted in a turn: what is too much is seen to be */
	LITTLE = 4096      /* bytes at once: no flood */
};
#define PRESSED_US INT64_C(5000000)

/* len 0: the end of its stream. */
struct feed_block {
	struct feed_stream *stream;
	size_t len;
	char data[FEED_READ_SIZE];
};

static void work(void *context);

void feed_queue_init(struct feed_queue *queue)
{
	vec_init(&queue->blocks, sizeof(struct feed_block *));
	queue->pressed_us = -1;
}

static struct feed_block **slot(struct feed_queue *queue, size_t i)
{
	return vec_at(&queue->blocks, (queue->first + i) % BLOCKS_MAX);
}

static struct feed_block *take_first(struct feed_queue *queue)
{
	struct feed_block *block = *slot(queue, 0);

	queue->first = (queue->first + 1) % BLOCKS_MAX;
	queue->len--;
	return block;
}

void feed_queue_close(struct feed *feed)
{
	loop_timer_stop(&feed->queue.more);
	loop_timer_stop(&feed->queue.rest);
	while (feed->queue.len > 0)
		free(take_first(&feed->queue));
	vec_free(&feed->queue.blocks);
}

static bool has_room(struct feed_queue *queue)
{
	return queue->len < BLOCKS_MAX && vec_resize(&queue->blocks, BLOCKS_MAX) == ERR_OK;
}

/* --- counting --- */

static void stream_ended(struct feed_stream *stream)
{
	struct feed *feed = stream->feed;

	feed_end_stream(stream, false);
	if (feed->socket.path) {
		feed_socket_ended(stream);
		return;
	}
	live_feed_ended(session_live(feed->session));
	messages_add(session_messages(feed->session), SEVERITY_WARNING, NULL, "the feed %s ended",
		     feed->name);
}

static bool is_reading(const struct feed_queue *queue)
{
	return !queue->is_paused && !queue->rest;
}

static void watch_streams(struct feed *feed)
{
	int events = is_reading(&feed->queue) ? LOOP_READ : 0;
	size_t i;

	for (i = 0; i < feed->streams.len; i++) {
		struct feed_stream *stream = *(struct feed_stream **)vec_at(&feed->streams, i);

		if (stream->watch)
			loop_watch_events(stream->watch, events);
	}
}

static void pause_reading(struct feed *feed, bool pause)
{
	if (feed->queue.is_paused == pause)
		return;
	feed->queue.is_paused = pause;
	watch_streams(feed);
}

static void rested(void *context)
{
	watch_streams(context);
}

/* A thousand lines a second are no thousand wake-ups. */
static void rest(struct feed *feed)
{
	if (!feed->queue.rest)
		loop_timer_start(session_loop(feed->session), FEED_REST_US, rested, feed,
				 &feed->queue.rest);
	watch_streams(feed);
}

static void count_block(struct feed_block *block)
{
	if (block->len > 0)
		feed_take_bytes(block->stream, block->data, block->len);
	else
		stream_ended(block->stream);
	free(block);
}

static void count_some(struct feed *feed)
{
	int64_t ends_us = feed_turn_ends_us(feed);

	do
		count_block(take_first(&feed->queue));
	while (feed->queue.len > 0 && !feed_turn_is_over(feed, ends_us));
	if (feed->queue.len == 0)
		feed->queue.pressed_us = -1;
	if (feed->queue.len <= BLOCKS_MAX - BLOCKS_MAX / 4)
		pause_reading(feed, false);
	session_emit(feed->session, EVENT_LIVE, NULL);
}

static void work(void *context)
{
	struct feed *feed = context;

	if (feed->queue.len > 0)
		count_some(feed);
	if (feed->queue.len > 0 && !feed->queue.more)
		loop_timer_start(session_loop(feed->session), 0, work, feed, &feed->queue.more);
}

/* --- reading --- */

static void drop_half(struct feed *feed)
{
	size_t wanted = feed->queue.len / 2;

	while (feed->queue.len > wanted) {
		struct feed_block *block = take_first(&feed->queue);

		if (block->len == 0) {
			count_block(block);
			continue;
		}
		feed_drop_bytes(block->stream, block->data, block->len);
		free(block);
	}
}

/* Full: who writes waits for a while, but not for ever. */
static void press(struct feed *feed)
{
	int64_t now_us = clock_monotonic_us(loop_clock(session_loop(feed->session)));
	struct feed_queue *queue = &feed->queue;

	if (queue->pressed_us < 0)
		queue->pressed_us = now_us;
	if (!queue->never_drops && now_us - queue->pressed_us >= PRESSED_US)
		drop_half(feed);
	else
		pause_reading(feed, true);
}

/* True: there may be more. *taken grows. */
static bool read_block(struct feed_stream *stream, size_t *taken)
{
	struct feed_queue *queue = &stream->feed->queue;
	struct feed_block *block = malloc(sizeof(*block));
	ssize_t n;

	if (!block)
		return false;
	n = read(stream->fd, block->data, sizeof(block->data));
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		free(block);
		return false;
	}
	block->stream = stream;
	block->len = n > 0 ? (size_t)n : 0;
	*taken += block->len;
	*slot(queue, queue->len++) = block;
	if (n > 0)
		return true;
	stream->ended = true;
	feed_stream_close(stream);
	return false;
}

static void readable(void *context, int fd, int events)
{
	struct feed_stream *stream = context;
	struct feed *feed = stream->feed;
	size_t taken = 0;
	int reads = 0;

	(void)fd;
	(void)events;
	while (reads++ < READS_A_TURN && has_room(&feed->queue) && read_block(stream, &taken))
		continue;
	if (feed->queue.len >= BLOCKS_MAX)
		press(feed);
	/* The timer goes on with what is left. */
	if (!feed->queue.more)
		work(feed);
	if (feed->queue.len == 0 && taken < LITTLE)
		rest(feed);
}

enum err_code feed_queue_watch(struct feed_stream *stream, struct err *err)
{
	if (loop_watch(session_loop(stream->feed->session), stream->fd, LOOP_READ, readable, stream,
		       &stream->watch))
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	if (!is_reading(&stream->feed->queue))
		loop_watch_events(stream->watch, 0);
	return ERR_OK;
}
