#include "split.h"

#include <ctype.h>
#include <string.h>

static void pass(struct split *split, struct buf *out)
{
	buf_append(out, split->held, split->len);
	split->len = 0;
}

/* held is "\e[?" NUMBERS FINAL: each number becomes a sequence. */
static void pass_split(struct split *split, struct buf *out)
{
	char final = split->held[split->len - 1];
	const char *at = split->held + 3;
	const char *end = split->held + split->len - 1;

	while (at <= end) {
		size_t len = 0;

		while (at + len < end && at[len] != ';')
			len++;
		buf_printf(out, "\033[?%.*s%c", (int)len, at, final);
		at += len + 1;
	}
	split->len = 0;
}

/* Does the byte go on with "\e[?" NUMBERS? */
static int goes_on(const struct split *split, char byte)
{
	static const char start[] = "\033[?";

	if (split->len < sizeof(start) - 1)
		return byte == start[split->len];
	return isdigit((unsigned char)byte) || byte == ';';
}

void split_feed(struct split *split, const char *data, size_t len, struct buf *out)
{
	for (size_t i = 0; i < len; i++) {
		int is_final = split->len > 3 && (data[i] == 'h' || data[i] == 'l');

		if (!is_final && !goes_on(split, data[i]))
			pass(split, out);
		if (is_final || goes_on(split, data[i])) {
			split->held[split->len++] = data[i];
			if (is_final)
				pass_split(split, out);
			else if (split->len == SPLIT_MAX)
				pass(split, out);
		} else {
			buf_putc(out, data[i]);
		}
	}
}
