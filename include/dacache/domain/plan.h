/* A plan: what `check FILE`, `plan` and `apply` read, and `export` writes.
 *
 * A JSON array of entries, {"actions":[…]} (a "$schema" beside them is left to
 * editors), or JSON Lines (an entry a line). data/plan.schema.json tells the same. An
 * entry names only what it wants changed:
 *   {"id", "name"?, "cacheKey"?, "cacheEnabled"?, "tier" | "cacheTtl"?,
 *    "ttlMatrix"? {"default","high_priority","static_reference"}, "payloadKb"?,
 *    "directives"? [{"source","event_type","action"}], "etag"?}
 * Strict: a member nobody knows, one that is there twice and a value of another
 * type are errors. */
#ifndef DACACHE_DOMAIN_PLAN_H
#define DACACHE_DOMAIN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/base/buf.h"
#include "dacache/base/err.h"
#include "dacache/domain/action.h"
#include "dacache/domain/proposal.h"

enum { PLAN_BYTES_MAX = 64 * 1024 * 1024 };

/* Strings are owned, NULL where the entry has none. What it does not name stays as
 * the action has it. */
struct plan_entry {
	size_t line; /* of its opening brace, from 1 */
	char *id;
	char *name; /* for who reads the file; changes nothing */
	char *etag; /* of the action the entry was made from */
	bool has_enabled;
	bool enabled;
	bool has_key;
	char *key; /* NULL with has_key: null, no key */
	bool has_tier;
	enum tier tier; /* never TIER_CUSTOM */
	bool has_ttl;   /* never beside has_tier */
	int64_t ttl_s;  /* any integer: its range is for validate */
	bool has_tier_ttl[TIER_COUNT];
	int64_t tier_ttl_s[TIER_COUNT];
	bool has_payload_kb;
	int64_t payload_kb;
	bool has_directives;
	struct directive_list directives;
};

struct plan_error {
	size_t line;
	char *id; /* owned; NULL where the entry's is not known */
	char text[320];
};

struct plan {
	struct plan_entry *entries; /* those without an error, as they stand in the file */
	size_t len;
	struct plan_error *errors; /* all there are, by line */
	size_t errors_len;
};

/* ERR_INVALID when there are errors: *out then holds them and the good entries.
 * ERR_NO_MEMORY leaves it empty. *out is overwritten, not cleared first. */
enum err_code plan_parse(const char *text, size_t len, struct plan *out, struct err *err);
void plan_clear(struct plan *plan);

/* Merge an entry into what the action is now: proposal is changed in place. */
enum err_code plan_entry_apply(const struct plan_entry *entry, struct proposal *proposal);

enum plan_format {
	PLAN_LINES,   /* an entry a line */
	PLAN_DOCUMENT /* {"actions":[…]}: the entries alone, indented to stand in it */
};
/* Append the action as an entry, with all that an entry may name, so that the plan of
 * it changes nothing; etag is what goes into If-Match. No newline behind it. */
enum err_code plan_write_entry(enum plan_format format, const struct action *action,
			       const struct local_settings *local, struct buf *out);

#endif
