/* Notices what another running program wrote to the store: look-ups recorded by
 * hand, audit entries. */
#ifndef DACACHE_SRC_APP_STORE_WATCH_H
#define DACACHE_SRC_APP_STORE_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/base/err.h"
#include "dacache/loop/loop.h"
#include "dacache/store/store.h"

struct store_watch;

/* Watches the file's directory by inotify: nothing written, no wake-up. */
enum err_code store_watch_new(struct loop *loop, struct store *store, const char *path,
			      void (*hits)(void *context, const char *action_id, bool hit,
					   int64_t n),
			      void (*audit)(void *context), void *context, struct store_watch **out,
			      struct err *err);
void store_watch_free(struct store_watch **watch);

#endif
