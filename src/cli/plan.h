/* What the files of `plan`, `apply` and `export` share. */
#ifndef DACACHE_SRC_CLI_PLAN_H
#define DACACHE_SRC_CLI_PLAN_H

#include "dacache/app/bulk.h"
#include "dacache/domain/plan.h"
#include "internal.h"

/* --- plan_file.c --- */
/* The file's entries, and what is wrong in it (which is no error here). "-": standard
 * input. sha256: hex, of its bytes; may be NULL. */
enum err_code plan_file_read(const char *path, struct plan *out, char sha256[65], struct err *err);

/* --- plan_progress.c --- */
/* A line on stderr, where that is a terminal: "reading 12 of 140  20/s  6s left". */
struct plan_progress {
	const char *verb;
	const char *hint; /* behind it; may be NULL */
	bool is_shown;    /* stderr is a terminal */
	int64_t shown_us;
};
void plan_progress_init(struct plan_progress *progress, struct session *session, const char *verb,
			const char *hint);
void plan_progress_show(struct plan_progress *progress, struct session *session,
			const struct bulk *bulk);
void plan_progress_end(const struct plan_progress *progress);

/* --- plan.c --- */
/* A file on its way from reading to its end. */
struct plan_job {
	struct cli *cli;
	const char *path;
	char sha256[65];
	struct plan plan;
	struct bulk *bulk;
	struct plan_progress progress;
	double reads_per_s;
	bool is_export;
	bool applies; /* it is apply's: what it reads was read */
	bool json;
	bool done; /* of a stage */
};
enum err_code plan_job_open(struct plan_job *job, struct cli *cli, const char *path,
			    struct err *err);
void plan_job_close(struct plan_job *job);
/* Read every action it names, with the progress told, until the listener sets done. The
 * card of what concerns all of them is told, and cli->exit_code set. */
enum err_code plan_job_read(struct plan_job *job, size_t parallel,
			    const struct bulk_listener *listener, struct err *err);
/* Read every action it names, the tenant's keys where one changes, and judge. The card of
 * what concerns all of them is told, and cli->exit_code set. */
enum err_code plan_job_review(struct plan_job *job, size_t parallel, struct err *err);
/* Entries that cannot be applied: broken, refused, of no action. */
size_t plan_job_refusals(const struct plan_job *job);
/* What `apply` asks for from here on: the GETs, which are done where it applies already,
 * and the seconds of them and its PUTs (-1: not known). */
size_t plan_job_reads(const struct plan_job *job);
int64_t plan_job_seconds(const struct plan_job *job);

/* --- plan_print.c --- */
/* For people: each change, what is refused and why, totals, side effects, time. */
void plan_print(const struct plan_job *job, struct buf *out);
void plan_put_where(const struct plan_job *job, size_t line, const char *id, struct buf *out);
/* "FILE:LINE: ID: ", or "FILE:LINE:COLUMN: " */
void plan_put_place(const struct plan_job *job, const struct plan_error *error, struct buf *out);
/* "1 PUT", "12,410 PUTs" */
void plan_put_count(struct buf *out, size_t n, const char *one, const char *many);
const char *plan_verdict_name(enum bulk_verdict verdict);

/* --- plan_json.c --- */
void plan_print_json(const struct plan_job *job, struct buf *out);
/* "name":[{"severity","field","message"}...] of an item. */
void plan_put_findings_json(const struct plan_job *job, size_t i, struct buf *out);
/* The members of one error of the file, behind its opening brace, and the closing one. */
void plan_put_error_json(const struct plan_error *error, struct buf *out);

/* --- apply_print.c --- */
/* --json: the line of one action, as it ended, or why it was not sent. */
void apply_put_line(const struct plan_job *job, size_t i, struct buf *out);
/* What did not go through, and how many of each outcome. */
void apply_put_summary(const struct plan_job *job, struct buf *out);
/* The worst there is: 9, 4, 6, 5, 8, 7, 3, 1, 0. */
int apply_exit_code(const struct plan_job *job);

#endif
