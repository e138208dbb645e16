/* What the program wrote to its terminal, byte by byte: is it valid UTF-8
 * without C1 controls, which OSC strings (title, clipboard) are in it, and is the
 * cursor shown. libvterm 0.1 cuts long OSC strings, and takes the cursor's
 * visibility for a part of what DECSC saves, hence this reader. */
#ifndef TUI_STREAM_H
#define TUI_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/base/buf.h"

struct stream {
	uint64_t offset;
	/* UTF-8 */
	uint32_t ucs;
	uint32_t least; /* the smallest character of this length */
	int missing;
	char fault[160]; /* the first one; "" while there is none */
	/* OSC */
	enum { OSC_OUTSIDE, OSC_ESCAPE, OSC_INSIDE, OSC_ENDING } osc_state;
	struct buf osc;
	struct buf title;     /* OSC 0 and 2 */
	struct buf clipboard; /* OSC 52, decoded */
	/* CSI ? ... h and l */
	char csi[32];   /* from the ESC on */
	size_t csi_len; /* 0: outside */
	bool cursor_hidden;
};

void stream_init(struct stream *stream);
void stream_free(struct stream *stream);
void stream_feed(struct stream *stream, const char *data, size_t len);

#endif
