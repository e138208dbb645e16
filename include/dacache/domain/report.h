/* The tutorial's report, with its keys. */
#ifndef DACACHE_DOMAIN_REPORT_H
#define DACACHE_DOMAIN_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "dacache/base/buf.h"
#include "dacache/domain/audit_entry.h"
#include "dacache/domain/hits.h"

struct report {
	int64_t generated_us; /* wall */
	struct hit_count lookups;
	const struct audit_entry *entries; /* not owned */
	size_t len;
};

/* {"generated_at","total_log_entries","average_latency_ms","current_hit_rate",
 * "entries":[…]}: the mean over entries with a latency, null without one; the
 * rate in [0,1], null without look-ups. Indented by two. */
enum err_code report_to_json(const struct report *report, struct buf *out);
/* The same for reading, plain text. */
enum err_code report_to_text(const struct report *report, struct buf *out);

#endif
