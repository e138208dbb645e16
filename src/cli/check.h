/* What the files of `check` share. */
#ifndef DACACHE_SRC_CLI_CHECK_H
#define DACACHE_SRC_CLI_CHECK_H

#include "dacache/domain/plan.h"
#include "dacache/domain/validate.h"
#include "internal.h"

/* One action or one entry that was validated. Texts are borrowed. */
struct check_subject {
	size_t line; /* in the file */
	const char *id;
	const char *name;
	const struct plan_entry *entry; /* of a file, NULL: one action */
	const char *collision;          /* with whom its key collides, in words; NULL: with none */
	int64_t footprint;              /* bytes; -1: not known */
	struct findings findings;
};

struct check_print {
	struct cli *cli;
	const char *file; /* NULL: one action */
	bool json;
	size_t entries;
	size_t errors;
	size_t warnings;
};

void check_print_init(struct check_print *print, struct cli *cli, const char *file, bool json);
/* "the key of ID, NAME" */
void check_put_owner(const char *id, const char *name, struct buf *out);
void check_print_subject(struct check_print *print, const struct check_subject *subject);
void check_print_broken(struct check_print *print, const struct plan_error *error);
/* The counts, for people; the exit code. */
void check_print_end(struct check_print *print);

enum err_code check_file(struct cli *cli, const char *path, bool json, struct err *err);

/* All collisions and overlaps of the tenant, `limit` of each kind (0: all). */
enum err_code check_tenant(struct cli *cli, int64_t limit, bool json, struct err *err);

#endif
