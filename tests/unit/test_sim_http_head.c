#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/sim/http_head.h"

static unsigned int status_of(const char *text)
{
	struct head_problem problem = {0};

	switch (http_head_check(text, strlen(text), true, &problem)) {
	case HEAD_GOOD:
		return 200;
	case HEAD_BAD:
		return problem.status;
	default:
		return 0;
	}
}

static void good_heads(void **state)
{
	static const char *const heads[] = {
		"GET / HTTP/1.1\r\n\r\n",
		"GET / HTTP/1.0\n\n",
		"\r\nPUT /a?b HTTP/1.1\r\nHost: a\r\nX:\r\nY: \t tab\tin\xc3\xbc it \r\n\r\nbody",
		"M-SEARCH * HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
		"POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (status_of(heads[i]) != 200)
			fail_msg("refused: %s", heads[i]);
}

/* Every head, cut anywhere, is unfinished, and bad once no more comes. */
static void unfinished_heads(void **state)
{
	static const char head[] = "PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
	struct head_problem problem;

	(void)state;
	for (size_t len = 0; len < sizeof(head) - 1; len++) {
		assert_int_equal(http_head_check(head, len, false, &problem), HEAD_UNFINISHED);
		assert_int_equal(http_head_check(head, len, true, &problem), HEAD_BAD);
		assert_int_equal(problem.status, 400);
	}
	assert_int_equal(http_head_check(head, sizeof(head) - 1, false, &problem), HEAD_GOOD);
}

static void bad_heads(void **state)
{
	static const struct {
		const char *head;
		unsigned int status;
	} cases[] = {
		{"GET /\r\n\r\n", 400},
		{"GET  / HTTP/1.1\r\n\r\n", 400},
		{"G@T / HTTP/1.1\r\n\r\n", 400},
		{"GET / http/1.1x\r\n\r\n", 400},
		{"GET / HTTP/1.2\r\n\r\n", 505},
		{"GET /\x7f HTTP/1.1\r\n\r\n", 400},
		{"GET / HTTP/1.1\r\n: x\r\n\r\n", 400},
		{"GET / HTTP/1.1\r\n x: y\r\n\r\n", 400},
		{"GET / HTTP/1.1\r\nx: \x01\r\n\r\n", 400},
		{"GET / HTTP/1.1\r\nContent-Length:\r\n\r\n", 400},
		{"GET / HTTP/1.1\r\nContent-Length: 5, 5\r\n\r\n", 400},
		{"GET / HTTP/1.1\r\nContent-Length: 9999999999999999999\r\n\r\n", 400},
		{"GET / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
		{"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (status_of(cases[i].head) != cases[i].status)
			fail_msg("%u for %s", status_of(cases[i].head), cases[i].head);
}

static void early_verdicts(void **state)
{
	static char endless[HTTP_HEAD_MAX];
	struct head_problem problem;

	(void)state;
	assert_int_equal(http_head_check("\x16\x03", 2, false, &problem), HEAD_BAD);
	assert_int_equal(http_head_check("{", 1, false, &problem), HEAD_BAD);
	memset(endless, 'a', sizeof(endless));
	assert_int_equal(http_head_check(endless, sizeof(endless) - 1, false, &problem),
			 HEAD_UNFINISHED);
	assert_int_equal(http_head_check(endless, sizeof(endless), false, &problem), HEAD_BAD);
	assert_int_equal(problem.status, 414);
	memcpy(endless, "GET / HTTP/1.1\r\nx:", 18);
	assert_int_equal(http_head_check(endless, sizeof(endless), false, &problem), HEAD_BAD);
	assert_int_equal(problem.status, 431);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_heads),
		cmocka_unit_test(unfinished_heads),
		cmocka_unit_test(bad_heads),
		cmocka_unit_test(early_verdicts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
