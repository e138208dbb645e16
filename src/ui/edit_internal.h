/* The edit form, in parts: edit_screen.c (keys and events), edit_read.c (the
 * action, the draft), edit_view.c (fields, notes, drawing), edit_open.c (what
 * edit.h offers). */
#ifndef EDIT_INTERNAL_H
#define EDIT_INTERNAL_H

#include "dacache/app/fetch.h"
#include "dacache/ui/edit.h"
#include "edit_fields.h"

struct watch;

enum { EDIT_BANNER_SIZE = 240, EDIT_LABEL_SIZE = 48 };

struct edit_screen {
	struct ui_screen screen;
	char *id;
	char *name;          /* "" until it is known */
	struct fetch *fetch; /* under way, else NULL */
	struct action *base; /* as it was read; NULL until then */
	struct local_settings local;
	struct proposal base_proposal;
	struct edit_fields base_fields; /* what the server and the store hold */
	struct edit_fields fields;      /* what was typed */
	struct findings findings;
	struct form form;
	struct vec server_notes; /* struct form_note: the server's words on a 400 */
	struct vec moved_notes;  /* struct form_note: what changed under the draft */
	struct cache_members undo;
	bool has_undo; /* undo is to be typed in as soon as the action is read */
	bool review_when_read;
	bool read_only;
	char read_only_reason[160];
	int64_t draft_us; /* when the draft was typed, 0: none */
	bool changed;     /* the list has other values now */
	struct watch *watch;
	struct action *theirs; /* as it was seen to be now; NULL: as it was read */
	int64_t theirs_us;     /* wall: when it was changed */
	struct loop_timer *age_timer;
	bool merge_when_read;
	bool review_when_merged;
	char base_banner[EDIT_BANNER_SIZE]; /* the base moved since the draft, "" */
	/* Where the server changed what was typed too, the draft stands on what was there
	 * before, member by member, until the user settles it: else the next look at the
	 * draft would not know. */
	bool overlaps;
	struct proposal draft_base;
	char draft_etag[ETAG_SIZE];
	char ttl_label[EDIT_LABEL_SIZE]; /* "→ cacheTtl 60 s" */
	char row_labels[DIRECTIVES_MAX][16];
	struct vec ahead; /* struct key: typed while the action was read */
	size_t dropped;   /* characters left out of a paste */
	struct loop_timer *save_timer;
	bool keep_due; /* a key was typed that is not on disk */
};

extern const struct ui_screen_ops edit_ops;

struct session *edit_session(const struct edit_screen *edit);
struct edit_screen *edit_find(struct ui *ui); /* the open form, or NULL */
size_t edit_errors(const struct edit_screen *edit);
bool edit_has_changed(const struct edit_screen *edit);
/* The fields or the tenant's keys changed: check, notes, draw. */
void edit_refresh(struct edit_screen *edit);
/* The user changed a field: refresh, and save the draft before long. */
void edit_typed(struct edit_screen *edit);
/* The form is there: what was typed ahead goes into it. */
void edit_take_ahead(struct edit_screen *edit);
/* To the review; refused while an error stands, and says so. */
enum err_code edit_to_review(struct edit_screen *edit, struct err *err);

/* --- edit_read.c --------------------------------------------------------------- */
enum err_code edit_read(struct edit_screen *edit, struct err *err);
/* Save the draft now; where nothing is changed there is none. */
enum err_code edit_save(struct edit_screen *edit, struct err *err);
/* Kept after this key, safe against a power cut before long. */
void edit_save_soon(struct edit_screen *edit);
/* Writes the draft of the keys that came. */
void edit_settle(struct ui_screen *screen);
/* What the server changed and was typed too is settled. */
void edit_forget_overlaps(struct edit_screen *edit);
/* The base is this action now; what was typed is moved onto it. */
enum err_code edit_take_action(struct edit_screen *edit, const struct action *action);
/* The draft has done its work, or is not wanted. */
enum err_code edit_forget_draft(struct edit_screen *edit, struct err *err);
/* Back to what the server has. */
void edit_reset(struct edit_screen *edit);
/* Compare the list's row with the base: the banner. */
void edit_look_for_change(struct edit_screen *edit);
void edit_look_at_access(struct edit_screen *edit);

/* --- edit_view.c --------------------------------------------------------------- */
void edit_build_form(struct edit_screen *edit);
void edit_build_notes(struct edit_screen *edit);
void edit_draw(struct ui_screen *screen, const struct canvas *c, unsigned dirty);
int edit_form_row(const struct edit_screen *edit); /* where the form begins */

/* --- what the review tells the form --------------------------------------------- */
/* The server's words on a 400 under their fields; false: it named none that is
 * here. */
bool edit_server_words(struct edit_screen *edit, const struct failure *failure);

#endif
