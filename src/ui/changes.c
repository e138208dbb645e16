#include "changes.h"

#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"

enum { VALUE_COLS = 24 };

struct telling {
	struct buf *out;
	bool brief;
	bool ascii;
};

static void put_value(const struct telling *telling, const char *value)
{
	if (!value)
		buf_puts(telling->out, "(none)");
	else
		text_fit(telling->out, value, VALUE_COLS, telling->ascii, NULL);
}

static void put_change(const struct telling *telling, const char *name, const char *before,
		       const char *after)
{
	struct buf *out = telling->out;

	if (before && after ? strcmp(before, after) == 0 : before == after)
		return;
	buf_printf(out, "%s%s", out->len > 0 ? ", " : "", name);
	if (telling->brief)
		return;
	buf_putc(out, ' ');
	put_value(telling, before);
	buf_puts(out, telling->ascii ? " -> " : " → ");
	put_value(telling, after);
}

static const char *ttl_text(int64_t ttl_s, char out[32])
{
	if (ttl_s < 0)
		return NULL;
	snprintf(out, 32, "%lld", (long long)ttl_s);
	return out;
}

void changes_tell(struct buf *out, const struct cache_members *before,
		  const struct cache_members *after, bool brief, bool ascii)
{
	struct telling telling = {out, brief, ascii};
	char was[32];
	char is[32];

	put_change(&telling, "cacheEnabled", before->enabled ? "true" : "false",
		   after->enabled ? "true" : "false");
	put_change(&telling, "cacheTtl", ttl_text(before->ttl_s, was), ttl_text(after->ttl_s, is));
	put_change(&telling, "cacheKey", before->key, after->key);
}
