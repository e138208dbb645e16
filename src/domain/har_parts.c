/* Request and response of a HAR entry. */
#include "har_parts.h"

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "dacache/base/text.h"

static const char base64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void put_base64(struct buf *out, const char *data, size_t len)
{
	const unsigned char *bytes = (const unsigned char *)data;

	for (size_t i = 0; i < len; i += 3) {
		unsigned b = i + 1 < len ? bytes[i + 1] : 0U;
		unsigned c = i + 2 < len ? bytes[i + 2] : 0U;
		unsigned all = (unsigned)bytes[i] << 16 | b << 8 | c;

		buf_putc(out, base64_digits[all >> 18]);
		buf_putc(out, base64_digits[all >> 12 & 63]);
		buf_putc(out, i + 1 < len ? base64_digits[all >> 6 & 63] : '=');
		buf_putc(out, i + 2 < len ? base64_digits[all & 63] : '=');
	}
}

/* "text", and how it is encoded where it is no text. */
static void put_body(struct buf *out, const char *encoding_name, const char *body, size_t len)
{
	if (text_is_valid(body, len) && memchr(body, '\0', len) == NULL) {
		har_text(out, "text", body, len);
		return;
	}
	buf_puts(out, "\"text\":\"");
	put_base64(out, body, len);
	buf_printf(out, "\",\"%s\":\"base64\"", encoding_name);
}

static void put_comment(struct buf *out, bool cut, bool masked, size_t kept, int64_t size)
{
	if (!cut && !masked)
		return;
	buf_puts(out, ",\"comment\":\"");
	if (cut)
		buf_printf(out, "cut: the first %zu of %" PRId64 " bytes", kept, size);
	if (masked)
		buf_printf(out, "%ssecrets masked: ***", cut ? "; " : "");
	buf_putc(out, '"');
}

/* Cookies are masked whole: their headers tell that there were some. */
static void put_headers(struct buf *out, const char *headers)
{
	struct exchange_header header;
	bool first = true;

	buf_puts(out, ",\"cookies\":[],\"headers\":[");
	while (exchange_header_next(&headers, &header)) {
		buf_puts(out, first ? "{" : ",{");
		har_text(out, "name", header.name, header.name_len);
		buf_putc(out, ',');
		har_text(out, "value", header.value, header.value_len);
		buf_putc(out, '}');
		first = false;
	}
	buf_putc(out, ']');
}

static void put_version(struct buf *out, const char *version)
{
	buf_printf(out, "\"httpVersion\":\"%s%s\"", version[0] != '\0' ? "HTTP/" : "", version);
}

/* --- the query --- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One name or value of a query, as it was before it was encoded. */
static void put_decoded(struct buf *out, const char *name, const char *text, size_t len)
{
	struct buf plain;

	buf_init(&plain, SIZE_MAX);
	for (size_t i = 0; i < len; i++) {
		int high = i + 2 < len ? hex_digit(text[i + 1]) : -1;
		int low = i + 2 < len ? hex_digit(text[i + 2]) : -1;

		if (text[i] == '%' && high >= 0 && low >= 0) {
			buf_putc(&plain, (char)(high * 16 + low));
			i += 2;
		} else {
			buf_putc(&plain, (char)(text[i] == '+' ? ' ' : text[i]));
		}
	}
	har_text(out, name, buf_str(&plain), plain.len);
	buf_free(&plain);
}

static void put_query(struct buf *out, const char *url)
{
	const char *at = strchr(url, '?');
	bool first = true;

	buf_puts(out, ",\"queryString\":[");
	for (at = at != NULL ? at + 1 : ""; *at != '\0' && *at != '#';) {
		size_t len = strcspn(at, "&#");
		const char *equals = memchr(at, '=', len);
		size_t name_len = equals != NULL ? (size_t)(equals - at) : len;

		if (len > 0) {
			buf_puts(out, first ? "{" : ",{");
			put_decoded(out, "name", at, name_len);
			buf_putc(out, ',');
			put_decoded(out, "value", equals != NULL ? equals + 1 : "",
				    equals != NULL ? len - name_len - 1 : 0);
			buf_putc(out, '}');
			first = false;
		}
		at += len + (at[len] == '&');
	}
	buf_putc(out, ']');
}

/* --- both halves --- */

static void put_mime_type(struct buf *out, const char *headers, const char *otherwise)
{
	struct exchange_header header;

	if (exchange_header_find(headers, "Content-Type", &header))
		har_text(out, "mimeType", header.value, header.value_len);
	else
		har_text(out, "mimeType", otherwise, strlen(otherwise));
}

void har_request(struct buf *out, const struct exchange *exchange)
{
	const char *url = exchange->url != NULL ? exchange->url : "";
	/* What left was the headers, then the body. */
	int64_t header_bytes = exchange->bytes_sent - exchange->request_size;

	har_text(out, "method", exchange->method, strlen(exchange->method));
	buf_putc(out, ',');
	har_text(out, "url", url, strlen(url));
	buf_putc(out, ',');
	put_version(out, exchange->http_version);
	put_headers(out, exchange->request_headers);
	put_query(out, url);
	if (exchange->request_size > 0) {
		buf_puts(out, ",\"postData\":{");
		put_mime_type(out, exchange->request_headers, "");
		buf_putc(out, ',');
		put_body(out, "_encoding", exchange->request_body, exchange->request_body_len);
		put_comment(out, exchange->flags & EXCHANGE_REQUEST_CUT,
			    exchange->flags & EXCHANGE_REQUEST_MASKED, exchange->request_body_len,
			    exchange->request_size);
		buf_putc(out, '}');
	}
	buf_printf(out, ",\"headersSize\":%" PRId64 ",\"bodySize\":%" PRId64,
		   header_bytes > 0 ? header_bytes : -1, exchange->request_size);
}

static void put_content(struct buf *out, const struct exchange *exchange, int64_t wire_bytes)
{
	buf_printf(out, ",\"content\":{\"size\":%" PRId64 ",", exchange->response_size);
	if (exchange->response_size > wire_bytes)
		buf_printf(out, "\"compression\":%" PRId64 ",",
			   exchange->response_size - wire_bytes);
	put_mime_type(out, exchange->response_headers, "x-unknown");
	if (exchange->response_body_len > 0) {
		buf_putc(out, ',');
		put_body(out, "encoding", exchange->response_body, exchange->response_body_len);
	}
	put_comment(out, exchange->flags & EXCHANGE_RESPONSE_CUT,
		    exchange->flags & EXCHANGE_RESPONSE_MASKED, exchange->response_body_len,
		    exchange->response_size);
	buf_putc(out, '}');
}

/* The reason phrase is not in the log, and HTTP/2 has none. */
void har_response(struct buf *out, const struct exchange *exchange)
{
	bool answered = exchange->header_bytes_received > 0;
	int64_t wire_bytes = exchange->bytes_received - exchange->header_bytes_received;
	struct exchange_header location;

	buf_printf(out, "\"status\":%d,\"statusText\":\"\",", exchange->status);
	put_version(out, answered ? exchange->http_version : "");
	put_headers(out, exchange->response_headers);
	put_content(out, exchange, wire_bytes);
	buf_putc(out, ',');
	if (exchange_header_find(exchange->response_headers, "Location", &location))
		har_text(out, "redirectURL", location.value, location.value_len);
	else
		buf_puts(out, "\"redirectURL\":\"\"");
	buf_printf(out, ",\"headersSize\":%" PRId64 ",\"bodySize\":%" PRId64,
		   answered ? exchange->header_bytes_received : -1, answered ? wire_bytes : -1);
}
