#include "store_watch.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "dacache/base/text.h"
#include "dacache/store/audit.h"
#include "dacache/store/local.h"

/* Writes come in bursts: look once. SQLite writes first and tells others after its
 * fsync, which may take its time: where there is nothing new yet, look once more. */
enum { SETTLE_US = 100000, AGAIN_US = 1600000 };

struct store_watch {
	struct loop *loop;
	struct store *store;
	int fd;
	struct loop_watch *watch;
	struct loop_timer *timer;
	bool looks_again; /* there was nothing new since the last write */
	int64_t hit_row;
	int64_t audit_seq;
	void (*hits)(void *context, const char *action_id, bool hit, int64_t n);
	void (*audit)(void *context);
	void *context;
};

static void look(void *context);

static void look_after(struct store_watch *watch, int64_t delay_us)
{
	loop_timer_stop(&watch->timer);
	loop_timer_start(watch->loop, delay_us, look, watch, &watch->timer);
}

static void look(void *context)
{
	struct store_watch *watch = context;
	int64_t hit_row = watch->hit_row;
	int64_t audit_seq = watch->audit_seq;
	struct err err = {0};
	int64_t newest = 0;

	hit_each_since(watch->store, &watch->hit_row, watch->hits, watch->context, &err);
	if (audit_newest(watch->store, &newest, &err) == ERR_OK && newest != audit_seq) {
		watch->audit_seq = newest;
		watch->audit(watch->context);
	}
	if (hit_row == watch->hit_row && audit_seq == watch->audit_seq && !watch->looks_again) {
		watch->looks_again = true;
		look_after(watch, AGAIN_US);
	}
}

static void drain(int fd)
{
	char room[4096];

	while (read(fd, room, sizeof(room)) > 0)
		continue;
}

void store_watch_soon(struct store_watch *watch)
{
	if (watch->timer && !watch->looks_again)
		return;
	watch->looks_again = false;
	look_after(watch, SETTLE_US);
}

static void moved(void *context, int fd, int events)
{
	(void)events;
	drain(fd);
	store_watch_soon(context);
}

void store_watch_own(struct store_watch *watch)
{
	if (!watch)
		return;
	drain(watch->fd);
	if (watch->timer)
		return;
	watch->looks_again = true;
	look_after(watch, AGAIN_US);
}

static enum err_code watch_directory(struct store_watch *watch, const char *path, struct err *err)
{
	char *copy = text_dup(path);
	const char *directory = copy ? dirname(copy) : NULL;
	int added = -1;

	watch->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (watch->fd >= 0 && directory)
		added = inotify_add_watch(watch->fd, directory, IN_MODIFY);
	free(copy);
	if (added < 0)
		return err_set(err, ERR_IO, "%s can't be watched: %s", path, strerror(errno));
	return loop_watch(watch->loop, watch->fd, LOOP_READ, moved, watch, &watch->watch);
}

enum err_code store_watch_new(struct loop *loop, struct store *store, const char *path,
			      void (*hits)(void *context, const char *action_id, bool hit,
					   int64_t n),
			      void (*audit)(void *context), void *context, struct store_watch **out,
			      struct err *err)
{
	struct store_watch *watch = calloc(1, sizeof(*watch));
	enum err_code code;

	if (!watch)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	watch->loop = loop;
	watch->store = store;
	watch->fd = -1;
	watch->hit_row = -1;
	watch->hits = hits;
	watch->audit = audit;
	watch->context = context;
	code = hit_each_since(store, &watch->hit_row, hits, context, err);
	if (!code)
		code = audit_newest(store, &watch->audit_seq, err);
	if (!code)
		code = watch_directory(watch, path, err);
	if (code)
		store_watch_free(&watch);
	*out = watch;
	return code;
}

void store_watch_free(struct store_watch **watch)
{
	if (!*watch)
		return;
	loop_timer_stop(&(*watch)->timer);
	loop_unwatch(&(*watch)->watch);
	if ((*watch)->fd >= 0)
		close((*watch)->fd);
	free(*watch);
	*watch = NULL;
}
