/* From a key to the frame that shows what it did.
 *
 * The selection goes ten rows down, and ten rows up. Where it is, a mark says:
 * a character in one of the first columns of its row (-m '>'), or the colour
 * behind its first column (-m bg=6). So another frame, which came meanwhile for
 * its own reasons, is not taken for the key's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tty.h"

enum {
	TURN = 10,
	MARK_COLUMNS = 3,
	PAUSE_US = 5000,
	PAUSES_MAX_US = 100000,
	SILENCE_US = 300000,
	LOST_US = 2000000
};

struct keys {
	const struct options *options;
	struct tty tty;
	struct samples byte;  /* the first byte after the key */
	struct samples shown; /* the mark is on the new row */
	struct samples whole; /* the last byte before a pause */
	int pressed;
	int missed;
};

static bool marked(const struct keys *keys, int row)
{
	const char *mark = keys->options->mark;
	VTermPos pos = {.row = row};
	VTermScreenCell cell;

	for (pos.col = 0; pos.col < MARK_COLUMNS; pos.col++) {
		if (!vterm_screen_get_cell(keys->tty.screen, pos, &cell))
			return false;
		if (strncmp(mark, "bg=", 3) == 0)
			return VTERM_COLOR_IS_INDEXED(&cell.bg) &&
			       cell.bg.indexed.idx == atoi(mark + 3);
		if (cell.chars[0] == (unsigned char)mark[0])
			return true;
	}
	return false;
}

/* The last row is the key bar, with colours of its own. */
static int marked_row(const struct keys *keys)
{
	int row;

	for (row = 0; row < keys->tty.rows - 1; row++)
		if (marked(keys, row))
			return row;
	return -1;
}

static void finish_frame(struct keys *keys, int64_t key_us)
{
	int64_t until_us = now_us() + PAUSES_MAX_US;

	while (now_us() < until_us && tty_pump(&keys->tty, now_us() + PAUSE_US))
		;
	samples_add(&keys->whole, keys->tty.last_us - key_us);
}

static bool press(struct keys *keys, bool down)
{
	int from = marked_row(keys);
	int to = from + (down ? 1 : -1);
	int64_t key_us = now_us();
	int64_t until_us = key_us + LOST_US;
	int64_t byte_us = 0;

	if (from < 0)
		return false;
	tty_type(&keys->tty, down ? "\033OB" : "\033OA");
	while (!marked(keys, to) || marked(keys, from)) {
		if (now_us() >= until_us)
			return false;
		if (tty_pump(&keys->tty, until_us) && !byte_us)
			byte_us = keys->tty.last_us;
	}
	samples_add(&keys->byte, byte_us - key_us);
	samples_add(&keys->shown, keys->tty.last_us - key_us);
	finish_frame(keys, key_us);
	return true;
}

/* False: no more keys, what they were to be pressed in has ended. */
static bool press_some(struct keys *keys)
{
	const struct options *options = keys->options;

	for (int i = 0; keys->pressed < options->count; i++, keys->pressed++) {
		/* Not in step with what the program does by the clock. */
		int64_t next_us = now_us() + options->every_us + i % 7 * options->every_us / 7;

		if (options->until && tty_shows(&keys->tty, options->until))
			return i > 0;
		if (!press(keys, i / TURN % 2 == 0))
			keys->missed++;
		tty_watch(&keys->tty, next_us);
	}
	return true;
}

static bool one_run(struct keys *keys)
{
	const struct options *options = keys->options;
	bool ok = tty_start(&keys->tty, options);

	if (!ok)
		return false;
	ok = options->until ? tty_expect(&keys->tty, options->texts[0], options->limit_us)
			    : tty_settle(&keys->tty, options, SILENCE_US);
	if (ok && !press_some(keys)) {
		fprintf(stderr, "tty_bench: \"%s\" is there before the first key\n",
			options->until);
		ok = false;
	}
	tty_end(&keys->tty);
	return ok;
}

int bench_keys(const struct options *options)
{
	struct keys keys = {.options = options};
	bool ok = options->mark != NULL;

	if (!ok)
		fprintf(stderr, "tty_bench: keys needs a mark, -m\n");
	while (ok && keys.pressed < options->count)
		ok = one_run(&keys);
	if (ok) {
		printf("{\"mode\":\"keys\",\"keys\":%zu,\"missed\":%d", keys.shown.len,
		       keys.missed);
		samples_print(&keys.byte, "byte");
		samples_print(&keys.shown, "shown");
		samples_print(&keys.whole, "whole");
		printf("}\n");
	}
	samples_free(&keys.byte);
	samples_free(&keys.shown);
	samples_free(&keys.whole);
	return ok ? 0 : 1;
}
