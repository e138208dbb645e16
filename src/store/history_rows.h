/* Rows of the history. Private to the store. */
#ifndef DACACHE_STORE_HISTORY_ROWS_H
#define DACACHE_STORE_HISTORY_ROWS_H

#include "dacache/store/history.h"
#include "statement.h"

enum { HISTORY_SPAN_MINUTE = 60, HISTORY_SPAN_HOUR = 3600 };

#define HISTORY_NUMBER_SQL "SELECT id FROM history_action WHERE tenant_id = ? AND action_id = ?"

struct history_key {
	int64_t action; /* its row of history_action */
	int span_s;
	int64_t start_us;
};

/* Inside a transaction. The statements are made once for many rows. */
struct history_writer {
	struct store *store;
	struct statement find;
	struct statement put;
	struct statement hour;
	struct statement number;
	struct buf of_hits;
	struct buf of_misses;
};

/* Always followed by history_writer_close, also where it fails. */
enum err_code history_writer_open(struct store *store, struct history_writer *writer,
				  struct err *err);
void history_writer_close(struct history_writer *writer);
/* Adds to the row that is there. */
enum err_code history_writer_add(struct history_writer *writer, const struct history_key *key,
				 const struct history_slice *slice, struct err *err);
/* Make a minute's key that of the hours' slice it belongs to. */
enum err_code history_hour_of(struct history_writer *writer, struct history_key *key,
			      struct err *err);

/* hits, misses, expired from this column on; then the latencies. What is no histogram
 * is left out. */
void history_read_contents(struct statement *statement, int column, bool with_latencies,
			   struct history_slice *out);

/* Roll up or delete a piece of what is too old or too much. */
enum err_code history_tidy(struct history_writer *writer, int64_t now_us, struct err *err);

#endif
