/* The review, in parts: review_screen.c (keys, events), review_text.c (what it
 * says), review_apply.c (F2 and the outcome). It lies over its form, which stays
 * open beneath it. */
#ifndef REVIEW_INTERNAL_H
#define REVIEW_INTERNAL_H

#include "dacache/app/update.h"
#include "dacache/domain/diff.h"
#include "dacache/ui/text_view.h"
#include "edit_internal.h"

enum review_state {
	REVIEW_READY,
	REVIEW_SENDING, /* an update is under way: the review stays until it ends */
	REVIEW_ENDED    /* without having been applied */
};

/* What an update ended with, as far as it is shown. */
struct review_outcome {
	enum outcome outcome;
	char message[320];
	int status;
	double latency_ms;
	int64_t attempts;
	bool may_have_written; /* before it met the conflict */
	char if_match[ETAG_SIZE];
	char server_etag[ETAG_SIZE];
	char correlation_id[80];
};

struct review_screen {
	struct ui_screen screen;
	struct edit_screen *edit;
	struct proposal before; /* the members as they came, and what was local */
	struct proposal wanted;
	struct findings findings;
	struct diff diff;
	struct text_view view;
	bool shows_same;
	enum review_state state;
	enum update_phase phase; /* of SENDING */
	char phase_why[80];
	struct review_outcome ended;
	bool has_forecast;
	struct hit_count now;
	struct hit_count then;
};

enum err_code review_open(struct edit_screen *edit, struct err *err);
struct review_screen *review_find(struct ui *ui); /* NULL: none is open */
bool review_is_sending(struct ui *ui);
void review_close(struct ui *ui); /* back to the form; fine when there is none */
/* It is there: the draft has done its work; review and form are closed. */
void review_took_effect(struct review_screen *review);
/* F2: asks in a protected profile, then starts. */
enum err_code review_apply(struct review_screen *review, struct err *err);

/* Check anew, build the text, draw. */
void review_refresh(struct review_screen *review);
void review_forecast(struct review_screen *review);
/* --- review_text.c --- */
void review_build_text(struct review_screen *review);

/* The read action is no longer what this review stands on. */
bool review_must_read(const struct review_screen *review);
/* Back to the form, which reads the action again. */
void review_read_again(struct review_screen *review);

#endif
