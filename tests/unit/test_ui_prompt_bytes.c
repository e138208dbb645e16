/* What the prompt lets through to readline. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "../../src/ui/prompt_internal.h"

static enum prompt_got feed(struct prompt_bytes *bytes, const char *text)
{
	enum prompt_got got = PROMPT_DROP;

	for (; *text; text++)
		got = prompt_bytes_take(bytes, (unsigned char)*text);
	return got;
}

static void expect_queue(const struct prompt_bytes *bytes, const char *text)
{
	assert_int_equal(bytes->queue_len - bytes->queue_at, strlen(text));
	assert_memory_equal(bytes->queue + bytes->queue_at, text, strlen(text));
}

static void letters_pass(void **state)
{
	struct prompt_bytes bytes = {0};

	(void)state;
	assert_int_equal(feed(&bytes, "ab\t"), PROMPT_READY);
	expect_queue(&bytes, "ab\t");
}

static void characters_pass_whole(void **state)
{
	struct prompt_bytes bytes = {0};

	(void)state;
	assert_int_equal(feed(&bytes, "\xe5\xae"), PROMPT_MORE);
	expect_queue(&bytes, "");
	assert_int_equal(feed(&bytes, "\xa2"), PROMPT_READY);
	expect_queue(&bytes, "\xe5\xae\xa2");
}

static void a_lone_escape_waits(void **state)
{
	struct prompt_bytes bytes = {0};

	(void)state;
	assert_int_equal(feed(&bytes, "\033"), PROMPT_MORE);
	assert_true(prompt_bytes_is_escape(&bytes));
	expect_queue(&bytes, "");
	assert_int_equal(feed(&bytes, "[A"), PROMPT_READY);
	assert_false(prompt_bytes_is_escape(&bytes));
	expect_queue(&bytes, "\033[A");
}

static void two_escapes_are_no_meta(void **state)
{
	struct prompt_bytes bytes = {0};

	(void)state;
	assert_int_equal(feed(&bytes, "\033\033"), PROMPT_LONE);
	assert_true(prompt_bytes_is_escape(&bytes));
	assert_int_equal(bytes.pending_len, 1);
	expect_queue(&bytes, "");
}

static void meta_passes(void **state)
{
	struct prompt_bytes bytes = {0};

	(void)state;
	assert_int_equal(feed(&bytes, "\033f"), PROMPT_READY);
	expect_queue(&bytes, "\033f");
}

static void mouse_reports_are_dropped(void **state)
{
	struct prompt_bytes bytes = {0};

	(void)state;
	assert_int_equal(feed(&bytes, "\033[<0;10;20M"), PROMPT_DROP);
	assert_int_equal(feed(&bytes, "\033[M !!"), PROMPT_DROP);
	expect_queue(&bytes, "");
	feed(&bytes, "x");
	expect_queue(&bytes, "x");
}

static void a_pasted_newline_runs_nothing(void **state)
{
	struct prompt_bytes bytes = {0};

	(void)state;
	feed(&bytes, "\033[200~apply\ryes\033[201~");
	expect_queue(&bytes, "apply yes");
	assert_int_equal(feed(&bytes, "\r"), PROMPT_READY);
	expect_queue(&bytes, "apply yes\r");
}

static void control_keys_of_ours(void **state)
{
	struct prompt_bytes bytes = {0};

	(void)state;
	assert_int_equal(feed(&bytes, "\003"), PROMPT_CTRL_C);
	assert_int_equal(feed(&bytes, "\014"), PROMPT_CTRL_L);
	assert_int_equal(feed(&bytes, "\032"), PROMPT_CTRL_Z);
	expect_queue(&bytes, "");
}

static void an_endless_sequence_ends(void **state)
{
	struct prompt_bytes bytes = {0};

	(void)state;
	feed(&bytes, "\033[");
	for (int i = 0; i < 1000; i++)
		prompt_bytes_take(&bytes, '1');
	assert_true(bytes.pending_len <= sizeof bytes.pending);
	assert_true(bytes.queue_len <= sizeof bytes.queue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_pass),
		cmocka_unit_test(characters_pass_whole),
		cmocka_unit_test(a_lone_escape_waits),
		cmocka_unit_test(two_escapes_are_no_meta),
		cmocka_unit_test(meta_passes),
		cmocka_unit_test(mouse_reports_are_dropped),
		cmocka_unit_test(a_pasted_newline_runs_nothing),
		cmocka_unit_test(control_keys_of_ours),
		cmocka_unit_test(an_endless_sequence_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
