/* What the files of `set` share. */
#ifndef DACACHE_SRC_CLI_SET_H
#define DACACHE_SRC_CLI_SET_H

#include "dacache/app/update.h"
#include "dacache/domain/merge.h"
#include "internal.h"

struct set {
	const char *id;
	const char *key;
	const char *tier;
	const char *ttl;
	const char *payload_kb;
	bool enable;
	bool disable;
	bool no_directives;
	struct cli_repeats directives;
	bool dry_run;
	bool yes;
	bool rebase;
	bool json;
};

/* How a change ended. */
struct set_end {
	struct update_result result; /* without action: that is below */
	struct action *now;          /* as the server has it; NULL: not known. Owned. */
	/* After a conflict, where now is known: */
	bool compared;
	struct merge merge;
	const char *given_up; /* why it was not merged; NULL: nobody asked to */
	int64_t rebases;      /* times it was sent on a new base */
};
void set_end_clear(struct set_end *end);

/* --- set_options.c --- */
enum err_code set_parse(struct set *set, int argc, char **argv, struct err *err);
/* Change wanted as the options say. */
enum err_code set_change(const struct set *set, struct proposal *wanted, struct err *err);

/* --- set_result.c --- */
/* The change for people, on stderr: stdout is for the answer. */
enum err_code set_show_change(const struct proposal *before, const struct proposal *wanted,
			      const struct findings *findings);
/* The answer, and on stderr why it did not go through; sets the exit code. */
void set_tell_end(struct cli *cli, const struct set *set, const struct set_end *end);

/* --json: it ended before anything could be sent; the same object as ever. */
void set_tell_error(struct cli *cli, const struct set *set, enum err_code code,
		    const struct err *err);

/* --- set_conflict.c --- */
/* The three-way table on stderr: who changed it, when, both ETags; `then` is the last
 * line. end->compared must be true. */
void set_tell_conflict(const struct set_end *end, const char *then);
/* What one can do now, for that last line. */
void set_conflict_advice(const struct set *set, const struct set_end *end, struct buf *out);
/* "conflict":{...}, or null where the action could not be read again. */
void set_put_conflict_json(struct buf *out, const struct set_end *end);
/* Why --rebase can't merge it (a constant text), NULL: it can. */
const char *set_why_not_rebased(const struct set_end *end);

#endif
