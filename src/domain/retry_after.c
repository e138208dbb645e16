/* Retry-After: seconds, or an HTTP-date in one of its three formats (RFC 9110,
 * 5.6.7). Read by hand: strptime follows the locale and takes too much. */
#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "dacache/domain/retry.h"

enum { DATE_MAX = 40, SECONDS_PER_DAY = 86400, MAX_LEAP_SECOND = 60 };

struct date {
	int year;
	int month; /* 1-12 */
	int day;
	int hour;
	int minute;
	int second;
};

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
				     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const short_days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
static const char *const long_days[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
					"Friday", "Saturday", "Sunday"};

/* The index of the name that *at begins with, -1 when none; steps over it. */
static int take_name(const char **at, const char *const *names, int n)
{
	for (int i = 0; i < n; i++) {
		size_t len = strlen(names[i]);

		if (strncmp(*at, names[i], len) == 0) {
			*at += len;
			return i;
		}
	}
	return -1;
}

static bool take_text(const char **at, const char *text)
{
	size_t len = strlen(text);

	if (strncmp(*at, text, len) != 0)
		return false;
	*at += len;
	return true;
}

static bool take_digits(const char **at, int n, int *out)
{
	*out = 0;
	for (int i = 0; i < n; i++, (*at)++) {
		if (!isdigit((unsigned char)**at))
			return false;
		*out = *out * 10 + (**at - '0');
	}
	return true;
}

static bool take_month(const char **at, struct date *date)
{
	date->month = take_name(at, months, 12) + 1;
	return date->month > 0;
}

static bool take_time(const char **at, struct date *date)
{
	return take_digits(at, 2, &date->hour) && take_text(at, ":") &&
	       take_digits(at, 2, &date->minute) && take_text(at, ":") &&
	       take_digits(at, 2, &date->second);
}

/* Sat, 22 Nov 2025 08:26:40 GMT */
static bool parse_fixdate(const char *at, struct date *date)
{
	return take_name(&at, short_days, 7) >= 0 && take_text(&at, ", ") &&
	       take_digits(&at, 2, &date->day) && take_text(&at, " ") && take_month(&at, date) &&
	       take_text(&at, " ") && take_digits(&at, 4, &date->year) && take_text(&at, " ") &&
	       take_time(&at, date) && take_text(&at, " GMT") && *at == '\0';
}

/* Saturday, 22-Nov-25 08:26:40 GMT: the year is left as two digits. */
static bool parse_rfc850(const char *at, struct date *date)
{
	return take_name(&at, long_days, 7) >= 0 && take_text(&at, ", ") &&
	       take_digits(&at, 2, &date->day) && take_text(&at, "-") && take_month(&at, date) &&
	       take_text(&at, "-") && take_digits(&at, 2, &date->year) && take_text(&at, " ") &&
	       take_time(&at, date) && take_text(&at, " GMT") && *at == '\0';
}

/* Sat Nov 22 08:26:40 2025; a day below 10 has a blank before it. */
static bool parse_asctime(const char *at, struct date *date)
{
	if (take_name(&at, short_days, 7) < 0 || !take_text(&at, " ") || !take_month(&at, date) ||
	    !take_text(&at, " "))
		return false;
	if (!take_digits(&at, *at == ' ' ? (at++, 1) : 2, &date->day))
		return false;
	return take_text(&at, " ") && take_time(&at, date) && take_text(&at, " ") &&
	       take_digits(&at, 4, &date->year) && *at == '\0';
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

static bool date_is_real(const struct date *date)
{
	return date->day >= 1 && date->day <= days_in_month(date->year, date->month) &&
	       date->hour < 24 && date->minute < 60 && date->second <= MAX_LEAP_SECOND;
}

/* Days before 1 January of the year, counted from year 0 (Gregorian). */
static int64_t days_before_year(int year)
{
	int64_t y = (int64_t)year - 1;

	return y * 365 + y / 4 - y / 100 + y / 400;
}

static int64_t date_to_seconds(const struct date *date)
{
	int64_t days = days_before_year(date->year) - days_before_year(1970) + date->day - 1;

	for (int month = 1; month < date->month; month++)
		days += days_in_month(date->year, month);
	return days * SECONDS_PER_DAY + date->hour * 3600 + date->minute * 60 + date->second;
}

static int year_of_seconds(int64_t seconds)
{
	int year = (int)(1970 + seconds / (SECONDS_PER_DAY * (int64_t)365));

	while ((days_before_year(year) - days_before_year(1970)) * SECONDS_PER_DAY > seconds)
		year--;
	return year;
}

/* RFC 9110: a two-digit year that seems more than 50 years ahead lies in the
 * past. */
static void widen_year(struct date *date, int64_t now_s)
{
	int now_year = year_of_seconds(now_s);

	date->year += now_year / 100 * 100;
	if (date->year > now_year + 50)
		date->year -= 100;
}

static bool date_parse(const char *text, int64_t now_s, int64_t *seconds)
{
	struct date date = {0};

	if (parse_rfc850(text, &date))
		widen_year(&date, now_s);
	else if (!parse_fixdate(text, &date) && !parse_asctime(text, &date))
		return false;
	if (date.year < 1 || !date_is_real(&date))
		return false;
	*seconds = date_to_seconds(&date);
	return true;
}

/* Digits alone; more than cap_s becomes cap_s + 1. */
static bool delta_parse(const char *text, size_t len, int64_t cap_s, int64_t *seconds)
{
	int64_t value = 0;

	for (size_t i = 0; i < len; i++) {
		if (!isdigit((unsigned char)text[i]))
			return false;
		if (value <= cap_s)
			value = value * 10 + (text[i] - '0');
	}
	*seconds = value > cap_s ? cap_s + 1 : value;
	return len > 0;
}

enum err_code retry_after_parse(const char *value, int64_t now_s, int64_t cap_s, int64_t *seconds)
{
	char text[DATE_MAX];
	int64_t at_s;
	size_t len;

	value += strspn(value, " \t");
	len = strlen(value);
	while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t'))
		len--;
	if (delta_parse(value, len, cap_s, seconds))
		return ERR_OK;
	if (len >= sizeof(text))
		return ERR_PARSE;
	memcpy(text, value, len);
	text[len] = '\0';
	if (!date_parse(text, now_s, &at_s))
		return ERR_PARSE;
	if (at_s <= now_s)
		*seconds = 0;
	else
		*seconds = at_s - now_s > cap_s ? cap_s + 1 : at_s - now_s;
	return ERR_OK;
}
