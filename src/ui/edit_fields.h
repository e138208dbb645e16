/* What the form holds, as it was typed: numbers are text until they are asked
 * for. */
#ifndef EDIT_FIELDS_H
#define EDIT_FIELDS_H

#include <stdbool.h>

#include "dacache/domain/proposal.h"
#include "dacache/domain/validate.h"
#include "dacache/ui/form.h"

struct edit_directive {
	struct form_line source;
	struct form_line event;
	int action; /* enum directive_action */
};

struct edit_fields {
	int enabled;
	int tier; /* enum tier */
	struct form_line key;
	struct form_line ttl[TIER_COUNT + 1]; /* [TIER_CUSTOM]: cacheTtl itself */
	struct form_line payload;
	struct edit_directive directives[DIRECTIVES_MAX];
	size_t directives_len;
};

void edit_fields_init(struct edit_fields *fields);
void edit_fields_free(struct edit_fields *fields);
/* *fields was initialised; what it held is gone. */
enum err_code edit_fields_from_proposal(const struct proposal *proposal,
					struct edit_fields *fields);
/* The same wish: what is typed where it does not count is no difference. */
bool edit_fields_equal(const struct edit_fields *a, const struct edit_fields *b);

/* ERR_LIMIT past DIRECTIVES_MAX. */
enum err_code edit_fields_add(struct edit_fields *fields);
void edit_fields_remove(struct edit_fields *fields, size_t row);
/* The tier was chosen anew: a custom TTL begins as what it was before. */
enum err_code edit_fields_tier_chosen(struct edit_fields *fields, int before);

/* The proposal, and in *findings the fields that hold no number (the proposal has
 * something harmless there). An empty key stays no key where base has none.
 * *out is overwritten, not cleared first. */
enum err_code edit_fields_proposal(const struct edit_fields *fields,
				   const struct cache_members *base, struct proposal *out,
				   struct findings *findings);
/* The same, with all that validate says. */
enum err_code edit_fields_check(const struct edit_fields *fields, const struct action *action,
				const struct key_lookup *keys, struct proposal *out,
				struct findings *findings);

/* Text for drafts, and back (ERR_PARSE): edit_draft.c. *fields was initialised. */
enum err_code edit_fields_to_text(const struct edit_fields *fields, struct buf *out);
enum err_code edit_fields_from_text(const char *text, struct edit_fields *fields, struct err *err);

/* The base moved from old to fresh: what was not edited follows it, what was
 * typed stays. */
enum err_code edit_fields_rebase(struct edit_fields *mine, const struct edit_fields *old,
				 const struct edit_fields *fresh);
bool edit_fields_ttl_edited(const struct edit_fields *mine, const struct edit_fields *old);

#endif
