/* A change of many actions on the screen: bulk_commands.c begins it, bulk_job.c has it
 * done, bulk_screen.c shows it, bulk_details.c says all of one of them. */
#ifndef UI_BULK_H
#define UI_BULK_H

#include "dacache/app/bulk.h"
#include "internal.h"

enum bulk_state {
	BULK_READING,
	BULK_READY, /* reviewed: F2 applies */
	BULK_APPLYING,
	BULK_ENDED
};

/* Kept by the ui, not by its screen: it goes on when the screen is closed, and :resume
 * comes back to it. */
struct bulk_job {
	struct ui *ui;
	struct plan plan; /* who is changed; in the order of the list */
	struct bulk_edit edit;
	struct bulk *bulk;
	char title[200]; /* "ttl=300 over 12 marked", or the file's name */
	char *sha256;    /* of the file; NULL: there is none */
	char *file;
	size_t *order; /* of the rows: what is wrong first, what changes, the rest */
	enum bulk_state state;
	bool keys_unknown; /* a key changes, and not all of the tenant's are known */
	struct throttle soon;
};

/* --- bulk_job.c --- */
/* Takes plan and edit over, also when it fails. file, sha256: NULL without a file. */
struct bulk_job_request {
	struct plan plan;
	struct bulk_edit edit;
	bool has_edit;
	const char *title;
	const char *file;
	const char *sha256;
	const char *const *hidden; /* ids, NULL at the end; may be NULL */
	int64_t run;               /* that ended early and is gone on with; 0: a new one */
};
/* Begins to read, and shows its screen. ERR_CONFLICT while another one is under way. */
enum err_code bulk_job_begin(struct ui *ui, struct bulk_job_request *request, struct err *err);
void bulk_job_free(struct bulk_job **job);
bool bulk_job_runs(const struct ui *ui);
/* There is something to come back to: a review that was left is none. */
bool bulk_job_is_open(struct ui *ui);
/* F2 and :resume: asks in a protected profile, then applies what is left. */
enum err_code bulk_job_apply(struct bulk_job *job, struct err *err);
/* Esc, Ctrl-C: what is in flight ends, nothing further leaves. */
void bulk_job_stop(struct bulk_job *job);
/* Entries of a file for which nothing of it is applied; 0 without a file. */
size_t bulk_job_refusals(const struct bulk_job *job);
/* What of it would be applied now. */
size_t bulk_job_left(const struct bulk_job *job);

/* --- bulk_screen.c --- */
void bulk_screen_open(struct ui *ui);
struct ui_screen *bulk_screen_find(struct ui *ui); /* NULL: not open */
void bulk_screen_changed(struct ui *ui);
void bulk_screen_top(struct ui *ui); /* other rows stand first: show these */

/* --- bulk_details.c --- */
/* All of one: its change, what is wrong with it, how it ended. */
void bulk_details_open(struct bulk_job *job, size_t i);
/* In one line: "cacheTtl 60 → 300, cacheKey a → b"; or why not. *role: its colour. */
void bulk_row_words(const struct bulk_job *job, size_t i, struct buf *out, enum role *role);

/* --- bulk_commands.c --- */
command_fn bulk_do_set, bulk_do_plan, bulk_do_resume;
/* Looks whether a change of many was left unfinished, for the message line. */
void bulk_find_left(struct ui *ui);

#endif
