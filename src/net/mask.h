/* Takes secrets out of what is kept or shown. */
#ifndef DACACHE_SRC_NET_MASK_H
#define DACACHE_SRC_NET_MASK_H

#include <stddef.h>

#include "dacache/base/buf.h"

enum { MASK_SECRETS_MAX = 8 };

/* Known secrets, not owned: they go wherever they stand. */
struct mask {
	struct {
		const char *text;
		size_t len;
	} secrets[MASK_SECRETS_MAX];
	size_t len;
};

/* NULL and what can't be told from ordinary words is left out (under 4 bytes, or
 * letters alone and under 8): such a secret is covered behind its name alone. */
void mask_add(struct mask *mask, const char *secret);

/* Append text without the known secrets (mask may be NULL; percent-encoded, or escaped
 * as in JSON, they are found as well) and without the values that stand after a
 * secret's name: in a form (client_secret=…), in a query (…token=…), in JSON
 * ("access_token":"…"), and without user:password in front of a URL's host. */
enum err_code mask_text(const struct mask *mask, const char *text, size_t len, struct buf *out);
/* The same of the first max bytes alone; a secret across the cut is covered. */
enum err_code mask_head(const struct mask *mask, const char *text, size_t len, size_t max,
			struct buf *out);
/* "Name: value\n"; of credentials the scheme alone is left, of cookies, keys and tokens
 * nothing. */
enum err_code mask_header(const struct mask *mask, const char *name, const char *value,
			  struct buf *out);
/* In place, cut at size where the masks are longer than what they cover. */
void mask_fixed(const struct mask *mask, char *text, size_t size);

#endif
