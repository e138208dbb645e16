/* feed: a file followed by its name, a FIFO, a pipe; and what is no look-up. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/app/feed_internal.h"
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

/* The feed rests for a moment after what it read. */
static void settle(struct world *world)
{
	for (int i = 0; i < 3; i++) {
		app_rig_settle(&world->rig);
		app_rig_pass(&world->rig, 50);
	}
	app_rig_settle(&world->rig);
}

static void expect(struct world *world, uint64_t hits, uint64_t misses, uint64_t bad)
{
	struct live_source source;
	struct live_hits seen;

	settle(world);
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

static void expect_waits(struct world *world, const char *words)
{
	struct live_source source;

	settle(world);
	live_source(session_live(world->rig.session), &source);
	assert_string_equal(source.waits, words);
}

/* How many messages hold these words. */
static size_t told(struct world *world, const char *words)
{
	const struct messages *messages = session_messages(world->rig.session);
	size_t n = 0;

	for (size_t i = 0; i < messages_count(messages); i++)
		n += strstr(messages_at(messages, i)->text, words) != NULL;
	return n;
}

static void comes_later(void **state)
{
	struct world *world = *state;

	follow(world);
	expect(world, 0, 0, 0);
	expect_waits(world, "no such file yet: waiting for it");
	assert_int_equal(told(world, "no such file yet: waiting for it"), 1);
	append(world->path, HIT);
	expect(world, 1, 0, 0);
	expect_waits(world, "");
	assert_int_equal(told(world, "is there now"), 1);
	append(world->path, MISS);
	expect(world, 1, 1, 0);
	/* Taken away: told in the pane alone, for a rotation does so for a moment */
	assert_int_equal(unlink(world->path), 0);
	expect_waits(world, "the file is gone: waiting for a new one");
	append(world->path, HIT);
	expect(world, 2, 1, 0);
	expect_waits(world, "");
	assert_int_equal(told(world, "waiting"), 1);
}

/* Why it can't be opened is told, and that it can be: whoever may read everything, as the
 * one who runs this may, still can't open a link to itself. */
static void can_t_be_opened_yet(void **state)
{
	struct world *world = *state;

	assert_int_equal(symlink("feed.jsonl", world->path), 0);
	follow(world);
	expect_waits(world, "Too many levels of symbolic links: waiting for it");
	assert_int_equal(told(world, "Too many levels of symbolic links: waiting for it"), 1);
	assert_int_equal(unlink(world->path), 0);
	append(world->path, HIT);
	expect_waits(world, "");
	expect(world, 1, 0, 0);
	assert_int_equal(told(world, "is there now"), 1);
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
	settle(world);
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
	settle(world);
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

/* --- a socket --- */

static void open_socket(struct world *world, enum err_code expected)
{
	char name[TEMP_PATH_SIZE + 8];
	struct err err = {0};

	snprintf(name, sizeof(name), "unix:%s", world->path);
	assert_int_equal(feed_open(world->rig.session, name, &err), expected);
	assert_int_equal(err.text[0] != '\0', expected != ERR_OK);
}

static int connect_to(struct world *world)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_true(strlen(world->path) < sizeof(address.sun_path));
	strcpy(address.sun_path, world->path);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void say(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static unsigned writers(struct world *world)
{
	struct live_source source;

	live_source(session_live(world->rig.session), &source);
	assert_true(source.is_socket);
	assert_false(source.feed_ended);
	return source.writers;
}

static void is_a_socket_of_several(void **state)
{
	struct world *world = *state;
	struct stat about;
	int a;
	int b;

	open_socket(world, ERR_OK);
	assert_int_equal(lstat(world->path, &about), 0);
	assert_true(S_ISSOCK(about.st_mode));
	assert_int_equal(about.st_mode & 0777, 0600);
	a = connect_to(world);
	b = connect_to(world);
	say(a, "{\"dataActionId\":\"a\",");
	say(b, HIT "{\"dataActionId\"");
	expect(world, 1, 0, 0);
	assert_int_equal(writers(world), 2);
	say(a, "\"hit\":false}\n" MISS);
	say(b, ":\"a\",\"hit\":true}\n");
	expect(world, 2, 2, 0);
	/* a last line needs no newline; who comes later is heard as well */
	say(b, "{\"dataActionId\":\"a\",\"hit\":true}");
	close(b);
	expect(world, 3, 2, 0);
	assert_int_equal(writers(world), 1);
	close(a);
	expect(world, 3, 2, 0);
	assert_int_equal(writers(world), 0);
	b = connect_to(world);
	say(b, MISS);
	expect(world, 3, 3, 0);
	close(b);
}

static void a_socket_goes_with_the_program(void **state)
{
	struct world *world = *state;
	struct stat about;
	int fd;

	open_socket(world, ERR_OK);
	fd = connect_to(world);
	session_set_feed(world->rig.session, NULL);
	assert_int_equal(lstat(world->path, &about), -1);
	close(fd);
	/* unless it is another one by now */
	open_socket(world, ERR_OK);
	assert_int_equal(unlink(world->path), 0);
	append(world->path, "x");
	session_set_feed(world->rig.session, NULL);
	assert_int_equal(lstat(world->path, &about), 0);
}

static void a_socket_takes_nobodys_place(void **state)
{
	struct world *world = *state;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct stat about;
	int fd;

	append(world->path, "a file\n");
	open_socket(world, ERR_IO);
	assert_int_equal(lstat(world->path, &about), 0);
	assert_int_equal(about.st_size, 7);
	assert_int_equal(unlink(world->path), 0);
	/* somebody listens */
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	strcpy(address.sun_path, world->path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 1), 0);
	open_socket(world, ERR_IO);
	assert_int_equal(lstat(world->path, &about), 0);
	/* nobody does any more */
	close(fd);
	open_socket(world, ERR_OK);
	fd = connect_to(world);
	say(fd, HIT);
	expect(world, 1, 0, 0);
	close(fd);
}

static void a_socket_needs_a_path(void **state)
{
	struct world *world = *state;
	struct err err = {0};
	char name[300] = "unix:/tmp/";

	memset(name + strlen(name), 'x', 200);
	assert_int_equal(feed_open(world->rig.session, "unix:", &err), ERR_USAGE);
	assert_int_equal(feed_open(world->rig.session, name, &err), ERR_IO);
	assert_int_equal(feed_open(world->rig.session, "unix:/nowhere/at/all", &err), ERR_IO);
}

/* --- too much --- */

static void expect_sum(struct world *world, uint64_t written, uint64_t dropped_min)
{
	struct live_source source;

	settle(world);
	live_source(session_live(world->rig.session), &source);
	assert_int_equal(source.lines + source.dropped, written);
	assert_int_equal(source.bad_lines, 0);
	assert_true(source.dropped >= dropped_min);
}

/* Of a file that is far behind the older part is skipped, and no line is lost count of. */
static void is_far_behind(void **state)
{
	struct world *world = *state;
	size_t n = 72 * 1024 * 1024 / strlen(HIT);
	char *text = malloc(n * strlen(HIT) + 1);
	struct live_source source;

	assert_non_null(text);
	for (size_t i = 0; i < n; i++)
		memcpy(text + i * strlen(HIT), HIT, strlen(HIT) + 1);
	append(world->path, "");
	follow(world);
	append(world->path, text);
	free(text);
	expect_sum(world, n, n / 3);
	live_source(session_live(world->rig.session), &source);
	assert_true(source.dropped < n);
	append(world->path, MISS);
	expect_sum(world, n + 1, n / 3);
}

/* Pieces of any size are dropped here and there: every line is counted once. */
static void dropped_lines_are_counted(void **state)
{
	struct world *world = *state;
	struct feed feed = {.session = world->rig.session, .name = (char[]){"test"}};
	struct feed_stream *stream;
	struct live_source source;
	char text[100 * sizeof(MISS)] = "";
	size_t piece;

	vec_init(&feed.streams, sizeof(struct feed_stream *));
	stream = feed_stream_new(&feed, -1);
	for (int i = 0; i < 100; i++)
		strcat(text, i % 3 ? HIT : MISS);
	for (piece = 1; piece < 200; piece++) {
		for (size_t at = 0; at < strlen(text); at += piece) {
			size_t len = strlen(text) - at < piece ? strlen(text) - at : piece;

			if (at / piece * 7 % 5 < 2)
				feed_drop_bytes(stream, text + at, len);
			else
				feed_take_bytes(stream, text + at, len);
		}
		feed_end_stream(stream, false);
		live_source(session_live(world->rig.session), &source);
		assert_int_equal(source.lines + source.dropped, 100 * piece);
		assert_int_equal(source.bad_lines, 0);
	}
	assert_true(source.lines > 0 && source.dropped > 0);
	feed_stream_free(stream);
	vec_free(&feed.streams);
}

/* Time that passes, 1 ms whenever somebody looks: a turn counts little, then. */
static int64_t passing_us(void *context)
{
	return ((struct clock_manual *)context)->monotonic_us += 1000;
}

/* As many whole lines as the pipe takes; `at` bytes of the next one were written. */
static uint64_t pour(int fd, size_t *at)
{
	const size_t len = strlen(HIT);
	static char text[4096 * sizeof(HIT)];
	uint64_t lines = 0;
	ssize_t n;

	for (size_t i = 0; i < 4096; i++)
		memcpy(text + i * len, HIT, len);
	while ((n = write(fd, text + *at, 4095 * len)) > 0) {
		lines += (*at + (size_t)n) / len;
		*at = (*at + (size_t)n) % len;
	}
	return lines;
}

/* Whoever writes faster than lines are counted waits for some seconds, then the oldest
 * lines go: none is lost count of, and what comes later counts. */
static void more_comes_than_can_be_counted(void **state)
{
	struct world *world = *state;
	struct clock *clock = (struct clock *)(uintptr_t)loop_clock(world->rig.loop);
	struct clock before = *clock;
	struct live_source source = {0};
	uint64_t written = 0;
	size_t at = 0;
	int fd;

	assert_int_equal(mkfifo(world->path, 0600), 0);
	follow(world);
	fd = open(world->path, O_WRONLY | O_NONBLOCK);
	assert_true(fd >= 0);
	clock->monotonic_us = passing_us;
	for (int turn = 0; turn < 20000 && source.dropped == 0; turn++) {
		written += pour(fd, &at);
		assert_int_equal(loop_turn(world->rig.loop, 0, NULL), ERR_OK);
		live_source(session_live(world->rig.session), &source);
	}
	assert_true(source.dropped > 0);
	*clock = before;
	expect_sum(world, written, 1);
	say(fd, HIT + at);
	say(fd, MISS);
	expect_sum(world, written + 2, 1);
	close(fd);
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
		cmocka_unit_test_setup_teardown(can_t_be_opened_yet, up, down),
		cmocka_unit_test_setup_teardown(is_rotated, up, down),
		cmocka_unit_test_setup_teardown(is_truncated, up, down),
		cmocka_unit_test_setup_teardown(has_garbage, up, down),
		cmocka_unit_test_setup_teardown(has_a_line_without_end, up, down),
		cmocka_unit_test_setup_teardown(is_long, up, down),
		cmocka_unit_test_setup_teardown(is_a_fifo, up, down),
		cmocka_unit_test_setup_teardown(is_a_socket_of_several, up, down),
		cmocka_unit_test_setup_teardown(a_socket_goes_with_the_program, up, down),
		cmocka_unit_test_setup_teardown(a_socket_takes_nobodys_place, up, down),
		cmocka_unit_test_setup_teardown(a_socket_needs_a_path, up, down),
		cmocka_unit_test_setup_teardown(is_far_behind, up, down),
		cmocka_unit_test_setup_teardown(dropped_lines_are_counted, up, down),
		cmocka_unit_test_setup_teardown(more_comes_than_can_be_counted, up, down),
		cmocka_unit_test_setup_teardown(is_a_pipe_that_ends, up, down),
		cmocka_unit_test_setup_teardown(can_t_be, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
