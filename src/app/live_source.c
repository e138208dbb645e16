/* Where the look-ups come from, and how the feed fares. */
#include <stdio.h>
#include <string.h>

#include "live_internal.h"

void live_set_feed(struct live *live, const char *name)
{
	snprintf(live->feed, sizeof(live->feed), "%s", name);
	live->source.has_feed = true;
	live->feed_since_s = live_monotonic_s(live);
}

void live_feed_ended(struct live *live)
{
	live->source.feed_ended = true;
}

void live_feed_waits(struct live *live, const char *why)
{
	snprintf(live->source.waits, sizeof(live->source.waits), "%s", why);
}

void live_set_replay(struct live *live, int64_t made_us)
{
	live->replay_of_us = made_us;
}

void live_set_header_source(struct live *live, const char *header)
{
	snprintf(live->header, sizeof(live->header), "%s", header);
}

void live_set_writers(struct live *live, unsigned writers)
{
	live->source.is_socket = true;
	live->source.writers = writers;
}

/* Seconds without a line count as none. */
static void turn_line_ring(struct live *live)
{
	int64_t second = live_monotonic_s(live);

	if (second - live->lines_second >= LIVE_RATE_S) {
		memset(live->lines_at, 0, sizeof(live->lines_at));
		live->lines_second = second;
	}
	while (live->lines_second < second)
		live->lines_at[++live->lines_second % LIVE_RATE_S] = 0;
}

void live_feed_line(struct live *live, bool good, const char *why)
{
	turn_line_ring(live);
	live->source.lines++;
	live->lines_at[live->lines_second % LIVE_RATE_S]++;
	if (good)
		return;
	if (live->source.bad_lines++ == 0)
		snprintf(live->source.first_bad, sizeof(live->source.first_bad), "line %llu: %s",
			 (unsigned long long)live->source.lines, why);
}

void live_feed_dropped(struct live *live, uint64_t lines)
{
	live->source.dropped += lines;
}

static void add_source(struct live_source *source, const char *kind, const char *name)
{
	size_t len = strlen(source->text);

	snprintf(source->text + len, sizeof(source->text) - len, "%s%s%s", len ? ", " : "", kind,
		 name);
}

void live_source(const struct live *live, struct live_source *out)
{
	int64_t second = live_monotonic_s(live) - LIVE_RATE_S + 1;
	int64_t age_s = live_monotonic_s(live) - live->feed_since_s + 1;
	uint64_t lines = 0;

	*out = live->source;
	if (live->feed[0])
		add_source(out, "feed ", live->feed);
	if (live->header[0])
		add_source(out, "header ", live->header);
	if (live->by_hand)
		add_source(out, "recorded by hand", "");
	/* The clock of a replay begins at 0. */
	for (second = second < 0 ? 0 : second; second <= live->lines_second; second++)
		lines += live->lines_at[second % LIVE_RATE_S];
	/* A feed that just began is not slower for the seconds before it. */
	out->lines_per_s = (double)lines / (double)(age_s < LIVE_RATE_S ? age_s : LIVE_RATE_S);
	out->is_replay = live->replay_of_us != 0;
	out->run_s = (clock_monotonic_us(&live->clock) - live->start_us) / 1000000;
	out->stored_to_us = live_history_stored_to(live);
	if (!out->is_replay)
		out->behind_s = (clock_wall_us(&live->clock) - live_end_us(live)) / 1000000;
}
