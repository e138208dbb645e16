/* A request as lines: what it was, its times, headers and bodies, its curl command. */
#include "request_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "dacache/app/session.h"
#include "waterfall.h"

enum { LABEL_COLS = 12, BAR_COLS = 40, LINE_SIZE = 2048, CURL_MAX = 256 * 1024 };

static void add_text(struct fold_view *view, int level, enum role role, const char *text)
{
	if (fold_view_add(view, level, 0, text, strlen(text)))
		fold_view_span(view, strlen(text), role);
}

/* "label       value" */
static void add_pair(struct fold_view *view, const char *label, enum role role, const char *format,
		     ...) __attribute__((format(printf, 4, 5)));

static void add_pair(struct fold_view *view, const char *label, enum role role, const char *format,
		     ...)
{
	char text[LINE_SIZE];
	int n = snprintf(text, sizeof text, "%-*s", LABEL_COLS, label);
	struct fold_line *line;
	va_list args;

	va_start(args, format);
	vsnprintf(text + n, sizeof text - (size_t)n, format, args);
	va_end(args);
	line = fold_view_add(view, 1, 0, text, strlen(text));
	if (!line)
		return;
	line->hang = LABEL_COLS;
	fold_view_span(view, (size_t)n, ROLE_LABEL);
	fold_view_span(view, strlen(text + n), role);
}

/* What follows folds under it, until end_section. */
static size_t begin_section(struct fold_view *view, const char *title)
{
	if (view->lines.len > 0)
		add_text(view, 1, ROLE_TEXT, "");
	add_text(view, 0, ROLE_STRONG, title);
	return view->lines.len - 1;
}

static void end_section(struct fold_view *view, size_t first, bool folded)
{
	struct fold_line *line;
	char tail[64];

	fold_view_under(view, first);
	line = vec_at(&view->lines, first);
	snprintf(tail, sizeof tail, "  %zu %s", line->last - first,
		 line->last - first == 1 ? "line" : "lines");
	line->tail = strdup(tail);
	line->folded = folded;
}

/* --- what it was --- */

static void add_summary(struct fold_view *view, const struct exchange *exchange)
{
	char when[CLOCK_TEXT_SIZE];

	clock_format_rfc3339(exchange->wall_us, when);
	add_pair(view, "number", ROLE_TEXT, "%llu  (%s, attempt %lld)",
		 (unsigned long long)exchange->number, endpoint_name(exchange->endpoint),
		 (long long)exchange->attempt);
	add_pair(view, "time", ROLE_TEXT, "%s", when);
	add_pair(view, "request", ROLE_STRONG, "%s %s", exchange->method,
		 exchange->url ? exchange->url : "");
	if (exchange->action_id && exchange->action_id[0])
		add_pair(view, "action", ROLE_TEXT, "%s", exchange->action_id);
	if (exchange->status > 0)
		add_pair(view, "status", exchange->status < 400 ? ROLE_STRONG : ROLE_ERROR,
			 "%d  (HTTP/%s)", exchange->status, exchange->http_version);
	else
		add_pair(view, "status", ROLE_ERROR, "! no answer: %s%s%s",
			 transport_name(exchange->transport), exchange->error[0] ? ": " : "",
			 exchange->error);
	add_pair(view, "bytes", ROLE_TEXT, "%lld sent, %lld received",
		 (long long)exchange->bytes_sent, (long long)exchange->bytes_received);
}

/* --- times --- */

static void repeat(char *out, size_t size, const char *sign, int n)
{
	size_t len = strlen(out);

	for (; n > 0 && len + strlen(sign) < size; n--, len += strlen(sign))
		memcpy(out + len, sign, strlen(sign) + 1);
}

/* One part, its bar where it stands in the whole. */
static void add_part(struct fold_view *view, const struct exchange_times *times, int part,
		     const int columns[WATERFALL_PARTS], bool utf8)
{
	char text[LINE_SIZE];
	size_t head;
	int before = 0;

	for (int i = 0; i < part; i++)
		before += columns[i];
	head = (size_t)snprintf(text, sizeof text, "%-*s%10.2f ms  %*s", LABEL_COLS,
				waterfall_name(part), (double)waterfall_part(times, part) / 1000,
				before, "");
	repeat(text, sizeof text, waterfall_sign(part, utf8), columns[part]);
	if (!fold_view_add(view, 1, 0, text, strlen(text)))
		return;
	fold_view_span(view, LABEL_COLS, ROLE_LABEL);
	fold_view_span(view, head - LABEL_COLS, part == 0 ? ROLE_DIM : ROLE_TEXT);
	fold_view_span(view, strlen(text) - head, waterfall_role(part));
}

