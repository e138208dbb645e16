/* What a support ticket needs, as files of JSON: how they are written, and read back for a
 * replay. Masking is the caller's: what is written here holds no secret any more. */
#ifndef DACACHE_DOMAIN_BUNDLE_H
#define DACACHE_DOMAIN_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/base/buf.h"
#include "dacache/base/vec.h"
#include "dacache/domain/action.h"
#include "dacache/domain/audit_entry.h"
#include "dacache/domain/exchange.h"
#include "dacache/domain/failure.h"
#include "dacache/domain/hits.h"
#include "dacache/domain/profile.h"
#include "dacache/domain/sparse_histogram.h"

/* The files. The manifest holds the SHA-256 of all others. */
#define BUNDLE_MANIFEST    "manifest.json"
#define BUNDLE_ACTION      "action.json"
#define BUNDLE_ACTIONS     "actions.json"
#define BUNDLE_AUDIT       "audit.json"
#define BUNDLE_REQUESTS    "requests.har"
#define BUNDLE_MESSAGES    "messages.json"
#define BUNDLE_DOCTOR      "doctor.json"
#define BUNDLE_ENVIRONMENT "environment.json"
#define BUNDLE_SETTINGS    "settings.json"
#define BUNDLE_STATUS      "status.json"
#define BUNDLE_OTHERS      "others.json"  /* changes by others; older bundles have none */
#define BUNDLE_HISTORY     "history.json" /* of look-ups; the same */

enum {
	BUNDLE_MESSAGES_MAX = 500,
	BUNDLE_OTHERS_MAX = 2000,
	BUNDLE_SLICES_MAX = 30000,
	BUNDLE_HISTORY_BYTES_MAX = 16 * 1024 * 1024
};

/* --- write --- */

struct bundle_head {
	int64_t made_us;     /* wall */
	const char *version; /* of this program */
	const char *profile; /* its name */
	const char *base_url;
	const char *action_id; /* NULL: none was asked for */
};
struct bundle_part {
	const char *name;
	const char *data;
	size_t len;
};
enum err_code bundle_put_manifest(struct buf *out, const struct bundle_head *head,
				  const struct bundle_part *parts, size_t n);

/* The settings without the secrets: of these whether there is one. */
enum err_code bundle_put_settings(struct buf *out, const struct profile *profile);

/* One message: an object. failure may be NULL. severity: 0 info, 1 warning, 2 error. */
enum err_code bundle_put_message(struct buf *out, int64_t wall_us, int severity, const char *text,
				 const char *action_id, const struct failure *failure);

/* The action whole, at its ETag; action NULL: why it could not be read. */
enum err_code bundle_put_action(struct buf *out, const struct action *action, int64_t read_us,
				const char *why_not);

/* A change that somebody else made. Texts are owned where it was read, else borrowed. */
struct bundle_change {
	int64_t wall_us;
	char *action_id;
	char *name; /* "": not known, as who */
	char *who;
	struct cache_members before;
	struct cache_members after;
};
enum err_code bundle_put_change(struct buf *out, const struct bundle_change *change);

/* Look-ups of a minute, an hour, or what is left of one after a change; as change owned or
 * borrowed. */
struct bundle_slice {
	char *action_id; /* "": of the whole tenant */
	int64_t start_us;
	bool is_hour;
	struct hit_count count;
	struct sparse_histogram of_hits;
	struct sparse_histogram of_misses;
};
/* A list of {"data_action_id","slices":[[start in microseconds, 60 or 3600, hits, misses,
 * expired, latencies of hits, of misses as hex]]}: begin and end for each action, a slice
 * between. */
enum err_code bundle_begin_slices(struct buf *out, const char *action_id);
enum err_code bundle_put_slice(struct buf *out, const struct bundle_slice *slice);
enum err_code bundle_end_slices(struct buf *out);

/* --- read --- */

struct bundle_message {
	int64_t wall_us;
	int severity;
	char text[320];
	char action_id[128];
	bool has_failure;
	struct failure failure;
};

/* What can be shown again. Strings are owned, NULL where the bundle has none. */
struct bundle {
	int64_t made_us;
	char *version;
	char *profile;
	char *base_url;
	char *action_id;
	struct vec entries;   /* struct audit_entry, seq rising */
	struct vec exchanges; /* struct exchange, as the file has them: the oldest first */
	struct vec messages;  /* struct bundle_message, the oldest first */
	struct vec others;    /* struct bundle_change, the oldest first */
	struct vec slices;    /* struct bundle_slice, those of an action behind each other */
	size_t broken_hashes; /* entries whose content is not what their hash says */
	struct bundle_rows *rows;
};

/* The bytes of a file, NULL: it is not there. They stay until bundle_read returned. */
typedef const char *bundle_file_fn(void *context, const char *name, size_t *len);

/* ERR_PARSE: no manifest, or one of another kind; a file that is in it and not there, or
 * not as it was written; JSON that is none. *out is clear then. */
enum err_code bundle_read(bundle_file_fn *file, void *context, struct bundle **out,
			  struct err *err);
void bundle_free(struct bundle **bundle);

/* What a page of the list would be: append it. */
enum err_code bundle_put_page(const struct bundle *bundle, int64_t page, int64_t page_size,
			      struct buf *out);
/* Append what a GET of that action would give, and its ETag: as it was read for the bundle,
 * else the newest answer in the requests that is whole. ERR_NOT_FOUND: the bundle has
 * neither. */
enum err_code bundle_put_document(const struct bundle *bundle, const char *action_id,
				  struct buf *out, char etag[ETAG_SIZE]);

#endif
