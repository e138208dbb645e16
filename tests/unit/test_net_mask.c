#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/net/mask.h"
#include "../../src/net/url.h"

struct row {
	const char *in;
	const char *out;
};

static void check_text(const struct mask *mask, const char *in, const char *want)
{
	struct buf out;

	buf_init(&out, 100000);
	assert_int_equal(mask_text(mask, in, strlen(in), &out), ERR_OK);
	assert_string_equal(buf_str(&out), want);
	buf_free(&out);
}

static void values_of_secret_names_are_covered(void **state)
{
	static const struct row rows[] = {
		{"", ""},
		{"a=1&client_secret=x&b=2", "a=1&client_secret=***&b=2"},
		{"client_secret=", "client_secret="},
		{"CLIENT_SECRET=abc", "CLIENT_SECRET=***"},
		{"my_client_secret=abc&b=c", "my_client_secret=***&b=c"},
		{"{\"access_token\":\"ab\\\"c\",\"x\":1}", "{\"access_token\":\"***\",\"x\":1}"},
		{"{\"access_token\" : \"abc", "{\"access_token\" : \"***"},
		{"{\"access_token\":17}", "{\"access_token\":17}"},
		{"{\"token\":\"\"}", "{\"token\":\"\"}"},
		{"{\"name\":\"token\"}", "{\"name\":\"token\"}"},
		{"the token is here", "the token is here"},
		{"?sig=a%20b#top", "?sig=***#top"},
		{"token", "token"},
		{"\"token\":\"a\\", "\"token\":\"***"},
		{"{\"config\":{\"Password\":\"a\"}}", "{\"config\":{\"Password\":\"***\"}}"},
		{"a_client_assertion=x", "a_client_assertion=***"},
		{"{\"clientSecret\":\"a\",\"accessToken\":\"b\",\"refresh-token\":\"c\"}",
		 "{\"clientSecret\":\"***\",\"accessToken\":\"***\",\"refresh-token\":\"***\"}"},
		{"?X-Amz-Signature=abc&X-Amz-Date=1", "?X-Amz-Signature=***&X-Amz-Date=1"},
		{"tokens=a&secretary=b&config=c&design=d",
		 "tokens=a&secretary=b&config=c&design=d"},
		{"{\"token_type\":\"bearer\"}", "{\"token_type\":\"bearer\"}"},
		{"=a :b", "=a :b"},
		{":\"a\"", ":\"a\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_text(NULL, rows[i].in, rows[i].out);
}

static void known_secrets_are_covered_anywhere(void **state)
{
	struct mask mask = {.len = 0};

	(void)state;
	mask_add(&mask, NULL);
	mask_add(&mask, "abc"); /* too short to be told from words */
	mask_add(&mask, "secret-1");
	mask_add(&mask, "secret-12");
	check_text(&mask, "abc secret-1 xsecret-12x secret-", "abc *** x***x secret-");
	check_text(&mask, "secret-1secret-1", "******");
}

static void known_secrets_are_found_in_any_dress(void **state)
{
	struct mask mask = {.len = 0};

	(void)state;
	mask_add(&mask, "p/w \"1\\%2");
	mask_add(&mask, "k+=/k+=/");
	check_text(&mask, "a p/w \"1\\%2 b", "a *** b");
	check_text(&mask, "a=p%2Fw+%221%5C%252&b", "a=***&b");
	check_text(&mask, "a=p%2fw%20%221%5c%252&b", "a=***&b");
	check_text(&mask, "{\"message\":\"no p/w \\\"1\\\\%2 here\"}",
		   "{\"message\":\"no *** here\"}");
	check_text(&mask, "\\u0070\\/w\\u0020\\\"1\\\\%2", "***");
	check_text(&mask, "k+=/k+=/ k%2B%3D%2Fk%2b%3d%2f", "*** ***");
	check_text(&mask, "p/w \"1\\%3 p%2Fw+%221", "p/w \"1\\%3 p%2Fw+%221");
}

/* Both readings of each backslash: their number must not explode. */
static void a_secret_of_backslashes_ends(void **state)
{
	struct mask mask = {.len = 0};
	char secret[101];
	char text[191];

	(void)state;
	memset(secret, '\\', 100);
	secret[100] = '\0';
	memset(text, '\\', 190);
	text[99] = 'x';
	text[189] = 'x';
	text[190] = '\0';
	mask_add(&mask, secret);
	check_text(&mask, text, text);
}

static void bytes_behind_a_nul_are_looked_at(void **state)
{
	static const char text[] = "a\0secret-1\0b";
	struct mask mask = {.len = 0};
	struct buf out;

	(void)state;
	mask_add(&mask, "secret-1");
	buf_init(&out, 1000);
	assert_int_equal(mask_text(&mask, text, sizeof(text) - 1, &out), ERR_OK);
	assert_int_equal(out.len, 7);
	assert_memory_equal(out.data, "a\0***\0b", 7);
	buf_free(&out);
}

/* A secret that is a word goes where its name stands, and no sentence loses it. */
static void words_are_no_secrets_in_a_sentence(void **state)
{
	struct mask mask = {.len = 0};

	(void)state;
	mask_add(&mask, "wrong");
	mask_add(&mask, "Unknown");
	mask_add(&mask, "password"); /* longer than that: rather once too often */
	mask_add(&mask, "wr0ng");
	check_text(&mask, "Unknown client or wrong secret.", "Unknown client or wrong secret.");
	check_text(&mask, "a password wr0ng", "a *** ***");
	check_text(&mask, "client_id=x&client_secret=wrong&a=b",
		   "client_id=x&client_secret=***&a=b");
	check_text(&mask, "{\"client_secret\":\"wrong\"}", "{\"client_secret\":\"***\"}");
}

static void check_head(const char *in, size_t max, const char *want)
{
	struct buf out;

	buf_init(&out, 1000);
	assert_int_equal(mask_head(NULL, in, strlen(in), max, &out), ERR_OK);
	assert_string_equal(buf_str(&out), want);
	buf_free(&out);
}

/* Wherever the cut is: not a byte of what has to be covered is left. */
static void no_secret_stands_across_a_cut(void **state)
{
	static const char text[] = "ab secret-1 {\"token\":\"xyxyxy\"} https://u:p@h sig=zzzz";
	static const char whole[] = "ab *** {\"token\":\"***\"} https://***@h sig=***";
	struct mask mask = {.len = 0};

	(void)state;
	mask_add(&mask, "secret-1");
	check_head("sig=zzzz", 4, "sig=");
	check_head("sig=zzzz", 5, "sig=***");
	check_head("\"sig\":\"zzzz\"", 7, "\"sig\":\"");
	for (size_t max = 0; max <= sizeof(text); max++) {
		struct buf out;

		buf_init(&out, 1000);
		assert_int_equal(mask_head(&mask, text, sizeof(text) - 1, max, &out), ERR_OK);
		assert_memory_equal(buf_str(&out), whole, out.len);
		assert_true(out.len <= max + 2); /* stars may be longer than what they cover */
		if (max >= sizeof(text) - 1)
			assert_string_equal(buf_str(&out), whole);
		buf_free(&out);
	}
}

static void check_header(const char *name, const char *value, const char *want)
{
	struct buf out;

	buf_init(&out, 1000);
	assert_int_equal(mask_header(NULL, name, value, &out), ERR_OK);
	assert_string_equal(buf_str(&out), want);
	buf_free(&out);
}

static void credentials_in_headers_are_covered(void **state)
{
	(void)state;
	check_header("authorization", "Bearer abc def", "authorization: Bearer ***\n");
	check_header("Authorization", "abc", "Authorization: ***\n");
	check_header("Proxy-Authorization", "Basic abc", "Proxy-Authorization: Basic ***\n");
	check_header("Set-Cookie", "a=b", "Set-Cookie: ***\n");
	check_header("ETag", "\"1\"", "ETag: \"1\"\n");
	check_header("X-Empty", "", "X-Empty: \n");
}

static void passwords_in_urls_are_covered(void **state)
{
	(void)state;
	check_text(NULL, "https://u:p@h/x@y", "https://***@h/x@y");
	check_text(NULL, "https://u@h", "https://***@h");
	check_text(NULL, "https://h/x?api_key=1&y=2", "https://h/x?api_key=***&y=2");
	check_text(NULL, "https://h?x@y", "https://h?x@y");
	check_text(NULL, "{\"source\":\"https://u:p@h\"} a@b",
		   "{\"source\":\"https://***@h\"} a@b");
	check_text(NULL, "https://@h ://", "https://@h ://");
}

static void a_fixed_text_is_cut_where_it_grows(void **state)
{
	char text[12] = "a token=x y";

	(void)state;
	mask_fixed(NULL, text, sizeof(text));
	assert_string_equal(text, "a token=***");
}

static void check_encoded(enum err_code (*encode)(struct buf *, const char *), const char *in,
			  const char *want)
{
	struct buf out;

	buf_init(&out, 1000);
	assert_int_equal(encode(&out, in), ERR_OK);
	assert_string_equal(buf_str(&out), want);
	buf_free(&out);
}

static void segments_and_forms_are_escaped(void **state)
{
	(void)state;
	check_encoded(net_url_encode, "aZ09-._~", "aZ09-._~");
	check_encoded(net_url_encode, "/ +&=\x7f\xff", "%2F%20%2B%26%3D%7F%FF");
	check_encoded(net_url_encode, ".", "%2E");
	check_encoded(net_url_encode, "..", "%2E%2E");
	check_encoded(net_url_encode, "...", "...");
	check_encoded(net_url_form_encode, "a b+c&d~", "a+b%2Bc%26d%7E");
}

static void loopback_is_told_from_the_rest(void **state)
{
	static const char *const inside[] = {"localhost",   "LOCALHOST", "127.0.0.1",
					     "127.255.0.9", "[::1]",     "::1"};
	static const char *const outside[] = {"",          "localhost.", "localhost.com",
					      "128.0.0.1", "10.0.0.1",   "0.0.0.0",
					      "[::2]",     "[]",         "127.0.0.1.com"};

	(void)state;
	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++)
		assert_true(net_url_host_is_loopback(inside[i]));
	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++)
		assert_false(net_url_host_is_loopback(outside[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_of_secret_names_are_covered),
		cmocka_unit_test(known_secrets_are_covered_anywhere),
		cmocka_unit_test(known_secrets_are_found_in_any_dress),
		cmocka_unit_test(a_secret_of_backslashes_ends),
		cmocka_unit_test(bytes_behind_a_nul_are_looked_at),
		cmocka_unit_test(words_are_no_secrets_in_a_sentence),
		cmocka_unit_test(no_secret_stands_across_a_cut),
		cmocka_unit_test(credentials_in_headers_are_covered),
		cmocka_unit_test(passwords_in_urls_are_covered),
		cmocka_unit_test(a_fixed_text_is_cut_where_it_grows),
		cmocka_unit_test(segments_and_forms_are_escaped),
		cmocka_unit_test(loopback_is_told_from_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
