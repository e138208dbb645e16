/* A whole Data Action as the tenant sent it, and a row of the list. */
#ifndef DACACHE_DOMAIN_ACTION_H
#define DACACHE_DOMAIN_ACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/base/buf.h"
#include "dacache/base/err.h"
#include "dacache/domain/conflict_story.h"
#include "dacache/domain/members.h"

enum { ETAG_SIZE = 256 };

struct action_document; /* the JSON as it came, members nobody knows included */

/* Strings are owned, "" when the server sent none, but for key (see members). */
struct action {
	char *id;
	char *name;
	char *category;
	char *integration_id;
	char *modified_by;
	char *date_modified; /* as sent (RFC 3339) */
	int64_t version;     /* -1 when absent */
	int64_t read_us;     /* wall: when the answer came; set by who read it, 0: not known */
	bool secure;
	struct cache_members members;
	/* Names in contract.input.properties; none: inputs_len 0. */
	char **inputs;
	size_t inputs_len;
	struct action_document *document;
	/* The ETag of the reply byte for byte ("" when there was none). */
	char etag[ETAG_SIZE];
};

/* Parse the body of a GET or PUT reply. ERR_PARSE when it is no JSON object or
 * has no id; etag may be NULL. *out is owned by the caller. */
enum err_code action_parse(const char *body, size_t len, const char *etag, struct action **out,
			   struct err *err);
/* What a timeline tells of it. */
void action_sight(const struct action *action, struct action_sight *out);
enum err_code action_copy(const struct action *from, struct action **out);
void action_free(struct action **action);

/* What goes into If-Match: the server's ETag byte for byte, or "\"<sha256>\"" of
 * the fetched three members where the server sent none (as they came: absent ones
 * left out, null as null). */
enum err_code action_if_match(const struct action *action, char out[ETAG_SIZE]);

/* Body of a PUT: the fetched document with the three members changed, or those
 * three alone (fields_only). All other members stay as they came. */
enum err_code action_put_body(const struct action *action, const struct cache_members *wanted,
			      bool fields_only, struct buf *out);

/* The whole document, indented by two, for reading. */
enum err_code action_pretty(const struct action *action, struct buf *out);

/* One row of a page of the list. Strings are the page's, the members' key too. */
struct action_row {
	const char *id;
	const char *name;
	const char *category;
	struct cache_members members;
};

/* One page as it came. */
struct action_page {
	struct action_row *rows;
	size_t len;
	int64_t page_number; /* -1 where the reply does not say */
	int64_t page_size;   /* -1 */
	int64_t total;       /* -1 */
	int64_t page_count;  /* -1 */
	bool has_next;       /* it names a next page, be that true or not */
	size_t broken;       /* entries without an id, or no objects: left out */
	char *texts;         /* of the rows */
};

/* Takes `entities`, `items`, `dataActions`, `results` or a bare array. ERR_PARSE where
 * it is no JSON or holds no such list; the page is then empty. */
enum err_code action_page_parse(const char *body, size_t len, struct action_page *out,
				struct err *err);
void action_page_clear(struct action_page *page);

#endif
