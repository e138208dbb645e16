/* What led to a conflict: for the timeline of its card. */
#ifndef DACACHE_DOMAIN_CONFLICT_STORY_H
#define DACACHE_DOMAIN_CONFLICT_STORY_H

#include <stdbool.h>
#include <stdint.h>

/* One state of the action, as it was read. A value: copy by assignment. */
struct action_sight {
	int64_t read_us; /* wall, when the reading call's answer came; 0: not known */
	int64_t version; /* -1: not told */
	char etag[96];   /* as sent, cut; "" when there was none */
	char by[64];     /* modifiedBy, "" */
	char when[40];   /* dateModified as sent, "" */
};

struct conflict_story {
	bool told;                  /* the two below hold something */
	bool may_have_written;      /* an attempt of ours may have been applied before */
	struct action_sight base;   /* what the change began from */
	struct action_sight server; /* read again after the refusal; read_us 0: not read */
};

#endif
