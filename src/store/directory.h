/* Directories that only their owner may enter. Private to the store. */
#ifndef DACACHE_STORE_DIRECTORY_H
#define DACACHE_STORE_DIRECTORY_H

#include "dacache/base/err.h"

/* Makes, mode 0700, what is missing of the directory that holds path. */
enum err_code directory_make_for(const char *path, struct err *err);
/* Makes the entry of a new file at path durable. */
enum err_code directory_sync_for(const char *path, struct err *err);

#endif
