#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/profile.h"

static void defaults_are_the_contracts(void **state)
{
	struct profile profile;

	(void)state;
	assert_int_equal(profile_init(&profile, "prod"), ERR_OK);
	assert_string_equal(profile.name, "prod");
	assert_string_equal(profile.base_url, "https://platform.nicecxone.com");
	assert_string_equal(profile.theme, "auto");
	assert_null(profile.token_url);
	assert_null(profile.client_id);
	assert_null(profile.client_secret);
	assert_null(profile.hit_header);
	assert_int_equal(profile.auth_style, AUTH_BODY);
	assert_int_equal(profile.put_body, PUT_DOCUMENT);
	assert_false(profile.is_protected);
	assert_false(profile.read_only);
	assert_int_equal(profile.page_size, 100);
	assert_int_equal(profile.parallel, 4);
	assert_int_equal(profile.max_attempts, 3);
	assert_int_equal(profile.max_wait_s, 120);
	assert_int_equal(profile.connect_timeout_s, 5);
	assert_int_equal(profile.call_timeout_s, 30);
	profile_clear(&profile);
	assert_null(profile.name);
}

static void texts_are_replaced_and_cleared(void **state)
{
	char *slot = NULL;

	(void)state;
	assert_int_equal(profile_set_text(&slot, "one"), ERR_OK);
	assert_string_equal(slot, "one");
	assert_int_equal(profile_set_text(&slot, slot + 1), ERR_OK);
	assert_string_equal(slot, "ne");
	assert_int_equal(profile_set_text(&slot, NULL), ERR_OK);
	assert_null(slot);
}

static void copy_stands_by_itself(void **state)
{
	struct profile profile;
	struct profile copy;

	(void)state;
	assert_int_equal(profile_init(&profile, "a"), ERR_OK);
	profile_set_text(&profile.client_secret, "secret");
	profile_set_text(&profile.token_url, "https://t");
	profile_set_text(&profile.client_id, "id");
	profile_set_text(&profile.data_action_id, "da");
	profile_set_text(&profile.hit_header, "X-Cache");
	profile_set_text(&profile.webhook_secret, "whsec_x");
	profile_set_text(&profile.webhook_allow, "::1");
	profile_set_text(&profile.ca_file, "/ca.pem");
	profile.is_protected = true;
	profile.page_size = 7;
	assert_int_equal(profile_copy(&profile, &copy), ERR_OK);
	profile_clear(&profile);
	assert_string_equal(copy.name, "a");
	assert_string_equal(copy.base_url, PROFILE_BASE_URL_DEFAULT);
	assert_string_equal(copy.client_secret, "secret");
	assert_string_equal(copy.token_url, "https://t");
	assert_string_equal(copy.client_id, "id");
	assert_string_equal(copy.data_action_id, "da");
	assert_string_equal(copy.hit_header, "X-Cache");
	assert_string_equal(copy.webhook_secret, "whsec_x");
	assert_string_equal(copy.webhook_allow, "::1");
	assert_string_equal(copy.ca_file, "/ca.pem");
	assert_string_equal(copy.theme, "auto");
	assert_true(copy.is_protected);
	assert_int_equal(copy.page_size, 7);
	profile_clear(&copy);
}

static void assert_base_url(const char *url, const char *wanted)
{
	struct profile profile;
	struct err err = {0};

	assert_int_equal(profile_init(&profile, "p"), ERR_OK);
	if (profile_set_base_url(&profile, url, &err) != (wanted ? ERR_OK : ERR_INVALID))
		fail_msg("%s: %s", url, err.text);
	assert_string_equal(profile.base_url, wanted ? wanted : PROFILE_BASE_URL_DEFAULT);
	assert_int_equal(err.text[0] != '\0', !wanted);
	profile_clear(&profile);
}

static void base_url_is_https_or_loopback(void **state)
{
	(void)state;
	assert_base_url("https://api.example.com", "https://api.example.com");
	assert_base_url("https://api.example.com/", "https://api.example.com");
	assert_base_url("https://api.example.com/eu///", "https://api.example.com/eu");
	assert_base_url("https://h:8443", "https://h:8443");
	assert_base_url("http://127.0.0.1:8080/", "http://127.0.0.1:8080");
	assert_base_url("http://localhost", "http://localhost");
	assert_base_url("http://[::1]:1", "http://[::1]:1");
	assert_base_url("http://example.com", NULL);
	assert_base_url("http://localhost.example.com", NULL);
	assert_base_url("http://localhost@example.com", NULL);
	assert_base_url("http://example.com\\@localhost", NULL);
	assert_base_url("https://user:pass@example.com", NULL);
	assert_base_url("https://example.com/?q", NULL);
	assert_base_url("https://example.com/#f", NULL);
	assert_base_url("https://", NULL);
	assert_base_url("https:///", NULL);
	assert_base_url("example.com", NULL);
	assert_base_url("", NULL);
	assert_base_url(NULL, NULL);
	assert_base_url("https://a b", NULL);
	assert_base_url("https://a\r\nX: y", NULL);
}

static void loopback_is_told_from_its_likes(void **state)
{
	static const char *const yes[] = {
		"http://localhost",    "https://LOCALHOST:1/x?y#z",
		"http://127.0.0.1",    "http://127.255.255.255/",
		"http://[::1]",        "http://[::1]:9/a",
		"HTTP://127.0.0.1:80",
	};
	static const char *const no[] = {
		"http://127.0.0.1.example.com",
		"http://127.0.0",
		"http://127.0.0.1.",
		"http://127.0.0.256",
		"http://127..0.1",
		"http://127.0.0.1.1",
		"http://127.0.0.1x",
		"http://1127.0.0.1",
		"http://128.0.0.1",
		"http://localhostx",
		"http://localhost@example.com",
		"http://127.0.0.1@example.com",
		"http://example.com/@localhost",
		"http://example.com?@localhost",
		"http://example.com#@127.0.0.1",
		"http://user@localhost",
		"http://[::2]",
		"http://[::1",
		"ftp://localhost",
		"localhost",
		"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (!profile_url_is_loopback(yes[i]))
			fail_msg("not taken for loopback: %s", yes[i]);
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		if (profile_url_is_loopback(no[i]))
			fail_msg("taken for loopback: %s", no[i]);
	assert_false(profile_url_is_loopback(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_the_contracts),
		cmocka_unit_test(texts_are_replaced_and_cleared),
		cmocka_unit_test(copy_stands_by_itself),
		cmocka_unit_test(base_url_is_https_or_loopback),
		cmocka_unit_test(loopback_is_told_from_its_likes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
