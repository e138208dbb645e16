/* The card's timeline: the attempts of a call, and what led to a conflict. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "card_build.h"
#include "dacache/base/clock.h"

enum { SPAN_SIZE = 24, MS_PER_S = 1000 };

static void put_span(char out[SPAN_SIZE], int32_t ms)
{
	if (ms < MS_PER_S)
		snprintf(out, SPAN_SIZE, "%" PRId32 " ms", ms);
	else
		snprintf(out, SPAN_SIZE, "%.1f s", (double)ms / MS_PER_S);
}

static void put_answer(char *out, size_t size, const struct call_attempt *attempt)
{
	char took[SPAN_SIZE];

	put_span(took, attempt->took_ms);
	if (attempt->status > 0)
		snprintf(out, size, "%d after %s", attempt->status, took);
	else
		snprintf(out, size, "%s after %s",
			 transport_name((enum transport)attempt->transport), took);
}

/* From the end of one attempt to the next. */
static int32_t between_ms(const struct call_attempt *attempt)
{
	int64_t us = attempt[1].wall_us - attempt->wall_us - (int64_t)attempt->took_ms * MS_PER_S;

	return us > 0 ? (int32_t)(us / MS_PER_S) : 0;
}

/* What came between this attempt and the next. */
static void put_then(char *out, size_t size, const struct attempts *attempts, int32_t i)
{
	const struct call_attempt *attempt = &attempts->items[i];
	const struct call_attempt *next = i + 1 < attempts->len ? attempt + 1 : NULL;
	char span[SPAN_SIZE];

	out[0] = '\0';
	if (next != NULL && next->number == attempt->number + 1) {
		put_span(span, between_ms(attempt));
		snprintf(out, size, "; waited %s", span);
	} else if (next == NULL && attempt->next_ms >= 0) {
		put_span(span, attempt->next_ms);
		snprintf(out, size, "; to be tried again after %s", span);
	} else if (next == NULL) {
		snprintf(out, size, "; not tried again");
	}
}

static void tell_attempt(struct card_build *build, int32_t i)
{
	const struct attempts *attempts = &build->failure->timeline;
	const struct call_attempt *attempt = &attempts->items[i];
	char time[CLOCK_TEXT_SIZE];
	char answer[64];
	char after[40] = "";
	char then[64];
	char queued[48] = "";

	if (i == 0 && attempt->waited_ms >= MS_PER_S)
		snprintf(queued, sizeof(queued), " after %.1f s in our queue",
			 (double)attempt->waited_ms / MS_PER_S);
	clock_format_time(attempt->wall_us, time);
	put_answer(answer, sizeof(answer), attempt);
	put_then(then, sizeof(then), attempts, i);
	if (attempt->retry_after_s >= 0)
		snprintf(after, sizeof(after), "; Retry-After %" PRId32 " s",
			 attempt->retry_after_s);
	card_event(build, "%s  attempt %" PRId32 "%s: %s%s%s", time, attempt->number, queued,
		   answer, after, then);
	if (i == 0 && attempts->dropped > 0)
		card_event(build, "          %" PRId32 " attempts not shown", attempts->dropped);
}

static void tell_attempts(struct card_build *build)
{
	const struct failure *failure = build->failure;

	if (failure->timeline.len == 0)
		return;
	if (failure->timeline.len == 1 && failure->kind != FAILURE_RATE_LIMITED)
		return;
	for (int32_t i = 0; i < failure->timeline.len; i++)
		tell_attempt(build, i);
}

/* ---- a conflict ---- */

static void put_state(char *out, size_t size, const struct action_sight *sight)
{
	size_t len = 0;

	out[0] = '\0';
	if (sight->etag[0] != '\0')
		len += (size_t)snprintf(out, size, ", ETag %s", sight->etag);
	if (sight->version >= 0 && len < size)
		snprintf(out + len, size - len, ", version %" PRId64, sight->version);
}

static void put_author(char *out, size_t size, const struct action_sight *sight)
{
	char time[CLOCK_TEXT_SIZE] = "";
	int64_t wall_us;

	out[0] = '\0';
	if (sight->when[0] != '\0' && clock_parse_rfc3339(sight->when, &wall_us) == ERR_OK)
		clock_format_rfc3339(wall_us, time);
	if (sight->by[0] != '\0' && time[0] != '\0')
		snprintf(out, size, "%s at %s", sight->by, time);
	else if (sight->by[0] != '\0')
		snprintf(out, size, "%s", sight->by);
	else if (time[0] != '\0')
		snprintf(out, size, "someone not named at %s", time);
}

static void tell_base(struct card_build *build)
{
	const struct action_sight *base = &build->failure->conflict.base;
	char time[CLOCK_TEXT_SIZE] = "--:--:--";
	char state[160];
	char author[112];

	if (base->read_us > 0)
		clock_format_time(base->read_us, time);
	put_state(state, sizeof(state), base);
	put_author(author, sizeof(author), base);
	card_event(build, "%s  read before the change%s%s%s", time, state,
		   author[0] != '\0' ? "; last changed by " : "", author);
}

/* The tenant names the last change alone: there may have been others between. */
static void tell_other(struct card_build *build)
{
	const struct conflict_story *story = &build->failure->conflict;
	const struct action_sight *server = &story->server;
	char time[CLOCK_TEXT_SIZE] = "--:--:--";
	char state[160];
	int64_t wall_us;

	if (server->when[0] == '\0' || strcmp(server->when, story->base.when) == 0)
		return;
	if (clock_parse_rfc3339(server->when, &wall_us) == ERR_OK)
		clock_format_time(wall_us, time);
	put_state(state, sizeof(state), server);
	card_event(build, "%s  changed by %s (the tenant's clock)%s", time,
		   server->by[0] != '\0' ? server->by : "someone not named", state);
}

static void tell_put(struct card_build *build)
{
	const struct failure *failure = build->failure;
	const struct call_attempt *last =
		failure->timeline.len > 0 ? &failure->timeline.items[failure->timeline.len - 1]
					  : NULL;
	char time[CLOCK_TEXT_SIZE] = "--:--:--";

	if (last != NULL)
		clock_format_time(last->wall_us, time);
	if (failure->status > 0)
		card_event(build, "%s  our PUT, If-Match %s: answered %d", time, failure->if_match,
			   failure->status);
	else
		card_event(build, "%s  our PUT, If-Match %s: not answered", time,
			   failure->if_match);
}

static void tell_reread(struct card_build *build)
{
	const struct action_sight *server = &build->failure->conflict.server;
	char time[CLOCK_TEXT_SIZE];
	char state[160];
	char author[112];

	if (server->read_us == 0) {
		card_event(build, "          not read again since");
		return;
	}
	clock_format_time(server->read_us, time);
	put_state(state, sizeof(state), server);
	put_author(author, sizeof(author), server);
	card_event(build, "%s  read again%s%s%s", time, state,
		   author[0] != '\0' ? "; last changed by " : "", author);
}

void card_tell_timeline(struct card_build *build)
{
	tell_attempts(build);
	if (build->failure->kind != FAILURE_CONFLICT || !build->failure->conflict.told)
		return;
	tell_base(build);
	tell_other(build);
	if (build->failure->method[0] != '\0')
		tell_put(build);
	tell_reread(build);
}
