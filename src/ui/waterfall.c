/* The parts of a call's time. */
#include "waterfall.h"

#include <stdio.h>

struct part {
	const char *name;
	const char *sign;
	const char *ascii;
	enum role role;
};

static const struct part parts[WATERFALL_PARTS] = {
	{"queue", "·", ".", ROLE_TIME_QUEUE},     {"name", "╌", ":", ROLE_TIME_NAME},
	{"connect", "─", "-", ROLE_TIME_CONNECT}, {"TLS", "═", "=", ROLE_TIME_TLS},
	{"wait", "▒", "w", ROLE_TIME_WAIT},       {"transfer", "█", "#", ROLE_TIME_TRANSFER},
};

const char *waterfall_name(int part)
{
	return parts[part].name;
}

enum role waterfall_role(int part)
{
	return parts[part].role;
}

const char *waterfall_sign(int part, bool utf8)
{
	return utf8 ? parts[part].sign : parts[part].ascii;
}

int64_t waterfall_part(const struct exchange_times *times, int part)
{
	const int64_t all[WATERFALL_PARTS] = {times->queue, times->name, times->connect,
					      times->tls,   times->wait, times->transfer};

	return all[part];
}

int64_t waterfall_whole(const struct exchange_times *times)
{
	int64_t whole = 0;

	for (int i = 0; i < WATERFALL_PARTS; i++)
		whole += waterfall_part(times, i);
	return whole;
}

static int longest_part(const struct exchange_times *times)
{
	int longest = 0;

	for (int i = 1; i < WATERFALL_PARTS; i++)
		if (waterfall_part(times, i) > waterfall_part(times, longest))
			longest = i;
	return longest;
}

void waterfall_columns(const struct exchange_times *times, int64_t scale_us, int cols,
		       int out[WATERFALL_PARTS])
{
	int64_t reached = 0;
	int before = 0;

	for (int i = 0; i < WATERFALL_PARTS; i++) {
		double end;
		int column;

		reached += waterfall_part(times, i);
		end = scale_us > 0 ? (double)reached / (double)scale_us * cols + 0.5 : 0;
		column = end < cols ? (int)end : cols;
		out[i] = column - before;
		before = column;
	}
	if (before == 0 && reached > 0 && cols > 0)
		out[longest_part(times)] = 1;
}

void waterfall_draw(const struct canvas *c, int row, int col, int cols,
		    const struct exchange_times *times, int64_t scale_us)
{
	int columns[WATERFALL_PARTS];

	waterfall_columns(times, scale_us, cols, columns);
	for (int i = 0; i < WATERFALL_PARTS; i++)
		for (; columns[i] > 0; columns[i]--)
			col += draw_text(c, row, col, 1, parts[i].role, waterfall_sign(i, c->utf8));
}

void waterfall_format(int64_t us, char out[16])
{
	if (us < 1000)
		snprintf(out, 16, "%dus", (int)us);
	else if (us < 1000000)
		snprintf(out, 16, "%.1fms", (double)us / 1000);
	else if (us < 100000000)
		snprintf(out, 16, "%.2fs", (double)us / 1000000);
	else
		snprintf(out, 16, "%.0fs", (double)us / 1000000);
}

void waterfall_draw_legend(const struct canvas *c, int row, int64_t scale_us)
{
	char text[16];
	int col = 2;

	for (int i = 0; i < WATERFALL_PARTS; i++) {
		col += draw_text(c, row, col, 1, parts[i].role, waterfall_sign(i, c->utf8));
		col += draw_text(c, row, col, 0, ROLE_DIM, parts[i].name) + 1;
	}
	waterfall_format(scale_us, text);
	draw_format(c, row, col, 0, ROLE_DIM, " longest %s", text);
}
