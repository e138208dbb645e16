/* An error card: what happened, why, what to do. One wording for the screen and
 * the shell. */
#ifndef DACACHE_DOMAIN_CARD_H
#define DACACHE_DOMAIN_CARD_H

#include <stddef.h>

#include "dacache/base/buf.h"
#include "dacache/domain/failure.h"

enum { CARD_LINES_MAX = 16, CARD_EVENTS_MAX = 16 };

/* Each text one paragraph, plain English, to be wrapped by who shows it. */
struct card {
	char title[128];               /* "409 conflict" */
	char happened[512];            /* what happened */
	char why[CARD_LINES_MAX][256]; /* evidence, a fact a line */
	size_t why_len;
	char todo[CARD_LINES_MAX][256]; /* what to do, a step a line */
	size_t todo_len;
	char events[CARD_EVENTS_MAX][256]; /* the timeline, "14:02:09  what" a line (UTC) */
	size_t events_len;
};

/* failure.kind must not be FAILURE_NONE. profile_name and base_url for the
 * words; may be NULL. */
void card_make(const struct failure *failure, const char *profile_name, const char *base_url,
	       struct card *out);
/* Three or four lines for stderr. */
enum err_code card_short(const struct card *card, struct buf *out);

#endif
