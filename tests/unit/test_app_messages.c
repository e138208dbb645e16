/* messages: the line, the list, and the ring they stand in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/app/internal.h"

struct world {
	struct clock_manual times;
	struct messages *messages;
	int told;
};

static void told(void *context)
{
	((struct world *)context)->told++;
}

static int up(void **state)
{
	static struct world world;

	world = (struct world){.times = {0, 1767225600000000}};
	assert_int_equal(messages_new(clock_manual(&world.times), told, &world, &world.messages),
			 ERR_OK);
	*state = &world;
	return 0;
}

static int down(void **state)
{
	messages_free(&((struct world *)*state)->messages);
	return 0;
}

static void newest_first(void **state)
{
	struct world *world = *state;

	assert_int_equal(messages_count(world->messages), 0);
	assert_null(messages_at(world->messages, 0));
	assert_null(messages_current(world->messages));
	messages_add(world->messages, SEVERITY_INFO, NULL, "one %d", 1);
	messages_add(world->messages, SEVERITY_WARNING, "a", "two");
	assert_int_equal(world->told, 2);
	assert_int_equal(messages_count(world->messages), 2);
	assert_string_equal(messages_at(world->messages, 0)->text, "two");
	assert_string_equal(messages_at(world->messages, 0)->action_id, "a");
	assert_int_equal(messages_at(world->messages, 0)->number, 2);
	assert_string_equal(messages_at(world->messages, 1)->text, "one 1");
	assert_string_equal(messages_at(world->messages, 1)->action_id, "");
	assert_null(messages_at(world->messages, 2));
}

static void an_error_stays_until_it_is_read(void **state)
{
	struct world *world = *state;

	messages_add(world->messages, SEVERITY_ERROR, NULL, "wrong");
	world->times.wall_us += 3600000000;
	assert_string_equal(messages_current(world->messages)->text, "wrong");
	messages_mark_read(world->messages);
	assert_null(messages_current(world->messages));
	assert_int_equal(messages_count(world->messages), 1);
}

static void a_note_goes_after_a_while(void **state)
{
	struct world *world = *state;

	assert_int_equal(messages_current_until_us(world->messages), -1);
	messages_add(world->messages, SEVERITY_INFO, NULL, "note");
	assert_int_equal(messages_current_until_us(world->messages),
			 world->times.wall_us + MESSAGES_NOTE_S * 1000000);
	world->times.wall_us += MESSAGES_NOTE_S * 1000000 - 1;
	assert_string_equal(messages_current(world->messages)->text, "note");
	world->times.wall_us += 1;
	assert_null(messages_current(world->messages));
	assert_int_equal(messages_current_until_us(world->messages), -1);
}

/* What was said before a number is past; what is trouble is not. */
static void notes_are_dropped(void **state)
{
	struct world *world = *state;

	messages_add(world->messages, SEVERITY_INFO, NULL, "old");
	messages_drop_notes(world->messages, 1);
	assert_null(messages_current(world->messages));
	messages_add(world->messages, SEVERITY_WARNING, NULL, "careful");
	messages_add(world->messages, SEVERITY_INFO, NULL, "new");
	messages_drop_notes(world->messages, 2);
	assert_string_equal(messages_current(world->messages)->text, "new");
	messages_drop_notes(world->messages, UINT64_MAX);
	assert_string_equal(messages_current(world->messages)->text, "careful");
	assert_int_equal(messages_count(world->messages), 3);
}

/* What was done last is seen; an error that nobody read comes back after it. */
static void an_error_behind_a_note(void **state)
{
	struct world *world = *state;

	messages_add(world->messages, SEVERITY_ERROR, NULL, "wrong");
	messages_add(world->messages, SEVERITY_INFO, NULL, "note");
	world->times.wall_us += MESSAGES_NOTE_FIRST_S * 1000000 - 1;
	assert_string_equal(messages_current(world->messages)->text, "note");
	world->times.wall_us += 1;
	assert_string_equal(messages_current(world->messages)->text, "wrong");
	messages_mark_read(world->messages);
	assert_null(messages_current(world->messages));
}

static void an_error_beats_an_older_note(void **state)
{
	struct world *world = *state;

	messages_add(world->messages, SEVERITY_INFO, NULL, "note");
	messages_add(world->messages, SEVERITY_WARNING, NULL, "careful");
	assert_string_equal(messages_current(world->messages)->text, "careful");
	messages_add(world->messages, SEVERITY_ERROR, NULL, "wrong");
	assert_string_equal(messages_current(world->messages)->text, "wrong");
}

static void a_failure_brings_its_card(void **state)
{
	struct world *world = *state;
	struct failure failure;
	const struct message *message;

	failure_init(&failure);
	failure_from_reply(&failure, 429, "{\"code\":\"too.many.requests\",\"message\":\"slow\"}",
			   45);
	failure.retry_after_s = 23;
	messages_add_failure(world->messages, "a", &failure);
	message = messages_at(world->messages, 0);
	assert_true(message->has_failure);
	assert_int_equal(message->severity, SEVERITY_ERROR);
	assert_int_equal(message->failure.status, 429);
	assert_string_equal(message->text, "429 too.many.requests: slow (retry after 23 s)");
}

static void the_ring_turns(void **state)
{
	struct world *world = *state;
	int i;

	for (i = 1; i <= MESSAGES_MAX + 5; i++)
		messages_add(world->messages, SEVERITY_INFO, NULL, "%d", i);
	assert_int_equal(messages_count(world->messages), MESSAGES_MAX);
	assert_string_equal(messages_at(world->messages, 0)->text, "205");
	assert_string_equal(messages_at(world->messages, MESSAGES_MAX - 1)->text, "6");
	assert_int_equal(messages_at(world->messages, MESSAGES_MAX - 1)->number, 6);
}

static void a_long_text_is_cut(void **state)
{
	struct world *world = *state;
	char text[1000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	messages_add(world->messages, SEVERITY_INFO, text, "%s", text);
	assert_int_equal(strlen(messages_at(world->messages, 0)->text), 319);
	assert_int_equal(strlen(messages_at(world->messages, 0)->action_id), 127);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(newest_first, up, down),
		cmocka_unit_test_setup_teardown(an_error_stays_until_it_is_read, up, down),
		cmocka_unit_test_setup_teardown(a_note_goes_after_a_while, up, down),
		cmocka_unit_test_setup_teardown(notes_are_dropped, up, down),
		cmocka_unit_test_setup_teardown(an_error_behind_a_note, up, down),
		cmocka_unit_test_setup_teardown(an_error_beats_an_older_note, up, down),
		cmocka_unit_test_setup_teardown(a_failure_brings_its_card, up, down),
		cmocka_unit_test_setup_teardown(the_ring_turns, up, down),
		cmocka_unit_test_setup_teardown(a_long_text_is_cut, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
