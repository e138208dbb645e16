/* An exchange as a row. */
#include "exchange_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static void bind_times(struct statement *statement, const struct exchange_times *times)
{
	statement_bind_int(statement, times->queue);
	statement_bind_int(statement, times->name);
	statement_bind_int(statement, times->connect);
	statement_bind_int(statement, times->tls);
	statement_bind_int(statement, times->wait);
	statement_bind_int(statement, times->transfer);
	statement_bind_int(statement, times->total);
}

void exchange_row_bind(struct statement *statement, int64_t run_id, const struct exchange *exchange)
{
	statement_bind_int(statement, statement->store->tenant_id);
	statement_bind_int(statement, (int64_t)exchange_weight(exchange));
	statement_bind_int(statement, run_id);
	statement_bind_int(statement, (int64_t)exchange->number);
	statement_bind_int(statement, exchange->wall_us);
	statement_bind_text(statement, endpoint_name(exchange->endpoint));
	statement_bind_text(statement, exchange->method);
	statement_bind_text(statement, or_empty(exchange->url));
	statement_bind_text(statement, or_empty(exchange->action_id));
	statement_bind_int(statement, exchange->status);
	statement_bind_text(statement, transport_name(exchange->transport));
	statement_bind_int(statement, exchange->attempt);
	bind_times(statement, &exchange->times);
	statement_bind_int(statement, exchange->bytes_sent);
	statement_bind_int(statement, exchange->bytes_received);
	statement_bind_int(statement, exchange->header_bytes_received);
	statement_bind_int(statement, exchange->request_size);
	statement_bind_int(statement, exchange->response_size);
	statement_bind_int(statement, exchange->flags);
	statement_bind_text(statement, exchange->http_version);
	statement_bind_text(statement, exchange->error);
	statement_bind_text(statement, or_empty(exchange->request_headers));
	statement_bind_text(statement, or_empty(exchange->response_headers));
	statement_bind_bytes(statement, exchange->request_body, exchange->request_body_len);
	statement_bind_bytes(statement, exchange->response_body, exchange->response_body_len);
}

/* --- reading --- */

static void copy_fixed(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", or_empty(text));
}

static void read_times(const struct statement *statement, int column, struct exchange_times *out)
{
	out->queue = statement_int(statement, column);
	out->name = statement_int(statement, column + 1);
	out->connect = statement_int(statement, column + 2);
	out->tls = statement_int(statement, column + 3);
	out->wait = statement_int(statement, column + 4);
	out->transfer = statement_int(statement, column + 5);
	out->total = statement_int(statement, column + 6);
}

/* A word that this program does not know was written by a later one, or by hand. */
static void read_words(const struct statement *statement, struct exchange *out)
{
	if (endpoint_parse(or_empty(statement_peek(statement, 4)), &out->endpoint) != ERR_OK)
		out->endpoint = ENDPOINT_GET;
	if (transport_parse(or_empty(statement_peek(statement, 9)), &out->transport) != ERR_OK)
		out->transport = TRANSPORT_INTERNAL;
}

static void read_sizes(const struct statement *statement, int column, struct exchange *out)
{
	out->bytes_sent = statement_int(statement, column);
	out->bytes_received = statement_int(statement, column + 1);
	out->header_bytes_received = statement_int(statement, column + 2);
	out->request_size = statement_int(statement, column + 3);
	out->response_size = statement_int(statement, column + 4);
	out->flags = (unsigned)statement_int(statement, column + 5);
}

static enum err_code read_bodies(struct statement *statement, int column, struct exchange *out)
{
	out->request_headers = statement_text(statement, column);
	out->response_headers = statement_text(statement, column + 1);
	out->request_body = statement_blob(statement, column + 2, &out->request_body_len);
	out->response_body = statement_blob(statement, column + 3, &out->response_body_len);
	return out->request_headers && out->response_headers && out->request_body &&
			       out->response_body
		       ? ERR_OK
		       : ERR_NO_MEMORY;
}

enum err_code exchange_row_read(struct statement *statement, bool with_bodies, struct exchange *out,
				struct err *err)
{
	enum err_code code = ERR_OK;

	*out = (struct exchange){.run = statement_int(statement, 1)};
	out->number = (uint64_t)statement_int(statement, 2);
	out->wall_us = statement_int(statement, 3);
	read_words(statement, out);
	copy_fixed(out->method, sizeof(out->method), statement_peek(statement, 5));
	out->url = statement_text(statement, 6);
	out->path = out->url ? text_dup(exchange_url_path(out->url)) : NULL;
	out->action_id = statement_text(statement, 7);
	out->status = (int)statement_int(statement, 8);
	out->attempt = statement_int(statement, 10);
	read_times(statement, 11, &out->times);
	read_sizes(statement, 18, out);
	copy_fixed(out->http_version, sizeof(out->http_version), statement_peek(statement, 24));
	copy_fixed(out->error, sizeof(out->error), statement_peek(statement, 25));
	if (with_bodies)
		code = read_bodies(statement, 26, out);
	if (!out->url || !out->path || !out->action_id)
		code = ERR_NO_MEMORY;
	return code ? err_set(err, code, "out of memory") : ERR_OK;
}
