/* A bundle, opened to be looked at: `dacache --replay FILE`. */
#ifndef DACACHE_APP_REPLAY_H
#define DACACHE_APP_REPLAY_H

#include "dacache/base/err.h"
#include "dacache/domain/profile.h"

struct replay;
struct bundle;

/* Reads it whole. ERR_NOT_FOUND, ERR_IO: the file; ERR_PARSE, ERR_LIMIT: what is in it. On
 * disk there is a folder of its own in TMPDIR (/tmp), of its owner alone, for the store. */
enum err_code replay_open(const char *path, struct replay **out, struct err *err);
void replay_free(struct replay **replay); /* the folder goes, too */

struct bundle *replay_bundle(struct replay *replay);
const char *replay_store_path(const struct replay *replay);
/* The tenant's name and URL, without credentials. ERR_PARSE: the bundle names none. */
enum err_code replay_profile(const struct replay *replay, struct profile *out, struct err *err);

#endif
