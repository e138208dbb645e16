/* One call of the exchange log, whole. */
#include <stdio.h>

#include "dacache/ui/text_screen.h"
#include "internal.h"
#include "requests_pane.h"

enum { LABEL_COLS = 12, BAR_COLS = 30, TEXT_MAX = 256 * 1024 };

static void add_time(struct text_view *view, const char *name, int64_t us, int64_t of)
{
	char bar[BAR_COLS + 1];
	int n = of > 0 ? (int)((double)us / (double)of * BAR_COLS + 0.5) : 0;

	for (int i = 0; i < BAR_COLS; i++)
		bar[i] = i < n ? '#' : '.';
	bar[BAR_COLS] = '\0';
	text_view_pairf(view, name, ROLE_TEXT, "%10.2f ms  %s", (double)us / 1000, bar);
}

static void add_times(struct text_view *view, const struct exchange_times *times)
{
	text_view_heading(view, "Time");
	text_view_pairf(view, "in queue", ROLE_DIM, "%10.2f ms", (double)times->queue / 1000);
	add_time(view, "name", times->name, times->total);
	add_time(view, "connect", times->connect, times->total);
	add_time(view, "TLS", times->tls, times->total);
	add_time(view, "wait", times->wait, times->total);
	add_time(view, "transfer", times->transfer, times->total);
	text_view_pairf(view, "total", ROLE_STRONG, "%10.2f ms", (double)times->total / 1000);
}

static void add_part(struct text_view *view, const char *title, const char *text)
{
	if (!text || !*text)
		return;
	text_view_heading(view, title);
	text_view_add_lines(view, ROLE_TEXT, 0, text);
}

/* A body; said where it is not whole. */
static void add_body(struct text_view *view, const char *title, const char *text, bool cut,
		     int64_t size)
{
	add_part(view, title, text);
	if (cut)
		text_view_addf(view, ROLE_DIM, 0, "[cut here: %lld bytes in all]", (long long)size);
}

static void add_answer(struct text_view *view, const struct exchange *exchange)
{
	if (exchange->status > 0)
		text_view_pairf(view, "status", ROLE_STRONG, "%d  (HTTP/%s)", exchange->status,
				exchange->http_version);
	else
		text_view_pairf(view, "status", ROLE_ERROR, "! no answer: %s %s",
				transport_name(exchange->transport), exchange->error);
	text_view_pairf(view, "bytes", ROLE_TEXT, "%lld sent, %lld received",
			(long long)exchange->bytes_sent, (long long)exchange->bytes_received);
}

void request_details_open(struct ui *ui, const struct exchange *exchange)
{
	struct text_view *view = text_screen_open(ui, "REQUEST", LABEL_COLS);
	char when[CLOCK_TEXT_SIZE];
	struct buf curl;
	struct err err;

	if (!view)
		return;
	clock_format_rfc3339(exchange->wall_us, when);
	text_view_pairf(view, "number", ROLE_TEXT, "%llu  (%s, attempt %lld)",
			(unsigned long long)exchange->number, endpoint_name(exchange->endpoint),
			(long long)exchange->attempt);
	text_view_pair(view, "time", ROLE_TEXT, when);
	text_view_pairf(view, "request", ROLE_STRONG, "%s %s", exchange->method,
			exchange->url ? exchange->url : "");
	add_answer(view, exchange);
	add_times(view, &exchange->times);
	buf_init(&curl, TEXT_MAX);
	if (session_exchange_curl(exchange, &curl, &err) == ERR_OK)
		add_part(view, "As a curl command", buf_str(&curl));
	buf_free(&curl);
	add_part(view, "Request headers", exchange->request_headers);
	add_body(view, "Request body", exchange->request_body,
		 exchange->flags & EXCHANGE_REQUEST_CUT, exchange->request_size);
	add_part(view, "Reply headers", exchange->response_headers);
	add_body(view, "Reply body", exchange->response_body,
		 exchange->flags & EXCHANGE_RESPONSE_CUT, exchange->response_size);
}
