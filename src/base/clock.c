#include "dacache/base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { US_PER_MS = 1000, US_PER_S = 1000000, S_PER_DAY = 86400 };

static int64_t read_clock(clockid_t id)
{
	struct timespec now = {0};

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * US_PER_S + now.tv_nsec / 1000;
}

static int64_t system_monotonic(void *context)
{
	(void)context;
	return read_clock(CLOCK_MONOTONIC);
}

static int64_t system_wall(void *context)
{
	(void)context;
	return read_clock(CLOCK_REALTIME);
}

struct clock clock_system(void)
{
	return (struct clock){.monotonic_us = system_monotonic, .wall_us = system_wall};
}

static int64_t manual_monotonic(void *context)
{
	const struct clock_manual *times = context;

	return times->monotonic_us;
}

static int64_t manual_wall(void *context)
{
	const struct clock_manual *times = context;

	return times->wall_us;
}

struct clock clock_manual(struct clock_manual *times)
{
	return (struct clock){
		.monotonic_us = manual_monotonic,
		.wall_us = manual_wall,
		.context = times,
	};
}

int64_t clock_monotonic_us(const struct clock *clock)
{
	return clock->monotonic_us(clock->context);
}

int64_t clock_wall_us(const struct clock *clock)
{
	return clock->wall_us(clock->context);
}

/* Whole units at or below the value, also before 1970. */
static int64_t floor_div(int64_t value, int64_t unit)
{
	int64_t quotient = value / unit;

	return value % unit < 0 ? quotient - 1 : quotient;
}

/* A wall time broken into UTC fields; the milliseconds go to *ms. */
static struct tm break_down(int64_t wall_us, int *ms)
{
	int64_t seconds = floor_div(wall_us, US_PER_S);
	time_t when = (time_t)seconds;
	struct tm fields = {0};

	*ms = (int)((wall_us - seconds * US_PER_S) / US_PER_MS);
	gmtime_r(&when, &fields);
	return fields;
}

void clock_format_rfc3339(int64_t wall_us, char out[CLOCK_TEXT_SIZE])
{
	int ms;
	struct tm fields = break_down(wall_us, &ms);
	/* strftime's %Y would give the year 33 two digits. */
	size_t n = (size_t)snprintf(out, CLOCK_TEXT_SIZE, "%04d", fields.tm_year + 1900);

	n += strftime(out + n, CLOCK_TEXT_SIZE - n, "-%m-%dT%H:%M:%S", &fields);
	snprintf(out + n, CLOCK_TEXT_SIZE - n, ".%03dZ", ms);
}

void clock_format_time(int64_t wall_us, char out[CLOCK_TEXT_SIZE])
{
	int ms;
	struct tm fields = break_down(wall_us, &ms);

	strftime(out, CLOCK_TEXT_SIZE, "%H:%M:%S", &fields);
}

struct stamp {
	int year, month, day, hour, minute, second;
	int64_t fraction_us;
	int offset_minutes;
};

/* Exactly `digits` decimal digits. */
static bool take_digits(const char **text, int digits, int *out)
{
	*out = 0;
	for (int i = 0; i < digits; i++, (*text)++) {
		if (**text < '0' || **text > '9')
			return false;
		*out = *out * 10 + (**text - '0');
	}
	return true;
}

static bool take_one_of(const char **text, const char *allowed)
{
	if (**text == '\0' || !strchr(allowed, **text))
		return false;
	(*text)++;
	return true;
}

static bool take_date(const char **text, struct stamp *stamp)
{
	return take_digits(text, 4, &stamp->year) && take_one_of(text, "-") &&
	       take_digits(text, 2, &stamp->month) && take_one_of(text, "-") &&
	       take_digits(text, 2, &stamp->day);
}

static bool take_time(const char **text, struct stamp *stamp)
{
	return take_digits(text, 2, &stamp->hour) && take_one_of(text, ":") &&
	       take_digits(text, 2, &stamp->minute) && take_one_of(text, ":") &&
	       take_digits(text, 2, &stamp->second);
}

/* Any number of digits; those below a microsecond are dropped. */
static bool take_fraction(const char **text, struct stamp *stamp)
{
	int64_t unit = US_PER_S / 10;

	if (!take_one_of(text, "."))
		return true;
	if (**text < '0' || **text > '9')
		return false;
	for (; **text >= '0' && **text <= '9'; (*text)++, unit /= 10)
		stamp->fraction_us += (**text - '0') * unit;
	return true;
}

static bool take_offset(const char **text, struct stamp *stamp)
{
	int hours;
	int minutes;
	bool west = **text == '-';

	if (take_one_of(text, "Zz"))
		return true;
	if (!take_one_of(text, "+-") || !take_digits(text, 2, &hours) || !take_one_of(text, ":") ||
	    !take_digits(text, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	stamp->offset_minutes = west ? -(hours * 60 + minutes) : hours * 60 + minutes;
	return true;
}

static int days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

/* Second 60 is a leap second; it counts as the first second after it. */
static bool stamp_is_valid(const struct stamp *stamp)
{
	return stamp->month >= 1 && stamp->month <= 12 && stamp->day >= 1 &&
	       stamp->day <= days_in_month(stamp->year, stamp->month) && stamp->hour <= 23 &&
	       stamp->minute <= 59 && stamp->second <= 60;
}

/* Days since 1970-01-01 in the Gregorian calendar. The year begins in March,
 * so that the leap day is its last. */
static int64_t days_since_epoch(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = floor_div(y, 400);
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

static int64_t stamp_wall_us(const struct stamp *stamp)
{
	int64_t seconds = days_since_epoch(stamp->year, stamp->month, stamp->day) * S_PER_DAY;

	seconds += stamp->hour * 3600 + stamp->minute * 60 + stamp->second;
	seconds -= stamp->offset_minutes * 60;
	return seconds * US_PER_S + stamp->fraction_us;
}

enum err_code clock_parse_rfc3339(const char *text, int64_t *wall_us)
{
	struct stamp stamp = {0};

	if (!take_date(&text, &stamp) || !take_one_of(&text, "Tt ") || !take_time(&text, &stamp) ||
	    !take_fraction(&text, &stamp) || !take_offset(&text, &stamp) || *text != '\0')
		return ERR_PARSE;
	if (!stamp_is_valid(&stamp))
		return ERR_PARSE;
	*wall_us = stamp_wall_us(&stamp);
	return ERR_OK;
}

/* Each unit is used until it would hide too much: 90s is not yet 1m. */
void clock_format_span(int64_t span_us, char out[CLOCK_TEXT_SIZE])
{
	static const struct {
		int64_t below;
		int64_t unit;
		const char *name;
	} units[] = {
		{INT64_C(1) * US_PER_S, US_PER_MS, "ms"},
		{INT64_C(120) * US_PER_S, US_PER_S, "s"},
		{INT64_C(120) * 60 * US_PER_S, INT64_C(60) * US_PER_S, "m"},
		{INT64_C(48) * 3600 * US_PER_S, INT64_C(3600) * US_PER_S, "h"},
		{INT64_MAX, INT64_C(86400) * US_PER_S, "d"},
	};
	const char *sign = span_us < 0 ? "-" : "";
	int64_t span = span_us == INT64_MIN ? INT64_MAX : span_us < 0 ? -span_us : span_us;
	size_t i = 0;

	while (span >= units[i].below && i + 1 < sizeof(units) / sizeof(units[0]))
		i++;
	snprintf(out, CLOCK_TEXT_SIZE, "%s%lld%s", sign, (long long)(span / units[i].unit),
		 units[i].name);
}
