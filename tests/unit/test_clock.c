#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/base/clock.h"

#define SECOND INT64_C(1000000)

static void manual_clock_moves_by_hand_alone(void **state)
{
	struct clock_manual times = {.monotonic_us = 5, .wall_us = 7};
	struct clock clock = clock_manual(&times);

	(void)state;
	assert_int_equal(clock_monotonic_us(&clock), 5);
	assert_int_equal(clock_wall_us(&clock), 7);
	times.monotonic_us = 6;
	times.wall_us = 1;
	assert_int_equal(clock_monotonic_us(&clock), 6);
	assert_int_equal(clock_wall_us(&clock), 1);
}

static void system_clock_does_not_go_back(void **state)
{
	struct clock clock = clock_system();
	int64_t before = clock_monotonic_us(&clock);

	(void)state;
	assert_true(clock_monotonic_us(&clock) >= before);
	assert_true(clock_wall_us(&clock) > 1700000000 * SECOND);
}

static void formats_rfc3339(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} cases[] = {
		{0, "1970-01-01T00:00:00.000Z"},
		{-1, "1969-12-31T23:59:59.999Z"},
		{INT64_C(1769868129123999), "2026-01-31T14:02:09.123Z"},
		{951782400 * SECOND, "2000-02-29T00:00:00.000Z"},
		{INT64_MAX, "294247-01-10T04:00:54.775Z"},
	};
	char text[CLOCK_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		clock_format_rfc3339(cases[i].us, text);
		assert_string_equal(text, cases[i].text);
	}
	clock_format_time(INT64_C(1769868129123999), text);
	assert_string_equal(text, "14:02:09");
}

static void parses_rfc3339(void **state)
{
	static const struct {
		const char *text;
		int64_t us;
	} cases[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"2026-01-31T14:02:09.123Z", INT64_C(1769868129123000)},
		{"2026-01-31T14:02:09.1234567Z", INT64_C(1769868129123456)},
		{"2026-01-31t15:32:09.5+01:30", INT64_C(1769868129500000)},
		{"2026-01-31T06:02:09-08:00", 1769868129 * SECOND},
		{"2000-02-29T00:00:00z", 951782400 * SECOND},
		{"1969-12-31T23:59:59.999Z", -1000},
		{"2016-12-31T23:59:60Z", 1483228800 * SECOND},
		{"0001-01-01T00:00:00Z", INT64_C(-62135596800) * SECOND},
		{"9999-12-31T23:59:59Z", INT64_C(253402300799) * SECOND},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t us = 42;
		assert_int_equal(clock_parse_rfc3339(cases[i].text, &us), ERR_OK);
		assert_int_equal(us, cases[i].us);
	}
}

static void refuses_what_is_not_rfc3339(void **state)
{
	static const char *const texts[] = {
		"",
		"2026-01-31",
		"2026-01-31T14:02:09",
		"2026-01-31T14:02:09.Z",
		"2026-01-31T14:02Z",
		"2026-02-29T00:00:00Z",
		"1900-02-29T00:00:00Z",
		"2026-13-01T00:00:00Z",
		"2026-00-01T00:00:00Z",
		"2026-01-00T00:00:00Z",
		"2026-01-31T24:00:00Z",
		"2026-01-31T23:60:00Z",
		"2026-01-31T23:59:61Z",
		"2026-01-31T14:02:09+0100",
		"2026-01-31T14:02:09+24:00",
		"2026-01-31T14:02:09Z ",
		" 2026-01-31T14:02:09Z",
		"26-01-31T14:02:09Z",
		"2026-1-31T14:02:09Z",
		"+026-01-31T14:02:09Z",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int64_t us = 42;
		assert_int_equal(clock_parse_rfc3339(texts[i], &us), ERR_PARSE);
		assert_int_equal(us, 42);
	}
}

static void parsing_undoes_formatting(void **state)
{
	char text[CLOCK_TEXT_SIZE];

	(void)state;
	/* A step that meets every month, leap days and centuries. */
	for (int64_t s = INT64_C(-62135596800); s < INT64_C(253402300799); s += 86400 * 26 + 7) {
		int64_t back;
		clock_format_rfc3339(s * SECOND, text);
		assert_int_equal(clock_parse_rfc3339(text, &back), ERR_OK);
		assert_int_equal(back, s * SECOND);
	}
}

static void formats_spans(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} cases[] = {
		{0, "0ms"},
		{850 * 1000, "850ms"},
		{SECOND - 1, "999ms"},
		{SECOND, "1s"},
		{23 * SECOND, "23s"},
		{119 * SECOND, "119s"},
		{21 * 60 * SECOND, "21m"},
		{3 * 3600 * SECOND, "3h"},
		{12 * 86400 * SECOND, "12d"},
		{-23 * SECOND, "-23s"},
	};
	char text[CLOCK_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		clock_format_span(cases[i].us, text);
		assert_string_equal(text, cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(manual_clock_moves_by_hand_alone),
		cmocka_unit_test(system_clock_does_not_go_back),
		cmocka_unit_test(formats_rfc3339),
		cmocka_unit_test(parses_rfc3339),
		cmocka_unit_test(refuses_what_is_not_rfc3339),
		cmocka_unit_test(parsing_undoes_formatting),
		cmocka_unit_test(formats_spans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
