/* What the list costs while one types: filter, sort, collisions and overlaps, and its
 * memory, on a tenant that is read first. Prints one line of JSON, as tty_bench does.
 *
 * usage: index_bench RUNS URL DIRECTORY
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "dacache/app/session.h"
#include "dacache/base/text.h"
#include "dacache/domain/overlap.h"

struct world {
	struct profile profile;
	struct loop *loop;
	struct session *session;
	struct index_view *view;
	size_t bytes; /* of memory, that reading took, without the log */
	size_t texts; /* of these the actions' own */
};

static void die(const char *what, const struct err *err)
{
	fprintf(stderr, "index_bench: %s: %s\n", what, err->text);
	exit(1);
}

static size_t memory_used(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

static void open_world(struct world *world, const char *url, const char *directory)
{
	struct session_options options = {.profile = &world->profile, .read_only = true};
	char store[4096];
	struct err err = {0};

	snprintf(store, sizeof(store), "%s/index_bench.db", directory);
	options.store_path = store;
	profile_init(&world->profile, "bench");
	profile_set_text(&world->profile.client_id, "demo");
	profile_set_text(&world->profile.client_secret, "demo-secret");
	if (profile_set_base_url(&world->profile, url, &err) ||
	    loop_new(clock_system(), &world->loop, &err) ||
	    session_new(world->loop, &options, &world->session, &err))
		die("start", &err);
}

/* The request log is no part of the list. */
static size_t log_bytes(const struct session *session)
{
	size_t bytes = 0;

	for (size_t i = 0; i < session_exchange_count(session); i++) {
		const struct exchange *exchange = session_exchange(session, i);

		bytes += sizeof(*exchange) + strlen(exchange->url) + strlen(exchange->path) +
			 strlen(exchange->request_headers) + strlen(exchange->response_headers) +
			 exchange->request_body_len + exchange->response_body_len;
	}
	return bytes;
}

static void read_tenant(struct world *world)
{
	struct index *index = session_index(world->session);
	struct index_progress progress;
	size_t before = memory_used();
	struct err err = {0};

	index_start(index);
	do {
		if (loop_turn(world->loop, -1, &err))
			die("reading", &err);
		index_progress(index, &progress);
	} while (progress.reading);
	if (!progress.whole)
		die("reading", &err);
	world->bytes = memory_used() - before - log_bytes(world->session);
	if (index_view_new(index, &world->view))
		die("view", &err);
	index_view_refresh(world->view);
	for (size_t i = 0; i < index_view_len(world->view); i++) {
		const struct index_row *row = index_view_row(world->view, i);

		world->texts += strlen(row->id) + strlen(row->name) + strlen(row->category) +
				(row->key ? strlen(row->key) : 0);
	}
}

static void filter(struct world *world, const char *words)
{
	struct err err = {0};

	if (index_view_filter(world->view, words, &err))
		die("filter", &err);
	index_view_refresh(world->view);
}

/* Each key of a word, the first of which looks at all rows. */
static void type_filter(struct world *world, struct samples *first, struct samples *all)
{
	static const char word[] = "order status";
	char typed[sizeof(word)] = "";

	filter(world, "");
	for (size_t i = 0; word[i]; i++) {
		int64_t from = now_us();

		typed[i] = word[i];
		filter(world, typed);
		samples_add(all, now_us() - from);
		if (i == 0)
			samples_add(first, now_us() - from);
	}
	filter(world, "");
}

static void sort_by(struct world *world, enum index_column column, struct samples *samples)
{
	int64_t from;

	index_view_sort(world->view, INDEX_BY_NONE, false);
	index_view_refresh(world->view);
	from = now_us();
	index_view_sort(world->view, column, false);
	index_view_refresh(world->view);
	samples_add(samples, now_us() - from);
}

/* A key that nothing collides or overlaps with: all rows are looked at. */
static void check_key(struct world *world, const char *key, struct samples *samples)
{
	struct key_lookup keys = session_key_lookup(world->session);
	const char *other = NULL;
	struct buf example;
	int64_t from = now_us();

	buf_init(&example, 4096);
	if (!keys.collision(keys.context, key, NULL))
		keys.overlap(keys.context, key, NULL, &other, &example);
	samples_add(samples, now_us() - from);
	buf_free(&example);
}

static bool count(void *context, const struct key_overlap *overlap)
{
	(void)overlap;
	++*(size_t *)context;
	return true;
}

static size_t check_all(struct world *world, struct samples *samples)
{
	struct overlap_set *set;
	int64_t from = now_us();
	size_t found = 0;
	bool whole = false;

	if (overlap_set_new(&set))
		abort();
	for (size_t i = 0; i < index_view_len(world->view); i++) {
		const struct index_row *row = index_view_row(world->view, i);

		overlap_set_add(set, &(struct key_owner){row->id, row->name, row->key});
	}
	overlap_set_overlaps(set, count, &found, &whole);
	samples_add(samples, now_us() - from);
	overlap_set_free(&set);
	return found;
}

int main(int argc, char **argv)
{
	static struct world world;
	struct samples first = {0}, typed = {0}, name = {0}, ttl = {0}, one = {0}, wide = {0};
	struct samples all = {0};
	int64_t runs = 0;
	size_t n;
	size_t found = 0;

	if (argc != 4 || text_parse_int(argv[1], 1, 1000, &runs)) {
		fprintf(stderr, "usage: index_bench RUNS URL DIRECTORY\n");
		return 2;
	}
	open_world(&world, argv[2], argv[3]);
	read_tenant(&world);
	n = index_view_len(world.view);
	for (int64_t i = 0; i < runs; i++) {
		type_filter(&world, &first, &typed);
		sort_by(&world, INDEX_BY_NAME, &name);
		sort_by(&world, INDEX_BY_TTL, &ttl);
		check_key(&world, "nothing_like_it_{a}", &one);
		check_key(&world, "{a}_nothing_{b}_like_it", &wide);
		found = check_all(&world, &all);
	}
	printf("{\"mode\":\"index\",\"runs\":%d,\"actions\":%zu,\"overlaps\":%zu", (int)runs, n,
	       found);
	printf(",\"bytes_an_action\":%.1f,\"texts_an_action\":%.1f",
	       (double)world.bytes / (double)n, (double)world.texts / (double)n);
	samples_print(&first, "filter");
	samples_print(&typed, "typed");
	samples_print(&name, "sort_name");
	samples_print(&ttl, "sort_ttl");
	samples_print(&one, "key");
	samples_print(&wide, "wide_key");
	samples_print(&all, "overlaps");
	printf("}\n");
	index_view_free(&world.view);
	session_free(&world.session);
	loop_free(&world.loop);
	profile_clear(&world.profile);
	return 0;
}
