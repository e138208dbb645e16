/* Bytes into lines, and lines into look-ups. */
#include <string.h>

#include "feed_internal.h"

static struct live *live_of(const struct feed_stream *stream)
{
	return session_live(stream->feed->session);
}

static void bad_line(struct feed_stream *stream, const char *why)
{
	struct feed *feed = stream->feed;
	struct live_source source;

	live_feed_line(live_of(stream), false, why);
	if (feed->told_bad)
		return;
	feed->told_bad = true;
	live_source(live_of(stream), &source);
	messages_add(session_messages(feed->session), SEVERITY_WARNING, NULL,
		     "the feed %.100s: %.150s; such lines are counted and left out", feed->name,
		     source.first_bad);
}

static bool take_line(struct feed_stream *stream, const char *line, size_t len, bool must_parse)
{
	struct lookup lookup;
	struct err err = {0};

	if (len > 0 && line[len - 1] == '\r')
		len--;
	if (len == 0)
		return true;
	if (lookup_parse(line, len, &lookup, &err)) {
		if (!must_parse)
			bad_line(stream, err.text);
		return false;
	}
	live_feed_line(live_of(stream), true, NULL);
	live_add_lookup(live_of(stream), &lookup, true);
	return true;
}

/* The beginning of a line whose end has not come. */
static void keep_partial(struct feed_stream *stream, const char *data, size_t len)
{
	if (stream->skip != FEED_SKIP_NONE)
		return;
	if (buf_append(&stream->partial, data, len) == ERR_OK)
		return;
	bad_line(stream, "longer than 65,536 bytes");
	buf_reset(&stream->partial);
	stream->skip = FEED_SKIP_LONG;
}

void feed_forget_partial(struct feed_stream *stream)
{
	buf_reset(&stream->partial);
	stream->skip = FEED_SKIP_NONE;
}

/* The line ends of which a part is gone. */
static void end_skip(struct feed_stream *stream)
{
	if (stream->skip == FEED_SKIP_DROPPED)
		live_feed_dropped(live_of(stream), 1);
	stream->skip = FEED_SKIP_NONE;
}

static void end_line(struct feed_stream *stream, const char *data, size_t len)
{
	if (stream->skip != FEED_SKIP_NONE) {
		end_skip(stream);
		return;
	}
	if (stream->partial.len == 0) {
		take_line(stream, data, len, false);
		return;
	}
	keep_partial(stream, data, len);
	if (stream->skip == FEED_SKIP_NONE)
		take_line(stream, stream->partial.data, stream->partial.len, false);
	feed_forget_partial(stream);
}

void feed_take_bytes(struct feed_stream *stream, const char *data, size_t len)
{
	const char *end = data + len;

	while (data < end) {
		const char *newline = memchr(data, '\n', (size_t)(end - data));

		if (!newline) {
			keep_partial(stream, data, (size_t)(end - data));
			return;
		}
		end_line(stream, data, (size_t)(newline - data));
		data = newline + 1;
	}
}

void feed_drop_bytes(struct feed_stream *stream, const char *data, size_t len)
{
	const char *end = data + len;
	uint64_t lines = 0;

	while (data < end) {
		const char *newline = memchr(data, '\n', (size_t)(end - data));

		if (!newline)
			break;
		if (stream->skip != FEED_SKIP_LONG) /* that one was counted as bad */
			lines++;
		stream->skip = FEED_SKIP_NONE;
		buf_reset(&stream->partial);
		data = newline + 1;
	}
	if (data < end && stream->skip == FEED_SKIP_NONE) {
		buf_reset(&stream->partial);
		stream->skip = FEED_SKIP_DROPPED;
	}
	live_feed_dropped(live_of(stream), lines);
}

void feed_end_stream(struct feed_stream *stream, bool must_parse)
{
	if (stream->skip != FEED_SKIP_NONE)
		end_skip(stream);
	else if (stream->partial.len > 0)
		take_line(stream, stream->partial.data, stream->partial.len, must_parse);
	feed_forget_partial(stream);
}
