/* Text from outside made into one short line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/plain.h"

static void assert_copy(size_t size, const char *text, const char *wanted)
{
	char out[64];

	assert_true(size <= sizeof(out));
	memset(out, 'x', sizeof(out));
	plain_copy(out, size, text);
	assert_string_equal(out, wanted);
}

static void copies_become_one_line(void **state)
{
	(void)state;
	assert_copy(64, "", "");
	assert_copy(64, "a", "a");
	assert_copy(64, "  a \t\r\n b\n", "a b");
	assert_copy(64, " \n ", "");
	assert_copy(64, "a\x1b[31mb", "a\x1b[31mb");
}

static void copies_are_cut_between_characters(void **state)
{
	(void)state;
	assert_copy(1, "abc", "");
	assert_copy(4, "abc", "abc");
	assert_copy(4, "abcd", "abc");
	assert_copy(4, "ab cd", "ab");
	assert_copy(5, "ab\xe2\x82\xac", "ab");
	assert_copy(6, "ab\xe2\x82\xac", "ab\xe2\x82\xac");
}

static void broken_bytes_are_replaced(void **state)
{
	(void)state;
	assert_copy(64,
		    "a\xff"
		    "b",
		    "a\xef\xbf\xbd"
		    "b");
	assert_copy(64, "a\xe2\x82", "a\xef\xbf\xbd\xef\xbf\xbd");
	assert_copy(4,
		    "a\xff"
		    "b",
		    "a");
}

static void assert_line(const char *body, const char *wanted)
{
	char out[256];

	plain_first_line(out, sizeof(out), body, strlen(body));
	assert_string_equal(out, wanted);
}

static void the_first_line_of_html_is_its_title(void **state)
{
	(void)state;
	assert_line("<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
		    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr>nginx</body></html>",
		    "502 Bad Gateway");
	assert_line("<!DOCTYPE html><!-- <p>no</p> --><style>p { x: y }</style>"
		    "<script>if (a < b) alert('x');</script><p>The <b>site</b> is &lt;down&gt;"
		    " &amp; out</p><p>more",
		    "The site is <down> & out");
	assert_line("<p></p><br/>\n<h1>It&#39;s&nbsp;late</h1>", "It's late");
}

static void plain_text_stays_as_it_is(void **state)
{
	(void)state;
	assert_line("", "");
	assert_line("\n\n  upstream connect error \nreset reason", "upstream connect error");
	assert_line("a < b & c > d", "a < b & c > d");
	assert_line("x<", "x<");
	assert_line("<", "<");
	assert_line("<p", "");
	assert_line("<!--", "");
	assert_line("<script", "");
}

static void bodies_of_any_bytes_and_size_do_no_harm(void **state)
{
	static char body[200000];
	char out[32];

	(void)state;
	memset(body, 'a', sizeof(body));
	plain_first_line(out, sizeof(out), body, sizeof(body));
	assert_int_equal(strlen(out), sizeof(out) - 1);
	memset(body, '<', sizeof(body));
	plain_first_line(out, sizeof(out), body, sizeof(body));
	assert_int_equal(out[0], '<');
	memset(body, 0, sizeof(body));
	plain_first_line(out, sizeof(out), body, sizeof(body));
	assert_string_equal(out, "");
	plain_first_line(out, sizeof(out), "a\0b", 3);
	assert_string_equal(out, "a b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_become_one_line),
		cmocka_unit_test(copies_are_cut_between_characters),
		cmocka_unit_test(broken_bytes_are_replaced),
		cmocka_unit_test(the_first_line_of_html_is_its_title),
		cmocka_unit_test(plain_text_stays_as_it_is),
		cmocka_unit_test(bodies_of_any_bytes_and_size_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
