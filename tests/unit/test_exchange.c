/* One HTTP exchange as the request log keeps it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/base/text.h"
#include "dacache/domain/exchange.h"

static void endpoints_have_their_names(void **state)
{
	(void)state;
	assert_string_equal(endpoint_name(ENDPOINT_TOKEN), "token");
	assert_string_equal(endpoint_name(ENDPOINT_LIST), "list");
	assert_string_equal(endpoint_name(ENDPOINT_GET), "get");
	assert_string_equal(endpoint_name(ENDPOINT_PUT), "put");
	assert_string_equal(endpoint_name(ENDPOINT_WEBHOOK), "webhook");
	assert_string_equal(endpoint_name(ENDPOINTS), "unknown");
}

static void names_are_read_again(void **state)
{
	enum endpoint endpoint;
	enum transport transport;

	(void)state;
	for (int i = 0; i < ENDPOINTS; i++) {
		assert_int_equal(endpoint_parse(endpoint_name((enum endpoint)i), &endpoint),
				 ERR_OK);
		assert_int_equal(endpoint, i);
	}
	assert_int_equal(endpoint_parse("unknown", &endpoint), ERR_PARSE);
	for (int i = 0; i <= TRANSPORT_INTERNAL; i++) {
		assert_int_equal(transport_parse(transport_name((enum transport)i), &transport),
				 ERR_OK);
		assert_int_equal(transport, i);
	}
	assert_int_equal(transport_parse("", &transport), ERR_PARSE);
}

static void the_path_is_found(void **state)
{
	(void)state;
	assert_string_equal(exchange_url_path("https://h/a?b=c"), "/a?b=c");
	assert_string_equal(exchange_url_path("https://h:1"), "/");
	assert_string_equal(exchange_url_path("https://h?x"), "?x");
	assert_string_equal(exchange_url_path(""), "/");
}

static void check_header(const struct exchange_header *header, const char *name, const char *value)
{
	assert_int_equal(header->name_len, strlen(name));
	assert_memory_equal(header->name, name, strlen(name));
	assert_int_equal(header->value_len, strlen(value));
	assert_memory_equal(header->value, value, strlen(value));
}

static void headers_are_told_apart(void **state)
{
	const char *at = "A: b:c\nEmpty: \nNone\nContent-Type:  x/y";
	const char *headers = at;
	struct exchange_header header;

	(void)state;
	assert_true(exchange_header_next(&at, &header));
	check_header(&header, "A", "b:c");
	assert_true(exchange_header_next(&at, &header));
	check_header(&header, "Empty", "");
	assert_true(exchange_header_next(&at, &header));
	check_header(&header, "None", "");
	assert_true(exchange_header_next(&at, &header));
	check_header(&header, "Content-Type", "x/y");
	assert_false(exchange_header_next(&at, &header));
	assert_true(exchange_header_find(headers, "content-type", &header));
	check_header(&header, "Content-Type", "x/y");
	assert_false(exchange_header_find(headers, "content", &header));
	assert_false(exchange_header_find(NULL, "a", &header));
}

static void a_copy_has_bytes_of_its_own(void **state)
{
	char body[] = "a\0b";
	struct exchange from = {.number = 3,
				.url = body,
				.request_body = body,
				.request_body_len = 3,
				.status = 200};
	struct exchange copy;

	(void)state;
	assert_int_equal(exchange_copy(&from, &copy), ERR_OK);
	assert_int_equal(copy.number, 3);
	assert_ptr_not_equal(copy.request_body, body);
	assert_memory_equal(copy.request_body, "a\0b", 4);
	assert_string_equal(copy.url, "a");
	assert_null(copy.path);
	exchange_clear(&copy);
	assert_true(exchange_weight(&from) >= sizeof(from) + 3);
}

static void clear_frees_all_and_may_come_twice(void **state)
{
	struct exchange exchange = {.number = 7, .status = 200};

	(void)state;
	exchange.url = text_dup("http://127.0.0.1/x");
	exchange.path = text_dup("/x");
	exchange.action_id = text_dup("a");
	exchange.request_headers = text_dup("A: b\n");
	exchange.request_body = text_dup("");
	exchange.response_headers = text_dup("C: d\n");
	exchange.response_body = text_dup("{}");
	exchange_clear(&exchange);
	assert_null(exchange.url);
	assert_null(exchange.response_body);
	assert_int_equal(exchange.number, 0);
	exchange_clear(&exchange);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(endpoints_have_their_names),
		cmocka_unit_test(names_are_read_again),
		cmocka_unit_test(the_path_is_found),
		cmocka_unit_test(headers_are_told_apart),
		cmocka_unit_test(a_copy_has_bytes_of_its_own),
		cmocka_unit_test(clear_frees_all_and_may_come_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
