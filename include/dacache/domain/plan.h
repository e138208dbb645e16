/* A plan: what `check FILE`, `plan` and `apply` read, and `export` writes.
 *
 * A JSON array of entries, {"actions":[…]} (a "$schema" beside them is left to
 * editors), or entries one after another: JSON Lines, or laid out however a tool does it.
 * data/plan.schema.json tells the same. A byte order mark is passed over; a file of
 * blanks is a plan of no entries. An entry names only what it wants changed:
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
#include "dacache/domain/validate.h"

enum { PLAN_BYTES_MAX = 64 * 1024 * 1024 };

/* Strings are owned, NULL where the entry has none. What it does not name stays as
 * the action has it. */
struct plan_entry {
	size_t line;                  /* of its opening brace, from 1 */
	uint32_t line_of[FIELD_NONE]; /* of its members; 0: not named */
	size_t first_error;           /* among the plan's errors */
	size_t errors_len;            /* 0: nothing is wrong by its form */
	char *id;
	char *name; /* for who reads the file; changes nothing */
	char *etag; /* of the action the entry was made from */
	bool has_enabled;
	bool enabled;
	bool has_key;
	char *key; /* NULL with has_key: null, no key */
	bool has_tier;
	enum tier tier; /* never TIER_CUSTOM */
	bool has_ttl;   /* beside has_tier in an entry with errors alone */
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
	size_t column; /* in characters, from 1; 0: the whole line, or its member */
	char *id;      /* owned; NULL where the entry's is not known */
	char text[320];
};

struct plan {
	/* As they stand in the file. One with errors has what of it could be read. */
	struct plan_entry *entries;
	size_t len;
	struct plan_error *errors; /* as they stand in the file */
	size_t errors_len;
	size_t rejected; /* what is no entry: without an id, there twice, no JSON */
	bool is_broken;  /* the JSON of a document ends in an error: there are no entries,
			  * and the one error says where */
};

/* ERR_INVALID when there are errors: *out then holds them and the entries.
 * ERR_NO_MEMORY leaves it empty. *out is overwritten, not cleared first. */
enum err_code plan_parse(const char *text, size_t len, struct plan *out, struct err *err);
void plan_clear(struct plan *plan);

/* The line of a member, or of the entry where it does not name it. */
size_t plan_entry_line(const struct plan_entry *entry, enum field field);
/* What of it breaks a rule whatever its action is: errors of the members it names. */
void plan_entry_check(const struct plan_entry *entry, struct findings *out);

/* --- the names of the file --- */
/* "ttlMatrix.default", "payloadKb", …; "" for FIELD_NONE. */
const char *plan_field_name(enum field field);
/* Of a line of a diff (domain/diff.h). */
const char *plan_diff_name(const char *name);
/* Append what is wrong, with the member's name as the file has it, once. */
enum err_code plan_put_finding(const struct finding *finding, struct buf *out);

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
