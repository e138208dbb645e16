#include "markup.h"

#include <string.h>

#include "dacache/base/text.h"

static const char *entity_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	default:
		return "&#39;";
	}
}

enum err_code markup_text(struct buf *out, const char *text)
{
	struct buf visible;
	const char *at;

	buf_init(&visible, out->max);
	if (text_escape(&visible, text))
		out->failed = visible.failed;
	at = buf_str(&visible);
	while (*at) {
		size_t len = strcspn(at, "&<>\"'");

		buf_append(out, at, len);
		at += len;
		if (*at)
			buf_puts(out, entity_of(*at++));
	}
	buf_free(&visible);
	return out->failed;
}
