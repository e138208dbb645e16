/* An exchange as a row. Private to the store. */
#ifndef DACACHE_STORE_EXCHANGE_ROWS_H
#define DACACHE_STORE_EXCHANGE_ROWS_H

#include "dacache/domain/exchange.h"
#include "statement.h"

#define EXCHANGE_HEAD_COLUMNS                                                                      \
	"n, run_id, number, wall_us, endpoint, method, url, action_id, status, transport, "        \
	"attempt, queue_us, name_us, connect_us, tls_us, wait_us, transfer_us, total_us, "         \
	"bytes_sent, bytes_received, header_bytes_received, request_size, response_size, flags, "  \
	"http_version, error"
#define EXCHANGE_BODY_COLUMNS "request_headers, response_headers, request_body, response_body"

/* All parameters of the INSERT. */
#define EXCHANGE_INSERT                                                                            \
	"INSERT INTO request (tenant_id, bytes, run_id, number, wall_us, endpoint, method, url, "  \
	"action_id, status, transport, attempt, queue_us, name_us, connect_us, tls_us, wait_us, "  \
	"transfer_us, total_us, bytes_sent, bytes_received, header_bytes_received, "               \
	"request_size, response_size, flags, http_version, error, " EXCHANGE_BODY_COLUMNS          \
	") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, " \
	"?, ?, ?, ?, ?)"
void exchange_row_bind(struct statement *statement, int64_t run_id,
		       const struct exchange *exchange);
/* From a row of the first columns, and with bodies of the others behind them. *out is the
 * caller's to clear, also on failure. */
enum err_code exchange_row_read(struct statement *statement, bool with_bodies, struct exchange *out,
				struct err *err);

#endif
