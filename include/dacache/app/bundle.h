/* One .tar.gz for a support ticket: what is known of an action, of the calls and of the
 * errors, without secrets. */
#ifndef DACACHE_APP_BUNDLE_H
#define DACACHE_APP_BUNDLE_H

#include "dacache/app/session.h"

enum { BUNDLE_ENTRIES_MAX = 5000, BUNDLE_REQUESTS_MAX = 1000, BUNDLE_SINCE_DEFAULT_S = 7 * 86400 };

/* What only who shows things knows. Numbers: -1 where there is no terminal. */
struct bundle_terminal {
	char term[64];
	int columns;
	int rows;
	int colours;
	char locale[64];
	bool is_utf8;
	char libraries[160]; /* "ncurses 6.4, readline 8.2" */
};

/* Texts are copied. */
struct bundle_options {
	const char *path;
	const char *action_id; /* NULL: none; its config is read, and the audit is its own */
	int64_t since_us;      /* of the audit; 0: the last BUNDLE_SINCE_DEFAULT_S */
	struct bundle_terminal terminal;
};

/* code ERR_OK: words say what was written; else what went wrong. */
typedef void bundle_done_fn(void *context, enum err_code code, const char *words);

/* doctor, then the action, then the file, which is 0600 and replaces nothing
 * (ERR_CONFLICT). fn is called once, from the loop, never before bundle_start returned. */
enum err_code bundle_start(struct session *session, const struct bundle_options *options,
			   bundle_done_fn *fn, void *context, struct err *err);

#endif
