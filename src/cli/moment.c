/* A moment as people give it. */
#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"
#include "internal.h"

enum { DATE_LEN = 10, SPAN_LEN_MAX = 12 };

static const int64_t us_per_ms = 1000;
static const int64_t us_per_s = 1000000;
static const int64_t us_per_day = INT64_C(86400) * 1000000;

/* Seconds of a unit, 0: none. */
static int64_t unit_s(char unit)
{
	switch (unit) {
	case 's':
		return 1;
	case 'm':
		return 60;
	case 'h':
		return 3600;
	case 'd':
		return 86400;
	case 'w':
		return INT64_C(7) * 86400;
	default:
		return 0;
	}
}

static bool take_span(const char *text, int64_t *span_us)
{
	char number[SPAN_LEN_MAX];
	size_t len = strlen(text);
	int64_t unit = len > 1 && len < SPAN_LEN_MAX ? unit_s(text[len - 1]) : 0;
	int64_t count;

	if (unit == 0)
		return false;
	snprintf(number, sizeof(number), "%.*s", (int)len - 1, text);
	if (text_parse_int(number, 0, INT64_C(1000000000), &count))
		return false;
	*span_us = count * unit * us_per_s;
	return true;
}

static bool take_date(const char *text, int64_t *wall_us)
{
	char whole[CLOCK_TEXT_SIZE];

	if (strlen(text) != DATE_LEN)
		return false;
	snprintf(whole, sizeof(whole), "%sT00:00:00Z", text);
	return clock_parse_rfc3339(whole, wall_us) == ERR_OK;
}

enum err_code cli_moment(const char *option, const char *text, int64_t now_us, bool is_end,
			 int64_t *out, struct err *err)
{
	int64_t span_us;

	if (take_span(text, &span_us))
		*out = now_us - span_us;
	else if (take_date(text, out))
		*out += is_end ? us_per_day - 1 : 0;
	else if (clock_parse_rfc3339(text, out) == ERR_OK)
		*out += is_end ? us_per_ms - 1 : 0;
	else
		return err_set(err, ERR_USAGE,
			       "%s: '%s' is neither a time (2026-01-31T14:02:09Z), a date "
			       "(2026-01-31) nor a span (90s, 15m, 2h, 7d, 4w)",
			       option, text);
	/* 0 would be no bound at all. */
	if (*out == 0)
		*out = 1;
	return ERR_OK;
}
