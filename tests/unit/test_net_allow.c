/* Where a webhook may go. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/net_allow.h"

static struct net_address address_of(const char *text)
{
	struct net_address address;

	if (!net_address_parse(text, &address))
		fail_msg("%s is no address", text);
	return address;
}

static void addresses_are_of_their_kind(void **state)
{
	static const struct {
		const char *text;
		enum net_kind kind;
	} cases[] = {
		{"8.8.8.8", NET_PUBLIC},
		{"1.1.1.1", NET_PUBLIC},
		{"0.0.0.0", NET_UNSPECIFIED},
		{"0.255.255.255", NET_UNSPECIFIED},
		{"1.0.0.0", NET_PUBLIC},
		{"9.255.255.255", NET_PUBLIC},
		{"10.0.0.0", NET_PRIVATE},
		{"10.255.255.255", NET_PRIVATE},
		{"11.0.0.0", NET_PUBLIC},
		{"100.63.255.255", NET_PUBLIC},
		{"100.64.0.0", NET_SHARED},
		{"100.127.255.255", NET_SHARED},
		{"100.128.0.0", NET_PUBLIC},
		{"127.0.0.1", NET_LOOPBACK},
		{"127.255.255.255", NET_LOOPBACK},
		{"128.0.0.0", NET_PUBLIC},
		{"169.253.255.255", NET_PUBLIC},
		{"169.254.169.254", NET_LINK_LOCAL},
		{"169.255.0.0", NET_PUBLIC},
		{"172.15.255.255", NET_PUBLIC},
		{"172.16.0.0", NET_PRIVATE},
		{"172.31.255.255", NET_PRIVATE},
		{"172.32.0.0", NET_PUBLIC},
		{"192.0.0.8", NET_RESERVED},
		{"192.0.1.1", NET_PUBLIC},
		{"192.0.2.1", NET_RESERVED},
		{"192.167.255.255", NET_PUBLIC},
		{"192.168.0.0", NET_PRIVATE},
		{"192.168.255.255", NET_PRIVATE},
		{"192.169.0.0", NET_PUBLIC},
		{"198.17.255.255", NET_PUBLIC},
		{"198.18.0.1", NET_RESERVED},
		{"198.19.255.255", NET_RESERVED},
		{"198.20.0.0", NET_PUBLIC},
		{"198.51.100.7", NET_RESERVED},
		{"203.0.113.7", NET_RESERVED},
		{"223.255.255.255", NET_PUBLIC},
		{"224.0.0.1", NET_MULTICAST},
		{"239.255.255.255", NET_MULTICAST},
		{"240.0.0.1", NET_RESERVED},
		{"255.255.255.255", NET_RESERVED},

		{"::", NET_UNSPECIFIED},
		{"::1", NET_LOOPBACK},
		{"[::1]", NET_LOOPBACK},
		{"2606:4700:4700::1111", NET_PUBLIC},
		{"2a00::1", NET_PUBLIC},
		{"fc00::1", NET_PRIVATE},
		{"fdff:ffff::1", NET_PRIVATE},
		{"fe00::1", NET_RESERVED},
		{"fe80::1", NET_LINK_LOCAL},
		{"febf::1", NET_LINK_LOCAL},
		{"fec0::1", NET_PRIVATE},
		{"ff02::1", NET_MULTICAST},
		{"2001:db8::1", NET_RESERVED},
		{"2001::1", NET_RESERVED},
		{"2001:200::1", NET_PUBLIC},
		{"3fff::1", NET_RESERVED},
		{"100::1", NET_RESERVED},
		{"4000::1", NET_RESERVED},
		{"64:ff9b:1::a00:1", NET_RESERVED},

		/* IPv4 inside */
		{"::ffff:127.0.0.1", NET_LOOPBACK},
		{"::ffff:10.1.2.3", NET_PRIVATE},
		{"::ffff:8.8.8.8", NET_PUBLIC},
		{"::ffff:0:169.254.169.254", NET_LINK_LOCAL},
		{"::127.0.0.1", NET_LOOPBACK},
		{"64:ff9b::10.0.0.1", NET_PRIVATE},
		{"64:ff9b::8.8.8.8", NET_PUBLIC},
		{"2002:7f00:1::", NET_LOOPBACK},
		{"2002:808:808::1", NET_PUBLIC},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct net_address address = address_of(cases[i].text);

		if (net_address_kind(&address) != cases[i].kind)
			fail_msg("%s: %s", cases[i].text,
				 net_kind_words(net_address_kind(&address)));
	}
}

static void what_is_no_address_is_none(void **state)
{
	static const char *const wrong[] = {"",           "localhost", "127.1",     "127.0.0.1:80",
					    "[::1",       "[]",        "fe80::1%1", "[::1]:80",
					    "0x7f000001", "010.0.0.1"};
	struct net_address address;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (net_address_parse(wrong[i], &address))
			fail_msg("%s was taken", wrong[i]);
}

static void addresses_come_as_bytes(void **state)
{
	struct in_addr four;
	struct in6_addr six;
	struct net_address address;

	(void)state;
	assert_int_equal(inet_pton(AF_INET, "10.0.0.1", &four), 1);
	assert_int_equal(inet_pton(AF_INET6, "fe80::1", &six), 1);
	assert_true(net_address_from_bytes(&four, sizeof(four), &address));
	assert_int_equal(net_address_kind(&address), NET_PRIVATE);
	assert_true(net_address_from_bytes(&six, sizeof(six), &address));
	assert_int_equal(net_address_kind(&address), NET_LINK_LOCAL);
	assert_false(net_address_from_bytes(&six, 5, &address));
}

