/* feed: a file followed by its name, a FIFO, a pipe; and what is no look-up. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "app_rig.h"
#include "dacache/app/feed.h"

#define HIT  "{\"dataActionId\":\"a\",\"hit\":true}\n"
#define MISS "{\"dataActionId\":\"a\",\"hit\":false}\n"

struct world {
	struct app_rig rig;
	char path[TEMP_PATH_SIZE];
};

static int up(void **state)
{
	static struct world world;

	app_rig_up(&world.rig);
	temp_dir_join(world.rig.dir, "feed.jsonl", world.path);
	*state = &world;
	return 0;
}

static int down(void **state)
{
	app_rig_down(&((struct world *)*state)->rig);
	return 0;
}

static void append(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void follow(struct world *world)
{
	struct err err = {0};

	assert_int_equal(feed_open(world->rig.session, world->path, &err), ERR_OK);
}

static void expect(struct world *world, uint64_t hits, uint64_t misses, uint64_t bad)
{
	struct live_source source;
	struct live_hits seen;

	app_rig_settle(&world->rig);
	live_hits(session_live(world->rig.session), "a", &seen);
	live_source(session_live(world->rig.session), &source);
	assert_int_equal(seen.since_reset.hits, hits);
	assert_int_equal(seen.since_reset.misses, misses);
	assert_int_equal(source.bad_lines, bad);
}

static void grows(void **state)
{
	struct world *world = *state;
	struct live_source source;

	append(world->path, HIT HIT);
	follow(world);
	expect(world, 0, 0, 0); /* what was there before is history */
	append(world->path, HIT MISS);
	expect(world, 1, 1, 0);
	append(world->path, "{\"dataActionId\":\"a\",");
	expect(world, 1, 1, 0);
	append(world->path, "\"hit\":true}");
	expect(world, 1, 1, 0);
	append(world->path, "\r\n\n" MISS);
	expect(world, 2, 2, 0);
	live_source(session_live(world->rig.session), &source);
	assert_true(source.has_feed);
	assert_false(source.feed_ended);
	assert_int_equal(strncmp(source.text, "feed ", 5), 0);
	assert_string_equal(source.text + 5, world->path);
	assert_true(world->rig.events[EVENT_LIVE] > 0);
}

static void comes_later(void **state)
{
	struct world *world = *state;

	follow(world);
	expect(world, 0, 0, 0);
	append(world->path, HIT);
	expect(world, 1, 0, 0);
	append(world->path, MISS);
	expect(world, 1, 1, 0);
}

static void is_rotated(void **state)
{
	struct world *world = *state;
	char old[TEMP_PATH_SIZE];

	temp_dir_join(world->rig.dir, "feed.1", old);
	append(world->path, HIT);
	follow(world);
	append(world->path, HIT);
	assert_int_equal(rename(world->path, old), 0);
	append(old, MISS "half a line");
	expect(world, 1, 1, 0);
	append(world->path, HIT HIT);
	expect(world, 3, 1, 0);
	append(old, HIT);
	append(world->path, MISS);
	expect(world, 3, 2, 0);
	assert_int_equal(unlink(world->path), 0);
	expect(world, 3, 2, 0);
	append(world->path, MISS);
	expect(world, 3, 3, 0);
}

static void is_truncated(void **state)
{
	struct world *world = *state;

	append(world->path, "");
	follow(world);
	append(world->path, HIT HIT HIT "{\"half\":");
	expect(world, 3, 0, 0);
	assert_int_equal(truncate(world->path, 0), 0);
	app_rig_settle(&world->rig);
	append(world->path, MISS);
	expect(world, 3, 1, 0);
}

static void has_garbage(void **state)
{
	struct world *world = *state;
	struct live_source source;

	append(world->path, "");
	follow(world);
	append(world->path, HIT "garbage\n{\"dataActionId\":\"a\"}\n"
				"{\"dataActionId\":\"a\",\"hit\":\"yes\"}\n\xff\xfe\n" MISS);
	expect(world, 1, 1, 4);
	live_source(session_live(world->rig.session), &source);
	assert_int_equal(source.lines, 6);
	assert_int_equal(strncmp(source.first_bad, "line 2: ", 8), 0);
}

static void has_a_line_without_end(void **state)
{
	struct world *world = *state;
	char *line = malloc(200001);

	assert_non_null(line);
	memset(line, 'x', 200000);
	line[200000] = '\0';
	append(world->path, "");
	follow(world);
	append(world->path, HIT);
	append(world->path, line);
	expect(world, 1, 0, 1);
	append(world->path, line);
	append(world->path, "\n" MISS);
	expect(world, 1, 1, 1); /* told once */
	/* cut off in the middle of one: the next file begins clean */
	append(world->path, line);
	expect(world, 1, 1, 2);
	assert_int_equal(truncate(world->path, 0), 0);
	app_rig_settle(&world->rig);
	append(world->path, HIT);
	expect(world, 2, 1, 2);
	free(line);
}

static void is_long(void **state)
{
	struct world *world = *state;
	size_t n = 40000;
	char *text = malloc(n * strlen(HIT) + 1);

	assert_non_null(text);
	for (size_t i = 0; i < n; i++)
		memcpy(text + i * strlen(HIT), HIT, strlen(HIT) + 1);
	append(world->path, "");
	follow(world);
	append(world->path, text);
	free(text);
	expect(world, n, 0, 0);
}

static void is_a_fifo(void **state)
{
	struct world *world = *state;
	struct live_source source;

	assert_int_equal(mkfifo(world->path, 0600), 0);
	follow(world);
	append(world->path, HIT);
	expect(world, 1, 0, 0);
	append(world->path, MISS); /* the writer left, another came */
	expect(world, 1, 1, 0);
	live_source(session_live(world->rig.session), &source);
	assert_false(source.feed_ended);
}

static void is_a_pipe_that_ends(void **state)
{
	struct world *world = *state;
	struct live_source source;
	struct err err = {0};
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(feed_open_fd(world->rig.session, ends[0], "the pipe", &err), ERR_OK);
	assert_int_equal(write(ends[1], HIT MISS, strlen(HIT MISS)), strlen(HIT MISS));
	expect(world, 1, 1, 0);
	close(ends[1]);
	expect(world, 1, 1, 0);
	live_source(session_live(world->rig.session), &source);
	assert_true(source.feed_ended);
	assert_string_equal(messages_at(session_messages(world->rig.session), 0)->text,
			    "the feed the pipe ended");
}

static void can_t_be(void **state)
{
	struct world *world = *state;
	char path[TEMP_PATH_SIZE];
	struct err err = {0};

	assert_int_equal(feed_open(world->rig.session, world->rig.dir->path, &err), ERR_IO);
	assert_non_null(strstr(err.text, "is a directory"));
	temp_dir_join(world->rig.dir, "no/such/feed", path);
	assert_int_equal(feed_open(world->rig.session, path, &err), ERR_IO);
	assert_non_null(strstr(err.text, path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(grows, up, down),
		cmocka_unit_test_setup_teardown(comes_later, up, down),
		cmocka_unit_test_setup_teardown(is_rotated, up, down),
		cmocka_unit_test_setup_teardown(is_truncated, up, down),
		cmocka_unit_test_setup_teardown(has_garbage, up, down),
		cmocka_unit_test_setup_teardown(has_a_line_without_end, up, down),
		cmocka_unit_test_setup_teardown(is_long, up, down),
		cmocka_unit_test_setup_teardown(is_a_fifo, up, down),
		cmocka_unit_test_setup_teardown(is_a_pipe_that_ends, up, down),
		cmocka_unit_test_setup_teardown(can_t_be, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
