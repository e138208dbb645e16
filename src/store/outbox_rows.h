/* A row of the outbox. Private to the store. */
#ifndef DACACHE_STORE_OUTBOX_ROWS_H
#define DACACHE_STORE_OUTBOX_ROWS_H

#include "dacache/domain/delivery.h"
#include "statement.h"

#define OUTBOX_COLUMNS                                                                             \
	"id, action_id, source, event_type, directive, target_key, body, created_us, state, "      \
	"attempts, next_us, status, error, owner"

/* From a row of OUTBOX_COLUMNS; the caller's to clear, also on failure. */
enum err_code outbox_row_read(struct statement *statement, struct outbox_item *out,
			      struct err *err);

#endif
