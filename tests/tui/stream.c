#include "stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OSC_MAX = 1 << 20 };

void stream_init(struct stream *stream)
{
	memset(stream, 0, sizeof(*stream));
	buf_init(&stream->osc, OSC_MAX);
	buf_init(&stream->title, OSC_MAX);
	buf_init(&stream->clipboard, OSC_MAX);
}

void stream_free(struct stream *stream)
{
	buf_free(&stream->osc);
	buf_free(&stream->title);
	buf_free(&stream->clipboard);
}

static void fault(struct stream *stream, const char *what, unsigned value)
{
	if (!stream->fault[0])
		snprintf(stream->fault, sizeof(stream->fault),
			 "the program wrote %s (0x%02x) as byte %llu of its output", what, value,
			 (unsigned long long)stream->offset);
	stream->missing = 0;
}

static void check_lead(struct stream *stream, unsigned char byte)
{
	if (byte < 0x80)
		return;
	if (byte >= 0xc2 && byte <= 0xdf) {
		stream->missing = 1;
		stream->ucs = byte & 0x1f;
		stream->least = 0x80;
	} else if (byte >= 0xe0 && byte <= 0xef) {
		stream->missing = 2;
		stream->ucs = byte & 0x0f;
		stream->least = 0x800;
	} else if (byte >= 0xf0 && byte <= 0xf4) {
		stream->missing = 3;
		stream->ucs = byte & 0x07;
		stream->least = 0x10000;
	} else if (byte < 0xa0) {
		fault(stream, "a raw C1 control", byte);
	} else {
		fault(stream, "a byte that is not UTF-8", byte);
	}
}

static void check_byte(struct stream *stream, unsigned char byte)
{
	if (!stream->missing) {
		check_lead(stream, byte);
		return;
	}
	if ((byte & 0xc0) != 0x80) {
		fault(stream, "a broken UTF-8 sequence", byte);
		check_lead(stream, byte);
		return;
	}
	stream->ucs = stream->ucs << 6 | (byte & 0x3f);
	if (--stream->missing)
		return;
	if (stream->ucs < stream->least || stream->ucs > 0x10ffff ||
	    (stream->ucs >= 0xd800 && stream->ucs <= 0xdfff))
		fault(stream, "a UTF-8 sequence that encodes no character", stream->ucs);
	else if (stream->ucs < 0xa0)
		fault(stream, "a C1 control", stream->ucs);
}

static int base64_value(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static void base64_decode(const char *text, struct buf *out)
{
	unsigned bits = 0;
	int count = 0;

	buf_reset(out);
	for (; base64_value(*text) >= 0; text++) {
		bits = bits << 6 | (unsigned)base64_value(*text);
		count += 6;
		if (count >= 8) {
			count -= 8;
			buf_putc(out, (char)(bits >> count & 0xff));
		}
	}
}

static void osc_done(struct stream *stream)
{
	const char *text = buf_str(&stream->osc);
	const char *data;

	if (strncmp(text, "0;", 2) == 0 || strncmp(text, "2;", 2) == 0) {
		buf_reset(&stream->title);
		buf_puts(&stream->title, text + 2);
	} else if (strncmp(text, "52;", 3) == 0) {
		data = strchr(text + 3, ';');
		if (data)
			base64_decode(data + 1, &stream->clipboard);
	}
}

static void osc_byte(struct stream *stream, char byte)
{
	switch (stream->osc_state) {
	case OSC_OUTSIDE:
		stream->osc_state = byte == '\x1b' ? OSC_ESCAPE : OSC_OUTSIDE;
		break;
	case OSC_ESCAPE:
		stream->osc_state = byte == ']' ? OSC_INSIDE : OSC_OUTSIDE;
		buf_reset(&stream->osc);
		break;
	case OSC_INSIDE:
		if (byte == '\a') {
			osc_done(stream);
			stream->osc_state = OSC_OUTSIDE;
		} else if (byte == '\x1b') {
			stream->osc_state = OSC_ENDING;
		} else {
			buf_putc(&stream->osc, byte);
		}
		break;
	case OSC_ENDING:
		if (byte == '\\')
			osc_done(stream);
		stream->osc_state = OSC_OUTSIDE;
		break;
	}
}

/* The modes of "\033[?12;25": is 25, the cursor, among them? */
static bool names_cursor(const char *modes)
{
	for (; modes; modes = strchr(modes, ';')) {
		modes += *modes == ';';
		if (strtol(modes, NULL, 10) == 25)
			return true;
	}
	return false;
}

static void csi_byte(struct stream *stream, char byte)
{
	static const char begin[] = "\x1b[?";
	bool wanted = stream->csi_len < 3 ? byte == begin[stream->csi_len]
					  : (byte >= '0' && byte <= '9') || byte == ';';

	if (wanted && stream->csi_len + 1 < sizeof(stream->csi)) {
		stream->csi[stream->csi_len++] = byte;
		return;
	}
	stream->csi[stream->csi_len] = '\0';
	if (stream->csi_len > 3 && (byte == 'h' || byte == 'l') && names_cursor(stream->csi + 3))
		stream->cursor_hidden = byte == 'l';
	stream->csi_len = byte == '\x1b' ? 1 : 0;
	stream->csi[0] = '\x1b';
}

void stream_feed(struct stream *stream, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		check_byte(stream, (unsigned char)data[i]);
		osc_byte(stream, data[i]);
		csi_byte(stream, data[i]);
		stream->offset++;
	}
}