/* All of them behind one another. */
static void add_bar(struct fold_view *view, const int columns[WATERFALL_PARTS], bool utf8)
{
	char text[LINE_SIZE] = "";
	size_t from = LABEL_COLS + 15;

	snprintf(text, sizeof text, "%*s", (int)from, "");
	for (int i = 0; i < WATERFALL_PARTS; i++)
		repeat(text, sizeof text, waterfall_sign(i, utf8), columns[i]);
	if (!fold_view_add(view, 1, 0, text, strlen(text)))
		return;
	fold_view_span(view, from, ROLE_TEXT);
	for (int i = 0; i < WATERFALL_PARTS; i++)
		if (columns[i] > 0)
			fold_view_span(view, (size_t)columns[i] * strlen(waterfall_sign(i, utf8)),
				       waterfall_role(i));
}

static void add_times(struct fold_view *view, const struct exchange_times *times, bool utf8)
{
	size_t first = begin_section(view, "Time");
	int columns[WATERFALL_PARTS];

	waterfall_columns(times, waterfall_whole(times), BAR_COLS, columns);
	add_part(view, times, 0, columns, utf8);
	for (int i = 1; i < WATERFALL_PARTS; i++)
		add_part(view, times, i, columns, utf8);
	add_bar(view, columns, utf8);
	add_pair(view, "total", ROLE_STRONG, "%10.2f ms", (double)times->total / 1000);
	add_pair(view, "", ROLE_DIM, "%s", "without the time in our own queue");
	end_section(view, first, false);
}

/* --- headers, bodies --- */

static void add_headers(struct fold_view *view, const char *title, const char *headers)
{
	struct exchange_header header;
	const char *at = headers;
	size_t first;

	if (!headers || !*headers)
		return;
	first = begin_section(view, title);
	while (exchange_header_next(&at, &header)) {
		size_t len = (size_t)(header.value + header.value_len - header.name);

		if (!fold_view_add(view, 1, 0, header.name, len))
			break;
		fold_view_span(view, header.name_len + 1, ROLE_LABEL);
	}
	end_section(view, first, false);
}

struct body {
	const char *title;
	const char *text;
	size_t len;
	int64_t size;
	const char *headers;
	bool cut, masked;
};

static void add_body(struct fold_view *view, const struct body *body)
{
	char text[LINE_SIZE];
	size_t first;

	if (body->size == 0)
		return;
	snprintf(text, sizeof text, "%s", body->title);
	first = begin_section(view, text);
	request_body_fill(view, body->text, body->len, body->headers);
	if (body->cut) {
		snprintf(text, sizeof text, "[cut here: the first %zu of %lld bytes are kept]",
			 body->len, (long long)body->size);
		add_text(view, 1, ROLE_WARN, text);
	}
	if (body->masked)
		add_text(view, 1, ROLE_DIM, "*** stands for a secret, which is not kept");
	end_section(view, first, false);
}

static void add_curl(struct fold_view *view, const struct exchange *exchange)
{
	size_t first = begin_section(view, "As a curl command");
	struct err err = {0};
	struct buf curl;
	const char *at;

	buf_init(&curl, CURL_MAX);
	if (session_exchange_curl(exchange, &curl, &err) != ERR_OK)
		add_text(view, 1, ROLE_DIM, err.text);
	for (at = err.code ? "" : buf_str(&curl); *at; at += strcspn(at, "\n"), at += *at == '\n')
		fold_view_add(view, 1, 0, at, strcspn(at, "\n"));
	buf_free(&curl);
	end_section(view, first, true);
}

void request_text_fill(struct fold_view *view, const struct exchange *exchange, bool utf8)
{
	const struct body request = {
		.title = "Request body",
		.text = exchange->request_body,
		.len = exchange->request_body_len,
		.size = exchange->request_size,
		.headers = exchange->request_headers,
		.cut = exchange->flags & EXCHANGE_REQUEST_CUT,
		.masked = exchange->flags & EXCHANGE_REQUEST_MASKED,
	};
	const struct body response = {
		.title = "Reply body",
		.text = exchange->response_body,
		.len = exchange->response_body_len,
		.size = exchange->response_size,
		.headers = exchange->response_headers,
		.cut = exchange->flags & EXCHANGE_RESPONSE_CUT,
		.masked = exchange->flags & EXCHANGE_RESPONSE_MASKED,
	};

	add_summary(view, exchange);
	add_times(view, &exchange->times, utf8);
	add_headers(view, "Request headers", exchange->request_headers);
	add_body(view, &request);
	add_headers(view, "Reply headers", exchange->response_headers);
	add_body(view, &response);
	add_curl(view, exchange);
}
