/* Exchanges as a HAR 1.2 file. */
#include "dacache/domain/har.h"

#include <inttypes.h>
#include <string.h>

#include "dacache/base/clock.h"
#include "dacache/domain/canonical.h"
#include "har_parts.h"

enum { US_PER_MS = 1000 };

void har_text(struct buf *out, const char *name, const char *text, size_t len)
{
	buf_printf(out, "\"%s\":", name);
	canonical_string(text, len, out);
}

static void put_ms(struct buf *out, const char *name, int64_t us)
{
	buf_printf(out, "\"%s\":%" PRId64 ".%03" PRId64, name, us / US_PER_MS, us % US_PER_MS);
}

/* What did not happen, or can't be told apart, is -1 by the specification. */
static void put_part(struct buf *out, const char *name, bool happened, int64_t us)
{
	if (happened)
		put_ms(out, name, us);
	else
		buf_printf(out, "\"%s\":-1", name);
}

/* A kept connection has none of the first three. The parts that are not -1 add up to
 * "time", but for ssl, which connect holds. */
static void put_timings(struct buf *out, const struct exchange_times *times)
{
	int64_t connect = times->connect + times->tls;

	buf_puts(out, "\"timings\":{");
	put_part(out, "blocked", times->queue > 0, times->queue);
	buf_putc(out, ',');
	put_part(out, "dns", times->name > 0, times->name);
	buf_putc(out, ',');
	put_part(out, "connect", connect > 0, connect);
	buf_puts(out, ",\"send\":0,");
	put_ms(out, "wait", times->wait);
	buf_putc(out, ',');
	put_ms(out, "receive", times->transfer);
	buf_putc(out, ',');
	put_part(out, "ssl", times->tls > 0, times->tls);
	buf_puts(out, "}");
}

static int64_t whole_us(const struct exchange_times *times)
{
	return times->queue + times->name + times->connect + times->tls + times->wait +
	       times->transfer;
}

/* --- ours --- */

static void put_own(struct buf *out, const struct exchange *exchange)
{
	const char *action_id = exchange->action_id != NULL ? exchange->action_id : "";
	const char *transport = transport_name(exchange->transport);

	if (exchange->error[0] != '\0' || exchange->transport != TRANSPORT_ANSWERED) {
		const char *words = exchange->error[0] != '\0' ? exchange->error : transport;

		buf_putc(out, ',');
		har_text(out, "_error", words, strlen(words));
	}
	buf_printf(out,
		   ",\"_dacache\":{\"number\":%" PRIu64 ",\"run\":%" PRId64
		   ",\"endpoint\":\"%s\",\"attempt\":%" PRId64 ",",
		   exchange->number, exchange->run, endpoint_name(exchange->endpoint),
		   exchange->attempt);
	har_text(out, "actionId", action_id, strlen(action_id));
	buf_printf(out, ",\"transport\":\"%s\",", transport);
	har_text(out, "error", exchange->error, strlen(exchange->error));
	buf_printf(out,
		   ",\"requestCut\":%s,\"requestMasked\":%s,\"responseCut\":%s,"
		   "\"responseMasked\":%s}",
		   exchange->flags & EXCHANGE_REQUEST_CUT ? "true" : "false",
		   exchange->flags & EXCHANGE_REQUEST_MASKED ? "true" : "false",
		   exchange->flags & EXCHANGE_RESPONSE_CUT ? "true" : "false",
		   exchange->flags & EXCHANGE_RESPONSE_MASKED ? "true" : "false");
}

/* --- the whole --- */

enum err_code har_begin(struct har *har, struct buf *out, const char *version, const char *comment)
{
	*har = (struct har){.out = out};
	buf_puts(out, "{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":\"dacache\",");
	har_text(out, "version", version, strlen(version));
	buf_puts(out, "},");
	if (comment != NULL) {
		har_text(out, "comment", comment, strlen(comment));
		buf_putc(out, ',');
	}
	return buf_puts(out, "\"entries\":[");
}

enum err_code har_add(struct har *har, const struct exchange *exchange)
{
	struct buf *out = har->out;
	char when[CLOCK_TEXT_SIZE];

	/* It began when it entered the queue: then the times fit. */
	clock_format_rfc3339(exchange->wall_us - exchange->times.queue, when);
	buf_printf(out, "%s\n{\"startedDateTime\":\"%s\",", har->entries > 0 ? "," : "", when);
	put_ms(out, "time", whole_us(&exchange->times));
	buf_puts(out, ",\"request\":{");
	har_request(out, exchange);
	buf_puts(out, "},\"response\":{");
	har_response(out, exchange);
	buf_puts(out, "},\"cache\":{},");
	put_timings(out, &exchange->times);
	put_own(out, exchange);
	har->entries++;
	return buf_putc(out, '}');
}

enum err_code har_end(struct har *har)
{
	return buf_puts(har->out, "\n]}}\n");
}
