#include "exchange_ring.h"

#include <string.h>

#include "dacache/app/session.h"

void exchange_ring_add(struct exchange_ring *ring, struct exchange *exchange)
{
	struct exchange *slot = &ring->items[ring->added % EXCHANGES_MAX];

	exchange_clear(slot);
	*slot = *exchange;
	memset(exchange, 0, sizeof(*exchange));
	slot->number = ++ring->added;
}

size_t exchange_ring_count(const struct exchange_ring *ring)
{
	return ring->added < EXCHANGES_MAX ? (size_t)ring->added : EXCHANGES_MAX;
}

const struct exchange *exchange_ring_at(const struct exchange_ring *ring, size_t i)
{
	if (i >= exchange_ring_count(ring))
		return NULL;
	return &ring->items[(ring->added - 1 - i) % EXCHANGES_MAX];
}

void exchange_ring_free(struct exchange_ring *ring)
{
	size_t i;

	for (i = 0; i < EXCHANGES_MAX; i++)
		exchange_clear(&ring->items[i]);
}

/* --- as a curl command line --- */

/* 'text' for a POSIX shell. */
static void put_quoted(struct buf *out, const char *text, size_t len)
{
	size_t i;

	buf_putc(out, '\'');
	for (i = 0; i < len; i++) {
		if (text[i] == '\'')
			buf_puts(out, "'\\''");
		else
			buf_putc(out, text[i]);
	}
	buf_putc(out, '\'');
}

/* curl makes these itself, or they would be wrong when sent again. */
static bool is_own_header(const char *line, size_t len)
{
	static const char *const names[] = {
		"Host:", "User-Agent:", "Content-Length:", "Accept-Encoding:"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (len >= strlen(names[i]) && strncmp(line, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

static void put_header(struct buf *out, const char *line, size_t len)
{
	static const char authorization[] = "Authorization: Bearer";

	if (len == 0 || is_own_header(line, len))
		return;
	if (len >= sizeof(authorization) - 1 &&
	    strncmp(line, authorization, sizeof(authorization) - 1) == 0) {
		buf_puts(out, " \\\n  -H \"Authorization: Bearer $TOKEN\"");
		return;
	}
	buf_puts(out, " \\\n  -H ");
	put_quoted(out, line, len);
}

enum err_code session_exchange_curl(const struct exchange *exchange, struct buf *out)
{
	const char *line = exchange->request_headers ? exchange->request_headers : "";

	buf_printf(out, "curl -X %s ", exchange->method);
	put_quoted(out, exchange->url, strlen(exchange->url));
	while (*line) {
		size_t len = strcspn(line, "\n");

		put_header(out, line, len);
		line += len + (line[len] == '\n');
	}
	if (exchange->request_body && exchange->request_body[0]) {
		buf_puts(out, " \\\n  --data-raw ");
		put_quoted(out, exchange->request_body, strlen(exchange->request_body));
	}
	buf_putc(out, '\n');
	return out->failed;
}
