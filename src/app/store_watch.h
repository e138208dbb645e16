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
/* This program wrote to the store, and nothing that comes back from there: its writes
 * wake nobody, but another's that were among them are looked for later. NULL is fine. */
void store_watch_own(struct store_watch *watch);
/* It wrote what comes back from there. */
void store_watch_soon(struct store_watch *watch);
void store_watch_free(struct store_watch **watch);

#endif
