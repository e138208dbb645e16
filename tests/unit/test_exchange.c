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
		cmocka_unit_test(clear_frees_all_and_may_come_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
