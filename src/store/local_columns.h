/* The columns that hold struct local_settings, in more than one table. Private to
 * the store. */
#ifndef DACACHE_STORE_LOCAL_COLUMNS_H
#define DACACHE_STORE_LOCAL_COLUMNS_H

#include "dacache/base/buf.h"
#include "dacache/domain/proposal.h"
#include "statement.h"

#define LOCAL_COLUMNS                                                                              \
	"ttl_default_s, ttl_high_priority_s, ttl_static_reference_s, payload_kb, directives"

enum { LOCAL_COLUMNS_COUNT = TIER_COUNT + 2 };

/* The directives as JSON into *out (initialised here; the caller's either way). */
enum err_code local_directives_json(const struct local_settings *settings, const char *action_id,
				    struct buf *out, struct err *err);
void local_columns_bind(struct statement *statement, const struct local_settings *settings,
			const struct buf *directives);
/* From the column that LOCAL_COLUMNS begins at; *out is initialised. */
enum err_code local_columns_read(struct statement *statement, int column, const char *action_id,
				 struct local_settings *out, struct err *err);

#endif
