/* One change of many actions, in words: tier=high_priority key=s/_v1/_v2/ enable. */
#ifndef DACACHE_DOMAIN_BULK_EDIT_H
#define DACACHE_DOMAIN_BULK_EDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/base/err.h"
#include "dacache/domain/proposal.h"

/* Texts are owned. */
struct bulk_edit {
	bool has_tier;
	enum tier tier; /* never TIER_CUSTOM */
	bool has_ttl;   /* never beside has_tier */
	int64_t ttl_s;
	bool has_payload_kb;
	int64_t payload_kb;
	bool has_enabled;
	bool enabled;
	char *key_old; /* a text, no pattern; NULL: keys stay */
	char *key_new;
	bool key_all; /* each place where key_old stands, not the first alone */
};

/* Words: tier=NAME, ttl=SECONDS, payload_kb=N, enable, disable, and key=s/OLD/NEW/ with
 * any character for the slash and a g at its end for each place. ERR_USAGE says which
 * word is wrong; none at all is wrong too. *out is overwritten. */
enum err_code bulk_edit_parse(const char *const *words, size_t n, struct bulk_edit *out,
			      struct err *err);
void bulk_edit_clear(struct bulk_edit *edit);
/* Changes the proposal in place; a key without OLD stays. */
enum err_code bulk_edit_apply(const struct bulk_edit *edit, struct proposal *proposal);

#endif