static struct net_allow *parse(const char *text)
{
	struct net_allow *allow;
	struct err err = {0};

	if (net_allow_parse(text, &allow, &err) != ERR_OK)
		fail_msg("%s", err.text);
	return allow;
}

static void addresses_are_allowed_by_list(void **state)
{
	static const struct {
		const char *list, *host, *address;
		bool allowed;
	} cases[] = {
		{NULL, "hooks.example", "8.8.8.8", true},
		{"", "hooks.example", "8.8.8.8", true},
		{NULL, "hooks.example", "127.0.0.1", false},
		{"", "localhost", "::1", false},
		{"localhost", "localhost", "127.0.0.1", true},
		{"localhost", "LocalHost.", "::1", true},
		{"localhost.", "localhost", "::1", true},
		{"localhost", "sub.localhost", "127.0.0.1", false},
		{"example", "hooks.example", "10.0.0.1", false},
		{"hooks.example", "hooks.example.evil.example", "10.0.0.1", false},
		{" a.example , hooks.example ,", "hooks.example", "10.0.0.1", true},
		{"10.0.0.0/8", "hooks.example", "10.255.0.1", true},
		{"10.0.0.0/8", "hooks.example", "11.0.0.1", true},
		{"10.0.0.0/8", "hooks.example", "192.168.0.1", false},
		{"10.0.0.0/8", "hooks.example", "::ffff:10.0.0.1", true},
		{"10.1.2.3", "hooks.example", "10.1.2.3", true},
		{"10.1.2.3", "hooks.example", "10.1.2.4", false},
		{"192.168.7.0/25", "h.example", "192.168.7.127", true},
		{"192.168.7.0/25", "h.example", "192.168.7.128", false},
		{"192.168.7.9/31", "h.example", "192.168.7.8", true},
		{"0.0.0.0/0", "h.example", "127.0.0.1", true},
		{"0.0.0.0/0", "h.example", "::1", false},
		{"::/0", "h.example", "fe80::1", true},
		{"::1", "h.example", "::1", true},
		{"[::1]", "h.example", "::1", true},
		{"fd00::/8", "h.example", "fd12::1", true},
		{"fd00::/8", "h.example", "fc12::1", false},
		{"::ffff:10.0.0.0/104", "h.example", "10.9.9.9", true},
		{"::ffff:10.0.0.0/104", "h.example", "192.168.0.1", false},
		{"127.0.0.1", "h.example", "64:ff9b::7f00:1", false},
		{"64:ff9b::/96", "h.example", "64:ff9b::7f00:1", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct net_allow *allow = parse(cases[i].list);
		struct net_address address = address_of(cases[i].address);

		if (net_allow_address(allow, cases[i].host, &address) != cases[i].allowed)
			fail_msg("%s: %s at %s", cases[i].list ? cases[i].list : "(none)",
				 cases[i].host, cases[i].address);
		net_allow_free(&allow);
		assert_null(allow);
	}
}

static void plain_http_is_for_those_the_list_names(void **state)
{
	struct net_allow *allow = parse("hooks.local, 127.0.0.0/8, ::1");
	struct net_allow *nothing = parse(NULL);

	(void)state;
	assert_true(net_allow_plain_http(allow, "hooks.local"));
	assert_true(net_allow_plain_http(allow, "HOOKS.local"));
	assert_true(net_allow_plain_http(allow, "127.0.0.1"));
	assert_true(net_allow_plain_http(allow, "[::1]"));
	assert_false(net_allow_plain_http(allow, "localhost"));
	assert_false(net_allow_plain_http(allow, "8.8.8.8"));
	assert_false(net_allow_plain_http(allow, "hooks.example"));
	assert_false(net_allow_plain_http(nothing, "127.0.0.1"));
	net_allow_free(&nothing);
	net_allow_free(&allow);
}

static void a_wrong_entry_is_named(void **state)
{
	static const char *const wrong[] = {"localhost:8080",
					    "https://a.example",
					    "a..example",
					    "*.example",
					    "10.0.0.0/33",
					    "10.0.0.0/",
					    "10.0.0.0/-1",
					    "::1/129",
					    "10.0.0/8",
					    "127.1",
					    "2130706433",
					    "0x7f.0x1",
					    "1.2.3.4.5",
					    "a b",
					    "fe80::1%eth0",
					    "[::1",
					    ".",
					    "a.example/8",
					    "10.0.0.0/8/8",
					    "k\xc3\xb6ln.example"};
	char list[128], longest[300];
	struct net_allow *allow;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct err err = {0};

		snprintf(list, sizeof(list), "good.example, %s , 10.0.0.0/8", wrong[i]);
		if (net_allow_parse(list, &allow, &err) != ERR_INVALID)
			fail_msg("%s was taken", wrong[i]);
		assert_null(allow);
		assert_non_null(strstr(err.text, wrong[i]));
		assert_non_null(strstr(err.text, "webhook_allow"));
	}
	assert_int_equal(net_allow_parse("a,,b", &allow, NULL), ERR_INVALID);
	memset(longest, 'a', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(net_allow_parse(longest, &allow, NULL), ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_of_their_kind),
		cmocka_unit_test(what_is_no_address_is_none),
		cmocka_unit_test(addresses_come_as_bytes),
		cmocka_unit_test(addresses_are_allowed_by_list),
		cmocka_unit_test(plain_http_is_for_those_the_list_names),
		cmocka_unit_test(a_wrong_entry_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
