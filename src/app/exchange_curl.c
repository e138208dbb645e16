/* A call of the log as a curl command line. */
#include <string.h>
#include <strings.h>

#include "dacache/app/session.h"

static const char stars[] = "***"; /* what stands for a secret in the log */

/* 'text' for a POSIX shell. */
static void put_quoted(struct buf *out, const char *text, size_t len)
{
	buf_putc(out, '\'');
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\'')
			buf_puts(out, "'\\''");
		else
			buf_putc(out, text[i]);
	}
	buf_putc(out, '\'');
}

/* curl makes these itself, or they would be wrong when sent again. */
static bool is_own_header(const struct exchange_header *header)
{
	static const char *const names[] = {"Host", "User-Agent", "Content-Length",
					    "Accept-Encoding"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == header->name_len &&
		    strncasecmp(header->name, names[i], header->name_len) == 0)
			return true;
	return false;
}

static bool begins_with(const struct exchange_header *header, const char *text)
{
	return header->value_len >= strlen(text) &&
	       strncasecmp(header->value, text, strlen(text)) == 0;
}

static void put_header(struct buf *out, const struct exchange_header *header)
{
	bool credentials = header->name_len == strlen("Authorization") &&
			   strncasecmp(header->name, "Authorization", header->name_len) == 0;

	if (is_own_header(header))
		return;
	if (credentials && begins_with(header, "Basic ")) {
		buf_puts(out, " \\\n  -u \"$CXONE_CLIENT_ID:$CXONE_CLIENT_SECRET\"");
		return;
	}
	if (credentials) {
		buf_puts(out, " \\\n  -H \"Authorization: Bearer $TOKEN\"");
		return;
	}
	buf_puts(out, " \\\n  -H ");
	put_quoted(out, header->name, (size_t)(header->value + header->value_len - header->name));
}

/* A request for a token, its secret from the environment. */
static void put_form(struct buf *out, const char *body)
{
	while (*body) {
		size_t len = strcspn(body, "&");
		const char *equals = memchr(body, '=', len);
		size_t name_len = equals ? (size_t)(equals - body) : len;

		if (equals && len - name_len - 1 == strlen(stars) &&
		    memcmp(equals + 1, stars, strlen(stars)) == 0) {
			buf_puts(out, " \\\n  --data-urlencode \"");
			buf_append(out, body, name_len);
			buf_puts(out, "=$CXONE_CLIENT_SECRET\"");
		} else {
			buf_puts(out, " \\\n  --data-raw ");
			put_quoted(out, body, len);
		}
		body += len + (body[len] == '&');
	}
}

static void put_body(struct buf *out, const struct exchange *exchange)
{
	if (exchange->request_body_len == 0)
		return;
	if (exchange->endpoint == ENDPOINT_TOKEN) {
		put_form(out, exchange->request_body);
		return;
	}
	buf_puts(out, " \\\n  --data-raw ");
	put_quoted(out, exchange->request_body, exchange->request_body_len);
}

/* What would not be the same call is no command. */
static enum err_code check_whole(const struct exchange *exchange, struct err *err)
{
	bool token = exchange->endpoint == ENDPOINT_TOKEN;

	if (exchange->flags & EXCHANGE_REQUEST_CUT)
		return err_set(err, ERR_LIMIT,
			       "the log has the first %zu of the body's %lld bytes: as a command "
			       "it would not be the same call",
			       exchange->request_body_len, (long long)exchange->request_size);
	if ((!token && exchange->flags & EXCHANGE_REQUEST_MASKED) ||
	    memchr(exchange->request_body, '\0', exchange->request_body_len))
		return err_set(err, ERR_INVALID,
			       "its body holds a secret, which is not kept: as a command it would "
			       "not be the same call");
	if (strstr(exchange->url, stars))
		return err_set(err, ERR_INVALID,
			       "its URL holds a secret, which is not kept: as a command it would "
			       "not be the same call");
	return ERR_OK;
}

enum err_code session_exchange_curl(const struct exchange *exchange, struct buf *out,
				    struct err *err)
{
	const char *at = exchange->request_headers;
	struct exchange_header header;
	enum err_code code = check_whole(exchange, err);

	if (code)
		return code;
	buf_printf(out, "curl -X %s ", exchange->method);
	put_quoted(out, exchange->url, strlen(exchange->url));
	while (exchange_header_next(&at, &header))
		put_header(out, &header);
	put_body(out, exchange);
	buf_putc(out, '\n');
	return out->failed ? err_set(err, out->failed, "the call is too large to be copied")
			   : ERR_OK;
}
