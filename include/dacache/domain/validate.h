/* Checks of a proposal before anything leaves (tutorial, steps 2 and 3). */
#ifndef DACACHE_DOMAIN_VALIDATE_H
#define DACACHE_DOMAIN_VALIDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/base/buf.h"
#include "dacache/domain/action.h"
#include "dacache/domain/proposal.h"

enum { FOOTPRINT_MAX_BYTES = 10485760 };

enum field {
	FIELD_ENABLED,
	FIELD_KEY,
	FIELD_TIER,
	FIELD_TTL_DEFAULT,
	FIELD_TTL_HIGH_PRIORITY,
	FIELD_TTL_STATIC_REFERENCE,
	FIELD_TTL, /* cacheTtl itself: the custom TTL */
	FIELD_PAYLOAD_KB,
	FIELD_DIRECTIVE_SOURCE,
	FIELD_DIRECTIVE_EVENT,
	FIELD_DIRECTIVE_ACTION,
	FIELD_NONE /* of the whole */
};

/* "cacheEnabled", "cacheKey", "tier", …: the field's name in messages. */
const char *field_name(enum field field);
/* From a server's details[].fieldName, any case, with or without a path
 * ("body.cacheTtl"); FIELD_NONE when unknown. */
enum field field_from_server_name(const char *name);

enum finding_kind { FINDING_OTHER, FINDING_COLLISION, FINDING_FOOTPRINT, FINDING_TTL_OVER };

struct finding {
	enum field field;
	int row;       /* of the directives table, -1 elsewhere */
	bool is_error; /* else a warning */
	enum finding_kind kind;
	char text[320]; /* cut with … at its end */
};

enum { FINDINGS_MAX = 64 };
struct findings {
	struct finding items[FINDINGS_MAX];
	size_t len;
};

struct net_allow;

/* What validate knows of what is around: how it asks for other actions of the tenant
 * (NULL functions: unknown), each the name of one *other* action (never exclude_id) or
 * NULL; and where the profile lets webhooks go. */
struct key_lookup {
	const char *(*collision)(void *context, const char *key, const char *exclude_id);
	/* can produce a key that this one can, without colliding (overlap.h): *other_key is
	 * that action's key, example gets such a key. One that differs in placeholder names
	 * alone goes first */
	const char *(*overlap)(void *context, const char *key, const char *exclude_id,
			       const char **other_key, struct buf *example);
	void *context;
	const struct net_allow *webhooks; /* borrowed; NULL: not known, nothing is warned of */
};

/* int((256 + key bytes + payload_kb * 1024) * 1.1) bytes (vectors/footprint.json);
 * saturates instead of overflowing. */
int64_t footprint_bytes(size_t key_bytes, int64_t payload_kb);

/* All findings, errors and warnings, in the order of the fields. action gives
 * the contract's inputs and the id to leave out of collisions; may be NULL. */
void validate_proposal(const struct proposal *proposal, const struct action *action,
		       const struct key_lookup *keys, struct findings *out);

size_t findings_errors(const struct findings *findings);

/* ERR_OK without errors; else ERR_INVALID and "Validation failed: a; b; c", the
 * three texts of the tutorial first and in its order (collision, footprint,
 * TTL), then the others. */
enum err_code findings_refusal(const struct findings *findings, struct buf *out);

#endif
