/* The bytes of the terminal, cut into what readline may have at once. A lone Esc
 * is a Meta prefix to readline, a character in halves makes it wait, and a pasted
 * newline would run a command: none of them gets through. */
#include <string.h>

#include "prompt_internal.h"

static bool is_text_begin(const struct prompt_bytes *bytes, const char *text)
{
	size_t len = strlen(text);

	return bytes->pending_len >= len && memcmp(bytes->pending, text, len) == 0;
}

static void hand_over(struct prompt_bytes *bytes, const unsigned char *from, size_t len)
{
	if (bytes->queue_at == bytes->queue_len)
		bytes->queue_at = bytes->queue_len = 0;
	if (bytes->queue_len + len > PROMPT_QUEUE)
		return;
	memcpy(bytes->queue + bytes->queue_len, from, len);
	bytes->queue_len += len;
}

void prompt_bytes_flush(struct prompt_bytes *bytes)
{
	hand_over(bytes, bytes->pending, bytes->pending_len);
	bytes->pending_len = 0;
}

bool prompt_bytes_is_escape(const struct prompt_bytes *bytes)
{
	return bytes->pending_len > 0 && bytes->pending[0] == 27;
}

/* Esc and what follows it. Mouse reports and the marks of a paste are not
 * readline's. */
static enum prompt_got take_escape(struct prompt_bytes *bytes)
{
	size_t len = bytes->pending_len;
	unsigned char last = bytes->pending[len - 1];

	if (len == 2 && last == 27) {
		bytes->pending_len = 1;
		return PROMPT_LONE;
	}
	if (len < 2 || (len == 2 && (last == '[' || last == 'O')))
		return PROMPT_MORE;
	if (bytes->pending[1] == '[') {
		bool old_mouse = is_text_begin(bytes, "\033[M");
		if (old_mouse ? len < 6 : (last < 0x40 || last > 0x7e))
			return len < PROMPT_PENDING ? PROMPT_MORE : PROMPT_DROP;
		if (is_text_begin(bytes, "\033[200~") || is_text_begin(bytes, "\033[201~")) {
			bytes->pasting = bytes->pending[4] == '0';
			return PROMPT_DROP;
		}
		if (old_mouse || is_text_begin(bytes, "\033[<"))
			return PROMPT_DROP;
	}
	return bytes->pasting ? PROMPT_DROP : PROMPT_READY;
}

static size_t utf8_length(unsigned char lead)
{
	return lead >= 0xf0 && lead < 0xf8 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1;
}

static enum prompt_got take_control(struct prompt_bytes *bytes)
{
	unsigned char *byte = &bytes->pending[0];

	if (bytes->pasting) {
		if (*byte != '\r' && *byte != '\n' && *byte != '\t')
			return PROMPT_DROP;
		*byte = ' ';
		return PROMPT_READY;
	}
	switch (*byte) {
	case 0x03:
		return PROMPT_CTRL_C;
	case 0x0c:
		return PROMPT_CTRL_L;
	case 0x1a:
		return PROMPT_CTRL_Z;
	default:
		return PROMPT_READY;
	}
}

enum prompt_got prompt_bytes_take(struct prompt_bytes *bytes, unsigned char byte)
{
	enum prompt_got got;

	bytes->pending[bytes->pending_len++] = byte;
	if (bytes->pending[0] == 27)
		got = take_escape(bytes);
	else if (bytes->pending[0] < 0x20)
		got = take_control(bytes);
	else
		got = bytes->pending_len < utf8_length(bytes->pending[0]) ? PROMPT_MORE
									  : PROMPT_READY;
	if (got == PROMPT_READY)
		prompt_bytes_flush(bytes);
	else if (got != PROMPT_MORE && got != PROMPT_LONE)
		bytes->pending_len = 0;
	return got;
}
