/* A change that meets another: the form's side of it (conflict_merge.c), the
 * CONFLICT screen (conflict_screen.c, conflict_draw.c, conflict_value.c). */
#ifndef CONFLICT_H
#define CONFLICT_H

#include "dacache/app/fetch.h"
#include "dacache/app/update.h"
#include "dacache/base/clock.h"
#include "dacache/domain/merge.h"
#include "dacache/ui/list.h"
#include "edit_internal.h"

/* --- conflict_merge.c: the form, and what changed on the server meanwhile -------- */

/* Look at the action now and then; call whenever the base was read anew. */
void edit_watch(struct edit_screen *edit);
void edit_watch_end(struct edit_screen *edit);
/* The action as the server has it was seen; now NULL: nothing. */
void edit_saw(struct edit_screen *edit, const struct action *now);
/* "ops changed this action 3s ago: cacheTtl 60 → 120; F6 merges". false: it is as it
 * was read, as far as is known. Names without values where it takes more than cols
 * columns (0: as many as it takes). */
bool edit_banner(const struct edit_screen *edit, const char *key, int cols, char *out, size_t size);
/* "3s": whole seconds, one at least. */
void conflict_age(int64_t age_us, char out[CLOCK_TEXT_SIZE]);
/* What changed is taken into the form where nothing overlaps; else the CONFLICT
 * screen. It is read first where it was not seen yet. review: back to the review. */
enum err_code edit_merge(struct edit_screen *edit, bool review, struct err *err);
/* The action was read for edit_merge. */
void edit_merge_read(struct edit_screen *edit, const struct action *now);
/* The base is now what the server has, the fields are the wish. */
enum err_code edit_take_merged(struct edit_screen *edit, const struct action *now,
			       const struct proposal *wish);

/* --- the screen ------------------------------------------------------------------- */

/* How it came to be known. */
struct conflict_cause {
	bool was_put; /* else nothing was sent */
	int status;
	char if_match[ETAG_SIZE];
	char correlation_id[80];
	struct failure failure; /* where was_put: of that PUT */
};

enum { CONFLICT_WHY_SIZE = 320 };

struct conflict_screen {
	struct ui_screen screen;
	struct edit_screen *edit;
	struct conflict_cause cause;
	struct action *now; /* NULL until it was read */
	struct proposal wanted;
	struct merge merge;
	struct fetch *fetch;
	char why[CONFLICT_WHY_SIZE]; /* it can't be compared, "" */
	struct list list;
	struct vec shown; /* size_t: rows of the merge */
	bool shows_same;
	struct rect rows_at;
};

/* Over its form. wanted and now are copied; now NULL: it is read first. */
enum err_code conflict_open(struct edit_screen *edit, const struct proposal *wanted,
			    const struct action *now, const struct conflict_cause *cause,
			    struct err *err);
struct conflict_screen *conflict_find(struct ui *ui); /* NULL: none is open */
void conflict_close(struct ui *ui);                   /* fine when there is none */
/* F2: ERR_INVALID while a member is open. Closes the screen. */
enum err_code conflict_to_review(struct conflict_screen *conflict, struct err *err);
/* The rows changed: which are shown, and draw. */
void conflict_refresh(struct conflict_screen *conflict);
/* w, :why: how it came about, with both states and their times. */
void conflict_explain(const struct conflict_screen *conflict);
/* The row under the cursor, or NULL. */
struct merge_row *conflict_row(const struct conflict_screen *conflict);
/* One of the three members that this program changes. */
bool conflict_is_ours(const struct merge_row *row);
/* The value as it is shown: a key without its quotes, JSON without blanks between its
 * tokens; "" where the member is absent.
 * out is reset first. */
void conflict_words(const struct merge_row *row, const char *json, struct buf *out);

/* --- conflict_draw.c --- */
void conflict_draw(struct ui_screen *screen, const struct canvas *c, unsigned dirty);
void conflict_draw_row(const void *context, const struct canvas *c, size_t i, bool selected);

/* --- conflict_value.c: `e` --- */
enum err_code conflict_value_open(struct conflict_screen *conflict, struct merge_row *row);
void conflict_value_close(struct ui *ui); /* fine when there is none */

#endif
