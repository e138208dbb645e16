/* Brings what was committed from the store's log into its file, in a pause between keys. */
#ifndef DACACHE_SRC_APP_CHECKPOINT_H
#define DACACHE_SRC_APP_CHECKPOINT_H

#include "dacache/base/err.h"
#include "dacache/loop/loop.h"
#include "dacache/store/store.h"

struct checkpoint;

/* written: called when this program wrote to the store's files. */
enum err_code checkpoint_new(struct loop *loop, struct store *store, void (*written)(void *context),
			     void *context, struct checkpoint **out);
/* Before the store is closed. */
void checkpoint_free(struct checkpoint **checkpoint);

#endif
