/* An error card in the making. */
#ifndef DACACHE_SRC_DOMAIN_CARD_BUILD_H
#define DACACHE_SRC_DOMAIN_CARD_BUILD_H

#include <stdbool.h>

#include "dacache/domain/card.h"

enum { CARD_HOST_SIZE = 128 };

struct card_build {
	const struct failure *failure;
	const char *profile;  /* "profile PROD", or "the profile" */
	const char *base_url; /* "" when not known */
	const char *who;      /* "The tenant", "The token endpoint", "The webhook's receiver" */
	char profile_text[96];
	char host[CARD_HOST_SIZE]; /* whom the call went to, in words where not known */
	bool is_webhook;
	bool is_put;
	struct card *card;
};

void card_happened(struct card_build *build, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Past CARD_LINES_MAX lines are dropped. */
void card_fact(struct card_build *build, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void card_step(struct card_build *build, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Past CARD_EVENTS_MAX lines are dropped. */
void card_event(struct card_build *build, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* What happened, the evidence that belongs to the kind alone, and what to do:
 * where the tenant answered, and where it did not. */
void card_tell_answered(struct card_build *build);
void card_tell_unanswered(struct card_build *build);
void card_tell_limit(struct card_build *build); /* of a 429 */
/* The attempts, where there were several, and what led to a conflict. */
void card_tell_timeline(struct card_build *build);

#endif
