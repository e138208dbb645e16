#include "excerpt.h"

#include <string.h>

#include "dacache/base/text.h"

enum { AROUND = 24, MIDDLE = 72 };

static bool is_inside(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Where the character begins that holds this byte. */
static size_t step_back(const char *text, size_t at)
{
	while (at > 0 && is_inside(text[at]))
		at--;
	return at;
}

static size_t step_on(const char *text, size_t at)
{
	while (is_inside(text[at]))
		at++;
	return at;
}

struct excerpt excerpt_between(const char *a, const char *b)
{
	size_t a_len = strlen(a);
	size_t b_len = strlen(b);
	size_t shorter = a_len < b_len ? a_len : b_len;
	struct excerpt out = {0, 0};

	while (out.head < shorter && a[out.head] == b[out.head])
		out.head++;
	out.head = step_back(a, out.head);
	while (out.tail < shorter - out.head && a[a_len - out.tail - 1] == b[b_len - out.tail - 1])
		out.tail++;
	while (out.tail > 0 && is_inside(a[a_len - out.tail]))
		out.tail--;
	return out;
}

void excerpt_put(struct buf *out, const char *text, const struct excerpt *excerpt, bool ascii)
{
	const char *dots = ascii ? "..." : "…";
	size_t len = strlen(text);
	size_t end = len - excerpt->tail;
	size_t from = excerpt->head > AROUND ? step_back(text, excerpt->head - AROUND) : 0;
	size_t to = excerpt->tail > AROUND ? step_on(text, end + AROUND) : len;

	if (len <= EXCERPT_LONG) {
		buf_puts(out, text);
		return;
	}
	buf_puts(out, from > 0 ? dots : "");
	if (end - excerpt->head > MIDDLE)
		to = step_back(text, excerpt->head + MIDDLE);
	buf_append(out, text + from, to - from);
	buf_puts(out, to < len ? dots : "");
}

void excerpt_fit(struct buf *out, const char *text, const struct excerpt *excerpt, int cols,
		 bool ascii)
{
	const char *dots = ascii ? "..." : "…";
	size_t around = (size_t)cols / 4;
	size_t from = excerpt->head > around ? step_back(text, excerpt->head - around) : 0;
	int room = cols - text_width(dots);

	if (text_width(text) <= cols) {
		buf_puts(out, text);
		return;
	}
	/* Where the rest fits, more of what is before it does too. */
	while (from > 0 && text_width(text + step_back(text, from - 1)) <= room)
		from = step_back(text, from - 1);
	buf_puts(out, from > 0 ? dots : "");
	text_fit(out, text + from, from > 0 ? room : cols, ascii, NULL);
}

void excerpt_begin(struct buf *out, const char *text, bool ascii)
{
	const struct excerpt nothing_shared = {0, 0};

	excerpt_put(out, text, &nothing_shared, ascii);
}

size_t excerpt_characters(const char *text, size_t bytes)
{
	size_t n = 0;

	for (size_t i = 0; i < bytes; i++)
		n += !is_inside(text[i]);
	return n;
}
