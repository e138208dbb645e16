/* When a webhook is tried again, and when it is given up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dacache/domain/delivery.h"

static void states_have_their_words(void **state)
{
	static const char *const names[] = {"pending", "delivered", "dead", "stopped"};
	enum delivery_state found;

	(void)state;
	for (enum delivery_state i = 0; i < DELIVERY_STATES; i++) {
		assert_string_equal(delivery_state_name(i), names[i]);
		assert_int_equal(delivery_state_parse(names[i], &found), ERR_OK);
		assert_int_equal(found, i);
	}
	assert_int_equal(delivery_state_parse("Dead", &found), ERR_PARSE);
}

static void a_try_is_judged_by_status_and_number(void **state)
{
	static const struct {
		int status;
		int64_t attempts;
		enum delivery_state wanted;
		int64_t delay_s;
	} cases[] = {
		{200, 1, DELIVERY_DELIVERED, 0},  {204, 4, DELIVERY_DELIVERED, 0},
		{299, 9, DELIVERY_DELIVERED, 0},  {410, 1, DELIVERY_STOPPED, 0},
		{410, 4, DELIVERY_STOPPED, 0},    {0, 1, DELIVERY_PENDING, 5},
		{0, 2, DELIVERY_PENDING, 300},    {0, 3, DELIVERY_PENDING, 1800},
		{0, 4, DELIVERY_DEAD, 0},         {0, 5, DELIVERY_DEAD, 0},
		{199, 1, DELIVERY_PENDING, 5},    {301, 1, DELIVERY_PENDING, 5},
		{304, 2, DELIVERY_PENDING, 300},  {404, 1, DELIVERY_PENDING, 5},
		{500, 3, DELIVERY_PENDING, 1800}, {503, 4, DELIVERY_DEAD, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct delivery_verdict verdict =
			delivery_judge(cases[i].status, cases[i].attempts);

		assert_int_equal(verdict.state, cases[i].wanted);
		assert_int_equal(verdict.delay_s, cases[i].delay_s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_have_their_words),
		cmocka_unit_test(a_try_is_judged_by_status_and_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
